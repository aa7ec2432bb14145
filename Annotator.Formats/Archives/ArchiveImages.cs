using Annotator.Formats.Model;

namespace Annotator.Formats.Archives;

/// <summary>Finds the image that an annotation file names, wherever the archive keeps it.</summary>
internal sealed class ArchiveImages
{
    private readonly DatasetArchive _archive;
    private readonly Func<DatasetArchiveEntry, bool> _isFrame;
    private readonly PathEnds _names;
    private readonly PathEnds _folders;
    private readonly Lazy<PathEnds> _stems;
    private readonly HashSet<DatasetArchiveEntry> _found = new(ReferenceEqualityComparer.Instance);

    /// <param name="isFrame">Says no to image files that are no frames, such as label images; without it all are.</param>
    public ArchiveImages(DatasetArchive archive, Func<DatasetArchiveEntry, bool>? isFrame = null)
    {
        _archive = archive;
        _isFrame = entry => FileEndings.IsImage(entry.Path) && isFrame?.Invoke(entry) != false;
        List<DatasetArchiveEntry> images = [.. archive.Entries.Where(_isFrame)];
        _names = new PathEnds(images, PathEnds.Name);
        _folders = new PathEnds(images, PathEnds.NameInFolder);
        _stems = new Lazy<PathEnds>(() => new PathEnds(images, PathEnds.Stem));
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

    private Func<CancellationToken, Task<Stream>> Opener(DatasetArchiveEntry image) => _ => Task.FromResult(_archive.Open(image));

    /// <summary>The image of that name, found as <see cref="Find"/> does.</summary>
    public DatasetArchiveEntry? FindFile(string name, string subset) => FindEntry(name, subset);

    /// <summary>Says which images nobody has asked for; call it when all frames were read.</summary>
    /// <param name="isOther">Says yes to pictures that are part of the annotations.</param>
    public void NoteUnnamed(DatasetReport report, Func<string, bool>? isOther = null)
    {
        foreach (var entry in _archive.Entries)
        {
            if (_isFrame(entry) && !_found.Contains(entry) && isOther?.Invoke(entry.Path) != true)
            {
                report.Note("images-unnamed", "Images that no annotations name were left out", entry.Path);
            }
        }
    }

    private DatasetArchiveEntry? FindEntry(string name, string subset)
    {
        var found = Best(name, subset);
        if (found is not null)
        {
            _found.Add(found);
        }

        return found;
    }

    private DatasetArchiveEntry? Best(string name, string subset)
    {
        var path = name.Replace('\\', '/').TrimStart('/');
        var nested = path.Contains('/', StringComparison.Ordinal);
        return Exact(path)
            ?? Ending($"images/{path}", whole: true)
            ?? Ending($"{(subset.Length > 0 ? subset : "default")}/{path}", whole: false)
            ?? (nested ? Ending(path, whole: false) : _names.Like(path).FirstOrDefault())
            ?? (_names.Like(path).Take(2).ToList() is [var only] ? only : null);
    }

    private DatasetArchiveEntry? Exact(string path) => _archive.Find(path) is { } entry && _isFrame(entry) ? entry : null;

    /// <summary>The first image whose path is, or ends in, the one given, whatever its case.</summary>
    private DatasetArchiveEntry? Ending(string path, bool whole)
    {
        if (Exact(path) is { } exact)
        {
            return exact;
        }

        foreach (var entry in _folders.Like(path))
        {
            if (whole ? entry.Path.Equals(path, StringComparison.OrdinalIgnoreCase) : EndsWith(entry.Path, path))
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>Like <see cref="Find"/>, for names that a file gives without their extension.</summary>
    /// <returns>The name with its extension beside what opens it; the name as it is and null when there is none.</returns>
    public (string Name, Func<CancellationToken, Task<Stream>>? Open) FindStem(string stem, string subset)
    {
        var slash = stem.LastIndexOf('/') + 1;
        var tried = new List<string>();

        // A name is no path with an extension here: what looks like one belongs to the name.
        foreach (var image in _stems.Value.Like(stem + ".jpg"))
        {
            var name = stem[..slash] + PathEnds.Name(image.Path).ToString();
            if (tried.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                continue;
            }

            tried.Add(name);
            if (Find(name, subset) is { } open)
            {
                return (name, open);
            }
        }

        return (stem, null);
    }

    private static bool EndsWith(string path, string end) =>
        path.EndsWith(end, StringComparison.OrdinalIgnoreCase) && (path.Length == end.Length || path[^(end.Length + 1)] == '/');
}
