using Annotator.Formats;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;
using Annotator.Formats.Tools;
using Annotator.Formats.Tools.Statistics;
using Annotator.Formats.Tools.Validation;

namespace Annotator.Tests.Formats.Tools;

public sealed class ValidationAndStatisticsTests
{
    private static readonly DatasetShape _car = new() { Kind = ShapeKind.Rectangle, Label = "car", Points = [10, 10, 30, 30] };

    public static TheoryData<string, DatasetShape> Flawed => new()
    {
        { "out-of-bounds", _car with { Points = [90, 10, 110, 30] } },
        { "outside-image", _car with { Points = [200, 10, 210, 30] } },
        { "tiny", _car with { Points = [10, 10, 11, 30] } },
        { "degenerate", _car with { Points = [10, 10, 10, 30] } },
        { "degenerate", _car with { Kind = ShapeKind.Polygon, Points = [1, 1, 5, 5] } },
        { "degenerate", _car with { Kind = ShapeKind.Polygon, Points = [1, 1, 5, 5, 9, 9] } },
        { "degenerate", _car with { Kind = ShapeKind.Mask, Points = [1, 3, 0, 0, 4, 4] } },
        { "degenerate", _car with { Kind = ShapeKind.Skeleton, Points = [] } },
        { "number-invalid", _car with { Points = [double.NaN, 10, 10, 30] } },
        { "label-unknown", _car with { Label = "bus" } },
    };

    [Theory]
    [MemberData(nameof(Flawed))]
    public async Task A_flaw_is_found_and_named_once(string code, DatasetShape shape)
    {
        var findings = await FindAsync(["car"], [Item("a.jpg", _car, shape)]);

        var finding = Assert.Single(findings, finding => finding.Severity != FindingSeverity.Info);
        Assert.Equal((code, 1), (finding.Code, finding.Count));
        Assert.Equal($"a.jpg: {Words.Of(shape.Kind)} {shape.Label}", Assert.Single(finding.Places));
    }

    [Fact]
    public async Task A_sound_dataset_has_no_findings() => Assert.Empty(await FindAsync(["car"], [Item("a.jpg", _car), Item("b.jpg", _car, _car with { Points = [50, 50, 90, 90] })]));

    [Fact]
    public async Task What_is_there_twice_is_found()
    {
        var twice = Item("a.jpg", _car, _car with { Points = [10, 10, 30, 30.1] }) with { Tags = [new DatasetTag { Label = "car" }, new DatasetTag { Label = "car" }] };

        var findings = await FindAsync(["car"], [twice, Item("a.jpg", _car), Item("a.jpg", _car) with { Subset = "val" }]);

        Assert.Equal(["image-twice 1", "annotation-twice 2"], findings.Select(finding => $"{finding.Code} {finding.Count}"));
    }

    [Fact]
    public async Task Images_missing_empty_and_the_same_are_found()
    {
        DatasetItem[] items =
        [
            Item("a.jpg", _car) with { OpenImage = Bytes(1) },
            Item("b.jpg") with { OpenImage = Bytes(1) },
            Item("c.jpg", _car),
            Item("d.jpg", _car) with { OpenImage = Bytes(2), Width = 0 },
        ];

        var findings = await FindAsync(["car"], items, new ValidationOptions { CompareImages = true });

        Assert.Equal(
            ["image-missing c.jpg", "image-content-twice b.jpg, a.jpg", "size-unknown d.jpg", "image-empty b.jpg"],
            findings.Select(finding => $"{finding.Code} {string.Join(';', finding.Places)}"));
        Assert.Empty(await FindAsync(["car"], [Item("c.jpg", _car)]));
        Assert.Equal("image-missing", Assert.Single(await FindAsync(["car"], [Item("c.jpg", _car)], new ValidationOptions { RequireImages = true })).Code);
    }

    [Fact]
    public async Task Rare_and_unused_labels_are_found()
    {
        var items = Enumerable.Range(0, 60).Select(i => Item($"{i}.jpg", i == 0 ? [_car, _car with { Label = "bus", Points = [40, 40, 60, 60] }] : [_car])).ToArray();

        var findings = await FindAsync(["car", "bus", "tram"], items);

        Assert.Equal(["class-imbalance bus: 1, car: 60", "label-unused tram"], findings.Select(finding => $"{finding.Code} {Assert.Single(finding.Places)}"));
    }

    [Fact]
    public void Statistics_count_labels_kinds_images_and_sizes()
    {
        var statistics = new DatasetStatistics(new DatasetInfo { Labels = [new DatasetLabel { Name = "car" }, new DatasetLabel { Name = "unused" }] });

        statistics.Add(Item("a.jpg", _car, _car with { Points = [0, 0, 100, 100], TrackId = 4 }) with { Subset = "train" });
        statistics.Add(Item("b.jpg", _car with { Kind = ShapeKind.Polyline, Points = [0, 0, 5, 5], TrackId = 4 }) with { Subset = "val", Tags = [new DatasetTag { Label = "night" }] });
        statistics.Add(Item("c.jpg") with { Subset = "val", Width = 50 });

        Assert.Equal((3, 1, 4, 1), (statistics.Images, statistics.ImagesWithoutAnnotations, statistics.Annotations, statistics.Tracks));
        Assert.Equal(["car 3 2", "night 1 1", "unused 0 0"], statistics.Labels.Select(label => $"{label.Label} {label.Annotations} {label.Images}"));
        Assert.Equal(["polyline 1", "rectangle 2", "tag 1"], statistics.Kinds.Select(pair => $"{pair.Key} {pair.Value}"));
        Assert.Equal(["train 1", "val 2"], statistics.Subsets.Select(pair => $"{pair.Key} {pair.Value}"));
        Assert.Equal(["100x100 2", "50x100 1"], statistics.Sizes.Select(size => $"{size.Width}x{size.Height} {size.Count}"));
        Assert.Equal(["16-32 1", "32-64 0", "64-128 1"], statistics.ShapeSides.Select(bin => $"{bin.From}-{bin.To} {bin.Count}"));
        Assert.Equal(["0-1 1", "1-2 0", "2-4 2"], statistics.AnnotationsPerImage.Select(bin => $"{bin.From}-{bin.To} {bin.Count}"));
        Assert.Equal((1, 0, 1), statistics.CocoSizes);
    }

    [Fact]
    public async Task A_size_is_taken_from_wherever_it_is_told()
    {
        var cancel = TestContext.Current.CancellationToken;
        var folder = DatasetFiles.Fixture("yolo_darknet", "yolo", "obj_train_data");
        await using var images = await DatasetArchive.OpenFolderAsync(folder, DatasetLimits.Default, cancel);
        var report = new DatasetReport();
        DatasetItem[] items =
        [
            new() { Name = "1", AtSize = (width, height) => new DatasetItem { Name = "1", Width = width, Height = height, Shapes = [_car] } },
            new() { Name = "other.jpg", AtSize = (width, height) => new DatasetItem { Name = "other.jpg", Width = width, Height = height, Shapes = [_car] } },
            new() { Name = "plain.jpg" },
        ];

        await using var sized = new SizedSource(new ListSource(new DatasetInfo(), items), report, images);
        await using var guessed = new SizedSource(new ListSource(new DatasetInfo(), items), report, null, (7, 8));

        var found = await sized.ReadItemsAsync(cancel).ToListAsync(cancel);
        Assert.Equal(["1.jpg 15x10 1", "other.jpg 0x0 0", "plain.jpg 0x0 0"], found.Select(Text));
        Assert.NotNull(found[0].OpenImage);
        Assert.Equal(1, report.NumberOf("size-unknown"));
        Assert.Equal(["1 7x8 1", "other.jpg 7x8 1", "plain.jpg 7x8 0"], (await guessed.ReadItemsAsync(cancel).ToListAsync(cancel)).Select(Text));

        static string Text(DatasetItem item) => $"{item.Name} {item.Width}x{item.Height} {item.Shapes.Count}";
    }

    private static Func<CancellationToken, Task<Stream>> Bytes(byte value) => _ => Task.FromResult<Stream>(new MemoryStream([value]));

    private static DatasetItem Item(string name, params DatasetShape[] shapes) => new() { Name = name, Width = 100, Height = 100, Shapes = shapes };

    private static async Task<IReadOnlyList<DatasetFinding>> FindAsync(string[] labels, DatasetItem[] items, ValidationOptions? options = null)
    {
        var validator = new DatasetValidator(new DatasetInfo { Labels = [.. labels.Select(name => new DatasetLabel { Name = name })] }, options ?? new ValidationOptions());
        foreach (var item in items)
        {
            await validator.AddAsync(item, TestContext.Current.CancellationToken);
        }

        return validator.Finish();
    }
}
