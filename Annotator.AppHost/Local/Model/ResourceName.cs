namespace Aspire.Hosting.ApplicationModel;

internal static class ResourceName
{
    /// <summary>Aspire's rule: 1 to 64 ASCII letters, digits and single hyphens, a letter first, no hyphen last.</summary>
    public static string Check(string name)
    {
        var valid = name.Length is > 0 and <= 64
            && char.IsAsciiLetter(name[0])
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            && !name.Contains("--", StringComparison.Ordinal)
            && name[^1] != '-';
        return valid ? name : throw new ArgumentException($"'{name}' is not a valid resource name.", nameof(name));
    }
}
