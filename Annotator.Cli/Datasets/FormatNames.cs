using Annotator.Formats;

namespace Annotator.Cli.Datasets;

/// <summary>Finds the format that somebody means.</summary>
internal static class FormatNames
{
    public static IEnumerable<string> Readable => DatasetFormats.Importers.Select(importer => importer.Format.Name);

    public static IEnumerable<string> Writable => DatasetFormats.Exporters.Select(exporter => exporter.Format.Name);

    /// <exception cref="CommandException">No format, or several.</exception>
    public static DatasetImporter Importer(string name) =>
        DatasetFormats.FindImporter(name) ?? DatasetFormats.FindImporter(Meant(name, [.. Readable, .. DatasetFormats.Importers.SelectMany(importer => importer.Aliases)], Readable, "read"))!;

    /// <exception cref="CommandException">No format, or several.</exception>
    public static DatasetExporter Exporter(string name) =>
        DatasetFormats.FindExporter(name) ?? DatasetFormats.FindExporter(Meant(name, [.. Writable], Writable, "written"))!;

    /// <summary>The format that is written where none is asked for: the one that was read.</summary>
    public static DatasetExporter? Same(DatasetImporter importer, bool hasTracks)
    {
        if (DatasetFormats.FindExporter(importer.Format.Name) is { } same)
        {
            return same;
        }

        var candidates = importer.Aliases.Select(DatasetFormats.FindExporter).OfType<DatasetExporter>().ToList();
        return candidates.Find(candidate => candidate.Format.Name.Contains("video", StringComparison.OrdinalIgnoreCase) == hasTracks) ?? candidates.FirstOrDefault();
    }

    /// <summary>The whole name without its version first, then a part that only one name has; letter case, blanks and signs aside.</summary>
    private static string Meant(string name, IReadOnlyList<string> names, IEnumerable<string> shown, string done)
    {
        var plain = Plain(name);
        var whole = names.Where(other => Plain(other) == plain || Plain(WithoutVersion(other)) == plain).ToList();
        var parts = whole.Count > 0 || plain.Length == 0 ? whole : [.. names.Where(other => Plain(other).Contains(plain, StringComparison.Ordinal))];
        return parts.Count switch
        {
            1 => parts[0],
            0 => throw CommandException.BadUsage($"No format \"{name}\" can be {done}; there are: {string.Join(", ", shown)}."),
            _ => throw CommandException.BadUsage($"\"{name}\" may be any of: {string.Join(", ", parts)}."),
        };
    }

    private static string WithoutVersion(string name) => name.LastIndexOf(' ') is var blank and > 0 && char.IsAsciiDigit(name[^1]) ? name[..blank] : name;

    private static string Plain(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
}
