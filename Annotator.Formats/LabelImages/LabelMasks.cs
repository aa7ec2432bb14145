using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.LabelImages;

/// <summary>What a number of a label image means.</summary>
/// <param name="Label">Null for what is no object.</param>
internal readonly record struct Meaning(string? Label)
{
    public int? TrackId { get; init; }

    /// <summary>An area without single objects, or a region that trainers leave out.</summary>
    public bool? Crowd { get; init; }
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }
}

/// <summary>Makes masks of label images: one for each number, or one for each object in an image of objects.</summary>
internal sealed class LabelMasks(DatasetArchive archive, DatasetReport report)
{
    /// <summary>Objects of one image; more is a photo or noise.</summary>
    private const int MaxObjects = 65_536;

    /// <summary>Null when the image cannot be read; the report then says why.</summary>
    public LabelImage? Read(DatasetArchiveEntry? entry, CancellationToken cancel)
    {
        try
        {
            return entry is null ? null : LabelImage.Read(archive, entry, cancel);
        }
        catch (DatasetException error)
        {
            report.Loss(error.Code, "Label images that cannot be read were left out", $"{entry!.Path}: {error.Message}");
            return null;
        }
    }

    /// <summary>One mask for each number that means something; none when there are too many.</summary>
    public List<DatasetShape> Of(LabelImage image, Func<int, Meaning> meaning, string place)
    {
        var regions = new Dictionary<int, Region>();
        var meanings = new Dictionary<int, Meaning>();
        long position = 0;
        foreach (var (value, length) in image.Runs)
        {
            if (!meanings.TryGetValue(value, out var means))
            {
                meanings[value] = means = meaning(value);
            }

            if (means.Label is not null && !Add(regions, value, position, length, place))
            {
                return [];
            }

            position += length;
        }

        var shapes = new List<DatasetShape>(regions.Count);
        foreach (var (value, region) in regions)
        {
            shapes.Add(Shape(meanings[value], region, image.Width));
        }

        return shapes;
    }

    /// <summary>One mask for each class of an image of colours, or for each object where there is an image of those, too.</summary>
    /// <param name="objects">Of any colours; black and void are no objects. Null where it is missing.</param>
    public List<DatasetShape> Of(LabelImage classes, LabelImage? objects, ClassColors colors, string place)
    {
        var classOf = colors.Of(classes);
        foreach (var (value, area) in classes.Areas())
        {
            if (classOf[value] == ClassColors.Unknown)
            {
                report.Loss("color-unknown", "Pixels of colours that no label has were left out", $"{place}: {ClassPalette.Hex(classes.ColorOf(value))}, {area} pixels");
            }
        }

        if (objects is not null && (objects.Width, objects.Height) != (classes.Width, classes.Height))
        {
            report.Loss("object-image-differs", "Images of objects of another size than that of their classes were not used", place);
            objects = null;
        }

        return objects is null
            ? Of(classes, value => new Meaning(classOf[value] >= 0 ? colors.Classes[classOf[value]].Name : null), place)
            : Of(new JoinedObjects(classes, objects, classOf), colors, place);
    }

    private List<DatasetShape> Of(JoinedObjects joined, ClassColors colors, string place)
    {
        var regions = new Dictionary<int, Region>();
        foreach (var (number, position, length) in joined.Spans())
        {
            if (!Add(regions, number, position, length, place))
            {
                return [];
            }
        }

        var shapes = new List<DatasetShape>(regions.Count);
        foreach (var (number, region) in regions)
        {
            if (joined.ClassOf(number) is { } label)
            {
                shapes.Add(Shape(new Meaning(colors.Classes[label].Name), region, joined.Width));
            }
            else
            {
                report.Loss("object-without-class", "Objects whose pixels have no label were left out", place);
            }
        }

        return shapes;
    }

    private bool Add(Dictionary<int, Region> regions, int key, long position, int length, string place)
    {
        if (!regions.TryGetValue(key, out var region))
        {
            if (regions.Count == MaxObjects)
            {
                report.Loss("label-image-noise", "Label images that cannot be read were left out", $"{place}: more than {MaxObjects} objects");
                return false;
            }

            regions[key] = region = new Region();
        }

        region.Add(position, length);
        return true;
    }

    private DatasetShape Shape(Meaning meaning, Region region, int width)
    {
        report.Count("mask");
        return new DatasetShape
        {
            Kind = ShapeKind.Mask,
            Label = meaning.Label!,
            Points = region.ToMask(width),
            Source = AnnotationSource.File,
            TrackId = meaning.TrackId,
            Keyframe = meaning.TrackId is not null,
            Crowd = meaning.Crowd,
            Attributes = meaning.Attributes ?? DatasetShape.NoAttributes,
        };
    }
}
