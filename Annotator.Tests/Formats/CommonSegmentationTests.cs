using System.Text;
using Annotator.Formats;
using Annotator.Formats.Png;

namespace Annotator.Tests.Formats;

public sealed class CommonSegmentationTests
{
    private const string Format = "Common Semantic Segmentation 1.0";

    [Fact]
    public async Task Label_images_are_read_by_the_colours_of_their_list()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.ZipFolder(DatasetFiles.Fixture("common_semantic_segmentation", "dataset")));

        Assert.Equal(["Animal #408040", "Archway #c00080", "Bicyclist #0080c0", "Child #c08040", "Road #804080"], info.Labels.Select(label => $"{label.Name} {label.Color}"));
        Assert.Equal(["0001.png", "0002.png"], items.Select(item => item.Name));
        Assert.Equal(
            ["Bicyclist 4 0,0-4,0|Road 1 2,0-2,0", "Animal 3 0,0-2,0|Child 2 3,0-4,0"],
            items.Select(item => string.Join('|', item.Shapes.Select(SegmentationMaskTests.Describe))));
        Assert.All(items, item => Assert.NotNull(item.OpenImage));
        Assert.Equal(4, report.Counts["mask"]);
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task Names_with_words_before_them_and_numbers_are_read()
    {
        var (_, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(
            ("top/dataset_meta.json", """{"label_map": {"0": "sky", "1": "sea", "x": "no"}, "segmentation_colors": [[1, 2, 3], [4, 5]], "background_label": "0"}"""u8.ToArray()),
            ("top/images/a/image_1.jpg", [1]),
            ("top/masks/a/gt_1.png", LabelImageFiles.Make(PngForm.Grey8, [[0, 1, 9]])),
            ("top/masks/a/gt_2.png", [1])));

        Assert.Equal(["a/image_1.jpg sea 1 1,0-1,0", "a/gt_2 "], items.Select(item => $"{item.Name} {string.Join('|', item.Shapes.Select(SegmentationMaskTests.Describe))}"));
        Assert.Equal((1, 1, 1), (report.NumberOf("label-unnamed"), report.NumberOf("color-unknown"), report.NumberOf("png-damaged")));
    }

    [Theory]
    [InlineData("notes.txt", "hello", "segmentation-no-annotations")]
    [InlineData("dataset_meta.json", "{", "json-damaged")]
    [InlineData("dataset_meta.json", "[1]", "json-damaged")]
    [InlineData("dataset_meta.json", "{\"label_map\": 7}", "json-damaged")]
    public async Task An_archive_of_something_else_is_refused(string name, string content, string code)
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(Format, DatasetFiles.Zip((name, Encoding.UTF8.GetBytes(content)), ("masks/a.png", [1]))));

        Assert.Equal(code, error.Code);
    }
}
