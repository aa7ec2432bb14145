using System.Text;
using System.Xml.Linq;
using Annotator.Formats;
using Annotator.Formats.Model;

namespace Annotator.Tests.Formats;

public sealed class CvatImagesTests
{
    private const string Import = "CVAT 1.1";
    private const string Export = "CVAT for images 1.1";

    [Theory]
    [InlineData("dm_tests/dm_CVAT_for_images_1.1", "cuboid=1 points=1 polygon=1 polyline=1 rectangle=1 tag=1")]
    [InlineData("dm_tests/dm_COCO_1.0", "polygon=1 rectangle=1")]
    [InlineData("dm_tests/dm_COCO_Keypoints_1.0", "skeleton=2")]
    [InlineData("dm_tests/dm_CVAT_for_video_1.1", "cuboid=2 points=2 polygon=2 polyline=2 rectangle=4")]
    [InlineData("dm_tests/video_CVAT_for_images_1.1_merge", "rectangle=14 tag=1")]
    [InlineData("demo/img", "mask=1 polygon=1 rectangle=1 skeleton=1 tag=1")]
    public async Task A_file_of_the_contract_is_read_to_what_its_own_importer_read(string name, string expected)
    {
        var zip = await File.ReadAllBytesAsync(
            DatasetFiles.Fixture(["cvat_golden", .. name.Split('/'), "CVAT_for_images_1.1.zip"]), TestContext.Current.CancellationToken);

        var (_, items, report) = await DatasetFiles.ReadAsync(Import, zip);

        Assert.Equal(expected, string.Join(' ', DatasetFiles.Counts(items).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")));
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task The_documented_example_of_older_files_is_read_bare()
    {
        var xml = await File.ReadAllBytesAsync(DatasetFiles.Fixture("cvat_xml", "doc_images_example", "annotations.xml"), TestContext.Current.CancellationToken);

        var (info, items, report) = await DatasetFiles.ReadAsync(Import, xml, "annotations.xml");

        Assert.Equal(["car", "traffic_line", "wheel", "plate", "s1"], info.Labels.Select(label => label.Name));
        Assert.Equal(["1", "2", "3"], info.Labels[4].Sublabels.Select(label => label.Name));
        var counts = DatasetFiles.Counts(items);
        Assert.Equal((1, 1, 2, 1, 1, 1, 1), (counts["rectangle"], counts["polygon"], counts["polyline"], counts["points"], counts["tag"], counts["skeleton"], counts["mask"]));
        Assert.Equal(3, items[0].Shapes.Single(shape => shape.Kind == ShapeKind.Skeleton).Elements.Count);
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task Images_beside_the_file_are_found_and_old_attribute_values_are_split()
    {
        var (info, items, _) = await DatasetFiles.ReadAsync(Import, DatasetFiles.ZipFolder(DatasetFiles.Fixture("cvat_xml", "for_images")));

        var counts = DatasetFiles.Counts(items);
        Assert.Equal((1, 1, 2, 1, 1), (counts["rectangle"], counts["polyline"], counts["skeleton"], counts["polygon"], counts["points"]));
        Assert.Equal(["v1", "v2", "v3"], info.Labels[0].Attributes.Single(attribute => attribute.Name == "a2").Values);
        Assert.All(items, item => Assert.NotNull(item.OpenImage));
    }

    [Fact]
    public async Task What_is_read_is_written_again_letter_by_letter()
    {
        var golden = await File.ReadAllBytesAsync(
            DatasetFiles.Fixture("cvat_golden", "demo", "img", "CVAT_for_images_1.1.zip"), TestContext.Current.CancellationToken);
        var (info, items, _) = await DatasetFiles.ReadAsync(Import, golden);

        var (written, report) = await DatasetFiles.WriteAsync(Export, info, items);

        var expected = DatasetFiles.Entry(golden, "annotations.xml");
        var actual = DatasetFiles.Entry(written, "annotations.xml");
        Assert.Equal(Part(expected, "  <image ", "</annotations>"), Part(actual, "  <image ", "</annotations>"));
        Assert.Equal(Part(expected, "      <labels>", "      </labels>"), Part(actual, "      <labels>", "      </labels>"));
        Assert.Equal(items.Count, report.Images);
    }

    [Fact]
    public async Task A_project_says_which_task_and_subset_a_frame_belongs_to()
    {
        var info = new DatasetInfo
        {
            Project = new DatasetProject { Id = 3, Name = "streets" },
            Tasks = [new DatasetTask { Id = 7, Subset = "train" }, new DatasetTask { Id = 8 }],
            Labels = [new DatasetLabel { Name = "car" }],
        };
        DatasetItem[] items =
        [
            new() { Name = "a.jpg", Subset = "train", TaskId = 7, Width = 10, Height = 5, OpenImage = Image("one") },
            new() { Name = "a.jpg", TaskId = 8, Width = 10, Height = 5, OpenImage = Image("two") },
        ];

        var (written, _) = await DatasetFiles.WriteAsync(Export, info, items, new DatasetWriteOptions { SaveImages = true });

        var images = XElement.Parse(DatasetFiles.Entry(written, "annotations.xml")).Elements("image").ToList();
        Assert.Equal(["train", "default"], images.Select(image => image.Attribute("subset")!.Value));
        Assert.Equal(["7", "8"], images.Select(image => image.Attribute("task_id")!.Value));
        Assert.Equal("one", DatasetFiles.Entry(written, "images/train/a.jpg"));
        Assert.Equal("two", DatasetFiles.Entry(written, "images/default/a.jpg"));
        var read = new List<string>();
        await DatasetFiles.ReadAsync(Import, written, visit: async item => read.Add(await ReadImageAsync(item)));
        Assert.Equal(["one", "two"], read);
    }

    [Fact]
    public async Task Shapes_with_impossible_numbers_are_named_and_the_rest_is_read()
    {
        var xml = """
            <annotations><image id="0" name="a.jpg" width="9" height="9">
            <box label="car" xtl="NaN" ytl="0" xbr="1" ybr="1"></box>
            <box label="car" xtl="0" ytl="0" xbr="1" ybr="1" rotation="-90"/>
            <polygon label="car" points="1,1;2,2"></polygon>
            <mask label="car" rle="0, 9" left="0" top="0" width="2" height="2"></mask>
            <star label="car" points="1,1"></star>
            <skeleton label="s"></skeleton>
            <tag label="car"/>
            </image><image id="1" name="b.jpg"/></annotations>
            """;

        var (_, items, report) = await DatasetFiles.ReadAsync(Import, Encoding.UTF8.GetBytes(xml), "a.xml");

        Assert.Equal(["a.jpg", "b.jpg"], items.Select(item => item.Name));
        Assert.Equal(270, Assert.Single(items[0].Shapes).Rotation);
        Assert.Single(items[0].Tags);
        Assert.Equal(3, report.NumberOf("shape-invalid"));
        Assert.Equal(1, report.NumberOf("kind-unknown"));
        Assert.Equal(1, report.NumberOf("skeleton-empty"));
        Assert.Contains(report.Lines, line => line.Places.Any(place => place.Contains("line 2", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Tracks_are_flattened_with_a_word_about_it()
    {
        var shape = new DatasetShape { Kind = ShapeKind.Rectangle, Label = "car", Points = [0, 0, 1, 1], TrackId = 4, Keyframe = true };
        var (_, report) = await DatasetFiles.WriteAsync(
            Export, new DatasetInfo { Labels = [new DatasetLabel { Name = "car" }] }, [new DatasetItem { Name = "a.jpg", Shapes = [shape] }]);

        Assert.Equal(1, report.NumberOf("track-flattened"));
        Assert.Contains("\"track-flattened\"", report.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_leave_the_archive_are_made_plain()
    {
        DatasetItem[] items = [new() { Name = "../../etc/passwd", OpenImage = Image("x") }, new() { Name = "C:\\a\u0001.jpg", OpenImage = Image("y") }];

        var (written, report) = await DatasetFiles.WriteAsync(Export, new DatasetInfo(), items, new DatasetWriteOptions { SaveImages = true });

        Assert.Equal("x", DatasetFiles.Entry(written, "images/etc/passwd"));
        Assert.Equal(2, report.NumberOf("name-not-plain"));
        await DatasetFiles.ReadAsync(Import, written);
    }

    private static Func<CancellationToken, Task<Stream>> Image(string content) =>
        _ => Task.FromResult<Stream>(new MemoryStream(Encoding.UTF8.GetBytes(content)));

    private static async Task<string> ReadImageAsync(DatasetItem item)
    {
        using var reader = new StreamReader(await item.OpenImage!(TestContext.Current.CancellationToken));
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private static string Part(string text, string from, string to)
    {
        var start = text.IndexOf(from, StringComparison.Ordinal);
        return text[start..text.IndexOf(to, start, StringComparison.Ordinal)];
    }
}
