using System.Runtime.CompilerServices;
using Annotator.Formats.Archives;
using Annotator.Formats.LabelImages;
using Annotator.Formats.Model;

namespace Annotator.Formats.Voc;

/// <summary>
/// PASCAL VOC 1.1: boxes with attributes, parts and actions from <c>Annotations</c>, tags from the lists in <c>ImageSets</c>,
/// masks from <c>SegmentationClass</c> and <c>SegmentationObject</c>; all of them, or any of them alone.
/// </summary>
public sealed class VocReader : IDatasetReader
{
    public ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel) => VocMatch.OfBoxesAsync(archive, cancel);

    public async Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var layout = new VocLayout(archive);
        if (!layout.HasXml && !layout.HasClasses && layout.Lists.Count == 0)
        {
            throw new DatasetException("voc-no-annotations", "Neither XML files of annotations nor lists in ImageSets nor images in SegmentationClass were found.");
        }

        if (layout.HasXml && await VocMatch.OfBoxesAsync(archive, cancel) == FormatMatch.None && archive.Entries.Count(entry => ArchiveProbe.Has(entry, ".xml")) <= ArchiveProbe.Files)
        {
            throw new DatasetException("voc-no-annotations", "None of the XML files has an <annotation> element with boxes.");
        }

        var map = layout.LabelMap is { } file ? VocLabelMap.Read(archive, file, report) : null;
        var lists = new VocLists(archive, layout, map is null ? [] : [.. map.Classes.Select(label => label.Name)], ["Main", "Segmentation"], report);
        return new VocSource(archive, layout, lists, map, options, report, cancel);
    }
}

/// <summary>
/// Segmentation mask 1.1: the label images of PASCAL VOC alone, a colour for each label and another image with one for each
/// object.
/// </summary>
public sealed class SegmentationMaskReader : IDatasetReader
{
    public ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel) => VocMatch.OfMasksAsync(archive, cancel);

    public Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var layout = new VocLayout(archive);
        if (!layout.HasClasses && layout.LabelMap is null)
        {
            throw new DatasetException("masks-no-annotations", "Neither images in a folder SegmentationClass nor a labelmap.txt were found.");
        }

        foreach (var entry in layout.Entries)
        {
            entry.Xml = null;
        }

        var map = layout.LabelMap is { } file ? VocLabelMap.Read(archive, file, report) : null;
        var lists = new VocLists(archive, layout, map is null ? [] : [.. map.Classes.Select(label => label.Name)], ["Segmentation", "Main"], report);
        return Task.FromResult<IDatasetSource>(new VocSource(archive, layout, lists, map, options, report, cancel) { WithColors = true });
    }
}

/// <summary>The images of a PASCAL VOC archive, one after another.</summary>
internal sealed class VocSource : IDatasetSource
{
    private readonly DatasetArchive _archive;
    private readonly VocLayout _layout;
    private readonly VocLists _lists;
    private readonly ClassColors _colors;
    private readonly ArchiveImages _images;
    private readonly bool _oneBased;
    private readonly DatasetReport _report;
    private readonly IReadOnlyList<DatasetLabel> _labels;
    private readonly HashSet<string>? _known;

    public VocSource(DatasetArchive archive, VocLayout layout, VocLists lists, VocLabelMap? map, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        (_archive, _layout, _lists, _oneBased, _report) = (archive, layout, lists, options.OneBased, report);
        _images = new ArchiveImages(archive, layout.IsFrame);
        _colors = new ClassColors((map ?? VocLabelMap.Challenge).Classes);
        if (map is not null)
        {
            _known = [.. map.Classes.Select(label => label.Name), .. map.Parts];
            _labels = [.. map.Classes.Select((label, number) => (label, number)).Where(pair => _colors.IsLabel(pair.number)).Select(pair => pair.label)
                .DistinctBy(label => label.Name).Select(label => new DatasetLabel { Name = label.Name, Color = ClassPalette.Hex(label.Color) }),
                .. map.Parts.Distinct().Where(part => map.Classes.All(label => label.Name != part)).Select(part => new DatasetLabel { Name = part })];
        }
        else
        {
            report.Note("names-missing", "There is no labelmap.txt: labels are those that the annotations name", "");
            _labels = [.. Names(cancel).Select(name => new DatasetLabel { Name = name })];
        }
    }

    /// <summary>Labels have the colours of the list; those of PASCAL VOC mean places in it only.</summary>
    public bool WithColors { get; init; }

    public DatasetInfo Info => new() { Labels = WithColors ? _labels : [.. _labels.Select(label => label with { Color = "" })] };

    public bool HasTracks => false;

    public async IAsyncEnumerable<DatasetItem> ReadItemsAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var entry in _layout.Entries)
        {
            cancel.ThrowIfCancellationRequested();
            var item = Read(entry, _report, cancel);
            _report.Images++;
            yield return item.Width > 0 && item.Height > 0 ? item : await SizedAsync(item, cancel);
        }

        _images.NoteUnnamed(_report);
    }

    public async IAsyncEnumerable<DatasetTrack> ReadTracksAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        yield break;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Without a list of labels all of the dataset is read once for their names alone.</summary>
    private List<string> Names(CancellationToken cancel)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var ordered = new List<string>();
        var aside = new DatasetReport();
        foreach (var entry in _layout.Entries)
        {
            cancel.ThrowIfCancellationRequested();
            var item = Read(entry, aside, cancel);
            foreach (var name in item.Shapes.Select(shape => shape.Label).Concat(item.Tags.Select(tag => tag.Label)))
            {
                if (names.Add(name))
                {
                    ordered.Add(name);
                }
            }

            if (names.Count > _archive.Limits.MaxLabels)
            {
                throw new DatasetException("too-many-labels", $"The annotations name more than {_archive.Limits.MaxLabels} labels.");
            }
        }

        return ordered;
    }

    private DatasetItem Read(VocEntry entry, DatasetReport report, CancellationToken cancel)
    {
        var document = entry.Xml is null ? null : ReadXml(entry.Xml, report);
        var shapes = document?.Shapes ?? [];
        var (width, height) = (document?.Width ?? 0, document?.Height ?? 0);
        if (entry.Classes is not null)
        {
            var masks = new LabelMasks(_archive, report);
            if (masks.Read(entry.Classes, cancel) is { } classes)
            {
                (width, height) = width > 0 && height > 0 ? (width, height) : (classes.Width, classes.Height);
                shapes.AddRange(masks.Of(classes, masks.Read(entry.Objects, cancel), _colors, entry.Classes.Path));
            }
        }
        else if (entry.Objects is not null)
        {
            report.Loss("classes-missing", "Images of objects without one of their classes were left out", entry.Objects.Path);
        }

        var tags = _lists.TagsOf(entry);
        if (tags.Count > 0)
        {
            report.Count("tag", tags.Count);
        }

        var (name, open) = Image(entry, document);
        return new DatasetItem
        {
            Name = name,
            Subset = entry.Subset,
            Width = width,
            Height = height,
            Shapes = shapes,
            Tags = tags,
            OpenImage = open,
        };
    }

    /// <summary>With the size that the image itself has, where the annotations do not say it.</summary>
    private static async Task<DatasetItem> SizedAsync(DatasetItem item, CancellationToken cancel)
    {
        if (item.OpenImage is null)
        {
            return item;
        }

        await using var content = await item.OpenImage(cancel);
        return ImageSize.Read(content) is { } size ? item with { Width = size.Width, Height = size.Height } : item;
    }

    private VocDocument? ReadXml(DatasetArchiveEntry file, DatasetReport report)
    {
        try
        {
            using var xml = new SafeXml(_archive.Open(file), file.Path, _archive.Limits);
            var document = new VocXml(_known is null ? null : _known.Contains, _oneBased, report).Read(xml);
            if (document is null)
            {
                report.Note("file-skipped", "The file is no PASCAL VOC annotation file", file.Path);
            }

            return document;
        }
        catch (DatasetException error)
        {
            report.Loss("file-unreadable", "Files that cannot be read were left out", $"{file.Path}: {error.Message}");
            return null;
        }
    }

    /// <summary>
    /// The image of the annotations' own name; its extension is what the file says, or else what the archive has. The name
    /// in a file may be another's, or a path on its author's disk.
    /// </summary>
    private (string Name, Func<CancellationToken, Task<Stream>>? Open) Image(VocEntry entry, VocDocument? document)
    {
        var (name, open) = _images.FindStem(entry.Id, entry.Subset);
        if (open is not null || document is null || document.FileName.Length == 0)
        {
            return (name, open);
        }

        var said = document.FileName.Replace('\\', '/');
        said = said[(said.LastIndexOf('/') + 1)..];
        var stem = entry.Id[(entry.Id.LastIndexOf('/') + 1)..];
        if (ImageNames.Stem(said).Equals(stem, StringComparison.OrdinalIgnoreCase))
        {
            return (entry.Id[..^stem.Length] + said, null);
        }

        // Some tools number the annotations and leave the image its name.
        return FileEndings.IsImage(said) && _images.Find(said, entry.Subset) is { } other ? (said, other) : (name, null);
    }
}
