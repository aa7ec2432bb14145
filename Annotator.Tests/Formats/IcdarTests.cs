using System.Text;
using Annotator.Formats;
using Annotator.Formats.Model;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

public sealed class IcdarTests
{
    private const string Recognition = "ICDAR Recognition 1.0";
    private const string Localization = "ICDAR Localization 1.0";
    private const string Segmentation = "ICDAR Segmentation 1.0";

    private static readonly DatasetInfo _info = new() { Labels = [new DatasetLabel { Name = "icdar" }] };

    [Theory]
    [InlineData(Recognition, "icdar/word_recognition", "train word_1.png #PROPER:|train word_2.png #Canon:")]
    [InlineData(Localization, "icdar/text_localization", "train img_1.png: Polygon 0 0 3 1 4 6 1 7 FOOD|train img_2.png: Rectangle 0 0 2 3 RED; Rectangle 3 3 5 6 LION")]
    public async Task Files_with_their_images_are_read(string format, string folder, string expected)
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(format, DatasetFiles.ZipFolder(DatasetFiles.Fixture(folder.Split('/'))));

        Assert.Equal("icdar", Assert.Single(info.Labels).Name);
        Assert.Equal(expected, string.Join('|', items.Select(Describe)));
        Assert.All(items, item => Assert.True(item.Width > 0 && item.OpenImage is not null));
        Assert.Empty(report.Lines);
    }

    [Theory]
    [InlineData(Recognition, "spec_examples/icdar_rec.zip", " img1.jpg #STOP:| img2.jpg:")]
    [InlineData(Recognition, "cvat_golden/demo/img/ICDAR_Recognition_1.0.zip", " img1.jpg:| img2.jpg:")]
    [InlineData(Recognition, "cvat_golden/demo/vid/ICDAR_Recognition_1.0.zip", " frame_000000.PNG:| frame_000001.PNG:| frame_000002.PNG:| frame_000003.PNG:| frame_000004.PNG:")]
    [InlineData(Localization, "spec_examples/icdar_loc.zip", " img1.png: Rectangle 10 5 30 25 STOP; Polygon 40 10 60 10 60 30 40 30 GO, NOW| img2:")]
    [InlineData(Localization, "cvat_golden/demo/img/ICDAR_Localization_1.0.zip", " img1: Rectangle 10 5 30 25; Polygon 40 10 60 10 50 30| img2:")]
    [InlineData(Localization, "cvat_golden/demo/vid/ICDAR_Localization_1.0.zip", " frame_000000: Rectangle 10 5 30 25| frame_000001: Rectangle 60 10 80 40; Rectangle 12 6 32 26| frame_000002: Rectangle 14 7 34 27| frame_000003:| frame_000004:")]
    public async Task A_file_of_the_contract_is_read(string format, string path, string expected)
    {
        var (_, items, report) = await DatasetFiles.ReadAsync(format, await FixtureAsync(path));

        Assert.Equal(expected, string.Join('|', items.Select(Describe)));
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task Characters_of_a_bitmap_are_read_by_their_colour()
    {
        var (_, items, report) = await DatasetFiles.ReadAsync(Segmentation, await FixtureAsync("spec_examples/icdar_seg.zip"));

        var item = Assert.Single(items);
        Assert.Equal(("img1.png", 100, 50), (item.Name, item.Width, item.Height));
        var letters = item.Shapes.Where(shape => !string.IsNullOrWhiteSpace(shape.Attributes["text"])).ToList();
        Assert.Equal(["S 0 1 100 110 240 20 15", "T 1 1 110 120 100 50 20"], letters.Select(shape => $"{shape.Attributes["text"]} {shape.Attributes["index"]} {shape.Group} {shape.Attributes["color"]} {shape.Attributes["center"]}"));
        Assert.All(letters, shape => Assert.Equal(ShapeKind.Mask, shape.Kind));
        Assert.Empty(report.Lines);
    }

    [Theory]
    [InlineData("10, 20, 30, 40, \"a, \"b\"\"", "Rectangle 10 20 30 40 a, \"b\"")]
    [InlineData("\uFEFF0,0,3,1,4,6,1,7,###", "Polygon 0 0 3 1 4 6 1 7 ###")]
    [InlineData("0,0,3,1,4,6,1,7,1998", "Polygon 0 0 3 1 4 6 1 7 1998")]
    [InlineData("1 2 3 4 word and more", "Rectangle 1 2 3 4 word and more")]
    [InlineData("1 2 3 4 \"7\"", "Rectangle 1 2 3 4 7")]
    [InlineData("0,0,3,1,4,6,1,7,9,9,\"five\"", "Polygon 0 0 3 1 4 6 1 7 9 9 five")]
    [InlineData("1 2 3 4", "Rectangle 1 2 3 4")]
    [InlineData("1 2 3", null)]
    [InlineData("3 2 1 4 \"x\"", null)]
    [InlineData("words", null)]
    public async Task Words_are_read_in_every_form(string line, string? expected)
    {
        var (_, items, report) = await DatasetFiles.ReadAsync(Localization, DatasetFiles.Zip(("gt_a.txt", Encoding.UTF8.GetBytes(line))));

        Assert.Equal(expected is null ? " a:" : $" a: {expected}", Describe(Assert.Single(items)));
        Assert.Equal(expected is null ? 1 : 0, report.NumberOf("row-invalid"));
    }

    [Fact]
    public async Task Bitmaps_that_are_missing_cut_off_or_of_other_colours_are_named()
    {
        byte[] Bitmap(int height, params byte[] pixels) => [.. DatasetFiles.Bitmap(2, height)[..10], 54, 0, 0, 0, 40, 0, 0, 0, .. BitConverter.GetBytes(2), .. BitConverter.GetBytes(height), 1, 0, 24, 0, .. new byte[24], .. pixels];
        var text = "1 2 3 0 0 0 0 1 1 \"a\"\n9 9 9 0 0 0 0 1 1 \"b\"\n#9 9 8 0 0 0 0 1 1 \" \"\n300 1 1 0 0 0 0 1 1 \"c\"\nx\n"u8.ToArray();
        byte[] pixels = [3, 2, 1, 255, 255, 255, 0, 0, 7, 7, 7, 3, 2, 1, 0, 0];

        var (_, items, report) = await DatasetFiles.ReadAsync(Segmentation, DatasetFiles.Zip(
            ("val/up_GT.txt", text), ("val/up_GT.bmp", Bitmap(2, pixels)), ("val/down_GT.txt", text), ("val/down_GT.bmp", Bitmap(-2, pixels)),
            ("val/none_GT.txt", text), ("val/cut_GT.txt", text), ("val/cut_GT.bmp", Bitmap(200, pixels))));

        Assert.Equal(["val cut:", "val down: Mask 0 1 2 1 0 0 1 1 a", "val none:", "val up: Mask 1 2 1 0 0 1 1 a"], items.Select(Describe));
        Assert.Equal((8, 2, 2, 1), (report.NumberOf("row-invalid"), report.NumberOf("mask-empty"), report.NumberOf("color-unlisted"), report.NumberOf("mask-invalid")));
        Assert.Equal(3, report.NumberOf("mask-missing"));
    }

    [Theory]
    [InlineData(Recognition)]
    [InlineData(Localization)]
    [InlineData(Segmentation)]
    public async Task Something_else_is_refused(string format)
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(format, DatasetFiles.Zip(("notes.md", "hello"u8.ToArray()))));

        Assert.Equal("icdar-no-annotations", error.Code);
    }

    [Fact]
    public async Task Characters_keep_their_colour_unless_it_is_taken_and_words_their_order()
    {
        DatasetShape Letter(string text, int group, int index, string color, params double[] mask) => new()
        {
            Kind = ShapeKind.Mask, Label = "icdar", Group = group, Points = mask, Attributes = new Dictionary<string, string> { ["text"] = text, ["index"] = $"{index}", ["color"] = color },
        };
        var item = new DatasetItem
        {
            Name = "a.jpg", Width = 20, Height = 10,
            Shapes = [Letter("b", 2, 0, "1 2 3", 0, 1, 5, 5, 5, 5), Letter("c", 1, 1, "1 2 3", 0, 1, 1, 1, 1, 1), Letter("a", 1, 0, "255 255 255", 0, 1, 0, 0, 0, 0), Letter(" ", 3, 0, "", 0, 1, 9, 9, 9, 9)],
        };

        var (zip, _) = await DatasetFiles.WriteAsync(Segmentation, _info, [item]);

        Assert.Equal(
            "128 128 0 0 0 0 0 1 1 \"a\"\n0 128 0 1 1 1 1 2 2 \"c\"\n\n1 2 3 5 5 5 5 6 6 \"b\"\n\n#0 0 128 9 9 9 9 10 10 \" \"\n",
            DatasetFiles.Entry(zip, "default/a_GT.txt"));
        var (_, items, _) = await DatasetFiles.ReadAsync(Segmentation, zip);
        Assert.Equal(["a 1", "c 1", "b 2", "  3"], items[0].Shapes.Select(shape => $"{shape.Attributes["text"]} {shape.Group}"));
        Assert.Equal("1 2 3", items[0].Shapes[2].Attributes["color"]);
        Assert.Equal(item.Shapes.Select(shape => string.Join(' ', shape.Points)).Order(StringComparer.Ordinal), items[0].Shapes.Select(shape => string.Join(' ', shape.Points)).Order(StringComparer.Ordinal));
    }

    [Property(MaxTest = 60)]
    public async Task Texts_boxes_and_polygons_come_back_and_the_rest_is_named(int seed)
    {
        var words = new[] { "STOP", "GO, NOW", "\"quoted\"", "5 7", "é車", "" };
        var random = new Random(seed);
        var items = new RandomDataset(seed).Items().Select((item, i) => item with
        {
            Name = $"f {i}/x.jpg",
            Tags = [.. item.Tags.Select(tag => tag with { Label = "icdar", Attributes = Text(words[random.Next(words.Length)]) })],
            Shapes = [.. item.Shapes.Select(shape => shape with { Label = "icdar", Attributes = Text(words[random.Next(words.Length)]) })],
        }).ToList();
        var shapes = items.SelectMany(item => item.Shapes).ToList();
        static bool Held(DatasetShape shape) => shape is { Kind: ShapeKind.Polygon } or { Kind: ShapeKind.Rectangle, Rotation: 0 };

        var (listed, listReport) = await DatasetFiles.WriteAsync(Recognition, _info, items);
        var (_, tags, _) = await DatasetFiles.ReadAsync(Recognition, listed);
        Assert.Equal(items.Select(item => $"{item.Name} {item.Tags.Select(tag => tag.Attributes.GetValueOrDefault("text")).FirstOrDefault(text => text is not null)}"), tags.Select(item => $"{item.Name} {item.Tags.Select(tag => tag.Attributes["text"]).FirstOrDefault()}"));
        Assert.Equal(shapes.Count, listReport.NumberOf("kind-not-held"));

        var (placed, report) = await DatasetFiles.WriteAsync(Localization, _info, items);
        var (_, read, readReport) = await DatasetFiles.ReadAsync(Localization, placed);
        Assert.Equal(
            items.Select(item => Describe(item with { Tags = [], Name = item.Name[..^4], Shapes = [.. item.Shapes.Where(Held)] })),
            read.Select(item => Describe(item with { Shapes = [.. item.Shapes.Where(shape => shapes.Exists(other => other.Points.SequenceEqual(shape.Points)))] })));
        Assert.Equal(shapes.Count(shape => shape.Kind is not (ShapeKind.Rectangle or ShapeKind.Polygon)), report.NumberOf("kind-not-held"));
        Assert.Equal(shapes.Count(shape => shape.Kind == ShapeKind.Rectangle && shape.Rotation != 0), report.NumberOf("rotation-as-polygon"));
        Assert.Empty(readReport.Lines);

        static IReadOnlyDictionary<string, string> Text(string text) => text.Length == 0 ? DatasetShape.NoAttributes : new Dictionary<string, string> { ["text"] = text };
    }

    [Property(MaxTest = 40)]
    public async Task Masks_that_do_not_cover_each_other_come_back(int seed)
    {
        var items = new RandomDataset(seed).Items().Select((item, i) => item with
        {
            Name = $"{i}.jpg", Tags = [], Shapes = [.. item.Shapes.Where(shape => shape.Kind == ShapeKind.Mask).Take(1).Select(shape => shape with { Label = "icdar" })],
        }).ToList();

        var (written, report) = await DatasetFiles.WriteAsync(Segmentation, _info, items);
        var (_, read, readReport) = await DatasetFiles.ReadAsync(Segmentation, written);

        Assert.Equal(items.Select(item => string.Join(';', item.Shapes.Select(shape => string.Join(' ', shape.Points)))), read.Select(item => string.Join(';', item.Shapes.Select(shape => string.Join(' ', shape.Points)))));
        Assert.Equal(items.Sum(item => item.Shapes.Count), report.Counts.GetValueOrDefault("mask"));
        Assert.Empty(readReport.Lines);
    }

    private static string Describe(DatasetItem item) =>
        $"{item.Subset} {item.Name}{string.Concat(item.Tags.Select(tag => $" #{tag.Attributes["text"]}"))}:"
        + string.Join(';', item.Shapes.Select(shape => $" {shape.Kind} {string.Join(' ', shape.Points)}{(shape.Attributes.TryGetValue("text", out var text) ? " " + text : "")}"));

    private static Task<byte[]> FixtureAsync(string path) => File.ReadAllBytesAsync(DatasetFiles.Fixture(path.Split('/')), TestContext.Current.CancellationToken);
}
