using Annotator.Formats.Model;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

public sealed class RoundTripTests
{
    [Property(MaxTest = 150)]
    public async Task Cvat_for_images_keeps_everything_but_tracks(int seed)
    {
        var items = new RandomDataset(seed).Items();

        var (written, report) = await DatasetFiles.WriteAsync("CVAT for images 1.1", RandomDataset.Info, items);
        var (info, read, readReport) = await DatasetFiles.ReadAsync("CVAT 1.1", written);

        Assert.Equal(RandomDataset.Info.Labels.Select(Describe), info.Labels.Select(Describe));
        Assert.Equal(items.Select(item => Describe(item)), read.Select(item => Describe(item)));
        Assert.Empty(report.Lines);
        Assert.Empty(readReport.Lines);
    }

    [Property(MaxTest = 150)]
    public async Task Coco_keeps_what_it_can_hold_and_names_the_rest(int seed)
    {
        var items = new RandomDataset(seed).Items();
        var held = items.SelectMany(item => item.Shapes).Where(shape => shape.Kind is ShapeKind.Rectangle or ShapeKind.Polygon or ShapeKind.Mask).ToList();
        var others = items.SelectMany(item => item.Shapes).Count(shape => shape.Kind is ShapeKind.Polyline or ShapeKind.Points or ShapeKind.Cuboid or ShapeKind.Skeleton);

        var (written, report) = await DatasetFiles.WriteAsync("COCO 1.0", RandomDataset.Info, items);
        var (_, read, _) = await DatasetFiles.ReadAsync("COCO 1.0", written);

        Assert.Equal(items.Select(item => (item.Name, item.Width, item.Height)), read.Select(item => (item.Name, item.Width, item.Height)));
        var shapes = read.SelectMany(item => item.Shapes).ToList();
        Assert.Equal(
            held.Where(shape => shape.Kind != ShapeKind.Polygon).Select(CocoForm).Order(StringComparer.Ordinal),
            shapes.Where(shape => shape.Kind != ShapeKind.Polygon && !WasEllipse(shape)).Select(CocoForm).Order(StringComparer.Ordinal));
        Assert.Equal(
            held.Where(shape => shape.Kind == ShapeKind.Polygon).Select(Outline).Order(StringComparer.Ordinal),
            shapes.Where(shape => shape.Kind == ShapeKind.Polygon).Select(Outline).Order(StringComparer.Ordinal));
        Assert.Equal(others, report.NumberOf("kind-not-held"));
        Assert.Equal(items.Sum(item => item.Tags.Count), report.NumberOf("tag-not-held"));

        bool WasEllipse(DatasetShape shape) => shape.Kind == ShapeKind.Mask && held.TrueForAll(other => !other.Points.SequenceEqual(shape.Points));
    }

    private static string Describe(DatasetLabel label) =>
        $"{label.Name}|{label.Color}|{label.Type}|{label.Svg}|{string.Join(';', label.Attributes.Select(a => $"{a.Name},{a.Mutable},{a.InputType},{a.DefaultValue},{string.Join('/', a.Values)}"))}"
        + string.Concat(label.Sublabels.Select(Describe));

    private static string Describe(DatasetItem item) =>
        $"{item.Frame} {item.Name} {item.Width}x{item.Height}\n"
        + string.Join('\n', item.Tags.Select(tag => $"{tag.Label} {tag.Group} {tag.Source} {Pairs(tag.Attributes)}"))
        + "\n" + string.Join('\n', item.Shapes.Select(Describe));

    private static string Describe(DatasetShape shape) =>
        $"{shape.Kind} {shape.Label} {Numbers(shape.Points)} r{shape.Rotation:F2} {shape.Occluded} {shape.Outside} z{shape.ZOrder} g{shape.Group} {shape.Source} {Pairs(shape.Attributes)}"
        + string.Concat(shape.Elements.Select(element => "\n  " + Describe(element)));

    /// <summary>What COCO holds of a rectangle or a mask.</summary>
    private static string CocoForm(DatasetShape shape) =>
        $"{shape.Kind} {shape.Label} {Numbers(shape.Points)} r{(shape.Kind == ShapeKind.Rectangle ? shape.Rotation : 0):F2} {shape.Occluded} {Pairs(shape.Attributes)}";

    /// <summary>Parts of one object share attributes, so that only their outline is compared.</summary>
    private static string Outline(DatasetShape shape) => $"{shape.Label} {Numbers(shape.Points)}";

    private static string Numbers(double[] numbers) => string.Join(' ', numbers.Select(number => number.ToString("F2")));

    private static string Pairs(IReadOnlyDictionary<string, string> pairs) =>
        string.Join(',', pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
}
