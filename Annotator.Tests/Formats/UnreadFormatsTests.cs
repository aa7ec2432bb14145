using System.Text;
using Annotator.Formats;
using Annotator.Formats.Archives;
using Annotator.Formats.Recognition;

namespace Annotator.Tests.Formats;

/// <summary>What is not read is said to be what it is, with what to do.</summary>
public sealed class UnreadFormatsTests
{
    [Theory]
    [InlineData("via_project.json", """{"_via_settings": {}, "_via_img_metadata": {}}""", "VGG Image Annotator")]
    [InlineData("via.json", """{"a.jpg1": {"filename": "a.jpg", "regions": [{"shape_attributes": {"name": "rect", "x": 1}, "region_attributes": {}}]}}""", "VGG Image Annotator")]
    [InlineData("via.csv", "filename,file_size,file_attributes,region_count\na.jpg,1,{},0\n", "VGG Image Annotator")]
    [InlineData("p.json", """[{"id": 1, "annotations": [{"result": [{"value": {"rectanglelabels": ["cat"]}}]}], "data": {"image": "a.jpg"}}]""", "Label Studio")]
    [InlineData("ds/ann/a.jpg.json", """{"size": {"height": 1}, "objects": [{"classTitle": "cat", "geometryType": "rectangle"}]}""", "Supervisely")]
    [InlineData("export.ndjson", """{"data_row": {"id": "x"}, "projects": {}}""", "Labelbox")]
    [InlineData("_annotations.createml.json", """[{"image": "a.jpg", "annotations": [{"label": "cat", "coordinates": {"x": 1, "y": 1}}]}]""", "CreateML")]
    [InlineData("train/_annotations.csv", "filename,width,height,class,xmin,ymin,xmax,ymax\na.jpg,1,1,cat,0,0,1,1\n", "TensorFlow")]
    [InlineData("export.csv", "\"image\",\"xmin\",\"ymin\",\"xmax\",\"ymax\",\"label\"\n", "VoTT's table")]
    [InlineData("boxes.csv", "a.jpg,1,2,3,4,cat\n", "columns")]
    [InlineData("train/_classes.csv", "Pixel Value, Class\n0, background\n", "Roboflow's masks")]
    [InlineData("a.json", """{"videos": [{"id": 1}], "annotations": [{"id": 1, "video_id": 1, "bboxes": []}]}""", "YouTube-VIS")]
    [InlineData("labels.xml", "<dataset><images><image file='a.jpg'/></images></dataset>", "dlib")]
    [InlineData("poly_gt_img1.txt", "x: [[1 2 3]], y: [[1 2 3]], ornt: [u'm'], transcriptions: [u'A']\n", "Total-Text")]
    [InlineData("training/label_02/0000.txt", "0 0 Van 0 0 -1.79 296.7 161.7 455.2 292.3 2.0 1.8 4.4 -4.5 1.8 13.4 -2.1\n", "KITTI's tracking")]
    [InlineData("a.json", "\uFFFE{}", "UTF-16")]
    [InlineData("a.json", "{\"images\": [{\"id\": 1,\n \"file_name\"", "damaged JSON, from line 2")]
    [InlineData("a.7z", "7z\u00BC\u00AF\u0027\u001C", "7z archive")]
    [InlineData("a.rar", "Rar!\u001A\u0007", "RAR archive")]
    [InlineData("a.json", "version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "git lfs pull")]
    [InlineData("a.zip", "<!DOCTYPE html><html></html>", "web page")]
    public async Task A_file_of_another_tool_is_called_by_its_name(string name, string content, string says)
    {
        var bytes = content.StartsWith('\uFFFE') ? [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(content[1..])] : Encoding.Latin1.GetBytes(content);
        var zipped = DatasetFiles.Zip((name, bytes), ("a.jpg", DatasetFiles.Bitmap(4, 4)));

        Assert.Contains(says, await DescribeAsync(bytes, name), StringComparison.Ordinal);
        if (!name.EndsWith(".zip", StringComparison.Ordinal))
        {
            Assert.Contains($"{name}: ", await DescribeAsync(zipped, "upload.zip"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Images_alone_nothing_at_all_and_archives_beside_files_are_said_so()
    {
        Assert.Contains("images only", await DescribeAsync(DatasetFiles.Zip(("a.jpg", DatasetFiles.Bitmap(4, 4)), ("b.jpg", [])), "upload.zip"), StringComparison.Ordinal);
        Assert.Contains("no files", await DescribeAsync(DatasetFiles.Zip(("__MACOSX/._a", [])), "upload.zip"), StringComparison.Ordinal);
        Assert.Contains("more.zip", await DescribeAsync(DatasetFiles.Zip(("notes.txt", "x"u8.ToArray()), ("more.zip", DatasetFiles.Zip())), "upload.zip"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_what_nobody_knows_nothing_is_said()
    {
        Assert.Equal("", await DescribeAsync("hello\n"u8.ToArray(), "notes.txt"));
    }

    private static async Task<string> DescribeAsync(byte[] content, string name)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var archive = await DatasetArchive.OpenAsync(new MemoryStream(content), name, DatasetLimits.Default, cancel);
        Assert.DoesNotContain(await DatasetFormats.RecogniseAsync(archive, cancel), found => found.Match == FormatMatch.Certain);
        return await UnreadFormats.DescribeAsync(archive, cancel) ?? "";
    }
}
