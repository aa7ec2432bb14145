namespace Annotator.Api.Datasets;

/// <summary>
/// A file name that every client takes: letters, digits, <c>_ - .</c> and spaces, no leading dot, a stem and an extension,
/// shorter than 255 characters.
/// </summary>
internal static class DownloadName
{
    private const int Longest = 200;

    public static string Of(string? wanted, string fallbackStem)
    {
        var name = new string([.. (wanted ?? "").Select(character => IsAllowed(character) ? character : '_')]).TrimStart('.', ' ').TrimEnd(' ');
        var dot = name.LastIndexOf('.');
        var (stem, extension) = dot > 0 && dot < name.Length - 1 ? (name[..dot], name[dot..]) : (name.TrimEnd('.'), ".zip");
        if (stem.Trim('_', ' ', '.').Length == 0)
        {
            stem = fallbackStem;
        }

        return (stem.Length > Longest ? stem[..Longest] : stem) + (extension.Length > 20 ? ".zip" : extension);
    }

    private static bool IsAllowed(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '.' or ' ';
}
