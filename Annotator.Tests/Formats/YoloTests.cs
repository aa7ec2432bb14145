using System.Text;
using Annotator.Formats;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

public sealed class YoloTests
{
    private const string Darknet = "YOLO 1.1";
    private const string Detection = "Ultralytics YOLO Detection 1.0";
    private const string Segmentation = "Ultralytics YOLO Segmentation 1.0";
    private const string Oriented = "Ultralytics YOLO Oriented Bounding Boxes 1.0";

    [Theory]
    [InlineData("yolo_darknet/yolo", Darknet, "train 1.jpg")]
    [InlineData("yolo_ultralytics/detection", Detection, "train 1.jpg")]
    [InlineData("yolo_ultralytics/detection_with_subset_txt", Detection, "train 1.jpg")]
    [InlineData("yolo_loose/images_labels_obj_names", Darknet, "train 1.jpg;val 1.jpg")]
    public async Task Boxes_of_every_usual_layout_are_read(string folder, string format, string images)
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(format, DatasetFiles.ZipFolder(DatasetFiles.Fixture(folder.Split('/'))));

        Assert.Equal(10, info.Labels.Count);
        Assert.Equal(images, string.Join(';', items.Select(item => $"{item.Subset} {item.Name}")));
        Assert.All(items, item =>
        {
            Assert.NotNull(item.OpenImage);
            Assert.Equal((15, 10), (item.Width, item.Height));
            Assert.Equal(["label_2 0 2 4 4", "label_4 3 3 5 6"], item.Shapes.Select(shape => $"{shape.Label} {string.Join(' ', shape.Points.Select(number => Math.Round(number, 2) + 0.0))}"));
        });
        Assert.DoesNotContain(report.Lines, line => line.Kind != ReportKind.Note);
    }

    [Fact]
    public async Task Polygons_and_turned_boxes_are_read_in_pixels()
    {
        var (_, polygons, _) = await DatasetFiles.ReadAsync(Segmentation, DatasetFiles.ZipFolder(DatasetFiles.Fixture("yolo_ultralytics", "segmentation")));
        Assert.Equal(["label_2 1.5 1 6 1 6 5", "label_4 3 1.5 6 1.5 6 7.5 4.5 7.5 3.75 3"], polygons[0].Shapes.Select(shape => $"{shape.Label} {string.Join(' ', shape.Points.Select(number => Math.Round(number, 3)))}"));

        var (_, boxes, report) = await DatasetFiles.ReadAsync(Oriented, DatasetFiles.ZipFolder(DatasetFiles.Fixture("yolo_ultralytics", "oriented_boxes")));
        Assert.Equal(["label_2 1 2 4 6 r30", "label_4 3 2 9 4 r120"], boxes[0].Shapes.Select(Turned));
        Assert.Empty(report.Lines);

        static string Turned(DatasetShape shape) =>
            $"{shape.Label} {string.Join(' ', shape.Points.Select(number => Math.Round(number, 1) + 0.0))} r{Math.Round(shape.Rotation, 1)}";
    }

    [Fact]
    public async Task Corners_in_pixels_with_names_of_classes_are_turned_boxes()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Oriented, DatasetFiles.ZipFolder(DatasetFiles.Fixture("dota", "dota_labelTxt")));

        Assert.Equal(["label_0", "label_1"], info.Labels.Select(label => label.Name));
        Assert.Equal(["train train_001.jpg", "train train_002.jpg", "val val_001.jpg"], items.Select(item => $"{item.Subset} {item.Name}"));
        Assert.Equal(["label_0 0 0 2 2", "label_1 1 1 5 5", "label_0 0 0 1 1", "label_1 1 2 10 5"], items.SelectMany(item => item.Shapes).Select(shape =>
        {
            var box = Outlines.BoxAround(Outlines.RectangleCorners(shape.Points, shape.Rotation));
            return $"{shape.Label} {Math.Round(box.Left, 3) + 0.0} {Math.Round(box.Top, 3) + 0.0} {Math.Round(box.Right, 3)} {Math.Round(box.Bottom, 3)}";
        }));
        Assert.Equal(4, report.Counts["rectangle"]);
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task Bad_rows_of_corners_in_pixels_are_named()
    {
        const string Rows = "imagesource:GoogleEarth\ngsd:0.146\n0 0 10 0 10 5 0 5 ship 1\n\n0 0 10 0 10 5 0 5\n0 0 10 0 10 x 0 5 ship 0\n0 0 0 0 0 0 0 0 ship 0\n";

        var (_, items, report) = await DatasetFiles.ReadAsync(Oriented, DatasetFiles.Zip(("labelTxt/P0001.txt", Encoding.UTF8.GetBytes(Rows))));

        var shape = Assert.Single(Assert.Single(items).Shapes);
        Assert.Equal(("ship", "true"), (shape.Label, shape.Attributes["difficult"]));
        Assert.Equal(3, report.NumberOf("row-invalid"));
    }

    [Theory]
    [InlineData("obj.names", "Images/train/a.bmp", "Annotations/train/a.txt", "train a.bmp")]
    [InlineData("obj.names", "Images/a.bmp", "Annotations/a.txt", " a.bmp")]
    [InlineData("classes.txt", "images/a.bmp", "labels/a.txt", " a.bmp")]
    [InlineData("classes.txt", "Train/Images/a.bmp", "Train/Labels/a.txt", "Train a.bmp")]
    [InlineData("obj.names", "a.bmp", "a.txt", " a.bmp")]
    public async Task Loose_layouts_are_read(string names, string image, string rows, string expected)
    {
        var (_, items, report) = await DatasetFiles.ReadAsync(Darknet, DatasetFiles.Zip(
            (names, "car\nbus"u8.ToArray()), (image, DatasetFiles.Bitmap(100, 50)), (rows, "1 0.5 0.5 0.2 0.2"u8.ToArray()), ("README.md", "read me"u8.ToArray()), ("notes.json", "{}"u8.ToArray())));

        var item = Assert.Single(items);
        Assert.Equal(expected, $"{item.Subset} {item.Name}");
        Assert.Equal("bus 40 20 60 30", $"{item.Shapes[0].Label} {string.Join(' ', item.Shapes[0].Points.Select(number => Math.Round(number, 2)))}");
        Assert.Empty(report.Lines);
    }

    [Theory]
    [InlineData("yolo", Darknet, "img1.jpg: 10 5 30 25, 40 10 60 30; img2.jpg: ")]
    [InlineData("ultra_det", Detection, "img1.jpg: 10 5 30 25")]
    [InlineData("ultra_seg", Segmentation, "img1.jpg: 40 10 60 10 50 30")]
    [InlineData("ultra_obb", Oriented, "img1.jpg: 10 5 30 25 r30")]
    public async Task Rows_without_images_wait_for_the_size_of_the_frame(string example, string format, string expected)
    {
        var zip = await File.ReadAllBytesAsync(DatasetFiles.Fixture("spec_examples", example + ".zip"), TestContext.Current.CancellationToken);

        var (info, items, _) = await DatasetFiles.ReadAsync(format, zip);

        Assert.Equal(["car", "person"], info.Labels.Select(label => label.Name));
        Assert.All(items, item => Assert.Empty(item.Shapes));
        Assert.Equal(expected, string.Join("; ", items.Select(item => $"{item.Name}: " + string.Join(", ", (item.AtSize?.Invoke(100, 50) ?? item).Shapes.Select(Text)))));

        static string Text(DatasetShape shape) =>
            string.Join(' ', shape.Points.Select(number => Math.Round(number, 3))) + (shape.Rotation != 0 ? $" r{Math.Round(shape.Rotation, 2)}" : "");
    }

    [Theory]
    [InlineData("dm_tests/dm_YOLO_1.1", 1)]
    [InlineData("dm_tests/video_CVAT_for_video_1.1", 18)]
    [InlineData("dm_tests/video_CVAT_for_video_1.1_slice_track", 9)]
    [InlineData("dm_tests/video_MOT_1.1", 11)]
    [InlineData("dm_tests/video_CVAT_for_images_1.1_merge", 14)]
    [InlineData("demo/img", 1)]
    [InlineData("demo/vid", 4)]
    public async Task A_file_of_the_contract_is_read_to_what_its_own_importer_read(string name, int boxes)
    {
        var zip = await File.ReadAllBytesAsync(DatasetFiles.Fixture(["cvat_golden", .. name.Split('/'), "YOLO_1.1.zip"]), TestContext.Current.CancellationToken);

        var (_, items, report) = await DatasetFiles.ReadAsync(Darknet, zip);

        Assert.Equal(boxes, items.Sum(item => item.AtSize?.Invoke(100, 100).Shapes.Count ?? 0));
        Assert.Equal(boxes, report.Counts.GetValueOrDefault("rectangle"));
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task The_export_of_the_contracts_own_input_is_what_the_contract_makes_of_it()
    {
        var golden = await File.ReadAllBytesAsync(DatasetFiles.Fixture("cvat_golden", "demo", "img", "YOLO_1.1.zip"), TestContext.Current.CancellationToken);
        var xml = await File.ReadAllBytesAsync(DatasetFiles.Fixture("cvat_golden", "demo", "img", "CVAT_for_images_1.1.zip"), TestContext.Current.CancellationToken);
        var (info, items, _) = await DatasetFiles.ReadAsync("CVAT 1.1", xml);

        var (written, report) = await DatasetFiles.WriteAsync(Darknet, info, items);

        foreach (var file in new[] { "train.txt", "obj_train_data/img1.txt", "obj_train_data/img2.txt" })
        {
            Assert.Equal(DatasetFiles.Entry(golden, file).TrimEnd(), DatasetFiles.Entry(written, file).TrimEnd());
        }

        Assert.Equal("car\nperson\nface\n", DatasetFiles.Entry(written, "obj.names"));
        Assert.Equal("classes = 3\ntrain = data/train.txt\nnames = data/obj.names\nbackup = backup/\n", DatasetFiles.Entry(written, "obj.data"));
        Assert.Equal(3, report.NumberOf("kind-not-held"));
    }

    [Fact]
    public async Task A_trainers_file_names_folders_and_both_parts_and_quotes_what_needs_it()
    {
        var info = new DatasetInfo { Labels = [new DatasetLabel { Name = "car" }, new DatasetLabel { Name = "a: \"b\" # c" }, new DatasetLabel { Name = "no" }] };
        DatasetItem[] items =
        [
            new() { Name = "a.jpg", Width = 10, Height = 10 },
            new() { Name = "a.png", Width = 10, Height = 10, Subset = "valid" },
            new() { Name = "a.bmp", Width = 10, Height = 10, Subset = "valid" },
        ];

        var (written, report) = await DatasetFiles.WriteAsync(Detection, info, items);
        var (read, _, _) = await DatasetFiles.ReadAsync(Detection, written);

        Assert.StartsWith("train: images/train\nval: images/val\nnames:\n  0: car\n", DatasetFiles.Entry(written, "data.yaml"), StringComparison.Ordinal);
        Assert.Equal(info.Labels.Select(label => label.Name), read.Labels.Select(label => label.Name));
        Assert.Equal(1, report.NumberOf("name-taken"));
        Assert.Equal(0, report.NumberOf("no-validation"));
    }

    [Theory]
    [InlineData("names: [car, 'a, b', \"c\"]\nnc: 3", "car|a, b|c")]
    [InlineData("names:\n- car\n- bus # big\n", "car|bus")]
    [InlineData("names: {0: car, 2: bus}", "car|1|bus")]
    [InlineData("train: x\nnames:\n  1: 'it''s'\n  0: car\nval: y\n", "car|it's")]
    public async Task Names_are_read_in_every_form(string yaml, string names)
    {
        var (info, _, _) = await DatasetFiles.ReadAsync(Detection, DatasetFiles.Zip(("data.yaml", Encoding.UTF8.GetBytes(yaml)), ("labels/train/a.txt", [])));

        Assert.Equal(names, string.Join('|', info.Labels.Select(label => label.Name)));
    }

    [Fact]
    public async Task Bad_rows_are_named_and_the_rest_is_read()
    {
        const string Rows = "0 0.5 0.5 0.2 0.2\r\n\n\t1\t5e-1 .5 .2 .2 0.75\n9 .5 .5 .2 .2\n0 NaN .5 .2 .2\n0 .5 .5\n0 .5 .5 0 .2\n-1 .5 .5 .2 .2\nx\n0 320 240 20 10\n";

        var (_, items, report) = await DatasetFiles.ReadAsync(Darknet, DatasetFiles.Zip(
            ("top/obj.names", "car\nbus\n\n"u8.ToArray()), ("top/obj_train_data/a/b.txt", Encoding.UTF8.GetBytes(Rows)), ("top/train.txt", "C:\\x\\data\\obj_train_data\\a\\b.jpg\n"u8.ToArray())));

        var item = Assert.Single(items);
        Assert.Equal(("train", "a/b.jpg"), (item.Subset, item.Name));
        Assert.Equal(["car 1", "bus 0.75", "car 1"], item.AtSize!(10, 10).Shapes.Select(shape => $"{shape.Label} {shape.Score}"));
        Assert.Equal(2, report.NumberOf("class-unknown"));
        Assert.Equal(4, report.NumberOf("row-invalid"));
        Assert.Equal(1, report.NumberOf("not-fractions"));
        Assert.Contains(report.Lines, line => line.Places.Any(place => place.Contains("b.txt line 4: class 9 of 2", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(Darknet)]
    [InlineData(Segmentation)]
    public async Task An_archive_of_something_else_is_refused(string format)
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(format, DatasetFiles.Zip(("notes.txt", "hello"u8.ToArray()))));

        Assert.Equal("yolo-no-annotations", error.Code);
    }

    [Property(MaxTest = 60)]
    public async Task What_a_format_of_the_family_can_hold_comes_back(int seed)
    {
        var items = new RandomDataset(seed).Items();
        foreach (var (format, kind) in new[] { (Darknet, ShapeKind.Rectangle), (Detection, ShapeKind.Rectangle), (Segmentation, ShapeKind.Polygon), (Oriented, ShapeKind.Rectangle) })
        {
            var held = items.SelectMany(item => item.Shapes).Where(shape => shape.Kind == kind && Inside(shape) && (format == Oriented || shape.Rotation == 0)).ToList();
            var others = items.SelectMany(item => item.Shapes).Count(shape => shape.Kind != kind);

            var (written, report) = await DatasetFiles.WriteAsync(format, RandomDataset.Info, items);
            var (_, read, readReport) = await DatasetFiles.ReadAsync(format, written);

            var shapes = read.SelectMany(item => (item.AtSize?.Invoke(200, 120) ?? item).Shapes).ToList();
            Assert.All(held, shape => Assert.Contains(shapes, other => Same(shape, other)));
            Assert.Equal(others, report.NumberOf("kind-not-held"));
            Assert.Equal(items.Sum(item => item.Tags.Count), report.NumberOf("tag-not-held"));
            Assert.DoesNotContain(readReport.Lines, line => line.Kind == ReportKind.Loss);
        }
    }

    private static bool Inside(DatasetShape shape)
    {
        var box = Outlines.BoxAround(shape.Rotation == 0 ? shape.Points : Outlines.RectangleCorners(shape.Points, shape.Rotation));
        return box is { Left: >= 0, Top: >= 0, Right: <= 200, Bottom: <= 120 };
    }

    private static bool Same(DatasetShape one, DatasetShape other) =>
        one.Kind == other.Kind && one.Label == other.Label && Corners(one).Zip(Corners(other)).All(pair => Math.Abs(pair.First - pair.Second) < 0.05);

    private static double[] Corners(DatasetShape shape) =>
        shape.Kind == ShapeKind.Rectangle ? Outlines.RectangleCorners(shape.Points, shape.Rotation) : shape.Points;
}
