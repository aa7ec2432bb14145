using Annotator.Formats.Model;

namespace Annotator.Formats.Archives;

/// <summary>Finds the image that an annotation file names, wherever the archive keeps it.</summary>
internal sealed class ArchiveImages
{
    private static readonly string[] _extensions =
        [".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif", ".jfif", ".jpe", ".avif", ".heic"];

    private readonly DatasetArchive _archive;
    private readonly Dictionary<string, List<DatasetArchiveEntry>> _byFileName = new(StringComparer.OrdinalIgnoreCase);
    private ILookup<string, string>? _stems;

    /// <param name="isFrame">Says no to image files that are no frames, such as label images; without it all are.</param>
    public ArchiveImages(DatasetArchive archive, Func<DatasetArchiveEntry, bool>? isFrame = null)
    {
        _archive = archive;
        foreach (var entry in archive.Entries)
        {
            if (isFrame is not null && !isFrame(entry))
            {
                continue;
            }

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
    public Func<CancellationToken, Task<Stream>>? Find(string name, string subset) => FindEntry(name, subset) is { } found ? Opener(found) : null;

    /// <summary>The item with its image and the image's size, where the archive holds it and the item does not say them.</summary>
    public DatasetItem Attach(DatasetItem item) =>
        item.OpenImage is null && FindEntry(item.Name, item.Subset) is { } found ? Attach(item, found) : item;

    /// <summary>Like <see cref="Attach(DatasetItem)"/>, for items whose file does not give the image's extension; they get it.</summary>
    public DatasetItem AttachStem(DatasetItem item)
    {
        var (name, _) = FindStem(item.Name, item.Subset);
        return Attach(item with { Name = name });
    }

    /// <summary>The item with that image.</summary>
    public DatasetItem Attach(DatasetItem item, DatasetArchiveEntry image)
    {
        var size = item.Width > 0 && item.Height > 0 ? (item.Width, item.Height) : SizeOf(image) ?? (item.Width, item.Height);
        return item with { Width = size.Item1, Height = size.Item2, OpenImage = Opener(image) };
    }

    /// <summary>Pixels as the image's first bytes say; null where they say nothing.</summary>
    public (int Width, int Height)? SizeOf(DatasetArchiveEntry image)
    {
        using var content = _archive.Open(image);
        return ImageSize.Read(content);
    }

    /// <summary>Whether the name is one of an image.</summary>
    public static bool IsImage(string path) => _extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    private Func<CancellationToken, Task<Stream>> Opener(DatasetArchiveEntry image) => _ => Task.FromResult(_archive.Open(image));

    /// <summary>The image of that name, found as <see cref="Find"/> does.</summary>
    public DatasetArchiveEntry? FindFile(string name, string subset) => FindEntry(name, subset);

    private DatasetArchiveEntry? FindEntry(string name, string subset)
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
        return found;
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
