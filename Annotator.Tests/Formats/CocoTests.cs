using System.Text;
using System.Text.Json.Nodes;
using Annotator.Formats;
using Annotator.Formats.Model;

namespace Annotator.Tests.Formats;

public sealed class CocoTests
{
    private const string Coco = "COCO 1.0";

    [Theory]
    [InlineData("instances", 2, "mask=1 polygon=1 rectangle=1")]
    [InlineData("labels", 2, "tag=3")]
    [InlineData("stuff", 2, "mask=2")]
    [InlineData("image_info", 2, "")]
    [InlineData("captions", 2, "")]
    [InlineData("person_keypoints", 2, null)]
    [InlineData("panoptic", 2, "mask=3")]
    public async Task A_file_of_another_task_is_read_as_far_as_it_can_be(string name, int images, string? expected)
    {
        var (_, items, report) = await DatasetFiles.ReadAsync(Coco, DatasetFiles.ZipFolder(DatasetFiles.Fixture("coco", name)));

        Assert.Equal(images, items.Count);
        Assert.All(items, item => Assert.NotNull(item.OpenImage));
        Assert.Equal(["train", "val"], items.Select(item => item.Subset).Order(StringComparer.Ordinal));
        if (expected is not null)
        {
            Assert.Equal(expected, string.Join(' ', DatasetFiles.Counts(items).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")));
        }

        Assert.Equal(name is "captions", report.NumberOf("kind-not-held") > 0);
        Assert.Equal(name is "person_keypoints", report.NumberOf("keypoints-not-held") > 0);
    }

    [Theory]
    [InlineData("img", "")]
    [InlineData("vid", ".PNG")]
    public async Task The_export_of_the_contracts_own_input_is_what_the_contract_makes_of_it(string folder, string extension)
    {
        var golden = await File.ReadAllBytesAsync(DatasetFiles.Fixture("cvat_golden", "demo", folder, "COCO_1.0.zip"), TestContext.Current.CancellationToken);
        var expected = JsonNode.Parse(DatasetFiles.Entry(golden, "annotations/instances_default.json"))!;
        var xml = await File.ReadAllBytesAsync(DatasetFiles.Fixture("cvat_golden", "demo", folder, "CVAT_for_images_1.1.zip"), TestContext.Current.CancellationToken);
        var (info, items, _) = await DatasetFiles.ReadAsync("CVAT 1.1", xml);

        var (written, _) = await DatasetFiles.WriteAsync(Coco, info, [.. items.Select(item => item with { Name = item.Name + extension })]);

        var actual = JsonNode.Parse(DatasetFiles.Entry(written, "annotations/instances_default.json"))!;
        Assert.Equal(Normal(expected["images"]!), Normal(actual["images"]!));
        Assert.Equal(Normal(expected["categories"]!), Normal(actual["categories"]!));
        Assert.Equal(Annotations(expected), Annotations(actual));
    }

    [Fact]
    public async Task What_is_met_in_the_wild_is_read_or_named()
    {
        var json = """
            {"annotations":[
              {"id":1,"image_id":"7","category_id":0,"segmentation":[1,1,5,1,5,5],"bbox":[1,1,4,4]},
              {"id":2,"image_id":7,"category_id":5,"segmentation":[[1,1,5,1,5,5],[6,6,8,6,8,8]],"iscrowd":0},
              {"id":3,"image_id":7,"category_id":0,"segmentation":[[1,1,2,2]],"bbox":[1,1,2,2]},
              {"id":4,"image_id":7,"category_id":0,"bbox":[1,1,0,2]},
              {"id":5,"image_id":7,"category_id":0,"bbox":[NaN,1,1,2]},
              {"id":6,"image_id":7,"category_id":99,"bbox":[1,1,1,2]},
              {"id":7,"image_id":8,"category_id":0,"bbox":[1,1,1,2]},
              {"id":8,"image_id":7,"category_id":0,"segmentation":{"counts":"51:","size":[4,4]},"bbox":[]},
              {"id":9,"image_id":7,"category_id":0,"segmentation":{"counts":[5,1,99],"size":[4,4]}},
              {"id":10,"image_id":7,"category_id":0,"bbox":[-3,-3,10,10],"score":0.5,"attributes":{"note":"NaN \"Infinity\"","parked":true,"speed":-4.0,"rotation":-30}}
            ],
            "info":{"year":NaN},
            "categories":[{"id":0,"name":"car"},{"id":5,"name":"car","supercategory":"other"}],
            "images":[{"id":7,"file_name":"street\\a.jpg","width":10,"height":10}]}
            """;

        var (info, items, report) = await DatasetFiles.ReadAsync(Coco, Encoding.UTF8.GetBytes(json), "annotations.json");

        Assert.Equal("car", Assert.Single(info.Labels).Name);
        var shapes = Assert.Single(items).Shapes;
        Assert.Equal(
            [ShapeKind.Polygon, ShapeKind.Polygon, ShapeKind.Polygon, ShapeKind.Rectangle, ShapeKind.Mask, ShapeKind.Rectangle],
            shapes.Select(shape => shape.Kind));
        Assert.Equal([0, 2, 2, 0, 0, 0], shapes.Select(shape => shape.Group));
        var last = shapes[^1];
        Assert.Equal([-3d, -3, 7, 7], last.Points);
        Assert.Equal((330d, 0.5), (last.Rotation, last.Score));
        Assert.Equal("NaN \"Infinity\"", last.Attributes["note"]);
        Assert.Equal(("true", "-4"), (last.Attributes["parked"], last.Attributes["speed"]));
        Assert.Equal(
            (1L, 1L, 1L, 1L, 1L, 1L, 1L),
            (report.NumberOf("part-dropped"), report.NumberOf("box-empty"), report.NumberOf("annotation-invalid"), report.NumberOf("category-unknown"),
                report.NumberOf("image-unlisted"), report.NumberOf("mask-size-differs"), report.NumberOf("mask-invalid")));
        Assert.Equal(1, report.NumberOf("category-twice"));
    }

    [Fact]
    public async Task A_bare_list_of_results_is_read_as_a_models_work()
    {
        var json = """[{"image_id":3,"category_id":1,"bbox":[1,2,3,4],"score":0.25},{"image_id":4,"category_id":2,"bbox":[1,2,3,4],"score":0.5}]""";

        var (_, items, _) = await DatasetFiles.ReadAsync(Coco, Encoding.UTF8.GetBytes(json), "results.json");

        Assert.Equal(["3", "4"], items.Select(item => item.Name));
        Assert.All(items, item => Assert.Equal(AnnotationSource.Auto, item.Shapes[0].Source));
        Assert.Equal(0.25, items[0].Shapes[0].Score);
    }

    [Fact]
    public async Task Objects_out_of_order_come_to_their_images()
    {
        var annotations = string.Join(',', Enumerable.Range(0, 1000).Select(i => $$"""{"id":{{i}},"image_id":{{i * 7 % 10}},"category_id":1,"bbox":[{{i}},0,1,1]}"""));
        var images = string.Join(',', Enumerable.Range(0, 10).Reverse().Select(i => $$"""{"id":{{i}},"file_name":"{{i}}.jpg"}"""));
        var json = $$"""{"images":[{{images}}],"annotations":[{{annotations}}],"categories":[{"id":1,"name":"a"}]}""";

        var (_, items, _) = await DatasetFiles.ReadAsync(Coco, Encoding.UTF8.GetBytes(json), "a.json");

        Assert.Equal(Enumerable.Range(0, 10).Reverse().Select(i => $"{i}.jpg"), items.Select(item => item.Name));
        Assert.All(items, item =>
        {
            Assert.Equal(100, item.Shapes.Count);
            Assert.All(item.Shapes, shape => Assert.Equal(item.Name, $"{(int)shape.Points[0] * 7 % 10}.jpg"));
        });
    }

    [Fact]
    public async Task Polygons_of_one_group_and_label_become_one_object_and_nothing_else_is_merged()
    {
        DatasetShape[] shapes =
        [
            new() { Kind = ShapeKind.Polygon, Label = "a", Points = [1, 1, 4, 1, 4, 4, 1, 4], Group = 3 },
            new() { Kind = ShapeKind.Polygon, Label = "a", Points = [3, 3, 6, 3, 6, 6, 3, 6], Group = 3 },
            new() { Kind = ShapeKind.Rectangle, Label = "a", Points = [1, 1, 2, 2], Group = 3 },
            new() { Kind = ShapeKind.Polygon, Label = "b", Points = [1, 1, 4, 1, 4, 4], Group = 3 },
        ];
        var info = new DatasetInfo { Labels = [new DatasetLabel { Name = "a" }, new DatasetLabel { Name = "b" }] };

        var (written, report) = await DatasetFiles.WriteAsync(Coco, info, [new DatasetItem { Name = "a.jpg", Width = 10, Height = 10, Shapes = shapes }]);

        var annotations = JsonNode.Parse(DatasetFiles.Entry(written, "annotations/instances_default.json"))!["annotations"]!.AsArray();
        Assert.Equal([2, 0, 1], annotations.Select(annotation => annotation!["segmentation"]!.AsArray().Count));
        Assert.Equal(17, annotations[0]!["area"]!.GetValue<double>());
        Assert.Equal("[1,1,5,5]", annotations[0]!["bbox"]!.ToJsonString());
        Assert.Equal(2, report.NumberOf("group-not-held"));
    }

    [Fact]
    public async Task Masks_are_crowds_unless_asked_otherwise_and_ellipses_become_masks()
    {
        DatasetShape[] shapes =
        [
            new() { Kind = ShapeKind.Mask, Label = "a", Points = [0, 2, 2, 2, 70, 20, 72, 21] },
            new() { Kind = ShapeKind.Ellipse, Label = "a", Points = [50, 25, 60, 20] },
            new() { Kind = ShapeKind.Polyline, Label = "a", Points = [50, 25, 60, 20] },
        ];
        var info = new DatasetInfo { Labels = [new DatasetLabel { Name = "a" }] };
        DatasetItem[] items = [new() { Name = "a.jpg", Width = 100, Height = 50, Shapes = shapes, Tags = [new DatasetTag { Label = "a" }] }];

        var (crowds, report) = await DatasetFiles.WriteAsync(Coco, info, items);
        var (instances, _) = await DatasetFiles.WriteAsync(Coco, info, items, new DatasetWriteOptions { MasksAsCrowd = false });

        Assert.Equal([1, 1], Crowds(crowds));
        Assert.Equal([0, 0], Crowds(instances));
        Assert.Contains("\"counts\":[3520,1,49,2,49,1,1378]", DatasetFiles.Entry(crowds, "annotations/instances_default.json"), StringComparison.Ordinal);
        Assert.Equal((1L, 1L, 1L), (report.NumberOf("ellipse-as-mask"), report.NumberOf("kind-not-held"), report.NumberOf("tag-not-held")));
    }

    private static IEnumerable<int> Crowds(byte[] zip) =>
        JsonNode.Parse(DatasetFiles.Entry(zip, "annotations/instances_default.json"))!["annotations"]!.AsArray().Select(annotation => annotation!["iscrowd"]!.GetValue<int>());

    /// <summary>Objects without their numbers; a track's number and keyframes cannot be known from flattened frames.</summary>
    private static List<string> Annotations(JsonNode file)
    {
        foreach (var annotation in file["annotations"]!.AsArray())
        {
            annotation!.AsObject().Remove("id");
            annotation["attributes"]!.AsObject().Remove("track_id");
            annotation["attributes"]!.AsObject().Remove("keyframe");
        }

        return [.. file["annotations"]!.AsArray().Select(annotation => Normal(annotation!)).Order(StringComparer.Ordinal)];
    }

    /// <summary>Text in which 1 and 1.0 are the same.</summary>
    private static string Normal(JsonNode node) => node switch
    {
        JsonObject value => "{" + string.Join(',', value.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key + ":" + Normal(pair.Value!))) + "}",
        JsonArray value => "[" + string.Join(',', value.Select(element => Normal(element!))) + "]",
        JsonValue value when value.TryGetValue<double>(out var number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => node.ToJsonString(),
    };
}
