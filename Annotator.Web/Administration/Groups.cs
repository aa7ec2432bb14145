namespace Annotator.Web.Administration;

/// <summary>The global groups, weakest first, with what they are called.</summary>
internal static class Groups
{
    public static readonly IReadOnlyList<(string Value, string Text)> All =
        [("", "None"), ("worker", "Worker"), ("user", "User"), ("business", "Business"), ("admin", "Administrator")];
}
