using System.Globalization;
using System.Text;
using Annotator.Formats;
using Annotator.Formats.Model;
using Annotator.Formats.Png;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

public sealed class KittiTests
{
    private const string Format = "KITTI 1.0";

    [Fact]
    public async Task Objects_of_the_datasets_own_label_images_are_read()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.ZipFolder(DatasetFiles.Fixture("kitti", "segmentation")));

        Assert.Contains(info.Labels, label => label.Name == "truck");
        Assert.Equal(["training 000030_10.png 5x1", "training 000030_11.png 5x1"], items.Select(item => $"{item.Subset} {item.Name} {item.Width}x{item.Height}"));
        Assert.Equal(
            ["out of roi 2 0,0-1,0|truck 1 2,0-2,0|truck 2 3,0-4,0", "train 2 0,0-1,0|wall 1 2,0-2,0|out of roi 2 3,0-4,0"],
            items.Select(item => string.Join('|', item.Shapes.Select(SegmentationMaskTests.Describe))));
        Assert.All(items, item => Assert.NotNull(item.OpenImage));
        Assert.Equal(["names-missing"], report.Lines.Select(line => line.Code));
    }

    [Theory]
    [InlineData("spec_examples/kitti.zip", "rectangle=1")]
    [InlineData("cvat_golden/demo/img/KITTI_1.0.zip", "mask=1 rectangle=1")]
    [InlineData("cvat_golden/demo/vid/KITTI_1.0.zip", "rectangle=4")]
    public async Task A_file_of_the_contract_is_read_to_at_least_what_its_own_importer_read(string path, string counts)
    {
        var (_, items, report) = await DatasetFiles.ReadAsync(Format, await FixtureAsync(path));

        Assert.Equal(counts, string.Join(' ', report.Counts.Select(pair => $"{pair.Key}={pair.Value}")));
        Assert.Equal(DatasetFiles.Counts(items), report.Counts.ToDictionary(pair => pair.Key, pair => (int)pair.Value));
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task The_export_of_the_contracts_own_input_is_what_the_contract_makes_of_it_but_for_the_objects_numbers()
    {
        var golden = await FixtureAsync("cvat_golden/demo/img/KITTI_1.0.zip");
        var (info, items, _) = await DatasetFiles.ReadAsync("CVAT 1.1", await FixtureAsync("cvat_golden/demo/img/CVAT_for_images_1.1.zip"));

        var (written, report) = await DatasetFiles.WriteAsync(Format, info, items);

        Assert.Equal(DatasetFiles.Entry(golden, "label_colors.txt"), DatasetFiles.Entry(written, "label_colors.txt"));
        Assert.Equal(Normal(DatasetFiles.Entry(golden, "default/label_2/img1.txt")), Normal(DatasetFiles.Entry(written, "default/label_2/img1.txt")));
        Assert.Equal(LabelImageFiles.Colors(golden, "default/semantic_rgb/img1.png"), LabelImageFiles.Colors(written, "default/semantic_rgb/img1.png"));
        Assert.Equal(LabelImageFiles.Numbers(golden, "default/semantic/img1.png"), LabelImageFiles.Numbers(written, "default/semantic/img1.png"));
        Assert.Equal("0x4796 1537x200 1538x4", LabelImageFiles.Areas(written, "default/instance/img1.png"));
        Assert.Equal(1, report.NumberOf("attributes-not-held"));

        static string Normal(string text) => string.Join(' ', text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Select(word => double.TryParse(word, CultureInfo.InvariantCulture, out var number) ? number.ToString(CultureInfo.InvariantCulture) : word));
    }

    [Property(MaxTest = 60)]
    public async Task What_the_format_can_hold_comes_back_and_the_rest_is_named(int seed)
    {
        var items = new RandomDataset(seed).Items();
        var shapes = items.SelectMany(item => item.Shapes).ToList();

        var (written, report) = await DatasetFiles.WriteAsync(Format, RandomDataset.Info, items);
        var (_, read, readReport) = await DatasetFiles.ReadAsync(Format, written);

        var expected = items.Select(item => (item.Name, Boxes: Boxes(item), Objects: NaivePainter.Objects(item, shape => !IsBox(shape)).Select(Renamed).Order(StringComparer.Ordinal).ToList()))
            .Where(item => item.Boxes.Count + item.Objects.Count > 0).OrderBy(item => item.Name, StringComparer.Ordinal);
        Assert.Equal(
            expected.Select(item => $"{Path.ChangeExtension(item.Name, null)}\n{string.Join('\n', [.. item.Boxes, .. item.Objects])}"),
            read.Select(item => $"{item.Name}\n{string.Join('\n', [.. Boxes(item), .. item.Shapes.Where(shape => shape.Kind == ShapeKind.Mask).Select(shape => NaivePainter.Describe(shape, item.Width)).Order(StringComparer.Ordinal)])}"));
        Assert.Equal(shapes.Count(shape => shape.Kind is ShapeKind.Polyline or ShapeKind.Points or ShapeKind.Cuboid or ShapeKind.Skeleton), report.NumberOf("kind-not-held"));
        Assert.Empty(readReport.Lines);

        static bool IsBox(DatasetShape shape) => shape.Kind == ShapeKind.Rectangle && shape.Rotation == 0;
        static string Renamed(string text) => text.Replace("car & <\"lorry\"> é 車", "car_&_<\"lorry\">_é_車");
        static List<string> Boxes(DatasetItem item) => [.. item.Shapes.Where(IsBox).Select(shape => Renamed($"{shape.Label} {shape.Occluded} {string.Join(' ', shape.Points)}"))];
    }

    [Fact]
    public async Task Rows_are_read_from_their_end_and_bad_ones_are_named()
    {
        const string Rows = "Car 0.00 2 -1.58 587.01 173.33 614.12 200.12 1.65 1.67 3.64 -0.65 1.71 46.70 -1.59\nDontCare -1 -1 -10 503.89 169.71 590.61 190.13 -1 -1 -1 -1000 -1000 -1000 -10\n"
            + "traffic light 0.5 3 -1 1 2 3 4 -1 -1 -1 -1 -1 -1 -1 0.25\n\nCar 1 2 3\nCar 0 0 0 5 5 5 9 -1 -1 -1 -1 -1 -1 -1\nCar 0 0 0 NaN 5 5 9 -1 -1 -1 -1 -1 -1 -1\n";

        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(("data/training/label_2/000000.txt", Encoding.UTF8.GetBytes(Rows)), ("data/training/image_2/000000.jpg", [1])));

        var item = Assert.Single(items);
        Assert.Equal(("training", "000000.jpg"), (item.Subset, item.Name));
        Assert.Equal(["Car", "DontCare", "traffic light"], info.Labels.Select(label => label.Name));
        Assert.Equal(
            ["Car 587.01 173.33 614.12 200.12 True 1 occlusion=2", "DontCare 503.89 169.71 590.61 190.13 False 1 ", "traffic light 1 2 3 4 False 0.25 truncated=0.5,occlusion=3"],
            item.Shapes.Select(shape => $"{shape.Label} {string.Join(' ', shape.Points)} {shape.Occluded} {shape.Score} {string.Join(',', shape.Attributes.Select(pair => $"{pair.Key}={pair.Value}"))}"));
        Assert.Equal((2, 1, 1), (report.NumberOf("row-invalid"), report.NumberOf("box-empty"), report.NumberOf("space-not-held")));

        var (written, _) = await DatasetFiles.WriteAsync(Format, info, items);
        Assert.Equal(
            "Car 0.0 2 -1 587.01 173.33 614.12 200.12 -1 -1 -1 -1 -1 -1 -1 1.0\nDontCare 0.0 0 -1 503.89 169.71 590.61 190.13 -1 -1 -1 -1 -1 -1 -1 1.0\ntraffic_light 0.5 3 -1 1.0 2.0 3.0 4.0 -1 -1 -1 -1 -1 -1 -1 0.25\n",
            DatasetFiles.Entry(written, "training/label_2/000000.txt"));
    }

    [Fact]
    public async Task Images_of_classes_alone_are_read_by_number_or_by_colour()
    {
        var list = "0 0 0 background\n1 2 3 car\n"u8.ToArray();
        var (_, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(
            ("label_colors.txt", list),
            ("default/semantic/a.png", LabelImageFiles.Make(PngForm.Grey8, [[0, 1, 1, 9]])),
            ("default/semantic_rgb/b.png", LabelImageFiles.Make(PngForm.Rgb8, [[0, 0x010203, 0, 0]])),
            ("default/instance/c.png", [1, 2, 3])));

        Assert.Equal(["a car 2 1,0-2,0", "b car 1 1,0-1,0", "c "], items.Select(item => $"{item.Name} {string.Concat(item.Shapes.Select(SegmentationMaskTests.Describe))}"));
        Assert.Equal((1, 1), (report.NumberOf("class-unknown"), report.NumberOf("png-damaged")));

        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(("notes.txt", "hello"u8.ToArray()))));
        Assert.Equal("kitti-no-annotations", error.Code);
    }

    [Fact]
    public async Task More_labels_than_a_pixel_can_tell_are_refused()
    {
        var info = new DatasetInfo { Labels = [.. Enumerable.Range(0, 256).Select(i => new DatasetLabel { Name = $"l{i}" })] };

        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.WriteAsync(Format, info, []));

        Assert.Equal("too-many-labels", error.Code);
    }

    private static Task<byte[]> FixtureAsync(string path) => File.ReadAllBytesAsync(DatasetFiles.Fixture(path.Split('/')), TestContext.Current.CancellationToken);
}
