using Annotator.Core.Media;

namespace Annotator.Api.CloudStorages;

/// <summary>What a file may be by its name, in the words of the contract's listings.</summary>
internal static class MediaKind
{
    private static readonly Dictionary<string, IEnumerable<string>> Endings = new(StringComparer.Ordinal)
    {
        ["image"] = [.. FileEndings.Still, ".gif", ".tif", ".tiff"],
        ["video"] = FileEndings.Video,
        ["archive"] = [".zip", ".tar", ".tgz", ".gz", ".bz2", ".7z", ".rar"],
        ["pdf"] = [".pdf"],
    };

    public static string Of(string name) =>
        Endings.FirstOrDefault(kind => kind.Value.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase)).Key ?? "unknown";
}
