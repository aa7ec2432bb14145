using System.Globalization;
using System.Text;
using Annotator.Formats;
using Annotator.Formats.Archives;
using Annotator.Formats.Tools;

namespace Annotator.Tests.Formats;

/// <summary>
/// Files in the shapes in which other tools write them: each is told by its content, and read to the images, labels and
/// annotations that its tool would show.
/// </summary>
public sealed class FilesOfOtherToolsTests
{
    private const string Box = "0 0.5 0.5 0.25 0.5\n";
    private const string Detection = "Ultralytics YOLO Detection 1.0";
    private const string CocoImage = """{"id": 1, "file_name": "a.jpg", "width": 64, "height": 48}""";
    private const string CocoBox = """{"id": 7, "image_id": 1, "category_id": 1, "bbox": [1, 2, 10, 12]}""";
    private const string Person = """{"id": 1, "name": "person", "keypoints": ["nose", "eye"], "skeleton": [[1, 2]]}""";

    private const string KittiRow = "Car 0.00 0 0.00 1.00 2.00 11.00 14.00 0.00 0.00 0.00 0.00 0.00 0.00 0.00\n";

    private static readonly string _photo = Encoding.Latin1.GetString(DatasetFiles.Bitmap(64, 48));

    /// <summary>By what they are: the files, the format, and images; labels; annotations.</summary>
    private static readonly Dictionary<string, (string Format, string Expected, (string Name, string Content)[] Files)> _datasets = new()
    {
        ["YOLO: names over several lines"] = (Detection, "1; cat, traffic light, dog; rectangle 1",
            [("data.yaml", "train: images\nnc: 3\nnames: [ 'cat', \"traffic light\",  # first\n         'dog' ]\n"), ("images/a.jpg", _photo), ("labels/a.txt", Box)]),
        ["YOLO: names over several lines without indent"] = (Detection, "1; cat, dog; rectangle 1",
            [("data.yaml", "names:\n  ['cat',\n'dog'\n]\nval: images\n"), ("images/a.jpg", _photo), ("labels/a.txt", Box)]),
        ["YOLO: subsets are lists of paths of another machine"] = (Detection, "2 train val; cat; rectangle 2",
            [
                ("data.yaml", "train: train.txt\nval: val.txt\nnames: [cat]\n"), ("train.txt", "./images/a.jpg\n"), ("val.txt", "/home/ann/photos/ds/images/b.jpg\n"),
                ("images/a.jpg", _photo), ("labels/a.txt", Box), ("images/b.jpg", _photo), ("labels/b.txt", Box),
            ]),
        ["YOLO: an image of two lists"] = (Detection, "2 all train; cat; rectangle 2",
            [("data.yaml", "names: [cat]\n"), ("train.txt", "images/a.jpg\n"), ("all.txt", "images/a.jpg\n"), ("images/a.jpg", _photo), ("labels/a.txt", Box)]),
        ["YOLO: Roboflow's darknet export"] = ("YOLO 1.1", "2; cat, dog; rectangle 2",
            [("train/_darknet.labels", "cat\ndog"), ("train/a.jpg", _photo), ("train/a.txt", Box), ("valid/_darknet.labels", "cat\ndog"), ("valid/b.jpg", _photo), ("valid/b.txt", "1 .5 .5 .2 .2")]),
        ["YOLO: no names anywhere"] = (Detection, "1; 0, 3; rectangle 2",
            [("images/a.jpg", _photo), ("labels/a.txt", Box + "3 .5 .5 .1 .1\n")]),
        ["VOC: Roboflow's outlines beside boxes"] = ("PASCAL VOC 1.1", "1 train; cat; polygon 1, rectangle 1",
            [("train/a.jpg", _photo), ("train/a.xml", Voc("<polygon><x1>1</x1><y1>2</y1><x2>11</x2><y2>2</y2><x3>11</x3><y3>14</y3></polygon>"
                + "</object><object><name>cat</name><polygon><x1>1</x1><y1>2</y1><x2>11</x2><y2>2</y2><x3>11</x3><y3>14</y3><x4>1</x4><y4>14</y4></polygon><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>11</xmax><ymax>14</ymax></bndbox>"))]),
        ["VOC: an object of two boxes"] = ("PASCAL VOC 1.1", "1; cat; rectangle 2",
            [("a.xml", Voc("<bndbox><xmin>20</xmin><ymin>20</ymin><xmax>30</xmax><ymax>30</ymax></bndbox>"))]),
        ["COCO: the benchmark's boxes and captions"] = ("COCO 1.0", "1 val2017; person; rectangle 1",
            [
                ("annotations/captions_val2017.json", $$"""{"images": [{{CocoImage}}], "annotations": [{"id": 1, "image_id": 1, "caption": "A cat."}]}"""),
                ("annotations/instances_val2017.json", $$"""{"images": [{{CocoImage}}], "annotations": [{{CocoBox}}], "categories": [{"id": 1, "name": "person"}]}"""),
            ]),
        ["COCO: the benchmark's boxes and keypoints"] = ("COCO Keypoints 1.0", "1 val2017; person; skeleton 1",
            [
                ("annotations/instances_val2017.json", $$"""{"images": [{{CocoImage}}], "annotations": [{{CocoBox}}], "categories": [{"id": 1, "name": "person"}]}"""),
                ("annotations/person_keypoints_val2017.json", $$"""{"images": [{{CocoImage}}], "annotations": [{{CocoBox.Replace("}", ", \"num_keypoints\": 2, \"keypoints\": [1, 2, 2, 11, 14, 2]}", StringComparison.Ordinal)}}], "categories": [{{Person}}]}"""),
            ]),
        ["COCO: images of a test, without objects"] = ("COCO 1.0", "1 test2017; cat; ",
            [("image_info_test2017.json", $$"""{"images": [{{CocoImage}}], "categories": [{"id": 1, "name": "cat"}]}""")]),
        ["COCO: parts of a dataset in folders, with images of one name"] = ("COCO 1.0", "2 train val; cat; rectangle 2",
            [
                ("ds/train/labels.json", $$"""{"images": [{{CocoImage}}], "annotations": [{{CocoBox}}], "categories": [{"id": 1, "name": "cat"}]}"""),
                ("ds/val/labels.json", $$"""{"images": [{{CocoImage}}], "annotations": [{{CocoBox}}], "categories": [{"id": 1, "name": "cat"}]}"""),
            ]),
        ["VOC: copies that editors keep in hidden folders"] = ("PASCAL VOC 1.1", "1; cat; rectangle 1",
            [("ds/a.xml", Voc("")), ("ds/.ipynb_checkpoints/a-checkpoint.xml", Voc("")), ("ds/.git/config", "x"), ("ds/.a.xml.swp", "x")]),
        ["VOC: a time in the name"] = ("PASCAL VOC 1.1", "1; cat; rectangle 1",
            [("2024-01-01T10:00:00.xml", Voc("")), ("2024-01-01T10:00:00.jpg", _photo)]),
        ["COCO: results beside what they are about"] = ("COCO 1.0", "2  val; cat; rectangle 2",
            [
                ("detections.json", """[{"image_id": 1, "category_id": 1, "bbox": [1, 2, 10, 12], "score": 0.9}]"""),
                ("instances_val.json", $$"""{"images": [{{CocoImage}}], "annotations": [{{CocoBox}}], "categories": [{"id": 1, "name": "cat"}]}"""),
            ]),
        ["COCO: results alone"] = ("COCO 1.0", "1; 3, 1; rectangle 2",
            [("results.json", """[{"image_id": 1, "category_id": 3, "bbox": [1, 2, 10, 12], "score": 0.9}, {"image_id": 1, "category_id": 1, "bbox": [1, 2, 10, 12], "score": 0.5}]""")]),
        ["COCO: no list of categories"] = ("COCO 1.0", "1; 1; rectangle 1",
            [("a.json", $$"""{"images": [{{CocoImage}}], "annotations": [{{CocoBox}}], "categories": null}""")]),
        ["VoTT: the first version's frames, measured on a smaller view"] = ("VoTT JSON 1.0", "2; cat, dog; rectangle 1",
            [
                ("clip.json", """{"frames": {"a.jpg": [{"x1": 2, "y1": 3, "x2": 22, "y2": 15, "width": 32, "height": 24, "type": "rect", "tags": ["cat"], "id": 0}], "b.jpg": []}, "inputTags": "cat,dog", "visitedFrames": ["a.jpg"], "scd": false}"""),
                ("a.jpg", _photo),
            ]),
        ["ICDAR: corners, script and text in files called as their images"] = ("ICDAR Localization 1.0", "1 train_gt; icdar; polygon 2",
            [("train_gt/tr_img_1.txt", "1,1,9,1,9,5,1,5,Latin,Hello, World\n1,1,9,1,9,5,1,5,Chinese,###\n"), ("train/tr_img_1.jpg", _photo)]),
        ["KITTI: rows in folders as tools for training have them"] = ("KITTI 1.0", "2 train val; Car; rectangle 2",
            [("data/train/labels/a.txt", KittiRow), ("data/train/images/a.jpg", _photo), ("data/val/labels/a.txt", KittiRow), ("data/val/images/a.jpg", _photo)]),
        ["LFW: as the benchmark packs it"] = ("LFW 1.0", "2; Ann_Lee, Bo_Li; tag 2",
            [("pairs.txt", "1\t1\nAnn_Lee\t1\tBo_Li\t1\n"), ("lfw/Ann_Lee/Ann_Lee_0001.jpg", _photo), ("lfw/Bo_Li/Bo_Li_0001.jpg", _photo)]),
        ["folders of labels in the folder they were packed with"] = ("ImageNet 1.0", "2; cat, dog; tag 2",
            [("pets/cat/a.jpg", _photo), ("pets/dog/b.jpg", _photo)]),
    };

    public static TheoryData<string> Datasets => [.. _datasets.Keys];

    [Theory]
    [MemberData(nameof(Datasets))]
    public async Task What_other_tools_write_is_told_and_read_whole(string dataset)
    {
        var cancel = TestContext.Current.CancellationToken;
        var (format, expected, files) = _datasets[dataset];
        var report = new DatasetReport();
        await using var archive = await DatasetArchive.OpenAsync(
            new MemoryStream(DatasetFiles.Zip([.. files.Select(file => (file.Name, Bytes(file.Content)))])), "upload.zip", DatasetLimits.Default, cancel);
        var found = await DatasetFormats.RecogniseAsync(archive, cancel);
        var told = (found.FirstOrDefault(one => one.Match == found[0].Match && one.Importer.Format.Name == format) ?? found[0]).Importer;
        await using var source = new SizedSource(await told.Reader.OpenAsync(archive, DatasetReadOptions.Default, report, cancel), report);
        var items = await source.ReadItemsAsync(cancel).ToListAsync(cancel);

        var used = items.SelectMany(item => item.Shapes.Select(shape => shape.Label).Concat(item.Tags.Select(tag => tag.Label))).Distinct();
        Assert.Equal(format, told.Format.Name);
        Assert.Equal(
            expected,
            $"{string.Join(' ', items.Select(item => item.Subset).Distinct().Order(StringComparer.Ordinal).Prepend(items.Count.ToString(CultureInfo.InvariantCulture))).Trim()}; "
            + $"{string.Join(", ", source.Info.Labels.Select(label => label.Name))}; {string.Join(", ", report.Counts.Select(count => $"{count.Key} {count.Value}"))}");
        Assert.Empty(used.Except(source.Info.Labels.Select(label => label.Name)));
        Assert.DoesNotContain(report.Lines, line => line.Kind == ReportKind.Loss && line.Message != "Captions were left out");
    }

    [Theory]
    [InlineData("PASCAL VOC 1.1", "a.xml", "<annotation><filename>a.jpg</filename><object><name>cat</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>11</xmax><ymax>14</ymax></bndbox></object></annotation>")]
    [InlineData("COCO 1.0", "a.json", "{\"images\": [{\"id\": 1, \"file_name\": \"a.jpg\"}], \"annotations\": [], \"categories\": []}")]
    [InlineData("labelme JSON 1.0", "a.json", "{\"shapes\": [], \"imagePath\": \"a.jpg\"}")]
    [InlineData("LabelMe 3.0", "a.xml", "<annotation><filename>a.jpg</filename><imagesize><nrows>48</nrows><ncols>64</ncols></imagesize></annotation>")]
    [InlineData("ICDAR Localization 1.0", "gt_a.txt", "1 2 11 14 \"STOP\"")]
    [InlineData("CVAT 1.1", "annotations.xml", "<annotations><image id='0' name='a.jpg' width='64' height='48'/></annotations>")]
    public async Task Images_that_no_annotations_name_are_counted(string format, string name, string content)
    {
        var (_, items, report) = await DatasetFiles.ReadAsync(format, DatasetFiles.Zip((name, Encoding.UTF8.GetBytes(content)), ("a.jpg", DatasetFiles.Bitmap(64, 48)), ("b.jpg", DatasetFiles.Bitmap(64, 48))));

        Assert.Equal("a.jpg", Assert.Single(items).Name);
        Assert.Equal(["b.jpg"], Assert.Single(report.Lines, line => line.Code == "images-unnamed").Places);
    }

    private static byte[] Bytes(string content) => content == _photo ? DatasetFiles.Bitmap(64, 48) : Encoding.UTF8.GetBytes(content);

    private static string Voc(string more) =>
        "<annotation><filename>a.jpg</filename><size><width>64</width><height>48</height><depth>3</depth></size>"
        + $"<object><name>cat</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>11</xmax><ymax>14</ymax></bndbox>{more}</object></annotation>";
}
