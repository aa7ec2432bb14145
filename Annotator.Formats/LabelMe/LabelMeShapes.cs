using System.Globalization;
using Annotator.Formats.Archives;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;
using Annotator.Formats.Png;

namespace Annotator.Formats.LabelMe;

/// <summary>Turns the objects of LabelMe files into shapes. What is not valid is left out and reported; the file goes on.</summary>
internal sealed class LabelMeShapes(DatasetArchive archive, DatasetReport report)
{
    private readonly LabelMeMasks _masks = new(archive);
    private readonly PictureReads _reads = new(archive.Limits);

    public List<DatasetShape> Read(LabelMeFile file, string path)
    {
        var groups = Groups(file.Objects);
        var shapes = new List<DatasetShape>(file.Objects.Count);
        for (var i = 0; i < file.Objects.Count; i++)
        {
            var read = file.Objects[i];
            if (!read.Deleted && Shape(read, groups[i], path, string.Create(CultureInfo.InvariantCulture, $"{path}: object {i + 1} {read.Name}")) is { } shape)
            {
                shapes.Add(shape);
                report.Count(Words.Of(shape.Kind));
            }
        }

        return shapes;
    }

    private DatasetShape? Shape(LabelMeObject read, int group, string path, string place)
    {
        if (read.Name.Length == 0)
        {
            report.Loss("label-missing", "Objects without a name were left out", place);
            return null;
        }

        var (kind, points) = Geometry(read, path, place);
        if (points is null)
        {
            return null;
        }

        var attributes = LabelMeAttributes.Parse(read.Attributes);
        attributes.Remove("rotation", out var rotation);
        attributes.Remove("keyframe", out var keyframe);
        int? track = keyframe is not null && attributes.Remove("track_id", out var id) && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        if (read.UserName.Length > 0)
        {
            attributes.TryAdd("username", read.UserName);
        }

        return new DatasetShape
        {
            Kind = kind,
            Label = read.Name,
            Points = points,
            Rotation = kind == ShapeKind.Rectangle && double.TryParse(rotation, NumberStyles.Float, CultureInfo.InvariantCulture, out var degrees) ? ((degrees % 360) + 360) % 360 : 0,
            Occluded = read.Occluded,
            Group = group,
            Source = AnnotationSource.File,
            Attributes = attributes.Count > 0 ? attributes : DatasetShape.NoAttributes,
            TrackId = track,
            Keyframe = track is not null && keyframe == "true",
        };
    }

    private (ShapeKind Kind, double[]? Points) Geometry(LabelMeObject read, string path, string place)
    {
        if (read.Mask.Length > 0)
        {
            return (ShapeKind.Mask, Mask(read.Mask, path, place));
        }

        if (read is { IsBox: true, Points.Count: >= 6 })
        {
            var box = Outlines.BoxAround([.. read.Points]);
            if (box is { Width: > 0, Height: > 0 })
            {
                return (ShapeKind.Rectangle, [box.Left, box.Top, box.Right, box.Bottom]);
            }
        }
        else if (read.Points?.Count >= 6)
        {
            return (ShapeKind.Polygon, [.. read.Points]);
        }

        report.Loss("shape-invalid", "Objects with fewer than three points, without a size, or with something that is no number were left out", place);
        return (default, null);
    }

    private double[]? Mask(string name, string path, string place)
    {
        if (_masks.Find(name, path) is not { } picture)
        {
            report.Loss("mask-missing", "Masks whose picture is not in the archive were left out", $"{place}: {name}");
            return null;
        }

        try
        {
            using var content = archive.Open(picture);
            var points = MaskPicture.Read(content, picture.Path, archive.Limits, onSize: (width, height) => _reads.Count(picture, width, height));
            if (points.Length > 0)
            {
                return points;
            }

            report.Loss("mask-empty", "Masks without a pixel were left out", place);
        }
        catch (DatasetException error)
        {
            report.Loss("mask-unreadable", "Masks whose picture cannot be read were left out", $"{place}: {error.Message}");
        }

        return null;
    }

    /// <summary>A number for each object: the same for all that belong to one whole, 0 for those that stand alone.</summary>
    private static int[] Groups(List<LabelMeObject> objects)
    {
        // Ids that come twice are worth nothing, and old files have none: then the position counts.
        var byId = new Dictionary<string, int>(StringComparer.Ordinal);
        var unique = true;
        for (var i = 0; i < objects.Count; i++)
        {
            unique &= objects[i].Id.Length == 0 || byId.TryAdd(objects[i].Id, i);
        }

        if (!unique || byId.Count == 0)
        {
            byId.Clear();
            for (var i = 0; i < objects.Count; i++)
            {
                byId[i.ToString(CultureInfo.InvariantCulture)] = i;
            }
        }

        var leaders = Enumerable.Range(0, objects.Count).ToArray();
        for (var i = 0; i < objects.Count; i++)
        {
            if (byId.TryGetValue(objects[i].Whole, out var whole))
            {
                Join(whole, i);
            }

            foreach (var part in objects[i].Parts)
            {
                if (byId.TryGetValue(part, out var member))
                {
                    Join(i, member);
                }
            }
        }

        var sizes = new int[objects.Count];
        for (var i = 0; i < objects.Count; i++)
        {
            sizes[Leader(i)] += objects[i].Deleted ? 0 : 1;
        }

        var numbers = new Dictionary<int, int>();
        return [.. Enumerable.Range(0, objects.Count).Select(i => sizes[Leader(i)] < 2 ? 0 : Number(Leader(i)))];

        int Number(int leader) => numbers.TryGetValue(leader, out var number) ? number : numbers[leader] = numbers.Count + 1;

        int Leader(int of)
        {
            while (leaders[of] != of)
            {
                of = leaders[of] = leaders[leaders[of]];
            }

            return of;
        }

        void Join(int one, int other) => leaders[Leader(other)] = Leader(one);
    }
}

/// <summary>Finds the picture of a mask, wherever the archive keeps it. A name never leads out of the archive.</summary>
internal sealed class LabelMeMasks(DatasetArchive archive)
{
    /// <summary>Pictures of one name in different folders that are compared.</summary>
    private const int MostCandidates = 1000;

    private ILookup<string, DatasetArchiveEntry>? _pictures;

    /// <param name="path">The file that names the mask.</param>
    public DatasetArchiveEntry? Find(string name, string path)
    {
        _pictures ??= archive.Entries.Where(entry => ArchiveProbe.Has(entry, ".png")).ToLookup(ArchiveProbe.FileName, StringComparer.OrdinalIgnoreCase);
        var file = name.Replace('\\', '/');
        file = file[(file.LastIndexOf('/') + 1)..];
        var folder = path[..(path.LastIndexOf('/') + 1)];
        if (archive.Find($"{folder}Masks/{file}") is { } beside)
        {
            return beside;
        }

        // SUBSET/a/b.xml has its masks in SUBSET/Masks/a, and Annotations/a/b.xml in Masks/a.
        DatasetArchiveEntry? best = null;
        var length = -1;
        foreach (var picture in _pictures[file].Take(MostCandidates))
        {
            var shared = Shared(picture.Path, folder) + (picture.Path.Contains("Masks/", StringComparison.OrdinalIgnoreCase) ? folder.Length : 0);
            if (shared > length)
            {
                (best, length) = (picture, shared);
            }
        }

        return best;
    }

    /// <summary>How many of the folders' names the two have in common, at whatever place.</summary>
    private static int Shared(string picture, string folder) =>
        folder.Split('/', StringSplitOptions.RemoveEmptyEntries).Count(name => $"/{picture}".Contains($"/{name}/", StringComparison.OrdinalIgnoreCase));
}
