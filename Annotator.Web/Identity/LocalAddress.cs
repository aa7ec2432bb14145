namespace Annotator.Web.Identity;

/// <summary>Keeps a redirect on our own site, whatever a link says.</summary>
internal static class LocalAddress
{
    /// <summary>The address if it is a path of this site, else home.</summary>
    public static string Of(string? address) =>
        address is ['/', ..] && !address.StartsWith("//", StringComparison.Ordinal) && !address.Contains('\\', StringComparison.Ordinal)
            ? address
            : "/";
}
