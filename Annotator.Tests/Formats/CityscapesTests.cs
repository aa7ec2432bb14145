using System.Text;
using Annotator.Formats;
using Annotator.Formats.Model;
using Annotator.Formats.Png;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

public sealed class CityscapesTests
{
    private const string Format = "Cityscapes 1.0";

    [Theory]
    [InlineData("dataset")]
    [InlineData("train_ids")]
    public async Task Objects_of_the_datasets_own_layout_are_read(string folder)
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.ZipFolder(DatasetFiles.Fixture("cityscapes", folder)));

        // All but the one that means that there is none.
        Assert.Equal(34, info.Labels.Count);
        Assert.Equal(
            ["test defaultcity/defaultcity_000001_000031.png", "test defaultcity/defaultcity_000001_000032.png", "train defaultcity/defaultcity_000002_000045.png", "val defaultcity/defaultcity_000001_000019.png"],
            items.Select(item => $"{item.Subset} {item.Name}"));
        Assert.Equal(
            ["out of roi 2 0,0-1,0 crowd|truck 1 2,0-2,0|truck 2 3,0-4,0", "train 2 0,0-1,0|wall 1 2,0-2,0 crowd|out of roi 2 3,0-4,0 crowd", "out of roi 4 0,0-4,0 crowd|person 1 2,0-2,0", "out of roi 3 0,0-4,0 crowd|ego vehicle 2 1,0-2,0"],
            items.Select(item => string.Join('|', item.Shapes.Select(shape => SegmentationMaskTests.Describe(shape) + (shape.Crowd == true ? " crowd" : "")))));
        Assert.All(items, item => Assert.NotNull(item.OpenImage));
        Assert.Equal((10, 5), (items.Sum(item => item.Shapes.Count), items.Sum(item => item.Shapes.Count(shape => shape.Crowd != true))));
        Assert.Equal(["names-missing"], report.Lines.Select(line => line.Code));
    }

    [Theory]
    [InlineData("spec_examples/cityscapes.zip", "img1 car 400 10,5-29,24")]
    [InlineData("cvat_golden/demo/img/Cityscapes_1.0.zip", "img1 car 400 10,5-29,24|person 200 40,10-59,28|person 4 70,20-72,21")]
    [InlineData("cvat_golden/demo/vid/Cityscapes_1.0.zip", "frame_000000 car 400 10,5-29,24;frame_000001 car 400 12,6-31,25|person 600 60,10-79,39;frame_000002 car 400 14,7-33,26")]
    public async Task A_file_of_the_contract_is_read_without_a_label_for_the_background(string path, string expected)
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, await FixtureAsync(path));

        Assert.DoesNotContain(info.Labels, label => label.Name == "background");
        Assert.Equal(expected, string.Join(';', items.Select(item => $"{item.Name} {string.Join('|', item.Shapes.Select(SegmentationMaskTests.Describe))}")));
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task The_export_of_the_contracts_own_input_is_what_the_contract_makes_of_it()
    {
        var golden = await FixtureAsync("cvat_golden/demo/img/Cityscapes_1.0.zip");
        var (info, items, _) = await DatasetFiles.ReadAsync("CVAT 1.1", await FixtureAsync("cvat_golden/demo/img/CVAT_for_images_1.1.zip"));

        var (written, report) = await DatasetFiles.WriteAsync(Format, info, items);

        Assert.Equal(DatasetFiles.Entry(golden, "label_colors.txt"), DatasetFiles.Entry(written, "label_colors.txt"));
        foreach (var end in new[] { "color", "labelIds", "instanceIds" })
        {
            Assert.Equal(LabelImageFiles.Numbers(golden, $"gtFine/default/img1_gtFine_{end}.png"), LabelImageFiles.Numbers(written, $"gtFine/default/img1_gtFine_{end}.png"));
        }

        Assert.Equal((2, 1, 1), (report.NumberOf("shape-as-mask"), report.NumberOf("kind-not-held"), report.NumberOf("tag-not-held")));
    }

    [Property(MaxTest = 60)]
    public async Task What_is_to_be_seen_of_every_object_comes_back(int seed)
    {
        var items = new RandomDataset(seed).Items();

        var (written, _) = await DatasetFiles.WriteAsync(Format, RandomDataset.Info, items);
        var (_, read, readReport) = await DatasetFiles.ReadAsync(Format, written);

        var expected = items.Select(item => (item.Name, Objects: NaivePainter.Objects(item).Select(text => text.Replace("car & <\"lorry\"> é 車", "car_&_<\"lorry\">_é_車")).Order(StringComparer.Ordinal).ToList()));
        Assert.Equal(
            expected.Where(item => item.Objects.Count > 0).OrderBy(item => item.Name, StringComparer.Ordinal).Select(item => $"{Path.ChangeExtension(item.Name, null)}\n{string.Join('\n', item.Objects)}"),
            read.Select(item => $"{(item.Subset.Length > 0 ? item.Subset + "/" : "")}{item.Name}\n{string.Join('\n', item.Shapes.Select(shape => NaivePainter.Describe(shape, item.Width)).Order(StringComparer.Ordinal))}"));
        Assert.Empty(readReport.Lines);
    }

    [Fact]
    public async Task Outlines_are_taken_before_label_images()
    {
        const string Json = """
            {"imgHeight": 10, "imgWidth": 20, "objects": [
              {"label": "road", "polygon": [[0, 0], [20, 0], [20, 10]]}, {"label": "cargroup", "polygon": [[1, 1], [5, 1], [5, 5.5]]}, {"label": "polegroup", "polygon": [[1, 1], [5, 1], [5, 5]]},
              {"label": "car", "polygon": [[1, 1], [5, 1]]}, {"label": "car", "polygon": [[1, 1], [5, "x"], [2, 2]]}, {"label": "dragon", "polygon": [[1, 1], [5, 1], [5, 5]]},
              {"label": "car", "deleted": 1, "polygon": [[1, 1], [5, 1], [5, 5]]}, 7]}
            """;
        var zip = DatasetFiles.Zip(
            ("gtFine/train/ulm/ulm_1_gtFine_polygons.json", Encoding.UTF8.GetBytes(Json)), ("gtFine/train/ulm/ulm_1_gtFine_instanceIds.png", [1]),
            ("leftImg8bit/train/ulm/ulm_1_leftImg8bit.png", [1]), ("gtFine/train/ulm/ulm_2_gtFine_polygons.json", "{"u8.ToArray()),
            ("gtFine/train/ulm/ulm_2_gtFine_labelIds.png", LabelImageFiles.Make(PngForm.Grey8, [[26, 0, 99, 255]])));

        var (_, items, report) = await DatasetFiles.ReadAsync(Format, zip);

        Assert.Equal(["train ulm/ulm_1.png 20x10", "train ulm/ulm_2 4x1"], items.Select(item => $"{item.Subset} {item.Name} {item.Width}x{item.Height}"));
        Assert.Equal(["road 0 0 20 0 20 10 ", "car 1 1 5 1 5 5.5 True", "polegroup 1 1 5 1 5 5 "], items[0].Shapes.Select(shape => $"{shape.Label} {string.Join(' ', shape.Points)} {shape.Crowd}"));
        Assert.Equal(["car 1 0,0-0,0"], items[1].Shapes.Select(SegmentationMaskTests.Describe));
        Assert.Equal((3, 1, 1, 1), (report.NumberOf("shape-invalid"), report.NumberOf("label-unknown"), report.NumberOf("file-unreadable"), report.NumberOf("class-unknown")));
    }

    [Fact]
    public async Task Numbers_for_training_and_colours_are_read_where_there_is_nothing_better()
    {
        var (_, items, _) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(
            ("gtFine/val/a_gtFine_labelTrainIds.png", LabelImageFiles.Make(PngForm.Grey8, [[0, 13, 13, 255, 19]])),
            ("gtFine/val/b_gtFine_color.png", LabelImageFiles.Make(PngForm.Rgb8, [[0x804080, 0, 0x00008E]]))));

        Assert.Equal(["val a road 1 0,0-0,0|car 2 1,0-2,0", "val b road 1 0,0-0,0|car 1 2,0-2,0"], items.Select(item => $"{item.Subset} {item.Name} {string.Join('|', item.Shapes.Select(SegmentationMaskTests.Describe))}"));

        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(("notes.txt", "hello"u8.ToArray()))));
        Assert.Equal("cityscapes-no-annotations", error.Code);
    }

    [Fact]
    public async Task Names_of_the_datasets_own_frames_and_crowds_stay_as_they_are()
    {
        var info = new DatasetInfo { Labels = [new DatasetLabel { Name = "car", Color = "#2080c0" }] };
        DatasetItem[] items =
        [
            new()
            {
                Name = "ulm/ulm_1_leftImg8bit.png", Subset = "train", Width = 4, Height = 1, OpenImage = _ => Task.FromResult<Stream>(new MemoryStream([1, 2])),
                Shapes = [new DatasetShape { Kind = ShapeKind.Rectangle, Label = "car", Points = [0, 0, 1, 1], Crowd = true }, new DatasetShape { Kind = ShapeKind.Rectangle, Label = "car", Points = [2, 0, 3, 1] }],
            },
        ];

        var (written, _) = await DatasetFiles.WriteAsync(Format, info, items, new DatasetWriteOptions { SaveImages = true });
        var (_, read, _) = await DatasetFiles.ReadAsync(Format, written);

        Assert.Equal("\u0001\u0002", DatasetFiles.Entry(written, "imgsFine/leftImg8bit/train/ulm/ulm_1_leftImg8bit.png"));
        Assert.Equal([1, 0, 1001, 0, 4], LabelImageFiles.Numbers(written, "gtFine/train/ulm/ulm_1_gtFine_instanceIds.png"));
        Assert.Equal(("ulm/ulm_1.png", true), (Assert.Single(read).Name, read[0].OpenImage is not null));
    }

    private static Task<byte[]> FixtureAsync(string path) => File.ReadAllBytesAsync(DatasetFiles.Fixture(path.Split('/')), TestContext.Current.CancellationToken);
}
