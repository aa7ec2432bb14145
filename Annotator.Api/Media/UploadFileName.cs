using System.Text;

namespace Annotator.Api.Media;

/// <summary>
/// The rules for a file's name. It is metadata: no path of ours is ever made of it. It may hold folders, because people drop
/// folders on the page, but it stays inside of them.
/// </summary>
internal static class UploadFileName
{
    /// <summary>
    /// The name in its stored form: forward slashes, no empty or <c>.</c> parts, Unicode composed. Null with
    /// <paramref name="error"/> when the name cannot be taken.
    /// </summary>
    public static string? Normalize(string? raw, int maxBytes, out string error)
    {
        error = "";
        if (string.IsNullOrWhiteSpace(raw))
        {
            error = "The file has no name.";
            return null;
        }

        if (raw.Any(char.IsControl) || ContainsLoneSurrogate(raw))
        {
            error = "The file's name contains control characters or is not valid text.";
            return null;
        }

        var slashed = raw.Replace('\\', '/').Normalize(NormalizationForm.FormC);
        if (IsAbsolute(slashed))
        {
            error = $"The file's name '{Shorten(slashed)}' is an absolute path; give it relative to the folder that is uploaded.";
            return null;
        }

        var parts = slashed.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").ToArray();
        if (parts.Contains(".."))
        {
            error = $"The file's name '{Shorten(slashed)}' points outside of its folder ('..').";
            return null;
        }

        var name = string.Join('/', parts);
        if (name.Length == 0 || slashed.EndsWith('/'))
        {
            error = "The name is that of a folder, not of a file.";
            return null;
        }

        if (Encoding.UTF8.GetByteCount(name) > maxBytes)
        {
            error = $"The file's name has more than {maxBytes} bytes: '{Shorten(name)}'.";
            return null;
        }

        return name;
    }

    /// <summary>
    /// The name of a file in a multipart body. CVAT's SDK writes the sender's whole path there
    /// (<c>/home/ann/photos/a.jpg</c>) and expects <c>a.jpg</c>; a relative path keeps its folders.
    /// </summary>
    public static string? OfPart(string? raw) =>
        raw is not null && IsAbsolute(raw.Replace('\\', '/')) ? raw[(raw.LastIndexOfAny(['/', '\\']) + 1)..] : raw;

    private static bool IsAbsolute(string slashed) =>
        slashed.StartsWith('/') || (slashed.Length > 1 && slashed[1] == ':' && char.IsAsciiLetter(slashed[0]));

    private static bool ContainsLoneSurrogate(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar)
            {
                return true;
            }
        }

        return false;
    }

    private static string Shorten(string name) => name.Length <= 80 ? name : $"{name[..77]}…";
}
