using System.Globalization;
using Annotator.Formats.Archives;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;
using Annotator.Formats.Png;

namespace Annotator.Formats.Coco;

/// <summary>Reads the masks of a panoptic file: each frame has a picture, in which every object has a colour of its own.</summary>
internal sealed class CocoPanoptic(DatasetArchive archive, CocoFile file, PictureReads reads, DatasetReport report)
{
    private readonly string _folder = Path.ChangeExtension(file.Path, null) + "/";
    private ILookup<string, DatasetArchiveEntry>? _pictures;

    /// <exception cref="DatasetException">The picture is damaged or too large.</exception>
    public void Add(CocoAnnotation annotation, CocoImage image, string place, List<DatasetShape> shapes)
    {
        if (Find(annotation.FileName.Replace('\\', '/')) is not { } picture)
        {
            report.Loss("segments-missing", "Panoptic segments without their picture were left out", $"{place}: {annotation.FileName}", annotation.Segments!.Count);
            return;
        }

        var masks = new Dictionary<int, RowSegments>();
        foreach (var segment in annotation.Segments!)
        {
            masks.TryAdd(segment.Id, new RowSegments());
        }

        using (var content = archive.Open(picture))
        {
            Read(content, picture, image, place, masks);
        }

        foreach (var segment in annotation.Segments)
        {
            var where = string.Create(CultureInfo.InvariantCulture, $"{place}: segment {segment.Id}");
            if (!file.Categories.TryGetValue(segment.CategoryId, out var label))
            {
                report.Loss("category-unknown", "Annotations of categories that the file does not list were left out", $"{where}: category {segment.CategoryId}");
            }
            else if (masks[segment.Id].IsEmpty)
            {
                report.Loss("mask-empty", "Masks without a pixel were left out", where);
            }
            else
            {
                shapes.Add(new DatasetShape
                {
                    Kind = ShapeKind.Mask,
                    Label = label,
                    Points = masks[segment.Id].ToMask(),
                    Source = AnnotationSource.File,
                    Crowd = segment.Crowd,
                });
                report.Count(Words.Of(ShapeKind.Mask));
            }
        }
    }

    private void Read(Stream content, DatasetArchiveEntry picture, CocoImage image, string place, Dictionary<int, RowSegments> masks)
    {
        using var png = new PngReader(content, picture.Path, archive.Limits);
        reads.Count(picture, png.Width, png.Height);
        if (image.Width > 0 && (png.Width != image.Width || png.Height != image.Height))
        {
            report.Repair("mask-size-differs", "Masks of another size than their image were taken as they are", place);
        }

        var unlisted = new HashSet<int>();
        var row = new int[png.Width];
        for (var y = 0; png.ReadRow(row); y++)
        {
            for (var from = 0; from < row.Length;)
            {
                var to = from + 1;
                while (to < row.Length && row[to] == row[from])
                {
                    to++;
                }

                var color = png.ColorOf(row[from]);
                var id = color >> 16 | color & 0xFF00 | (color & 0xFF) << 16;
                if (masks.TryGetValue(id, out var mask))
                {
                    mask.Add(y, from, to);
                }
                else if (id != 0 && unlisted.Count < archive.Limits.MaxLabels)
                {
                    unlisted.Add(id);
                }

                from = to;
            }
        }

        if (unlisted.Count > 0)
        {
            report.Loss("segment-unlisted", "Colours of a panoptic picture that the file does not explain were left out", place, unlisted.Count);
        }
    }

    /// <summary>In the folder that is called as the file, beside the file, else anywhere.</summary>
    private DatasetArchiveEntry? Find(string name)
    {
        if (name.Length == 0)
        {
            return null;
        }

        _pictures ??= archive.Entries.Where(entry => ArchiveProbe.Has(entry, ".png")).ToLookup(ArchiveProbe.FileName, StringComparer.OrdinalIgnoreCase);
        var beside = file.Path[..(file.Path.LastIndexOf('/') + 1)];
        return archive.Find(_folder + name)
            ?? archive.Find(beside + name)
            ?? _pictures[name[(name.LastIndexOf('/') + 1)..]].FirstOrDefault();
    }
}
