using System.Text;
using Annotator.Formats;
using Annotator.Formats.Model;

namespace Annotator.Tests.Formats;

public sealed class VottTests
{
    private const string Vott = "VoTT JSON 1.0";

    [Fact]
    public async Task Every_region_of_a_vott_export_is_read_once_for_each_of_its_tags()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Vott, DatasetFiles.ZipFolder(DatasetFiles.Fixture("vott", "json")));

        Assert.Equal(["animal #5db300", "dog #e81123", "person #6917aa"], info.Labels.Select(label => $"{label.Name} {label.Color}").Order(StringComparer.Ordinal));
        Assert.Equal(["img0001.jpg", "img0002.jpg", "img0003.jpg"], items.Select(item => item.Name).Order(StringComparer.Ordinal));
        Assert.All(items, item => Assert.NotNull(item.OpenImage));
        Assert.Equal([5d, 10, 15, 12], items.Single(item => item.Name == "img0001.jpg").Shapes[0].Points);
        Assert.Equal(["animal", "dog"], items.Single(item => item.Name == "img0002.jpg").Shapes.Select(shape => shape.Label));
        Assert.Equal(4, items.Sum(item => item.Shapes.Count));
        Assert.Equal((1L, 1L), (report.NumberOf("region-of-tags"), report.NumberOf("label-missing")));
    }

    [Fact]
    public async Task Files_of_single_assets_and_other_kinds_of_region_are_read_and_flaws_are_named()
    {
        const string One = """
            {"asset":{"name":"a%20b.jpg","size":{"width":90,"height":60}},"version":"2.1.0","regions":[
              {"type":"POLYGON","tags":["x"],"points":[{"x":1,"y":1},{"x":5,"y":1},{"x":5,"y":5}]},
              {"type":"POLYLINE","tags":["x"],"points":[{"x":1,"y":1},{"x":5,"y":1}]},
              {"type":"POINT","tags":["y"],"points":[{"x":1,"y":1}]},
              {"type":"RECTANGLE","tags":["y"],"boundingBox":{"left":1,"top":2,"width":0,"height":4}},
              {"type":"POLYGON","tags":["x"],"points":[{"x":1,"y":NaN},{"x":5,"y":1},{"x":5,"y":5}]}]}
            """;
        var zip = DatasetFiles.Zip(
            ("1-asset.json", Encoding.UTF8.GetBytes(One)),
            ("cut.json", "{\"assets\":{\"a\":{"u8.ToArray()),
            ("odd.json", "{\"assets\":{\"a\":7,\"b\":{\"asset\":{}}}}"u8.ToArray()),
            ("other.json", "{\"x\":1}"u8.ToArray()));

        var (info, items, report) = await DatasetFiles.ReadAsync(Vott, zip);

        Assert.Equal(["x", "y"], info.Labels.Select(label => label.Name));
        var item = Assert.Single(items);
        Assert.Equal(("a b.jpg", 90, 60), (item.Name, item.Width, item.Height));
        Assert.Equal([ShapeKind.Polygon, ShapeKind.Polyline, ShapeKind.Points], item.Shapes.Select(shape => shape.Kind));
        Assert.Equal((2L, 2L, 1L, 1L), (report.NumberOf("shape-invalid"), report.NumberOf("asset-unreadable"), report.NumberOf("file-unreadable"), report.NumberOf("file-skipped")));
    }

    [Theory]
    [InlineData("{}", "vott-no-annotations")]
    [InlineData("[]", "vott-no-annotations")]
    [InlineData("{\"assets\":{", "json-damaged")]
    public async Task What_is_no_vott_file_is_refused_by_name(string json, string code)
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(Vott, Encoding.UTF8.GetBytes(json), "a.json"));
        Assert.Equal(code, error.Code);
    }

    [Fact]
    public async Task Cut_and_changed_files_give_a_dataset_or_a_named_error_and_nothing_else()
    {
        var random = new Random(4713);
        var document = await File.ReadAllBytesAsync(DatasetFiles.Fixture("vott", "json", "train-export.json"), TestContext.Current.CancellationToken);
        var zip = DatasetFiles.ZipFolder(DatasetFiles.Fixture("vott", "json"));
        for (var i = 0; i < 600; i++)
        {
            var bytes = (i % 4 == 0 ? zip : document).ToArray();
            if (random.Next(3) == 0)
            {
                bytes = bytes[..random.Next(bytes.Length)];
            }
            else
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                await DatasetFiles.ReadAsync(Vott, bytes, "train-export.json");
            }
            catch (DatasetException error)
            {
                Assert.NotEmpty(error.Code);
            }
        }
    }
}
