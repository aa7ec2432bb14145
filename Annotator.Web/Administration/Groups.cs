using Annotator.Client.Identity;

namespace Annotator.Web.Administration;

/// <summary>The global groups, weakest first, with what they are called.</summary>
internal static class Groups
{
    public static readonly IReadOnlyList<(string Value, string Text)> All =
        [("", "None"), ("worker", "Worker"), ("user", "User"), ("business", "Business"), ("admin", "Administrator")];

    /// <summary>An account's groups in words.</summary>
    public static string Text(Account account) => account.Groups.Count == 0
        ? "no group"
        : string.Join(", ", account.Groups.Select(group => All.FirstOrDefault(known => known.Value == group).Text ?? group));
}
