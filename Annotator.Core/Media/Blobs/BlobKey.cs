using System.Text.RegularExpressions;

namespace Annotator.Core.Media.Blobs;

/// <summary>
/// The rule for blob keys: 1 to 512 characters, segments of letters, digits, <c>. _ -</c> between single slashes, none of
/// which starts with a dot. Nothing that passes can leave a folder.
/// </summary>
public static partial class BlobKey
{
    private const int MaxLength = 512;

    /// <exception cref="ArgumentException">The key breaks the rule.</exception>
    public static string Check(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.Length <= MaxLength && Rule().IsMatch(key)
            ? key
            : throw new ArgumentException($"'{key}' is no blob key.", nameof(key));
    }

    /// <summary>Checks a prefix to delete: a key and a slash, so that <c>data/1/</c> never takes <c>data/12</c> along.</summary>
    /// <exception cref="ArgumentException">The prefix breaks the rule.</exception>
    public static string CheckFolder(string prefix)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (!prefix.EndsWith('/'))
        {
            throw new ArgumentException($"The prefix '{prefix}' must end in a slash.", nameof(prefix));
        }

        Check(prefix[..^1]);
        return prefix;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rule();
}
