using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Annotator.Formats;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;
using Annotator.Formats.Tracks;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

public sealed class DatumaroTests
{
    private const string Format = "Datumaro 1.0";

    [Fact]
    public async Task A_file_of_many_kinds_is_read_and_what_has_no_counterpart_is_named()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.ZipFolder(DatasetFiles.Fixture("datumaro", "diverse")));

        Assert.Equal(["cat0", "cat1", "cat2", "cat3", "cat4"], info.Labels.Select(label => label.Name));
        Assert.Equal("#808000", info.Labels[3].Color);
        Assert.All(info.Labels, label => Assert.Equal(["x", "y"], label.Attributes.Select(attribute => attribute.Name)));
        Assert.All(info.Labels, label => Assert.Empty(label.Sublabels));
        Assert.Equal(
            ["/42", "/43.qq", "test/1", "test/42", "train/100.jpg", "train/21", "val/2"],
            items.Select(item => $"{item.Subset}/{item.Name}").Order(StringComparer.Ordinal));
        Assert.Equal((4, 2), items.Where(item => item.Name == "43.qq").Select(item => (item.Width, item.Height)).Single());
        Assert.NotNull(items.Single(item => item.Name == "100.jpg").OpenImage);

        // The rest of the file's three boxes, its polyline and its polygon have no label, or one that is not listed.
        Assert.Equal("mask=1 points=1 rectangle=1 tag=2", Counts(items));
        Assert.Equal((3L, 1L), (report.NumberOf("label-missing"), report.NumberOf("label-unknown")));
        Assert.Equal((3L, 1L, 2L), (report.NumberOf("caption-not-held"), report.NumberOf("kind-not-held"), report.NumberOf("item-attribute-not-held")));
        var shapes = items.Single(item => item.Name == "100.jpg").Shapes;
        Assert.Equal([1d, 2, 4, 6], shapes[0].Points);
        Assert.Equal(1, shapes[0].Score);
        Assert.Equal(("1", "2"), (shapes[1].Attributes["x"], shapes[1].Attributes["y"]));
        Assert.Equal([0d, 6, 0, 0, 2, 1], shapes[2].Points);
    }

    [Fact]
    public async Task A_skeletons_points_come_in_the_order_that_the_file_tells()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.ZipFolder(DatasetFiles.Fixture("datumaro", "with_skeleton")));

        var label = Assert.Single(info.Labels);
        Assert.Equal(("skeleton-label", "skeleton"), (label.Name, label.Type));
        Assert.Equal(["point1-label", "point3-label", "point2-label"], label.Sublabels.Select(node => node.Name));
        Assert.Contains("data-node-from=\"2\" data-node-to=\"3\"", label.Svg, StringComparison.Ordinal);
        var skeleton = Assert.Single(Assert.Single(items).Shapes);
        Assert.Equal(
            ["point1-label 0.9 3.53 ", "point3-label 2.45 7.6 point3-attribute-checkbox=true", "point2-label 5.2 2.5 point2-attribute-text=some text"],
            skeleton.Elements.Select(node => $"{node.Label} {node.Points[0]} {node.Points[1]} {Pairs(node.Attributes)}"));
        Assert.All(skeleton.Elements, node => Assert.Equal((false, false), (node.Outside, node.Occluded)));
        Assert.Null(skeleton.TrackId);
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task The_example_of_the_formats_description_is_read()
    {
        var zip = await File.ReadAllBytesAsync(DatasetFiles.Fixture("spec_examples", "datumaro.zip"), TestContext.Current.CancellationToken);

        var (info, items, report) = await DatasetFiles.ReadAsync(Format, zip);

        Assert.Equal(["car", "person", "face"], info.Labels.Select(label => label.Name));
        Assert.Equal(["img1.jpg 100x50 0", "img2.jpg 100x50 1"], items.Select(item => $"{item.Name} {item.Width}x{item.Height} {item.Frame}"));
        Assert.Equal("mask=1 points=1 polygon=1 polyline=1 rectangle=1 skeleton=1 tag=1", Counts(items));
        var box = items[0].Shapes[0];
        Assert.Equal([10d, 5, 30, 25], box.Points);
        Assert.Equal((30d, 3, 1), (box.Rotation, box.Group, box.ZOrder));
        Assert.Equal("brand=audi,parked=true", Pairs(box.Attributes));
        Assert.Equal([0d, 2, 2, 2, 70, 20, 72, 21], items[0].Shapes.Single(shape => shape.Kind == ShapeKind.Mask).Points);
        Assert.Equal([(true, false), (false, true)], items[0].Shapes[^1].Elements.Select(node => (node.Occluded, node.Outside)));
        Assert.Empty(report.Lines);
    }

    [Theory]
    [InlineData("demo/img", 2, "mask=1 polygon=1 rectangle=1 skeleton=1 tag=1", 0)]
    [InlineData("demo/vid", 5, "rectangle=4", 2)]
    [InlineData("dm_tests/dm_CVAT_for_images_1.1", 3, "points=1 polygon=1 polyline=1 rectangle=1 tag=1", 0)]
    [InlineData("dm_tests/dm_CVAT_for_video_1.1", 3, "points=2 polygon=2 polyline=2 rectangle=4", 6)]
    [InlineData("dm_tests/dm_Datumaro_1.0", 3, "points=1 polygon=1 polyline=1 rectangle=1 tag=1", 0)]
    [InlineData("dm_tests/dm_COCO_Keypoints_1.0", 3, "skeleton=2", 0)]
    [InlineData("dm_tests/dm_ImageNet_1.0", 3, "tag=1", 0)]
    [InlineData("dm_tests/dm_MOT_1.1", 3, "rectangle=4", 1)]
    [InlineData("dm_tests/dm_COCO_1.0", 3, "polygon=1 rectangle=1", 0)]
    [InlineData("dm_tests/dm_LabelMe_3.0", 3, "polygon=1 rectangle=1", 0)]
    [InlineData("dm_tests/dm_CamVid_1.0", 3, "polygon=1", 0)]
    [InlineData("dm_tests/dm_Segmentation_mask_1.1", 3, "polygon=1", 0)]
    [InlineData("dm_tests/dm_PASCAL_VOC_1.1", 3, "rectangle=1 tag=1", 0)]
    [InlineData("dm_tests/dm_YOLO_1.1", 3, "rectangle=1", 0)]
    [InlineData("dm_tests/video_CVAT_for_video_1.1", 10, "points=9 polygon=9 polyline=9 rectangle=18", 6)]
    [InlineData("dm_tests/video_CVAT_for_video_1.1_slice_track", 10, "rectangle=9", 1)]
    [InlineData("dm_tests/video_MOT_1.1", 10, "rectangle=11", 1)]
    [InlineData("dm_tests/video_CVAT_for_images_1.1_merge", 10, "rectangle=14 tag=1", 2)]
    public async Task An_export_of_the_contract_is_read_whole_and_its_tracks_are_built_again(string folder, int frames, string counts, int keyframes)
    {
        var (_, items, report) = await DatasetFiles.ReadAsync(Format, await GoldenAsync(folder));

        Assert.Equal(frames, items.Count);
        Assert.Equal(counts, Counts(items));
        Assert.Empty(report.Lines);
        var rebuilder = new TrackRebuilder((_, _) => true);
        foreach (var item in items)
        {
            foreach (var shape in item.Shapes.Where(shape => shape.TrackId is not null))
            {
                rebuilder.Add(item.Frame!.Value, shape);
            }
        }

        Assert.Equal(keyframes, rebuilder.Build(items.Count - 1).Sum(track => track.Keyframes.Count(keyframe => !keyframe.Outside)));
    }

    [Theory]
    [InlineData("demo/img", "CVAT for images 1.1")]
    [InlineData("demo/vid", "CVAT for video 1.1")]
    public async Task The_export_of_the_contracts_own_input_is_what_the_contract_makes_of_it(string folder, string input)
    {
        var (info, items, _) = await DatasetFiles.ReadAsync("CVAT 1.1", await GoldenAsync(folder, input));
        var golden = JsonNode.Parse(DatasetFiles.Entry(await GoldenAsync(folder), "annotations/default.json"))!;

        // The input's single box is a track of one frame in a file of tracks.
        var (written, _) = await DatasetFiles.WriteAsync(Format, info, [.. items.Select(item => item with
        {
            Shapes = [.. item.Shapes.Select(shape => shape.Label == "person" ? shape with { TrackId = null } : shape)],
        })]);

        var actual = JsonNode.Parse(DatasetFiles.Entry(written, "annotations/default.json"))!;
        Assert.Equal(Normal(golden), Normal(actual));
    }

    [Property(MaxTest = 150)]
    public async Task Everything_but_cuboids_ellipses_and_crowded_nodes_survives(int seed)
    {
        var items = new RandomDataset(seed).Items();

        var (written, report) = await DatasetFiles.WriteAsync(Format, RandomDataset.Info, items);
        var (info, read, readReport) = await DatasetFiles.ReadAsync(Format, written);

        Assert.Equal(RandomDataset.Info.Labels.Select(label => label.Name), info.Labels.Select(label => label.Name));
        Assert.Equal(RandomDataset.Info.Labels[2].Sublabels.Select(node => node.Name), info.Labels[2].Sublabels.Select(node => node.Name));
        Assert.Equal(items.Select(item => Describe(item)), read.Select(item => Describe(item)));
        var shapes = items.SelectMany(item => item.Shapes).ToList();
        Assert.Equal(shapes.Count(shape => shape.Kind == ShapeKind.Cuboid), report.NumberOf("kind-not-held"));
        Assert.Equal(shapes.Count(shape => shape.Kind == ShapeKind.Ellipse), report.NumberOf("ellipse-as-mask") + report.NumberOf("mask-empty"));
        Assert.Equal(shapes.SelectMany(shape => shape.Elements).Count(node => node.Points.Length > 2), report.NumberOf("node-points-not-held"));
        Assert.Equal(shapes.Count(shape => shape is { Kind: ShapeKind.Rectangle, Rotation: not 0 }), report.NumberOf("rotation-as-attribute"));
        Assert.Empty(readReport.Lines);
    }

    [Fact]
    public async Task Subsets_images_and_tracks_come_back()
    {
        byte[] image = [1, 2, 3];
        DatasetItem[] items =
        [
            Item(0, "a.jpg", "train"),
            Item(1, "b.jpg", "val"),
            Item(2, "deep/a.jpg", "train"),
        ];
        DatasetItem Item(int frame, string name, string subset) => new()
        {
            Frame = frame,
            Name = name,
            Subset = subset,
            Width = 10,
            Height = 20,
            OpenImage = _ => Task.FromResult<Stream>(new MemoryStream(image)),
            Shapes = [new DatasetShape { Kind = ShapeKind.Rectangle, Label = "a", Points = [frame, 1, 5, 6], TrackId = 7, Keyframe = frame != 1 }],
        };

        var info = new DatasetInfo { Labels = [new DatasetLabel { Name = "a" }] };
        var (written, report) = await DatasetFiles.WriteAsync(Format, info, items, new DatasetWriteOptions { SaveImages = true });
        var images = 0;
        var (_, read, _) = await DatasetFiles.ReadAsync(Format, written, visit: async item =>
        {
            await using var content = await item.OpenImage!(TestContext.Current.CancellationToken);
            images += content.ReadByte();
        });

        Assert.Empty(report.Lines);
        Assert.Equal(3, images);
        Assert.Equal(["train/a.jpg 0 0", "train/deep/a.jpg 2 2", "val/b.jpg 1 1"], read.Select(item => $"{item.Subset}/{item.Name} {item.Frame} {item.Shapes[0].Points[0]}"));
        Assert.All(read, item => Assert.Equal((7, item.Frame != 1), (item.Shapes[0].TrackId!.Value, item.Shapes[0].Keyframe)));
    }

    [Fact]
    public async Task What_is_met_in_the_wild_is_read_or_named()
    {
        const string Json = """
            {"dm_format_version":"2.0","media_type":2,"infos":{},
            "items":[
              {"id":"a","attr":{"frame":0},"image":{"path":"C:\\pictures\\a.jpg","size":[10,20]},"point_cloud":{"path":"a.pcd"},"related_images":[{"path":"r.jpg"}],"annotations":[
                {"type":"bbox","label_id":0,"bbox":[1,1,0,4]},
                {"type":"bbox","label_id":0,"bbox":[1,1,NaN,4]},
                {"type":"bbox","label_id":7,"bbox":[1,1,2,4]},
                {"type":"ellipse","label_id":0,"points":[10,20,30,30],"attributes":{"rotation":-30}},
                {"type":"rotated_bbox","label_id":0,"bbox":[10,10,4,2,45]},
                {"type":"mask","label_id":0,"rle":{"counts":[0,1,3],"size":[2,2]}},
                {"type":"mask","label_id":0,"rle":{"counts":"zz","size":[2,2]}},
                {"type":"mask","label_id":0,"rle":{"counts":[4],"size":[2,2]}},
                {"type":"skeleton","label_id":0,"points":[1,1,2]},
                {"type":"skeleton","label_id":1,"points":[1,1,2,3,3,0]},
                {"type":"cuboid_2d","label_id":0,"points":[1,2]},
                {"type":"points","label_id":0,"points":[1,2,3,4],"visibility":[2,1]},
                {"type":"polygon","label_id":0,"points":[1,2,3,4,5]},
                7,
                {"type":"label","label_id":0,"attributes":{"n":-4.0,"list":[1],"flag":true}}]},
              {"image":{"path":"only.jpg"}},
              {"annotations":[]},
              5],
            "categories":{"label":{"labels":[{"name":"car","parent":""},{"name":"hand","parent":"nobody"}]},"points":{"items":[{"label_id":1,"labels":["tip","root"],"joints":[[0,1],[9,9]]}]}}}
            """;

        var (info, items, report) = await DatasetFiles.ReadAsync(Format, Encoding.UTF8.GetBytes(Json), "train.json");

        Assert.Equal(["car", "hand"], info.Labels.Select(label => label.Name));
        Assert.Equal(["tip", "root"], info.Labels[1].Sublabels.Select(node => node.Name));
        Assert.Contains("data-node-from=\"1\" data-node-to=\"2\"", info.Labels[1].Svg, StringComparison.Ordinal);
        Assert.Equal(["a.jpg", "only.jpg"], items.Select(item => item.Name));
        Assert.Equal("train", items[0].Subset);
        Assert.Equal("ellipse=1 mask=1 points=1 rectangle=1 skeleton=1 tag=1", Counts(items));
        Assert.Equal([20d, 25, 30, 20], items[0].Shapes[0].Points);
        Assert.Equal(330, items[0].Shapes[0].Rotation);
        Assert.Equal([8d, 9, 12, 11], items[0].Shapes[1].Points);
        Assert.Equal("flag=true,n=-4", Pairs(items[0].Tags[0].Attributes));
        Assert.Equal(
            "annotation-invalid=2 item-unnamed=2 kind-not-held=1 label-unknown=1 mask-empty=1 mask-invalid=1 point-cloud-not-held=1 related-image-not-held=1 shape-invalid=2 skeleton-invalid=1 version-unknown=1 visibility-not-held=1",
            string.Join(' ', report.Lines.OrderBy(line => line.Code, StringComparer.Ordinal).Select(line => $"{line.Code}={line.Count}")));
    }

    [Theory]
    [InlineData("""{"categories":{"label":{}},"items":[{"id":"a"},""", "json-damaged")]
    [InlineData("""{"categories":{"label":{}}}""", "datumaro-no-annotations")]
    [InlineData("""{"categories":[],"items":[]}""", "datumaro-no-annotations")]
    [InlineData("[]", "datumaro-no-annotations")]
    [InlineData("<a/>", "json-damaged")]
    public async Task What_is_no_dataset_is_refused_by_name(string json, string code)
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(Format, Encoding.UTF8.GetBytes(json), "a.json"));
        Assert.Equal(code, error.Code);
    }

    [Fact]
    public async Task The_format_is_known_by_its_content()
    {
        Assert.Equal(FormatMatch.Certain, await MatchAsync(await GoldenAsync("demo/img")));
        Assert.Equal(FormatMatch.Certain, await MatchAsync(DatasetFiles.ZipFolder(DatasetFiles.Fixture("datumaro", "diverse"))));
        Assert.Equal(FormatMatch.None, await MatchAsync(await GoldenAsync("demo/img", "COCO 1.0")));
        Assert.Equal(FormatMatch.None, await MatchAsync(await GoldenAsync("demo/img", "CVAT for images 1.1")));

        static async Task<FormatMatch> MatchAsync(byte[] zip)
        {
            await using var archive = await DatasetArchive.OpenAsync(new MemoryStream(zip), "a.zip", DatasetLimits.Default, TestContext.Current.CancellationToken);
            return await DatasetFormats.FindImporter(Format)!.Reader.MatchAsync(archive, TestContext.Current.CancellationToken);
        }
    }

    private static Task<byte[]> GoldenAsync(string folder, string format = Format) =>
        File.ReadAllBytesAsync(DatasetFiles.Fixture(["cvat_golden", .. folder.Split('/'), format.Replace(' ', '_') + ".zip"]), TestContext.Current.CancellationToken);

    private static string Counts(IEnumerable<DatasetItem> items) =>
        string.Join(' ', DatasetFiles.Counts(items).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));

    /// <summary>What the format holds of a frame; its sources are not held, and ellipses are looked at elsewhere.</summary>
    private static string Describe(DatasetItem item) =>
        $"{item.Frame} {item.Name} {item.Width}x{item.Height}\n"
        + string.Join('\n', item.Tags.Select(tag => $"{tag.Label} {tag.Group} {Pairs(tag.Attributes)}"))
        + "\n" + string.Join('\n', item.Shapes.Where(shape => shape.Kind is not (ShapeKind.Cuboid or ShapeKind.Ellipse) && !WasEllipse(shape)).Select(Describe));

    /// <summary>The masks of the generated datasets lie in this box; the ellipses cover more.</summary>
    private static bool WasEllipse(DatasetShape shape) => shape.Kind == ShapeKind.Mask && !(shape.Points[^4] >= 20 && shape.Points[^3] >= 30 && shape.Points[^2] < 32 && shape.Points[^1] < 38);

    private static string Describe(DatasetShape shape) =>
        $"{shape.Kind} {shape.Label} {string.Join(' ', shape.Points.Select(number => number.ToString("F2", CultureInfo.InvariantCulture)))} r{(shape.Kind == ShapeKind.Rectangle ? shape.Rotation : 0):F2} {shape.Occluded} z{shape.ZOrder} g{shape.Group} {Pairs(shape.Attributes)}"
        + string.Concat(shape.Elements.Select(node => string.Create(CultureInfo.InvariantCulture, $"\n  {node.Label} {node.Points[0]:F2} {node.Points[1]:F2} {node.Outside} {node.Occluded}")));

    private static string Pairs(IReadOnlyDictionary<string, string> pairs) =>
        string.Join(',', pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));

    /// <summary>Text in which 1 and 1.0 are the same, edges and objects have no order, and media are left out: ours say the image's size, too.</summary>
    private static string Normal(JsonNode node) => node switch
    {
        JsonObject value => "{" + string.Join(",\n", value.Where(pair => pair.Key is not ("image" or "point_cloud")).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key + ":"
            + (pair.Key is "joints" or "annotations" ? string.Join(',', pair.Value!.AsArray().Select(element => Normal(element!)).Order(StringComparer.Ordinal)) : Normal(pair.Value!)))) + "}",
        JsonArray value => "[" + string.Join(',', value.Select(element => Normal(element!))) + "]",
        JsonValue value when value.TryGetValue<double>(out var number) => Math.Round(number, 6).ToString(CultureInfo.InvariantCulture),
        _ => node.ToJsonString(),
    };
}
