using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Annotator.Formats;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;
using Annotator.Formats.Png;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

public sealed class LabelmeJsonTests
{
    private const string Format = "labelme JSON 1.0";

    private const string Example = """
        {"version": "5.5.0", "flags": {"night": true},
         "shapes": [
          {"label": "car", "points": [[10.0, 5.0], [30.0, 25.0]], "group_id": null, "description": "", "shape_type": "rectangle", "flags": {}, "mask": null},
          {"label": "person", "points": [[40.0, 10.0], [60.0, 10.0], [50.0, 30.0]], "group_id": 1, "description": "", "shape_type": "polygon", "flags": {"occluded": true}, "mask": null},
          {"label": "person", "points": [[1.0, 1.0], [5.5, 2.25]], "group_id": null, "description": "", "shape_type": "line", "flags": {}, "mask": null},
          {"label": "wheel", "points": [[15.0, 20.0], [18.0, 20.0]], "group_id": null, "description": "", "shape_type": "circle", "flags": {}, "mask": null}],
         "imagePath": "img1.jpg", "imageData": null, "imageHeight": 50, "imageWidth": 100}
        """;

    [Fact]
    public async Task The_example_of_the_formats_description_is_read()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, Encoding.UTF8.GetBytes(Example), "img1.json");

        Assert.Equal(["car", "person", "wheel", "night"], info.Labels.Select(label => label.Name));
        var item = Assert.Single(items);
        Assert.Equal(("img1.jpg", 100, 50, "night"), (item.Name, item.Width, item.Height, item.Tags[0].Label));
        Assert.Equal(
            ["Rectangle car 10 5 30 25 g0 False", "Polygon person 40 10 60 10 50 30 g1 True", "Polyline person 1 1 5.5 2.25 g0 False", "Ellipse wheel 15 20 18 17 g0 False"],
            item.Shapes.Select(shape => string.Create(CultureInfo.InvariantCulture, $"{shape.Kind} {shape.Label} {string.Join(' ', shape.Points)} g{shape.Group} {shape.Occluded}")));
        Assert.Empty(report.Lines);
    }

    [Property(MaxTest = 100)]
    public async Task What_labelme_can_say_survives_and_the_rest_is_changed_and_named(int seed)
    {
        var items = new RandomDataset(seed).Items();
        var all = items.SelectMany(item => item.Shapes).ToList();

        var (written, report) = await DatasetFiles.WriteAsync(Format, RandomDataset.Info, items);
        var (_, read, readReport) = await DatasetFiles.ReadAsync(Format, written);

        Assert.Equal(items.Select(item => (item.Name, item.Width, item.Height)), read.Select(item => (item.Name, item.Width, item.Height)));
        Assert.Equal(
            items.Select(item => string.Join(',', item.Tags.Select(tag => tag.Label).Distinct())),
            read.Select(item => string.Join(',', item.Tags.Select(tag => tag.Label))));
        Assert.Equal(
            all.Where(Held).Select(Describe).Order(StringComparer.Ordinal),
            read.SelectMany(item => item.Shapes).Select(Describe).Where(line => all.Exists(shape => Held(shape) && Describe(shape) == line)).Order(StringComparer.Ordinal));
        Assert.Equal(
            all.Sum(shape => shape.Kind == ShapeKind.Skeleton ? shape.Elements.Count(node => !node.Outside) : 1),
            read.Sum(item => item.Shapes.Count));
        Assert.Equal(all.Count(shape => shape is { Kind: ShapeKind.Rectangle, Rotation: not 0 }), report.NumberOf("rotation-as-polygon"));
        Assert.Equal(all.Count(shape => shape.Kind == ShapeKind.Cuboid), report.NumberOf("cuboid-as-points"));
        Assert.Equal(all.Count(shape => shape.Kind == ShapeKind.Skeleton), report.NumberOf("skeleton-as-points"));
        Assert.Equal(all.Count(shape => shape.ZOrder != 0), report.NumberOf("z-order-not-held"));
        Assert.Empty(readReport.Lines);

        static bool Held(DatasetShape shape) => shape is { Kind: ShapeKind.Rectangle, Rotation: 0 } or { Kind: ShapeKind.Polygon or ShapeKind.Polyline or ShapeKind.Points or ShapeKind.Mask };
    }

    [Fact]
    public async Task A_circle_stays_one_and_other_ellipses_become_polygons_of_their_size()
    {
        DatasetShape[] shapes =
        [
            new() { Kind = ShapeKind.Ellipse, Label = "a", Points = [50, 40, 60, 30] },
            new() { Kind = ShapeKind.Ellipse, Label = "a", Points = [50, 40, 70, 30], Rotation = 90 },
        ];

        var (written, report) = await WriteAsync([new DatasetItem { Name = "a.jpg", Width = 100, Height = 80, Shapes = shapes }]);
        var (_, items, _) = await DatasetFiles.ReadAsync(Format, written);

        Assert.Equal([50d, 40, 60, 30], items[0].Shapes[0].Points);
        var outline = items[0].Shapes[1];
        Assert.Equal((ShapeKind.Polygon, 128), (outline.Kind, outline.Points.Length));
        Assert.Equal(new Box(40, 20, 60, 60), Outlines.BoxAround(outline.Points));
        Assert.Equal(1, report.NumberOf("ellipse-as-polygon"));
    }

    [Fact]
    public async Task A_mask_is_the_picture_of_its_box_with_the_last_pixel_included()
    {
        DatasetShape mask = new() { Kind = ShapeKind.Mask, Label = "a", Points = [0, 2, 2, 2, 70, 20, 72, 21], TrackId = 4, Keyframe = true, Score = 0.5, Attributes = new Dictionary<string, string> { ["note"] = "NaN", ["big"] = "false" } };

        var (written, _) = await WriteAsync([new DatasetItem { Name = "deep/a.jpg", Subset = "val", Width = 100, Height = 50, Shapes = [mask] }]);

        var shape = JsonNode.Parse(DatasetFiles.Entry(written, "val/deep/a.json"))!["shapes"]![0]!;
        Assert.Equal("[[70,20],[72,21]]", shape["points"]!.ToJsonString());
        using var png = new PngReader(new MemoryStream(Convert.FromBase64String(shape["mask"]!.GetValue<string>())), "mask", DatasetLimits.Default);
        Assert.Equal((3, 2), (png.Width, png.Height));
        var (_, items, _) = await DatasetFiles.ReadAsync(Format, written);
        Assert.Equal(("deep/a.jpg", "val"), (items[0].Name, items[0].Subset));
        var read = items[0].Shapes[0];
        Assert.Equal(mask.Points, read.Points);
        Assert.Equal((4, true, 0.5, "NaN", "false"), (read.TrackId!.Value, read.Keyframe, read.Score, read.Attributes["note"], read.Attributes["big"]));
    }

    [Fact]
    public async Task An_image_within_the_file_is_found_when_there_is_no_other()
    {
        var image = Convert.ToBase64String([1, 2, 3, 4]);
        var json = $$"""{"shapes":[],"imageData":"{{image}}","imagePath":"..\\pictures\\a.jpg"}""";
        var bytes = new List<byte>();

        var (_, items, _) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(("sub/a.json", Encoding.UTF8.GetBytes(json)), ("sub/b.json", Encoding.UTF8.GetBytes(json.Replace("a.jpg", "b.jpg", StringComparison.Ordinal))), ("sub/b.jpg", [9])), visit: async item =>
        {
            await using var content = await item.OpenImage!(TestContext.Current.CancellationToken);
            bytes.Add((byte)content.ReadByte());
        });

        Assert.Equal(["sub/a.jpg", "sub/b.jpg"], items.Select(item => item.Name));
        Assert.Equal([1, 9], bytes);
    }

    [Fact]
    public async Task What_is_met_in_the_wild_is_read_or_named()
    {
        const string Json = """
            {"flags":null,"imageHeight":"x","shapes":[
              {"label":"a","points":[[30,25],[10,5]],"shape_type":"rectangle","group_id":0},
              {"label":"a","points":[[1,1],[5,1],[5,5]]},
              {"label":"a","points":[[1,1],[5,1]]},
              {"label":"a","points":[[NaN,1],[5,1],[5,5]]},
              {"label":"","points":[[1,1],[5,1],[5,5]]},
              {"label":"a","points":[[1,1],[3,3]],"shape_type":"mask","mask":"AAAA"},
              {"label":"a","points":[[1,1],[3,3]],"shape_type":"mask","mask":"!"},
              {"label":"a","points":[[1,1],[1,1]],"shape_type":"circle"},
              {"label":"a","points":[[10,0],[20,10],[10,20],[0,10]],"shape_type":"rotation","direction":0.7,"description":"hi","group_id":4},
              7,
              {"label":"\ud800","points":[[1,1]],"shape_type":"point"},
              {"label":"a","points":[[1,1]],"shape_type":"point","flags":{"x":false}}],
             "imagePath":"a.jpg","lineColor":[0,255,0,128]}
            """;

        var (_, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(("a.json", Encoding.UTF8.GetBytes(Json)), ("b.json", "{\"shapes\":[{"u8.ToArray()), ("c.json", "{\"other\":1}"u8.ToArray())));

        var shapes = Assert.Single(items).Shapes;
        Assert.Equal(["Rectangle 10 5 30 25 g5", "Polygon 1 1 5 1 5 5 g0", "Rectangle 2.93 2.93 17.07 17.07 g4", "Points 1 1 g0"],
            shapes.Select(shape => $"{shape.Kind} {string.Join(' ', shape.Points.Select(number => Math.Round(number, 2).ToString(CultureInfo.InvariantCulture)))} g{shape.Group}"));
        Assert.Equal(45, shapes[2].Rotation, 6);
        Assert.Equal("hi", shapes[2].Attributes["description"]);
        Assert.Equal("false", shapes[3].Attributes["x"]);
        Assert.Equal(
            "annotation-unreadable=1 file-skipped=1 file-unreadable=1 mask-unreadable=1 shape-invalid=4 shape-unusual=2",
            string.Join(' ', report.Lines.OrderBy(line => line.Code, StringComparer.Ordinal).Select(line => $"{line.Code}={line.Count}")));
    }

    [Theory]
    [InlineData("{}", "labelme-no-annotations")]
    [InlineData("[]", "labelme-no-annotations")]
    [InlineData("{\"shapes\":{}}", "labelme-no-annotations")]
    [InlineData("{\"shapes\":[", "json-damaged")]
    public async Task What_is_no_dataset_is_refused_by_name(string json, string code)
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(Format, Encoding.UTF8.GetBytes(json), "a.json"));
        Assert.Equal(code, error.Code);
    }

    private static Task<(byte[] Content, DatasetReport Report)> WriteAsync(IReadOnlyList<DatasetItem> items) =>
        DatasetFiles.WriteAsync(Format, new DatasetInfo { Labels = [new DatasetLabel { Name = "a" }] }, items);

    private static string Describe(DatasetShape shape) =>
        $"{shape.Kind} {shape.Label} {string.Join(' ', shape.Points.Select(number => number.ToString("F2", CultureInfo.InvariantCulture)))} {shape.Occluded} g{shape.Group} "
        + string.Join(',', shape.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
}
