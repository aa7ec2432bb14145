using System.Text;
using Annotator.Formats;
using Annotator.Formats.Model;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

public sealed class YoloClassificationTests
{
    private const string Format = "Ultralytics YOLO Classification 1.0";

    [Fact]
    public async Task Images_in_folders_of_labels_are_read()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.ZipFolder(DatasetFiles.Fixture("yolo_ultralytics", "classification")));

        Assert.Equal(["label_0", "label_1"], info.Labels.Select(label => label.Name));
        Assert.Equal(["train 1.jpg label_0", "train 2.jpg label_0", "train 3.jpg label_1"], items.Select(Describe));
        Assert.All(items, item => Assert.NotNull(item.OpenImage));
        Assert.Equal(3, report.Counts["tag"]);
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task A_list_counts_before_the_folders_and_bad_entries_are_named()
    {
        const string List = """{"img1": {"labels": ["car", "bus", "car"], "path": "car/img1.jpg"}, "b/img2": {"labels": [], "path": "no_label/b/img2.bmp"}, "bad": {"path": "x"}, "worse": 7, "img3": {"labels": ["car"]}}""";

        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(
            ("top/val/labels.json", Encoding.UTF8.GetBytes(List)), ("top/val/no_label/b/img2.bmp", DatasetFiles.Bitmap(30, 20)), ("top/val/dog/other.jpg", [1])));

        Assert.Equal(["bus", "car"], info.Labels.Select(label => label.Name));
        Assert.Equal(["val img1.jpg bus,car", "val b/img2.bmp ", "val img3 car"], items.Select(Describe));
        Assert.Equal((30, 20), (items[1].Width, items[1].Height));
        Assert.Equal(2, report.NumberOf("entry-invalid"));
    }

    [Theory]
    [InlineData("train/labels.json", "[]", "yolo-no-annotations")]
    [InlineData("train/labels.json", "{\"a\": {\"labels\"", "json-damaged")]
    [InlineData("notes.md", "hello", "yolo-no-annotations")]
    public async Task Something_else_is_refused(string name, string content, string code)
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(Format, DatasetFiles.Zip((name, Encoding.UTF8.GetBytes(content)))));

        Assert.Equal(code, error.Code);
    }

    [Property(MaxTest = 60)]
    public async Task Tags_come_back_with_and_without_images(int seed)
    {
        var items = new RandomDataset(seed).Items().Select((item, i) => item with
        {
            Subset = i % 2 == 0 ? "train" : "val",
            OpenImage = _ => Task.FromResult<Stream>(new MemoryStream(Encoding.UTF8.GetBytes(item.Name))),
        }).ToList();
        var expected = items.Select(item => Describe(item with { Tags = [.. item.Tags.DistinctBy(tag => tag.Label)] })).Order(StringComparer.Ordinal).ToList();

        var (listed, report) = await DatasetFiles.WriteAsync(Format, RandomDataset.Info, items);
        var (_, fromLists, _) = await DatasetFiles.ReadAsync(Format, listed);
        var (foldered, _) = await DatasetFiles.WriteAsync(Format, RandomDataset.Info, items, new DatasetWriteOptions { SaveImages = true });
        var (_, fromBoth, _) = await DatasetFiles.ReadAsync(Format, foldered);
        var (_, fromFolders, _) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip([.. DatasetFiles.Unzip(foldered).Where(file => !file.Name.EndsWith(".json", StringComparison.Ordinal))]));

        Assert.Equal(expected, fromLists.Select(Describe).Order(StringComparer.Ordinal));
        Assert.Equal(expected, fromBoth.Select(Describe).Order(StringComparer.Ordinal));
        Assert.All(fromBoth, item => Assert.NotNull(item.OpenImage));
        Assert.Equal(
            expected.Select(line => line.Replace(RandomDataset.Info.Labels[0].Name, LabelFolder, StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            fromFolders.Select(Describe).Order(StringComparer.Ordinal));
        Assert.Equal(items.Sum(item => item.Shapes.Count), report.NumberOf("kind-not-held"));
    }

    /// <summary>A slash cannot be in the name of a folder.</summary>
    private static string LabelFolder => RandomDataset.Info.Labels[0].Name.Replace('/', '_');

    private static string Describe(DatasetItem item) =>
        $"{item.Subset} {item.Name} {string.Join(',', item.Tags.Select(tag => tag.Label).Order(StringComparer.Ordinal))}";
}
