using Annotator.Formats;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;
using Annotator.Formats.Png;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

public sealed class SegmentationMaskTests
{
    private const string Format = "Segmentation mask 1.1";
    private const int Car = 0x2080C0;
    private const int Person = 0xC06060;

    [Theory]
    [InlineData("spec_examples/segmask.zip", "img1 car 400 10,5-29,24")]
    [InlineData("cvat_golden/dm_tests/dm_Segmentation_mask_1.1/Segmentation_mask_1.1.zip", "image_0 car 207 12,22-34,31 image_1  image_2 ")]
    [InlineData("cvat_golden/demo/img/Segmentation_mask_1.1.zip", "img1 car 400 10,5-29,24; person 200 40,10-59,28; person 4 70,20-72,21")]
    public async Task A_file_of_the_contract_is_read_to_what_its_own_importer_read(string path, string expected)
    {
        var (_, items, report) = await DatasetFiles.ReadAsync(Format, await FixtureAsync(path));

        Assert.Equal(expected, string.Join(' ', items.Select(item => $"{item.Name} {string.Join("; ", item.Shapes.Select(Describe))}")));
        Assert.Equal(items.Sum(item => item.Shapes.Count), report.Counts["mask"]);
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task The_export_of_the_contracts_own_input_is_what_the_contract_makes_of_it()
    {
        var golden = await FixtureAsync("cvat_golden/demo/img/Segmentation_mask_1.1.zip");
        var (info, items, _) = await DatasetFiles.ReadAsync("CVAT 1.1", await FixtureAsync("cvat_golden/demo/img/CVAT_for_images_1.1.zip"));

        var (written, report) = await DatasetFiles.WriteAsync(Format, info, items);

        Assert.Equal(DatasetFiles.Entry(golden, "labelmap.txt"), DatasetFiles.Entry(written, "labelmap.txt"));
        Assert.Equal("img1\n", DatasetFiles.Entry(written, "ImageSets/Segmentation/default.txt"));
        Assert.Equal(LabelImageFiles.Colors(golden, "SegmentationClass/img1.png"), LabelImageFiles.Colors(written, "SegmentationClass/img1.png"));
        Assert.Equal(LabelImageFiles.Colors(golden, "SegmentationObject/img1.png"), LabelImageFiles.Colors(written, "SegmentationObject/img1.png"));
        Assert.Equal((2, 1, 1), (report.NumberOf("shape-as-mask"), report.NumberOf("kind-not-held"), report.NumberOf("tag-not-held")));
    }

    [Property(MaxTest = 100)]
    public async Task What_is_to_be_seen_of_every_object_comes_back_and_the_rest_is_named(int seed)
    {
        var items = new RandomDataset(seed).Items();

        var (written, report) = await DatasetFiles.WriteAsync(Format, RandomDataset.Info, items);
        var (_, read, readReport) = await DatasetFiles.ReadAsync(Format, written);

        var shapes = items.SelectMany(item => item.Shapes).ToList();
        var seen = items.Select(item => (item.Name, Objects: NaivePainter.Objects(item), Bare: item.Shapes.Count + item.Tags.Count == 0)).Where(frame => frame.Objects.Count > 0 || frame.Bare).OrderBy(pair => pair.Name, StringComparer.Ordinal);
        Assert.Equal(seen.Select(pair => (Path.ChangeExtension(pair.Name, null), string.Join('\n', pair.Objects))),
            read.Select(item => (item.Name, string.Join('\n', item.Shapes.Select(shape => NaivePainter.Describe(shape, item.Width)).Order(StringComparer.Ordinal)))));
        Assert.Equal(shapes.Count(shape => shape.Kind is ShapeKind.Polyline or ShapeKind.Points or ShapeKind.Cuboid or ShapeKind.Skeleton), report.NumberOf("kind-not-held"));
        Assert.Equal(items.Sum(item => item.Tags.Count), report.NumberOf("tag-not-held"));
        Assert.Empty(readReport.Lines);
    }

    [Fact]
    public async Task Labels_of_one_colour_and_of_black_get_colours_of_their_own()
    {
        var info = new DatasetInfo
        {
            Labels =
            [
                new DatasetLabel { Name = "b", Color = "#800000" }, new DatasetLabel { Name = "a: 1", Color = "#800000" }, new DatasetLabel { Name = "c", Color = "#000000" },
                new DatasetLabel { Name = "d" }, new DatasetLabel { Name = "background", Color = "#ff0000" },
            ],
        };
        DatasetItem[] items =
        [
            new() { Name = "a.jpg", Width = 8, Height = 2, Shapes = [.. info.Labels.Select((label, i) => new DatasetShape { Kind = ShapeKind.Rectangle, Label = label.Name, Points = [i, 0, i + 1, 1] })] },
        ];

        var (written, report) = await DatasetFiles.WriteAsync(Format, info, items);
        var (_, read, _) = await DatasetFiles.ReadAsync(Format, written);

        Assert.Equal("# label:color_rgb:parts:actions\nbackground:0,0,0::\na_ 1:128,0,0::\nb:0,128,0::\nc:128,128,0::\nd:0,0,128::\n", DatasetFiles.Entry(written, "labelmap.txt"));
        Assert.Equal(["b 1 0,0-0,0", "a_ 1 1 1,0-1,0", "c 1 2,0-2,0", "d 1 3,0-3,0"], read[0].Shapes.Select(Describe));
        Assert.Equal((2, 1, 1), (report.NumberOf("color-changed"), report.NumberOf("label-renamed"), report.NumberOf("background-not-held")));
    }

    [Fact]
    public async Task Members_of_a_group_are_one_object_and_hidden_ones_are_named()
    {
        var info = new DatasetInfo { Labels = [new DatasetLabel { Name = "car", Color = "#2080c0" }] };
        DatasetShape Box(double left, double right, int group, int z) => new() { Kind = ShapeKind.Rectangle, Label = "car", Points = [left, 0, right, 2], Group = group, ZOrder = z };
        DatasetItem[] items = [new() { Name = "a.jpg", Width = 20, Height = 2, Shapes = [Box(0, 2, 1, 0), Box(4, 6, 1, 0), Box(8, 10, 0, 1), Box(8, 10, 0, 2), Box(12, 16, 0, 0), Box(14, 18, 0, 0)] }];

        var (written, report) = await DatasetFiles.WriteAsync(Format, info, items);
        var (_, read, _) = await DatasetFiles.ReadAsync(Format, written);

        Assert.Equal(["car 8 0,0-5,1", "car 4 8,0-9,1", "car 4 12,0-13,1", "car 8 14,0-17,1"], read[0].Shapes.Select(Describe));
        Assert.Equal((1, 1), (report.NumberOf("object-hidden"), report.NumberOf("object-partly-hidden")));
    }

    public static TheoryData<string, byte[]> Forms { get; } = new()
    {
        { "colours", LabelImageFiles.Make(PngForm.Rgb8, [[0, Car, Car, Person, 0xE0E0C0, 0x010203]]) },
        { "a palette of colours", LabelImageFiles.Make(PngForm.Palette8, [[0, 1, 1, 2, 3, 0]], 0, Car, Person, 0xE0E0C0) },
        { "a palette of anything", LabelImageFiles.Make(PngForm.Palette8, [[0, 1, 1, 2, 0, 0]], 0x111111, 0x222222, 0x333333) },
        { "numbers", LabelImageFiles.Make(PngForm.Grey8, [[0, 1, 1, 2, 255, 77]]) },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task A_label_image_may_hold_colours_or_numbers(string form, byte[] image)
    {
        var zip = DatasetFiles.Zip(
            ("labelmap.txt", "# comment\nbackground:0,0,0::\ncar:32,128,192::\nperson:192,96,96::\n"u8.ToArray()), ("x/SegmentationClass/f/a.png", image), ("JPEGImages/f/a.jpg", [1]));

        var (info, items, report) = await DatasetFiles.ReadAsync(Format, zip);

        Assert.Equal(["car #2080c0", "person #c06060"], info.Labels.Select(label => $"{label.Name} {label.Color}"));
        Assert.Equal("f/a.jpg", Assert.Single(items).Name);
        Assert.Equal(["car 2 1,0-2,0", "person 1 3,0-3,0"], items[0].Shapes.Select(Describe));
        Assert.Equal(form is "colours" or "numbers" ? 1 : 0, report.NumberOf("color-unknown"));
    }

    [Fact]
    public async Task Objects_take_the_class_of_most_of_their_pixels()
    {
        var zip = DatasetFiles.Zip(
            ("labelmap.txt", "person:192,96,96\ncar:32,128,192\n"u8.ToArray()),
            ("SegmentationClass/a.png", LabelImageFiles.Make(PngForm.Rgb8, [[Car, Car, Car, Person, Person, 0, 0, Car]])),
            ("SegmentationObject/a.png", LabelImageFiles.Make(PngForm.Palette8, [[1, 1, 2, 2, 2, 3, 255, 0]], [.. Enumerable.Range(0, 256)])));

        var (_, items, report) = await DatasetFiles.ReadAsync(Format, zip);

        Assert.Equal(["car 2 0,0-1,0", "person 3 2,0-4,0", "car 1 7,0-7,0"], items[0].Shapes.Select(Describe));
        Assert.Equal(1, report.NumberOf("object-without-class"));
    }

    [Fact]
    public async Task Images_that_are_no_label_images_are_named_and_the_rest_is_read()
    {
        var random = new Random(1);
        var zip = DatasetFiles.Zip(
            ("SegmentationClass/a.jpg", [0xFF, 0xD8, 0xFF, 0, 0, 0, 0, 0]),
            ("SegmentationClass/b.png", LabelImageFiles.Make(PngForm.Rgb8, [[0x800000, 0]])),
            ("SegmentationObject/b.png", LabelImageFiles.Make(PngForm.Rgb8, [[1, 0, 0]])),
            ("SegmentationClass/c.png", LabelImageFiles.Make(PngForm.Grey8, [[15]])),
            ("SegmentationObject/c.png", LabelImageFiles.Make(PngForm.Rgb8, [.. Enumerable.Range(0, 300).Select(_ => Enumerable.Range(0, 300).Select(_ => random.Next(1 << 24)).ToArray())])),
            ("SegmentationClass/d.png", LabelImageFiles.Make(PngForm.Grey8, [.. Enumerable.Range(0, 300).Select(_ => Enumerable.Range(0, 300).Select(_ => 15).ToArray())])),
            ("SegmentationObject/d.png", LabelImageFiles.Make(PngForm.Rgb8, [.. Enumerable.Range(0, 300).Select(_ => Enumerable.Range(0, 300).Select(_ => random.Next(1 << 24)).ToArray())])));

        var (info, items, report) = await DatasetFiles.ReadAsync(Format, zip);

        Assert.Equal(["", "aeroplane 1 0,0-0,0", "person 1 0,0-0,0", ""], items.Select(item => string.Concat(item.Shapes.Select(Describe))));
        Assert.Equal(["aeroplane", "person"], info.Labels.Select(label => label.Name));
        Assert.Equal((1, 2, 1), (report.NumberOf("label-image-jpeg"), report.NumberOf("object-image-differs"), report.NumberOf("label-image-noise")));
    }

    [Fact]
    public async Task An_archive_of_something_else_is_refused()
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(("notes.txt", "hello"u8.ToArray()))));

        Assert.Equal("masks-no-annotations", error.Code);
    }

    internal static string Describe(DatasetShape shape) =>
        $"{shape.Label} {MaskRuns.Area([.. shape.Points[..^4].Select(run => (int)run)])} {shape.Points[^4]},{shape.Points[^3]}-{shape.Points[^2]},{shape.Points[^1]}";

    private static Task<byte[]> FixtureAsync(string path) => File.ReadAllBytesAsync(DatasetFiles.Fixture(path.Split('/')), TestContext.Current.CancellationToken);
}
