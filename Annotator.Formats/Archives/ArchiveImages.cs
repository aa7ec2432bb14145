namespace Annotator.Formats.Archives;

/// <summary>Finds the image that an annotation file names, wherever the archive keeps it.</summary>
internal sealed class ArchiveImages
{
    private static readonly string[] _extensions =
        [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".jfif", ".jpe", ".avif", ".heic"];

    private readonly DatasetArchive _archive;
    private readonly Dictionary<string, List<DatasetArchiveEntry>> _byFileName = new(StringComparer.OrdinalIgnoreCase);
    private ILookup<string, string>? _stems;

    public ArchiveImages(DatasetArchive archive)
    {
        _archive = archive;
        foreach (var entry in archive.Entries)
        {
            var name = FileName(entry.Path);
            if (_extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase))
            {
                if (!_byFileName.TryGetValue(name, out var entries))
                {
                    _byFileName[name] = entries = [];
                }

                entries.Add(entry);
            }
        }
    }

    /// <summary>
    /// What opens the image of that name, or null: the exact path first, then one in <c>images</c>, then any path that ends
    /// with the name, those in a folder of the subset's name before others.
    /// </summary>
    public Func<CancellationToken, Task<Stream>>? Find(string name, string subset)
    {
        var path = name.Replace('\\', '/').TrimStart('/');
        if (!_byFileName.TryGetValue(FileName(path), out var candidates))
        {
            return null;
        }

        var fitting = candidates.Where(entry => EndsWith(entry.Path, path)).ToList();
        var found = fitting.Find(entry => entry.Path.Equals(path, StringComparison.Ordinal))
            ?? fitting.Find(entry => entry.Path.Equals($"images/{path}", StringComparison.OrdinalIgnoreCase))
            ?? fitting.Find(entry => EndsWith(entry.Path, $"{(subset.Length > 0 ? subset : "default")}/{path}"))
            ?? (fitting.Count > 0 ? fitting[0] : candidates.Count == 1 ? candidates[0] : null);
        return found is null ? null : _ => Task.FromResult(_archive.Open(found));
    }

    /// <summary>Like <see cref="Find"/>, for names that a file gives without their extension.</summary>
    /// <returns>The name with its extension beside what opens it; the name as it is and null when there is none.</returns>
    public (string Name, Func<CancellationToken, Task<Stream>>? Open) FindStem(string stem, string subset)
    {
        var slash = stem.LastIndexOf('/') + 1;
        _stems ??= _byFileName.Keys.ToLookup(name => name[..^Path.GetExtension(name).Length], StringComparer.OrdinalIgnoreCase);
        foreach (var name in _stems[stem[slash..]].Select(name => stem[..slash] + name))
        {
            if (Find(name, subset) is { } open)
            {
                return (name, open);
            }
        }

        return (stem, null);
    }

    private static bool EndsWith(string path, string end) =>
        path.EndsWith(end, StringComparison.OrdinalIgnoreCase) && (path.Length == end.Length || path[^(end.Length + 1)] == '/');

    private static string FileName(string path) => path[(path.LastIndexOf('/') + 1)..];
}
