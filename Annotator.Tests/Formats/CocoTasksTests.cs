using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Annotator.Formats;
using Annotator.Formats.Model;
using Annotator.Formats.Png;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

/// <summary>COCO's other tasks: keypoints and panoptic pictures; and the layouts in which people keep COCO files.</summary>
public sealed class CocoTasksTests
{
    private const string Format = "COCO Keypoints 1.0";

    [Fact]
    public async Task Keypoints_become_skeletons_and_outlines_stand_beside_them()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.ZipFolder(DatasetFiles.Fixture("coco", "person_keypoints")));

        Assert.Equal(["a skeleton a_1 a_2 a_3", "b skeleton 1 2 3"], info.Labels.Select(label => $"{label.Name} {label.Type} {string.Join(' ', label.Sublabels.Select(node => node.Name))}"));
        Assert.Equal(
            ["mask=1 polygon=1 skeleton=2", "skeleton=1"],
            items.Select(item => Counts([item])).Order(StringComparer.Ordinal));
        var two = items.Single(item => item.Shapes.Count == 4).Shapes;
        Assert.True(two[0].Group > 0 && two[0].Group == two[1].Group);
        Assert.Equal("x=1,y=hello", string.Join(',', two[0].Attributes.Select(pair => $"{pair.Key}={pair.Value}")));
        var one = items.Single(item => item.Shapes.Count == 1).Shapes[0];
        Assert.Equal([(true, false), (false, true), (false, false)], one.Elements.Select(node => (node.Outside, node.Occluded)));
        Assert.Equal(1, report.NumberOf("box-of-keypoints"));
    }

    [Theory]
    [InlineData("spec_examples/coco_kp.zip", 2, "car person face:skeleton,eye,nose,mouth", "eye 45 12 False False;nose 50 20 True False;mouth 48 30 False True")]
    [InlineData("cvat_golden/demo/img/COCO_Keypoints_1.0.zip", 2, "car person face:skeleton,eye,nose,mouth", "eye 45 12 False False;nose 50 20 True False;mouth 48 30 False True")]
    [InlineData("cvat_golden/demo/vid/COCO_Keypoints_1.0.zip", 5, "car person face:skeleton,eye,nose,mouth", "")]
    [InlineData("cvat_golden/dm_tests/dm_COCO_Keypoints_1.0/COCO_Keypoints_1.0.zip", 3, "skeleton:skeleton,1,2,3", "1 223.02 72.83 False True;2 232.98 124.6 False False;3 281.22 36.63 False False|1 248.61 72.83 False False;2 267.06 122.43 False False;3 356.43 38.15 True False")]
    public async Task An_export_of_the_contract_is_read_whole(string path, int images, string labels, string skeletons)
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, await FixtureAsync(path));

        Assert.Equal(images, items.Count);
        Assert.Equal(labels, string.Join(' ', info.Labels.Select(label => label.Sublabels.Count == 0 ? label.Name : $"{label.Name}:{label.Type},{string.Join(',', label.Sublabels.Select(node => node.Name))}")));
        Assert.Equal(skeletons, string.Join('|', items.SelectMany(item => item.Shapes).Select(shape => string.Join(';', shape.Elements.Select(Node)))));
        Assert.Empty(report.Lines);

        static string Node(DatasetShape node) => string.Create(CultureInfo.InvariantCulture, $"{node.Label} {node.Points[0]} {node.Points[1]} {node.Occluded} {node.Outside}");
    }

    [Fact]
    public async Task The_export_of_the_contracts_own_input_is_what_the_contract_makes_of_it()
    {
        var (info, items, _) = await DatasetFiles.ReadAsync("CVAT 1.1", await FixtureAsync("cvat_golden/demo/img/CVAT_for_images_1.1.zip"));

        var (written, report) = await DatasetFiles.WriteAsync(Format, info, items);

        const string File = "annotations/person_keypoints_default.json";
        var golden = DatasetFiles.Entry(await FixtureAsync("cvat_golden/demo/img/COCO_Keypoints_1.0.zip"), File);
        Assert.Equal(Normal(JsonNode.Parse(golden)!), Normal(JsonNode.Parse(DatasetFiles.Entry(written, File))!));
        Assert.Equal((3L, 1L), (report.NumberOf("kind-not-held"), report.NumberOf("tag-not-held")));
    }

    [Property(MaxTest = 100)]
    public async Task Skeletons_survive_and_the_rest_is_named(int seed)
    {
        var items = new RandomDataset(seed).Items();
        var all = items.SelectMany(item => item.Shapes).ToList();
        var skeletons = all.Where(shape => shape.Kind == ShapeKind.Skeleton).ToList();

        var (written, report) = await DatasetFiles.WriteAsync(Format, RandomDataset.Info, items);
        var (info, read, readReport) = await DatasetFiles.ReadAsync(Format, written);

        Assert.Equal(["eye", "person"], info.Labels[2].Sublabels.Select(node => node.Name));
        Assert.Equal(items.Select(item => (item.Name, item.Width, item.Height)), read.Select(item => (item.Name, item.Width, item.Height)));
        Assert.Equal(skeletons.Select(Describe), read.SelectMany(item => item.Shapes).Select(Describe));
        Assert.Equal(all.Count - skeletons.Count, report.NumberOf("kind-not-held"));
        Assert.Equal(items.Sum(item => item.Tags.Count), report.NumberOf("tag-not-held"));
        Assert.Equal(skeletons.SelectMany(shape => shape.Elements).Count(node => node.Points.Length > 2), report.NumberOf("node-points-not-held"));
        Assert.Equal(skeletons.Count(shape => shape.ZOrder != 0), report.NumberOf("z-order-not-held"));
        Assert.Equal(skeletons.Count(shape => shape.Group != 0), report.NumberOf("group-not-held"));
        Assert.Empty(readReport.Lines);
    }

    [Fact]
    public async Task Objects_without_points_keep_their_outline_and_wrong_counts_are_named()
    {
        const string Json = """
            {"images":[{"id":1,"file_name":"a.jpg","width":50,"height":50}],
             "categories":[{"id":1,"name":"person","keypoints":["nose","nose"],"skeleton":[[1,2],[2,9]]},{"id":2,"name":"dog"}],
             "annotations":[
              {"id":1,"image_id":1,"category_id":1,"keypoints":[0,0,0,0,0,0],"num_keypoints":0,"bbox":[1,1,5,5],"iscrowd":1},
              {"id":2,"image_id":1,"category_id":1,"keypoints":[1,2,2],"bbox":[1,1,5,5]},
              {"id":3,"image_id":1,"category_id":2,"keypoints":[1,2,2],"segmentation":[[1,1,5,1,5,5]]},
              {"id":4,"image_id":1,"category_id":2,"bbox":[1,1,5,5]},
              {"id":5,"image_id":1,"category_id":1,"keypoints":[1,2,2,3,4,1],"attributes":{"track_id":4,"keyframe":true}},
              {"id":6,"image_id":1,"category_id":1,"keypoints":[1,2,2,null,4,1]},
              {"id":7,"image_id":1,"category_id":1,"keypoints":[7,8,0,9,9,0]}]}
            """;

        var (info, items, report) = await DatasetFiles.ReadAsync(Format, Encoding.UTF8.GetBytes(Json), "person_keypoints_val.json");

        Assert.Equal(["nose 1", "nose 2"], info.Labels[0].Sublabels.Select(node => node.Name));
        Assert.Equal(["Rectangle", "Rectangle", "Polygon", "Rectangle", "Skeleton", "Skeleton"], items[0].Shapes.Select(shape => shape.Kind.ToString()));
        Assert.Equal((4, true), (items[0].Shapes[4].TrackId!.Value, items[0].Shapes[4].Keyframe));
        Assert.All(items[0].Shapes[5].Elements, node => Assert.True(node.Outside));
        Assert.Equal((2L, 1L), (report.NumberOf("keypoints-invalid"), report.NumberOf("annotation-invalid")));
    }

    [Fact]
    public async Task Segments_of_a_panoptic_picture_become_masks()
    {
        var (_, items, report) = await DatasetFiles.ReadAsync("COCO 1.0", DatasetFiles.ZipFolder(DatasetFiles.Fixture("coco", "panoptic")));

        Assert.Equal(
            ["a0,20,0,0,1,9False", "a0,25,0,0,4,4False", "b0,20,2,0,3,9True"],
            items.SelectMany(item => item.Shapes).Select(shape => $"{shape.Label}{string.Join(',', shape.Points)}{shape.Crowd}").Order(StringComparer.Ordinal));
        Assert.DoesNotContain(report.Lines, line => line.Kind == ReportKind.Loss);
    }

    [Fact]
    public async Task A_panoptic_picture_of_many_colours_is_taken_apart_and_what_is_wrong_is_named()
    {
        using var png = new MemoryStream();
        using (var writer = new PngWriter(png, 4, 3, PngForm.Rgb8))
        {
            writer.WriteRow([0, 0x010000, 0x010000, 0x000001]);
            writer.WriteRow([0, 0x010000, 0x020000, 0x000001]);
            writer.WriteRow([0x010000, 0, 0x020000, 0x000001]);
        }

        const string Json = """
            {"images":[{"id":1,"file_name":"a.jpg","width":4,"height":3},{"id":2,"file_name":"b.jpg"}],"categories":[{"id":1,"name":"road"}],
             "annotations":[{"image_id":1,"file_name":"a.png","segments_info":[{"id":1,"category_id":1},{"id":65536,"category_id":1},{"id":5,"category_id":1},{"id":2,"category_id":9},7]},
                            {"image_id":2,"file_name":"../b.png","segments_info":[{"id":1,"category_id":1}]}]}
            """;

        var zip = DatasetFiles.Zip(("annotations/panoptic_val.json", Encoding.UTF8.GetBytes(Json)), ("masks/a.png", png.ToArray()));
        var (_, items, report) = await DatasetFiles.ReadAsync("COCO 1.0", zip);

        Assert.Equal(["1,2,1,1,1,1,2,0,0,2,2", "0,3,3,0,3,2"], items[0].Shapes.Select(shape => string.Join(',', shape.Points)));
        Assert.Equal((1L, 1L, 1L), (report.NumberOf("mask-empty"), report.NumberOf("category-unknown"), report.NumberOf("segments-missing")));

        var (_, damaged, damage) = await DatasetFiles.ReadAsync("COCO 1.0", DatasetFiles.Zip(("annotations/panoptic_val.json", Encoding.UTF8.GetBytes(Json)), ("masks/a.png", png.ToArray()[..40])));
        Assert.Empty(damaged[0].Shapes);
        Assert.Equal(1, damage.NumberOf("annotation-unreadable"));
    }

    [Theory]
    [InlineData("valid/_annotations.coco.json", "valid/a.jpg", "valid")]
    [InlineData("annotations/instances_train2017.json", "train2017/a.jpg", "train2017")]
    [InlineData("annotations.json", "a.jpg", "")]
    [InlineData("result.json", "images/a.jpg", "")]
    [InlineData("annotations/instances_default.json", "images/a.jpg", "")]
    [InlineData("dataset/annotations/instances_val.json", "dataset/images/val/a.jpg", "val")]
    public async Task Every_usual_layout_is_read_with_its_images_and_subset(string file, string image, string subset)
    {
        const string Json = """{"images":[{"id":1,"file_name":"a.jpg","width":9,"height":9}],"annotations":[{"id":1,"image_id":1,"category_id":3,"bbox":[1,1,2,2]}],"categories":[{"id":3,"name":"x"}]}""";

        var (_, items, report) = await DatasetFiles.ReadAsync("COCO 1.0", DatasetFiles.Zip((file, Encoding.UTF8.GetBytes(Json)), (image, [7]), ("README.txt", [1])));

        var item = Assert.Single(items);
        Assert.Equal((subset, 1), (item.Subset, item.Shapes.Count));
        Assert.NotNull(item.OpenImage);
        Assert.Empty(report.Lines);
    }

    private static string Counts(IEnumerable<DatasetItem> items) =>
        string.Join(' ', DatasetFiles.Counts(items).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));

    private static Task<byte[]> FixtureAsync(string path) => File.ReadAllBytesAsync(DatasetFiles.Fixture(path.Split('/')), TestContext.Current.CancellationToken);

    private static string Describe(DatasetShape shape) =>
        $"{shape.Label} {shape.Occluded} "
        + string.Concat(shape.Elements.Select(node => string.Create(CultureInfo.InvariantCulture, $"\n  {node.Label} {node.Points[0]:F2} {node.Points[1]:F2} {node.Outside} {node.Occluded}")));

    /// <summary>Text in which 1 and 1.0 are the same and edges have no order.</summary>
    private static string Normal(JsonNode node) => node switch
    {
        JsonObject value => "{" + string.Join(",\n", value.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key + ":"
            + (pair.Key == "skeleton" ? string.Join(',', pair.Value!.AsArray().Select(joint => Normal(joint!)).Order(StringComparer.Ordinal)) : Normal(pair.Value!)))) + "}",
        JsonArray value => "[" + string.Join(',', value.Select(element => Normal(element!))) + "]",
        JsonValue value when value.TryGetValue<double>(out var number) => Math.Round(number, 6).ToString(CultureInfo.InvariantCulture),
        _ => node.ToJsonString(),
    };
}
