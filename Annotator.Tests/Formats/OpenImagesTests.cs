using System.Text;
using Annotator.Formats;
using Annotator.Formats.Model;
using Annotator.Formats.Png;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

public sealed class OpenImagesTests
{
    private const string Format = "Open Images V6 1.0";

    [Fact]
    public async Task The_official_layout_is_read()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.ZipFolder(DatasetFiles.Fixture("openimages", "v6")));

        Assert.Equal(["Generic label #0", "Generic label #1", "Generic label #2", "Generic label #3"], info.Labels.Select(label => label.Name));
        Assert.Equal(
            [
                "train a.jpg 6x8 #Generic label #0:",
                "train b.jpg 8x2: Rectangle Generic label #0 1.6 0.6 8 1 g1; Mask Generic label #0 ",
                "test c.jpg 5x10 #Generic label #1 #Generic label #3: Rectangle Generic label #3 3.5 0 4 5 occluded s0.7 is_depiction=false is_group_of=true is_inside=false truncated=false",
                "validation d.png 5x1:",
            ],
            items.Select(Describe));
        Assert.All(items, item => Assert.NotNull(item.OpenImage));
        var mask = items[1].Shapes[1];
        Assert.Equal((1, "0.5"), (mask.Group, mask.Attributes["predicted_iou"]));
        Assert.InRange(mask.Points[^2], mask.Points[^4], 7);
        Assert.Equal(["label-absent"], report.Lines.Select(line => line.Code));
        Assert.Equal((3L, 2L, 1L), (report.Counts["tag"], report.Counts["rectangle"], report.Counts["mask"]));
    }

    [Theory]
    [InlineData("spec_examples/openimages.zip", " img1 100x50 #car: Rectangle car 10 5 30 25 occluded| img2 0x0:")]
    [InlineData("cvat_golden/demo/img/Open_Images_V6_1.0.zip", " img1 100x50 #car: Rectangle car 10 5 30 25 occluded; Mask person ; Mask person | img2 0x0:")]
    [InlineData("cvat_golden/demo/vid/Open_Images_V6_1.0.zip", " frame_000000 100x50: Rectangle car 10 5 30 25| frame_000001 100x50: Rectangle person 60 10 80 40; Rectangle car 12 6 32 26| frame_000002 100x50: Rectangle car 14 7 34 27 occluded| frame_000003 0x0:| frame_000004 0x0:")]
    public async Task A_file_of_the_contract_is_read_to_what_its_own_importer_read(string path, string expected)
    {
        var zip = await File.ReadAllBytesAsync(DatasetFiles.Fixture(path.Split('/')), TestContext.Current.CancellationToken);

        var (_, items, report) = await DatasetFiles.ReadAsync(Format, zip);

        Assert.Equal(expected, string.Join('|', items.Select(Describe)));
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task Boxes_without_a_known_size_wait_for_the_frame_and_masks_are_brought_to_its_size()
    {
        using var png = new MemoryStream();
        using (var writer = new PngWriter(png, 4, 4, PngForm.Grey8))
        {
            foreach (var row in new int[][] { [1, 255, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0] })
            {
                writer.WriteRow(row);
            }
        }

        var zip = DatasetFiles.Zip(
            ("train-annotations-bbox.csv", "ImageID,LabelName,XMax,XMin,YMin,YMax\nx,\"a, b\",0.5,0.25,0,1\nx,c,0.2,0.3,0,1\n,c,1,0,0,1\nx,,1,0,0,1\nx,c,x,0,0,1\n"u8.ToArray()),
            ("masks/m.png", png.ToArray()),
            ("train-annotations-object-segmentation.csv", "MaskPath,ImageID,LabelName\nm.png,x,c\n../../m.png,x,c\nno.png,x,c\n"u8.ToArray()));

        List<DatasetItem> sized = [];
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, zip, visit: found =>
        {
            sized.Add(found.AtSize!(100, 50));
            return Task.CompletedTask;
        });

        Assert.Equal(["a, b", "c"], info.Labels.Select(label => label.Name));
        Assert.Single(items);
        var item = sized[0];
        Assert.Equal(["Rectangle 25 0 50 50", "Mask 0 1250 0 0 49 24"], item.Shapes.Select(shape => $"{shape.Kind} {string.Join(' ', shape.Points)}"));
        Assert.Equal((2, 2, 2), (report.NumberOf("row-invalid"), report.NumberOf("box-invalid"), report.NumberOf("mask-missing")));
    }

    [Fact]
    public async Task A_mask_and_its_box_stay_one_and_names_that_need_quotes_come_back()
    {
        var info = new DatasetInfo { Labels = [new DatasetLabel { Name = "a, \"b\"" }] };
        DatasetShape Shape(ShapeKind kind, int group, params double[] points) => new() { Kind = kind, Label = "a, \"b\"", Group = group, Points = points };
        var item = new DatasetItem { Name = "in, folder/x y.jpg", Width = 40, Height = 20, Shapes = [Shape(ShapeKind.Mask, 7, 0, 4, 2, 2, 3, 3), Shape(ShapeKind.Rectangle, 7, 1, 1, 5, 5), Shape(ShapeKind.Rectangle, 9, 1, 2, 5, 5)] };

        var (zip, written) = await DatasetFiles.WriteAsync(Format, info, [item]);
        var (_, items, _) = await DatasetFiles.ReadAsync(Format, zip);

        Assert.Equal("in, folder/x y", items[0].Name);
        Assert.Equal(["Rectangle 1", "Rectangle 0", "Mask 1"], items[0].Shapes.Select(shape => $"{shape.Kind} {shape.Group}"));
        Assert.Equal("a, \"b\"", items[0].Shapes[0].Label);
        Assert.Equal(1, written.NumberOf("group-not-held"));
    }

    [Theory]
    [InlineData("notes.csv", "a,b")]
    [InlineData("train-annotations-bbox.csv", "a,b\n1,2\n")]
    public async Task Something_else_is_refused(string name, string content)
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(Format, DatasetFiles.Zip((name, Encoding.UTF8.GetBytes(content)))));

        Assert.Equal("openimages-no-annotations", error.Code);
    }

    [Property(MaxTest = 60)]
    public async Task Boxes_masks_and_tags_come_back_and_the_rest_is_named(int seed)
    {
        var items = new RandomDataset(seed).Items();
        var shapes = items.SelectMany(item => item.Shapes).ToList();
        static bool Box(DatasetShape shape) => shape is { Kind: ShapeKind.Rectangle, Rotation: 0 };
        static string Held(DatasetItem item, IEnumerable<DatasetShape> held) =>
            $"{item.Name[..^4]} {item.Width}x{item.Height}{string.Concat(item.Tags.Select(tag => " #" + tag.Label))}: "
            + string.Join("; ", held.Select(shape => $"{shape.Kind} {shape.Label} {string.Join(' ', shape.Points.Select(number => number.ToString("F2")))} {shape.Occluded && Box(shape)}").Order(StringComparer.Ordinal));

        var (written, report) = await DatasetFiles.WriteAsync(Format, RandomDataset.Info, items);
        var (_, read, readReport) = await DatasetFiles.ReadAsync(Format, written);

        Assert.Equal(
            items.Select(item => Held(item, item.Shapes.Where(shape => Box(shape) || shape.Kind == ShapeKind.Mask))),
            read.Select(item => Held(item with { Name = item.Name + ".jpg" }, item.Shapes.Where(shape => Box(shape) || shapes.Exists(other => other.Kind == ShapeKind.Mask && other.Points.SequenceEqual(shape.Points))))));
        Assert.Equal(shapes.Count(shape => shape.Kind is ShapeKind.Points or ShapeKind.Polyline or ShapeKind.Cuboid or ShapeKind.Skeleton), report.NumberOf("kind-not-held"));
        Assert.Equal(
            shapes.Count(shape => shape.Kind is ShapeKind.Polygon or ShapeKind.Ellipse || (shape.Kind == ShapeKind.Rectangle && !Box(shape))),
            report.NumberOf("shape-as-mask") + report.NumberOf("mask-empty"));
        Assert.Empty(readReport.Lines);
    }

    private static string Describe(DatasetItem item) =>
        $"{item.Subset} {item.Name} {item.Width}x{item.Height}{string.Concat(item.Tags.Select(tag => $" #{tag.Label}"))}:{string.Join(';', item.Shapes.Select(Describe))}";

    private static string Describe(DatasetShape shape) => shape.Kind == ShapeKind.Mask
        ? $" {shape.Kind} {shape.Label} "
        : $" {shape.Kind} {shape.Label} {string.Join(' ', shape.Points.Select(number => Math.Round(number, 4) + 0.0))}{(shape.Occluded ? " occluded" : "")}{(shape.Group > 0 ? $" g{shape.Group}" : "")}{(shape.Score < 1 ? $" s{shape.Score}" : "")}"
            + string.Concat(shape.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $" {pair.Key}={pair.Value}"));
}
