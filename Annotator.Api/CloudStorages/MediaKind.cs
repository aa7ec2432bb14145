using Annotator.Formats;

namespace Annotator.Api.CloudStorages;

/// <summary>What a file may be by its name, in the words of the contract's listings.</summary>
internal static class MediaKind
{
    private static readonly Dictionary<string, IEnumerable<string>> Endings = new(StringComparer.Ordinal)
    {
        ["image"] = [.. FileEndings.Image, .. FileEndings.OtherImage],
        ["video"] = FileEndings.Video,
        ["archive"] = [.. FileEndings.Archive, ".bz2", ".7z", ".rar"],
        ["pdf"] = FileEndings.Document,
    };

    public static string Of(string name) =>
        Endings.FirstOrDefault(kind => kind.Value.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase)).Key ?? "unknown";
}
