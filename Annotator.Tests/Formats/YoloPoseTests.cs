using System.Text;
using Annotator.Formats;
using Annotator.Formats.Model;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

public sealed class YoloPoseTests
{
    private const string Format = "Ultralytics YOLO Pose 1.0";

    [Fact]
    public async Task Skeletons_are_read_in_pixels()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.ZipFolder(DatasetFiles.Fixture("yolo_ultralytics", "pose")));

        var label = Assert.Single(info.Labels);
        Assert.Equal(("skeleton_label", "skeleton", "1 2 3"), (label.Name, label.Type, string.Join(' ', label.Sublabels.Select(node => node.Name))));
        var item = Assert.Single(items);
        Assert.Equal((15, 10), (item.Width, item.Height));
        Assert.Equal("skeleton_label: 1 1.5 2; 2 4.5 4; 3 7.5 6", Describe(Assert.Single(item.Shapes)));
        Assert.Equal(1, report.Counts["skeleton"]);
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task The_example_of_the_specification_is_read()
    {
        var zip = await File.ReadAllBytesAsync(DatasetFiles.Fixture("spec_examples", "ultra_pose.zip"), TestContext.Current.CancellationToken);

        var (_, items, report) = await DatasetFiles.ReadAsync(Format, zip);

        Assert.Equal("face: 1 45 12; 2 50 20 occluded; 3 0 0 outside", Describe(Assert.Single(Assert.Single(items).AtSize!(100, 50).Shapes)));
        Assert.Empty(report.Lines);
    }

    [Theory]
    [InlineData("kpt_shape: [2, 2]\n", "0 .5 .5 .1 .1 .25 .5 -1 .5", "dog: 1 25 25; 2 -100 25 outside")]
    [InlineData("", "0 .5 .5 .1 .1 .25 .5 .75 .5", "dog: 1 25 25; 2 75 25")]
    [InlineData("", "0 .5 .5 .1 .1 .25 .5 0.9", "dog: 1 25 25")]
    [InlineData("kpt_shape:\n- 2\n- 3\nkpt_names:\n  0:\n  - nose # tip\n  - 'left eye'\n", "0 .5 .5 .1 .1 .25 .5 1 .5 .5 2", "dog: nose 25 25 occluded; left eye 50 25")]
    [InlineData("kpt_shape: [2, 3]\nkpt_names: # all\n  0: [nose]\n", "0 .5 .5 .1 .1 .25 .5 1 0 0 0", "dog: nose 25 25 occluded")]
    [InlineData("kpt_shape: [2, 3]\nkpt_names:\n  0: [nose, nose]\n", "0 .5 .5 0 0 .25 .5 1 0 0 0", "dog: 1 25 25 occluded; 2 0 0 outside")]
    public async Task Rows_of_two_and_three_numbers_and_names_of_nodes_are_read(string yaml, string row, string expected)
    {
        var zip = DatasetFiles.Zip(("data.yaml", Encoding.UTF8.GetBytes($"{yaml}names: [dog]\n")), ("labels/train/a.txt", Encoding.UTF8.GetBytes(row)));

        var (_, items, _) = await DatasetFiles.ReadAsync(Format, zip);

        Assert.Equal(expected, Describe(Assert.Single(Assert.Single(items).AtSize!(100, 50).Shapes)));
    }

    [Fact]
    public async Task Rows_of_another_length_are_named_and_the_rest_is_read()
    {
        const string Rows = "0 .5 .5 .1 .1\n0 .5 .5 .1 .1 .1 .1 2\n0 .5 .5 .1 .1 .1 .1 2 x .1 2\n7 .5 .5 .1 .1 .1 .1 2 .1 .1 2\n0 .5 .5 .1 .1 .1 .1 2 .1 .1 2\n";

        var (_, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(("d.yaml", "names: [a]\nkpt_shape: [2, 3]"u8.ToArray()), ("labels/train/a.txt", Encoding.UTF8.GetBytes(Rows))));

        Assert.Single(items[0].AtSize!(10, 10).Shapes);
        Assert.Equal((3, 1), (report.NumberOf("row-invalid"), report.NumberOf("class-unknown")));
    }

    [Fact]
    public async Task Skeletons_of_different_sizes_are_filled_up_and_what_trainers_refuse_is_mended()
    {
        DatasetLabel Skeleton(string name, params string[] nodes) => new() { Name = name, Type = "skeleton", Sublabels = [.. nodes.Select(node => new DatasetLabel { Name = node, Type = "points" })] };
        var info = new DatasetInfo { Labels = [new DatasetLabel { Name = "car" }, Skeleton("face", "eye", "nose", "mouth"), Skeleton("stick", "a", "b")] };
        DatasetShape Node(string name, double x, double y, bool outside = false, bool occluded = false) => new() { Kind = ShapeKind.Points, Label = name, Points = [x, y], Outside = outside, Occluded = occluded };
        var item = new DatasetItem
        {
            Name = "a.jpg",
            Width = 100,
            Height = 50,
            Shapes =
            [
                new DatasetShape { Kind = ShapeKind.Skeleton, Label = "face", Elements = [Node("nose", 50, 20, occluded: true), Node("eye", 45, 12), Node("mouth", 9, 9, outside: true)] },
                new DatasetShape { Kind = ShapeKind.Skeleton, Label = "stick", Elements = [Node("a", -10, 25), Node("b", 110, 25)] },
                new DatasetShape { Kind = ShapeKind.Skeleton, Label = "stick", Elements = [Node("a", 1, 1, outside: true)] },
                new DatasetShape { Kind = ShapeKind.Rectangle, Label = "car", Points = [1, 1, 2, 2] },
            ],
        };

        var (zip, report) = await DatasetFiles.WriteAsync(Format, info, [item]);

        Assert.Equal(
            "0 0.475000 0.320000 0.050000 0.160000 0.450000 0.240000 2 0.500000 0.400000 1 0.000000 0.000000 0\n"
            + "1 0.500000 0.500000 1.000000 0.000000 0.000000 0.500000 2 1.000000 0.500000 2 0.000000 0.000000 0\n",
            DatasetFiles.Entry(zip, "labels/train/a.txt"));
        Assert.EndsWith("names:\n  0: face\n  1: stick\nkpt_shape: [3, 3]\nkpt_names:\n  0: [eye, nose, mouth]\n  1: [a, b]\n", DatasetFiles.Entry(zip, "data.yaml"), StringComparison.Ordinal);
        Assert.Equal((1, 1, 1), (report.NumberOf("skeleton-empty"), report.NumberOf("clipped"), report.NumberOf("kind-not-held") + report.NumberOf("label-unknown")));

        var (_, items, _) = await DatasetFiles.ReadAsync(Format, zip);
        Assert.Equal(["face: eye 45 12; nose 50 20 occluded; mouth 0 0 outside", "stick: a 0 25; b 100 25"], items[0].AtSize!(100, 50).Shapes.Select(Describe));
    }

    [Property(MaxTest = 60)]
    public async Task Skeletons_come_back_and_the_rest_is_named(int seed)
    {
        var items = new RandomDataset(seed).Items();
        var held = items.SelectMany(item => item.Shapes).Where(shape => shape.Kind == ShapeKind.Skeleton && shape.Elements.All(node => node.Outside || node.Points[0] is >= 0 and <= 200 && node.Points[1] is >= 0 and <= 120)).ToList();
        var others = items.SelectMany(item => item.Shapes).Count(shape => shape.Kind != ShapeKind.Skeleton);

        var (written, report) = await DatasetFiles.WriteAsync(Format, RandomDataset.Info, items);
        var (info, read, readReport) = await DatasetFiles.ReadAsync(Format, written);

        var shapes = read.SelectMany(item => (item.AtSize?.Invoke(200, 120) ?? item).Shapes).ToList();
        Assert.All(held, shape => Assert.Contains(shapes, other => Same(shape, other)));
        Assert.Equal(["eye", "person"], Assert.Single(info.Labels).Sublabels.Select(node => node.Name));
        Assert.Equal(others, report.NumberOf("kind-not-held") + report.NumberOf("label-unknown"));
        Assert.DoesNotContain(readReport.Lines, line => line.Kind == ReportKind.Loss);
    }

    private static bool Same(DatasetShape one, DatasetShape other) =>
        one.Label == other.Label && one.Elements.Zip(other.Elements).All(pair => pair.First.Label == pair.Second.Label && pair.First.Outside == pair.Second.Outside
            && (pair.First.Outside || (pair.First.Occluded == pair.Second.Occluded && Math.Abs(pair.First.Points[0] - pair.Second.Points[0]) < 0.01 && Math.Abs(pair.First.Points[1] - pair.Second.Points[1]) < 0.01)));

    private static string Describe(DatasetShape shape) =>
        $"{shape.Label}: {string.Join("; ", shape.Elements.Select(node => $"{node.Label} {string.Join(' ', node.Points.Select(number => Math.Round(number, 3) + 0.0))}{(node.Outside ? " outside" : "")}{(node.Occluded ? " occluded" : "")}"))}";
}
