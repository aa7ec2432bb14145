using System.Text;
using Annotator.Formats;
using Annotator.Formats.Model;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

public sealed class WiderFaceTests
{
    private const string Format = "WiderFace 1.0";

    [Fact]
    public async Task Files_of_the_benchmark_are_read_in_its_own_order_of_properties()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.ZipFolder(DatasetFiles.Fixture("widerface", "widerface")));

        Assert.Equal("face", Assert.Single(info.Labels).Name);
        Assert.Equal(
            [
                "train 0--Parade/0_Parade_image_01.jpg: face 1 2 3 4 blur=0 expression=0 illumination=0 invalid=0 pose=0",
                "train 1--Handshaking/1_Handshaking_image_02.jpg: face 1 1 3 3 blur=0 expression=0 illumination=1 invalid=0 pose=0; face 5 1 7 3 blur=0 expression=0 illumination=1 invalid=0 pose=0",
                "val 0--Parade/0_Parade_image_03.jpg: face 0 0 1 1 occluded blur=2 expression=0 illumination=0 invalid=0 pose=0; face 3 2 4 4 blur=0 expression=0 illumination=0 invalid=1 pose=0; face 5 6 6 7 occluded blur=2 expression=0 illumination=0 invalid=0 pose=0",
            ],
            items.Select(Describe));
        Assert.All(items, item => Assert.True(item.Width > 0 && item.OpenImage is not null));
        Assert.Equal(6, report.Counts["rectangle"]);
        Assert.Empty(report.Lines);
    }

    [Theory]
    [InlineData("spec_examples/widerface.zip", " img1.jpg: car 10 5 30 25 occluded #car| img2.jpg: ")]
    [InlineData("cvat_golden/demo/img/WiderFace_1.0.zip", " img1.jpg: car 10 5 30 25 occluded #car| img2.jpg: ")]
    [InlineData("cvat_golden/demo/vid/WiderFace_1.0.zip", " frame_000000.PNG: car 10 5 30 25| frame_000001.PNG: person 60 10 80 40; car 12 6 32 26| frame_000002.PNG: car 14 7 34 27 occluded| frame_000003.PNG: | frame_000004.PNG: ")]
    public async Task A_file_of_the_contract_is_read_to_what_its_own_importer_read(string path, string expected)
    {
        var (_, items, report) = await DatasetFiles.ReadAsync(Format, await FixtureAsync(path));

        Assert.Equal(expected, string.Join('|', items.Select(Describe)));
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task The_export_of_the_contracts_own_input_is_what_the_contract_makes_of_it()
    {
        var golden = await FixtureAsync("cvat_golden/demo/img/WiderFace_1.0.zip");
        var (info, items, _) = await DatasetFiles.ReadAsync("CVAT 1.1", await FixtureAsync("cvat_golden/demo/img/CVAT_for_images_1.1.zip"));

        var (written, report) = await DatasetFiles.WriteAsync(Format, info, items);

        const string File = "wider_face_split/wider_face_default_bbx_gt.txt";
        Assert.Equal(DatasetFiles.Entry(golden, File), DatasetFiles.Entry(written, File));
        Assert.Equal(3, report.NumberOf("kind-not-held"));
    }

    [Fact]
    public async Task The_benchmarks_own_lines_are_written_when_asked_for_and_read_back()
    {
        var (info, items, _) = await DatasetFiles.ReadAsync(Format, DatasetFiles.ZipFolder(DatasetFiles.Fixture("widerface", "widerface")));
        var car = new DatasetShape { Kind = ShapeKind.Rectangle, Label = "car", Points = [1, 1, 3, 3], Attributes = new Dictionary<string, string> { ["blur"] = "much" } };
        info = info with { Labels = [.. info.Labels, new DatasetLabel { Name = "car" }] };

        var (written, report) = await DatasetFiles.WriteAsync(Format, info, [.. items, new DatasetItem { Name = "none.jpg", Subset = "val" }, new DatasetItem { Name = "car.jpg", Subset = "val", Shapes = [car] }], new DatasetWriteOptions { OfficialWiderFace = true });

        Assert.DoesNotContain(DatasetFiles.Unzip(written), file => file.Name == "labels.txt");
        Assert.Equal(
            "no_label/0--Parade/0_Parade_image_03.jpg\n3\n0 0 1 1 2 0 0 0 1 0 \n3 2 1 2 0 0 0 1 0 0 \n5 6 1 1 2 0 0 0 1 0 \n"
            + "no_label/none.jpg\n0\n0 0 0 0 0 0 0 0 0 0 \nno_label/car.jpg\n1\n1 1 2 2 0 0 0 0 0 0 \n",
            DatasetFiles.Entry(written, "wider_face_split/wider_face_val_bbx_gt.txt"));
        Assert.Equal((1, 1), (report.NumberOf("attributes-not-held"), report.NumberOf("label-not-held")));
        var (_, back, _) = await DatasetFiles.ReadAsync(Format, written);
        Assert.Equal(items.SelectMany(item => item.Shapes).Select(shape => string.Join(' ', shape.Points) + shape.Occluded), back.SelectMany(item => item.Shapes).SkipLast(1).Select(shape => string.Join(' ', shape.Points) + shape.Occluded));
    }

    [Fact]
    public async Task Images_without_boxes_wrong_numbers_and_bad_lines_are_read_past()
    {
        const string Lines = "7 8 9 9 0 0 0 0 0 0\n0--Parade/a.jpg\n0\n0 0 0 0 0 0 0 0 0 0\nb c.jpg\n3\n1 1 2 2\n5 5 0 2 0 0 0 0 0 0\nnonsense\nd.jpg\n99999999999999\n1 1 2 2 - - - - - - big car\ne.jpg\nf.jpg\n2\n1 NaN 2 2 0 0 0 0 0 0\n1e308 1 1e308 2 0 0 0 0 0 0\n";

        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(("wider_face_split/wider_face_val_bbx_gt.txt", Encoding.UTF8.GetBytes(Lines))));

        Assert.Equal(["face", "big car"], info.Labels.Select(label => label.Name));
        Assert.Equal(["val 0--Parade/a.jpg: ", "val b c.jpg: face 1 1 3 3", "val d.jpg: big car 1 1 3 3", "val e.jpg: ", "val f.jpg: "], items.Select(Describe));
        Assert.Equal((2, 3, 2), (report.NumberOf("row-invalid"), report.NumberOf("box-invalid"), report.NumberOf("count-wrong")));
    }

    [Fact]
    public async Task Something_else_is_refused()
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(("notes.txt", "hello"u8.ToArray()))));

        Assert.Equal("widerface-no-annotations", error.Code);
    }

    [Property(MaxTest = 60)]
    public async Task Boxes_their_properties_and_one_tag_come_back_and_the_rest_is_named(int seed)
    {
        var items = new RandomDataset(seed).Items();
        items = [.. items.Select((item, i) => item with { Shapes = [.. item.Shapes.Select(shape => shape with { Rotation = 0, Attributes = i % 2 == 0 ? new Dictionary<string, string> { ["pose"] = "1", ["blur"] = "heavy" } : shape.Attributes })] })];
        var expected = items.Select((item, i) => item with
        {
            Tags = [.. item.Tags.Take(1)],
            Shapes = [.. item.Shapes.Where(shape => shape.Kind == ShapeKind.Rectangle).Select(shape => i % 2 == 0 ? shape : shape with { Attributes = DatasetShape.NoAttributes })],
        });

        var (written, report) = await DatasetFiles.WriteAsync(Format, RandomDataset.Info, items);
        var (_, read, readReport) = await DatasetFiles.ReadAsync(Format, written);

        Assert.Equal(expected.Select(Describe), read.Select(Describe));
        Assert.Equal(items.Sum(item => item.Shapes.Count(shape => shape.Kind != ShapeKind.Rectangle)), report.NumberOf("kind-not-held"));
        Assert.Equal(items.Sum(item => Math.Max(0, item.Tags.Count - 1)), report.NumberOf("tags-not-held"));
        Assert.Empty(readReport.Lines);
    }

    private static string Describe(DatasetItem item) =>
        $"{item.Subset} {item.Name}: {string.Join("; ", item.Shapes.Select(Describe))}{string.Concat(item.Tags.Select(tag => $" #{tag.Label}"))}";

    private static string Describe(DatasetShape shape) =>
        $"{shape.Label} {string.Join(' ', shape.Points.Select(number => Math.Round(number, 2) + 0.0))}{(shape.Occluded ? " occluded" : "")}"
        + string.Concat(shape.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $" {pair.Key}={pair.Value}"));

    private static Task<byte[]> FixtureAsync(string path) => File.ReadAllBytesAsync(DatasetFiles.Fixture(path.Split('/')), TestContext.Current.CancellationToken);
}
