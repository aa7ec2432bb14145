using System.Text;
using Annotator.Formats;
using Annotator.Formats.Archives;

namespace Annotator.Tests.Formats;

/// <summary>Archives as people's tools and machines really make them: strange, and still worth reading.</summary>
public sealed class RealWorldTests
{
    private const string Coco =
        """
        {"images": [{"id": 1, "file_name": "a.jpg", "width": 64, "height": 48}],
         "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 10, 12]}],
         "categories": [{"id": 1, "name": "cat"}]}
        """;

    private const string Voc =
        "<annotation><filename>a.jpg</filename><size><width>64</width><height>48</height><depth>3</depth></size><object><name>cat</name>"
        + "<bndbox><xmin>1.0</xmin><ymin>2</ymin><xmax>11</xmax><ymax>14</ymax></bndbox></object></annotation>";

    private const string YoloBox = "0 0.09375 0.1666667 0.15625 0.25";

    private static readonly byte[] _image = DatasetFiles.Bitmap(64, 48);

    private static readonly Dictionary<string, (string Name, byte[] Content)[]> _archives = new()
    {
        ["a byte order mark before JSON"] = [("annotations/instances_default.json", [0xEF, 0xBB, 0xBF, .. Utf8(Coco)])],
        ["ids and sizes in quotes"] = [("ann.json", Utf8(Quoted(Coco)))],
        ["ids with a decimal point"] = [("_annotations.coco.json", Utf8(Coco.Replace("id\": 1", "id\": 1.0", StringComparison.Ordinal)))],
        ["ids that are words"] = [("ann.json", Utf8(Coco.Replace("{\"id\": 1, \"file", "{\"id\": \"p-1\", \"file", StringComparison.Ordinal).Replace("image_id\": 1", "image_id\": \"p-1\"", StringComparison.Ordinal)))],
        ["a null where parts should be"] = [("ann.json", Utf8(Coco.Replace("\"bbox\"", "\"segmentation\": null, \"iscrowd\": null, \"bbox\"", StringComparison.Ordinal)))],
        ["no sizes, but the photo"] = [("train/_annotations.coco.json", Utf8(Coco.Replace(", \"width\": 64, \"height\": 48", "", StringComparison.Ordinal))), ("train/a.jpg", _image)],
        ["what a Mac adds to a zip"] = [("ds/annotations/instances_train.json", Utf8(Coco)), ("__MACOSX/ds/annotations/._instances_train.json", [0, 5, 22, 7]), ("ds/.DS_Store", [0])],
        ["a folder in a folder"] = [("export/2024/annotations/instances_val2017.json", Utf8(Coco)), ("export/2024/val2017/a.jpg", _image)],
        ["paths of another machine"] = [("annotations/instances_default.json", Utf8(Coco.Replace("\"a.jpg\"", "\"C:\\\\photos\\\\a.jpg\"", StringComparison.Ordinal)))],
        ["boxes beside photos"] = [("a.xml", Utf8(Voc)), ("a.jpg", _image)],
        ["a code page of old Windows"] = [("Annotations/a.xml", Encoding.Latin1.GetBytes("<?xml version=\"1.0\" encoding=\"windows-1252\"?>" + Voc))],
        ["no size in the file, but the photo"] = [("Annotations/a.xml", Utf8(Voc.Replace("<width>64</width><height>48</height>", "", StringComparison.Ordinal))), ("JPEGImages/a.jpg", _image)],
        ["names by number, valid for val"] =
        [
            ("data.yaml", Utf8("path: ../datasets/x\r\ntrain: train/images\r\nval: valid/images\r\nnames:\r\n  0: cat\r\n")),
            ("train/images/a.jpg", _image), ("train/labels/a.txt", Utf8(YoloBox + "\r\n")),
        ],
        ["as Roboflow exports it"] =
        [
            ("data.yaml", Utf8("train: ../train/images\nval: ../valid/images\n\nnc: 1\nnames: ['cat']\n\nroboflow:\n  workspace: x\n")),
            ("README.roboflow.txt", Utf8("Thank you")), ("train/images/a.jpg", _image), ("train/labels/a.txt", Utf8(YoloBox)),
        ],
        ["absolute paths in data.yaml"] = [("data.yaml", Utf8("train: /home/ann/ds/images/train\nnames: [cat]\n")), ("images/train/a.jpg", _image), ("labels/train/a.txt", Utf8(YoloBox))],
        ["as Label Studio exports it"] = [("classes.txt", Utf8("cat\n")), ("notes.json", Utf8("{\"categories\": [], \"info\": {}}")), ("images/a.jpg", _image), ("labels/a.txt", Utf8(YoloBox))],
        ["a score behind the box"] = [("classes.txt", Utf8("cat\n")), ("images/a.jpg", _image), ("labels/a.txt", Utf8(YoloBox + " 0.93"))],
        ["backslashes in the zip"] = [("ds\\classes.txt", Utf8("cat\n")), ("ds\\images\\a.jpg", _image), ("ds\\labels\\a.txt", Utf8(YoloBox))],
        ["capital letters"] = [("CLASSES.TXT", Utf8("cat\n")), ("IMAGES/A.JPG", _image), ("LABELS/A.TXT", Utf8(YoloBox))],
    };

    public static TheoryData<string> Archives => [.. _archives.Keys];

    [Theory]
    [MemberData(nameof(Archives))]
    public async Task The_one_box_of_the_one_photo_is_read(string archive)
    {
        var cancel = TestContext.Current.CancellationToken;
        var report = new DatasetReport();
        await using var opened = await DatasetArchive.OpenAsync(new MemoryStream(DatasetFiles.Zip(_archives[archive])), "upload.zip", DatasetLimits.Default, cancel);
        var format = (await DatasetFormats.RecogniseAsync(opened, cancel)).MaxBy(found => found.Match)!.Importer;
        await using var source = await format.Reader.OpenAsync(opened, DatasetReadOptions.Default, report, cancel);

        var item = Assert.Single(await source.ReadItemsAsync(cancel).ToListAsync(cancel));
        item = item.AtSize?.Invoke(64, 48) ?? item;

        var box = Assert.Single(item.Shapes);
        Assert.Equal("a.jpg", item.Name[(item.Name.LastIndexOfAny(['/', '\\']) + 1)..], ignoreCase: true);
        Assert.Equal(("cat", "1 2 11 14"), (box.Label, string.Join(' ', box.Points.Select(number => Math.Round(number, 3)))));
        Assert.DoesNotContain(report.Lines, line => line.Kind == ReportKind.Loss);
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>All numbers as strings.</summary>
    private static string Quoted(string json) => System.Text.RegularExpressions.Regex.Replace(json, @"(?<=[ \[])(\d+)(?=[,}\]])", "\"$1\"");
}
