using Annotator.Formats;
using Annotator.Formats.Model;
using Annotator.Formats.Tools;
using Annotator.Formats.Tools.Comparison;
using Annotator.Formats.Tools.Merging;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats.Tools;

public sealed class MergeAndDifferenceTests
{
    private static readonly DatasetShape _car = new() { Kind = ShapeKind.Rectangle, Label = "car", Points = [0, 0, 10, 10], Group = 1 };
    private static readonly DatasetShape _nearly = _car with { Points = [0, 0, 10, 9] };
    private static readonly DatasetShape _far = _car with { Points = [50, 50, 60, 60], Group = 2 };

    [Theory]
    [InlineData(OverlapPolicy.KeepBoth, "a.jpg: car 10, car 9, car 60 | b.jpg: car 10 | c.jpg: bus 10")]
    [InlineData(OverlapPolicy.KeepFirst, "a.jpg: car 10 | b.jpg: car 10 | c.jpg: bus 10")]
    [InlineData(OverlapPolicy.MergeByOverlap, "a.jpg: car 10, car 60 | b.jpg: car 10 | c.jpg: bus 10")]
    public async Task Frames_of_one_name_are_merged_as_asked(OverlapPolicy policy, string expected)
    {
        var (items, _, _) = await MergeAsync(
            new MergeOptions { Overlap = policy },
            Source(["car"], Item("b.jpg", _car), Item("a.jpg", _car)),
            Source(["car", "bus"], Item("a.jpg", _nearly, _far), Item("c.jpg", _car with { Label = "bus" })));

        Assert.Equal(expected, string.Join(" | ", items.OrderBy(item => item.Name, StringComparer.Ordinal).Select(item =>
            $"{item.Name}: {string.Join(", ", item.Shapes.Select(shape => $"{shape.Label} {shape.Points[3]}"))}")));
    }

    [Fact]
    public async Task Groups_and_tracks_of_different_datasets_stay_apart()
    {
        var (items, _, _) = await MergeAsync(
            new MergeOptions(),
            Source(["car"], Item("a.jpg", _car with { TrackId = 0 })),
            Source(["car"], Item("a.jpg", _far with { TrackId = 0 }), Item("b.jpg", _far with { TrackId = 0 })));

        Assert.Equal([1, 3], items[0].Shapes.Select(shape => shape.Group));
        Assert.NotEqual(items[0].Shapes[0].TrackId, items[0].Shapes[1].TrackId);
        Assert.Equal(items[0].Shapes[1].TrackId, items[1].Shapes[0].TrackId);
    }

    [Fact]
    public async Task Only_labels_that_all_have_stay_where_so_asked()
    {
        var (items, info, report) = await MergeAsync(
            new MergeOptions { Labels = LabelPolicy.Intersect },
            Source(["car", "bus"], Item("a.jpg", _car, _car with { Label = "bus" })),
            Source(["car", "lorry"], Item("b.jpg", _car)));

        Assert.Equal(["car"], info.Labels.Select(label => label.Name));
        Assert.Equal(2, items.Sum(item => item.Shapes.Count));
        Assert.Equal(1, report.NumberOf("label-not-common"));
    }

    [Fact]
    public async Task Attributes_of_one_label_are_united()
    {
        DatasetLabel one = new() { Name = "car", Attributes = [new DatasetAttribute { Name = "brand", InputType = "select", Values = ["bmw"] }, new DatasetAttribute { Name = "id", InputType = "number" }] };
        DatasetLabel two = new() { Name = "car", Color = "#ff0000", Attributes = [new DatasetAttribute { Name = "brand", InputType = "select", Values = ["audi"] }, new DatasetAttribute { Name = "id", InputType = "text" }, new DatasetAttribute { Name = "new" }] };

        var (_, info, report) = await MergeAsync(
            new MergeOptions(), new ListSource(new DatasetInfo { Labels = [one] }, []), new ListSource(new DatasetInfo { Labels = [two] }, []));

        var label = Assert.Single(info.Labels);
        Assert.Equal(["brand select bmw,audi", "id text ", "new text "], label.Attributes.Select(attribute => $"{attribute.Name} {attribute.InputType} {string.Join(',', attribute.Values)}"));
        Assert.Equal("#ff0000", label.Color);
        Assert.Equal(1, report.NumberOf("attribute-kinds-differ"));
    }

    [Fact]
    public async Task Frames_of_one_name_and_different_sizes_are_not_mixed()
    {
        var (items, _, report) = await MergeAsync(
            new MergeOptions(), Source(["car"], Item("a.jpg", _car)), Source(["car"], Item("a.jpg", _far) with { Width = 5 }));

        Assert.Single(Assert.Single(items).Shapes);
        Assert.Equal(1, report.NumberOf("sizes-differ"));
    }

    [Fact]
    public async Task Labels_are_renamed_joined_and_left_out()
    {
        var report = new DatasetReport();
        var source = Source(["car", "bus", "sky"], Item("a.jpg", _car, _car with { Label = "bus" }, _car with { Label = "sky" }) with { Tags = [new DatasetTag { Label = "car" }, new DatasetTag { Label = "bus" }] });

        await using var renamed = new LabelRemap([LabelRemap.Parse("car = vehicle"), LabelRemap.Parse("bus=vehicle"), LabelRemap.Parse("sky="), LabelRemap.Parse("moon=sun")], keepOthers: true).Of(source, report);
        var item = await renamed.ReadItemsAsync(TestContext.Current.CancellationToken).SingleAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["vehicle"], renamed.Info.Labels.Select(label => label.Name));
        Assert.Equal(["vehicle", "vehicle"], item.Shapes.Select(shape => shape.Label));
        Assert.Equal(["vehicle"], item.Tags.Select(tag => tag.Label));
        Assert.Equal(1, report.NumberOf("label-not-there"));
        Assert.Throws<DatasetException>(() => LabelRemap.Parse("vehicle"));
    }

    [Theory]
    [InlineData("{subset}/{index:3}{ext}", "train/000.jpg train/001.PNG")]
    [InlineData("{dir}x_{stem}{ext}", "street/x_a.b.jpg x_c.PNG")]
    [InlineData("{frame:4}-{name}", "0007-street/a.b.jpg 0001-c.PNG")]
    public async Task Frames_are_named_by_a_pattern(string pattern, string expected)
    {
        await using var renamed = FrameNames.Rename(Source([], Item("street/a.b.jpg") with { Subset = "train", Frame = 7 }, Item("c.PNG") with { Subset = "train" }), pattern);

        Assert.Equal(expected, string.Join(' ', await renamed.ReadItemsAsync(TestContext.Current.CancellationToken).Select(item => item.Name).ToListAsync(TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{nothing}")]
    [InlineData("a{stem")]
    [InlineData("{index:x}")]
    [InlineData("{stem:3}")]
    public void A_pattern_that_is_not_understood_is_refused(string pattern) =>
        Assert.Equal("pattern-invalid", Assert.Throws<DatasetException>(() => FrameNames.Rename(Source([]), pattern)).Code);

    [Property(MaxTest = 50)]
    public async Task A_dataset_does_not_differ_from_itself(int seed)
    {
        var items = new RandomDataset(seed).Items();

        var difference = await DifferenceAsync(new ListSource(RandomDataset.Info, items), new ListSource(RandomDataset.Info, Enumerable.Reverse(items)));

        Assert.True(difference.IsNone, string.Join('\n', difference.Places));
        Assert.Equal(items.Sum(item => item.Shapes.Count), difference.Labels.Sum(label => label.Same) - items.Sum(item => item.Tags.Count));
    }

    [Fact]
    public async Task Each_difference_is_counted_where_it_is()
    {
        var first = Source(["car", "bus"], Item("a.jpg", _car, _far), Item("b.jpg", _car), Item("d.jpg", _car));
        var second = Source(["car", "lorry"], Item("a.jpg", _nearly), Item("c.jpg", _car, _car with { Label = "lorry" }), Item("d.jpg", _car) with { Height = 7 });

        var difference = await DifferenceAsync(first, second);

        Assert.False(difference.IsNone);
        Assert.Equal((2, 1, 1, 1), (difference.ImagesInBoth, difference.ImagesOnlyFirst, difference.ImagesOnlySecond, difference.SizesDiffer));
        Assert.Equal(["bus"], difference.LabelsOnlyFirst);
        Assert.Equal(["lorry"], difference.LabelsOnlySecond);
        Assert.Equal(["car: 2 same, 1 changed, 2 - 1", "lorry: 0 same, 0 changed, 0 - 1"], difference.Labels.Select(label => $"{label.Label}: {label.Same} same, {label.Changed} changed, {label.OnlyFirst} - {label.OnlySecond}"));
        Assert.Equal(4, difference.Places.Count);
    }

    [Fact]
    public async Task A_changed_attribute_or_flag_is_a_change()
    {
        foreach (var changed in new[]
        {
            _car with { Occluded = true },
            _car with { Attributes = new Dictionary<string, string> { ["parked"] = "true" } },
            _car with { Rotation = 10, Points = [0, 0, 10, 10] },
        })
        {
            var difference = await DifferenceAsync(Source(["car"], Item("a.jpg", _car)), Source(["car"], Item("a.jpg", changed)));
            Assert.Equal(1, Assert.Single(difference.Labels).Changed);
        }
    }

    [Fact]
    public async Task A_frame_without_a_subset_is_found_in_any()
    {
        var difference = await DifferenceAsync(Source(["car"], Item("a.jpg", _car)), Source(["car"], Item("a.jpg", _car) with { Subset = "train" }));
        Assert.True(difference.IsNone);

        difference = await DifferenceAsync(Source(["car"], Item("a.jpg", _car) with { Subset = "val" }), Source(["car"], Item("a.jpg", _car) with { Subset = "train" }));
        Assert.Equal((1, 1), (difference.ImagesOnlyFirst, difference.ImagesOnlySecond));
    }

    private static DatasetItem Item(string name, params DatasetShape[] shapes) => new() { Name = name, Width = 100, Height = 100, Shapes = shapes };

    private static ListSource Source(string[] labels, params DatasetItem[] items) => new(new DatasetInfo { Labels = [.. labels.Select(name => new DatasetLabel { Name = name })] }, items);

    private static Task<DatasetDifference> DifferenceAsync(IDatasetSource first, IDatasetSource second) =>
        DatasetDifference.BetweenAsync(first, second, 0.5, TestContext.Current.CancellationToken);

    private static async Task<(List<DatasetItem> Items, DatasetInfo Info, DatasetReport Report)> MergeAsync(MergeOptions options, params IDatasetSource[] sources)
    {
        var report = new DatasetReport();
        await using var merged = new MergedSource(sources, options, report);
        return (await merged.ReadItemsAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken), merged.Info, report);
    }
}
