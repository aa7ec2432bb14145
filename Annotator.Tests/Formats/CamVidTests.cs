using System.Text;
using Annotator.Formats;
using Annotator.Formats.Png;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

public sealed class CamVidTests
{
    private const string Format = "CamVid 1.0";

    [Fact]
    public async Task The_datasets_own_layout_is_read_with_its_own_colours()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.ZipFolder(DatasetFiles.Fixture("camvid", "camvid")));

        // Void, the 32nd class, is what has no label.
        Assert.Equal(31, info.Labels.Count);
        Assert.Equal(["test 0001TP_008550.png", "test 0001TP_008580.png", "train 0001TP_006690.png", "val 0016E5_07959.png"], items.Select(item => $"{item.Subset} {item.Name}"));
        Assert.Equal(
            ["Animal 2 0,0-1,0|Road 1 2,0-2,0|Sky 2 3,0-4,0", "Archway 2 0,0-1,0|Bridge 1 2,0-2,0|Tree 2 3,0-4,0", "Bicyclist 4 0,0-4,0|Road 1 2,0-2,0", "Animal 3 0,0-2,0|Child 2 3,0-4,0"],
            items.Select(item => string.Join('|', item.Shapes.Select(SegmentationMaskTests.Describe))));
        Assert.All(items, item => Assert.NotNull(item.OpenImage));
        Assert.Equal(["names-missing"], report.Lines.Select(line => line.Code));
    }

    [Theory]
    [InlineData("spec_examples/camvid.zip", "img1.jpg car 400 10,5-29,24;img2.jpg ")]
    [InlineData("cvat_golden/demo/img/CamVid_1.0.zip", "img1.jpg car 400 10,5-29,24|person 204 40,10-72,28;img2.jpg ")]
    [InlineData("cvat_golden/dm_tests/dm_CamVid_1.0/CamVid_1.0.zip", "image_0.jpg car 112 23,23-52,37;image_1.jpg ;image_2.jpg ")]
    [InlineData("cvat_golden/demo/vid/CamVid_1.0.zip", "frame_000000.PNG car 400 10,5-29,24;frame_000001.PNG car 400 12,6-31,25|person 600 60,10-79,39;frame_000002.PNG car 400 14,7-33,26;frame_000003.PNG ;frame_000004.PNG ")]
    public async Task A_file_of_the_contract_is_read_to_what_its_own_importer_read(string path, string expected)
    {
        var (_, items, report) = await DatasetFiles.ReadAsync(Format, await FixtureAsync(path));

        Assert.Equal(expected, string.Join(';', items.Select(item => $"{item.Name} {string.Join('|', item.Shapes.Select(SegmentationMaskTests.Describe))}")));
        Assert.Equal(items.Sum(item => item.Shapes.Count), report.Counts["mask"]);
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task The_export_of_the_contracts_own_input_is_what_the_contract_makes_of_it()
    {
        var golden = await FixtureAsync("cvat_golden/demo/img/CamVid_1.0.zip");
        var (info, items, _) = await DatasetFiles.ReadAsync("CVAT 1.1", await FixtureAsync("cvat_golden/demo/img/CVAT_for_images_1.1.zip"));

        var (written, report) = await DatasetFiles.WriteAsync(Format, info, items);

        Assert.Equal(DatasetFiles.Entry(golden, "label_colors.txt"), DatasetFiles.Entry(written, "label_colors.txt"));
        Assert.Equal(DatasetFiles.Entry(golden, "default.txt"), DatasetFiles.Entry(written, "default.txt"));
        Assert.Equal(LabelImageFiles.Colors(golden, "defaultannot/img1.png"), LabelImageFiles.Colors(written, "defaultannot/img1.png"));
        Assert.Equal((1, 1, 1), (report.NumberOf("objects-joined"), report.NumberOf("kind-not-held"), report.NumberOf("tag-not-held")));
    }

    [Property(MaxTest = 60)]
    public async Task What_is_to_be_seen_of_every_label_comes_back(int seed)
    {
        var items = new RandomDataset(seed).Items();

        var (written, report) = await DatasetFiles.WriteAsync(Format, RandomDataset.Info, items);
        var (_, read, readReport) = await DatasetFiles.ReadAsync(Format, written);

        Assert.Equal(
            items.Select(item => $"{item.Name}\n{string.Join('\n', NaivePainter.Objects(item, joinAll: true).Select(text => text.Replace("car & <\"lorry\"> é 車", "car_&_<\"lorry\">_é_車")).Order(StringComparer.Ordinal))}"),
            read.Select(item => $"{item.Name}\n{string.Join('\n', item.Shapes.Select(shape => NaivePainter.Describe(shape, item.Width)).Order(StringComparer.Ordinal))}"));
        Assert.Equal(1, report.NumberOf("label-renamed"));
        Assert.Empty(readReport.Lines);
    }

    [Fact]
    public async Task SegNets_numbers_and_the_names_of_single_files_are_read()
    {
        var (_, items, _) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(
            ("CamVid/train.txt", "/SegNet/CamVid/train/a b.png /SegNet/CamVid/trainannot/a b.png\n"u8.ToArray()),
            ("CamVid/train/a b.png", [1]),
            ("CamVid/trainannot/a b.png", LabelImageFiles.Make(PngForm.Grey8, [[3, 3, 8, 11]]))));
        Assert.Equal(("train", "a b.png"), (items[0].Subset, Assert.Single(items).Name));
        Assert.Equal(["Road 2 0,0-1,0", "Car 1 2,0-2,0"], items[0].Shapes.Select(SegmentationMaskTests.Describe));

        (_, items, _) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(
            ("label_colors.txt", "64 128 64\tAnimal\n0 0 0\tVoid\n"u8.ToArray()), ("labels/a_L.png", LabelImageFiles.Make(PngForm.Rgb8, [[0x408040, 0]])), ("raw/a.jpg", [1])));
        Assert.Equal("a.jpg", Assert.Single(items).Name);
        Assert.Equal(["Animal 1 0,0-0,0"], items[0].Shapes.Select(SegmentationMaskTests.Describe));
    }

    [Fact]
    public async Task Bad_rows_and_images_are_named_and_the_rest_is_read()
    {
        var (_, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(
            ("label_colors.txt", Encoding.UTF8.GetBytes("# c\n1 2 car\n999 0 0 car\n1 2 3 car one\n")),
            ("train.txt", "no image here\n/train/a.png trainannot/a.png\n/train/b.png trainannot/missing.png\n/train/../c.png trainannot/a.png\n"u8.ToArray()),
            ("trainannot/a.png", LabelImageFiles.Make(PngForm.Rgb8, [[0x010203, 0x040506]]))));

        Assert.Equal(["a.png car one 1 0,0-0,0", "b.png "], items.Select(item => $"{item.Name} {string.Concat(item.Shapes.Select(SegmentationMaskTests.Describe))}"));
        Assert.Equal((4, 1, 1), (report.NumberOf("row-invalid"), report.NumberOf("label-image-missing"), report.NumberOf("color-unknown")));

        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(("notes.txt", "hello"u8.ToArray()))));
        Assert.Equal("camvid-no-annotations", error.Code);
    }

    private static Task<byte[]> FixtureAsync(string path) => File.ReadAllBytesAsync(DatasetFiles.Fixture(path.Split('/')), TestContext.Current.CancellationToken);
}
