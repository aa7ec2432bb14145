using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Annotator.Formats;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Tests.Formats;

public sealed class CvatJsonTests
{
    private const string Format = "CVAT JSON 1.0";
    private const string Backup = "CVAT backup 1.0";

    private const string Example = """
        {"version": 3, "tags": [{"id": 1, "frame": 0, "label_id": 5, "group": 0, "source": "manual", "attributes": [{"spec_id": 2, "value": "bmw"}]}],
         "shapes": [
          {"id": 2, "type": "rectangle", "label_id": 5, "frame": 0, "points": [10.0, 5.0, 30.0, 25.0], "rotation": 30.0, "occluded": false, "outside": false, "z_order": 1, "group": 3, "source": "manual", "attributes": [{"spec_id": 3, "value": "true"}], "elements": []},
          {"id": 3, "type": "mask", "label_id": 6, "frame": 0, "points": [0, 2, 2, 2, 70, 20, 72, 21], "rotation": 0.0, "occluded": false, "outside": false, "z_order": 0, "group": 0, "source": "manual", "attributes": [], "elements": []}],
         "tracks": [{"id": 4, "label_id": 5, "frame": 0, "group": 0, "source": "manual", "attributes": [{"spec_id": 2, "value": "audi"}], "elements": [],
           "shapes": [{"id": 5, "type": "rectangle", "frame": 0, "points": [10.0, 5.0, 30.0, 25.0], "rotation": 0.0, "occluded": false, "outside": false, "z_order": 0, "attributes": [{"spec_id": 3, "value": "true"}]},
                      {"id": 6, "type": "rectangle", "frame": 3, "points": [14.0, 7.0, 34.0, 27.0], "rotation": 0.0, "occluded": true, "outside": true, "z_order": 0, "attributes": []}]}]}
        """;

    private const string Labels = """
        {"count": 2, "results": [
          {"id": 5, "name": "car", "color": "#2080c0", "type": "any", "attributes": [
            {"id": 2, "name": "brand", "mutable": false, "input_type": "select", "default_value": "bmw", "values": ["bmw", "audi"]},
            {"id": 3, "name": "parked", "mutable": true, "input_type": "checkbox", "default_value": "false", "values": ["false"]}]},
          {"id": 6, "name": "person", "attributes": []}]}
        """;

    [Fact]
    public async Task A_servers_answer_is_read_with_the_labels_and_frames_that_lie_beside_it()
    {
        var zip = DatasetFiles.Zip(
            ("annotations.json", Encoding.UTF8.GetBytes(Example)),
            ("labels.json", Encoding.UTF8.GetBytes(Labels)),
            ("meta.json", """{"chunk_size":36,"size":4,"start_frame":10,"stop_frame":16,"frame_filter":"step=2","deleted_frames":[1],"frames":[{"name":"a.jpg","width":100,"height":50},{"name":"b.jpg"},{"name":"c.jpg"},{"name":"d.jpg"}]}"""u8.ToArray()));

        var (info, items, report) = await DatasetFiles.ReadAsync(Format, zip);
        var (tracks, _) = await DatasetFiles.TracksAsync(Format, zip);

        Assert.Equal(["car", "person"], info.Labels.Select(label => label.Name));
        Assert.Equal(("select", "bmw", "bmw audi", true), (info.Labels[0].Attributes[0].InputType, info.Labels[0].Attributes[0].DefaultValue, string.Join(' ', info.Labels[0].Attributes[0].Values), info.Labels[0].Attributes[1].Mutable));
        Assert.Equal(["10 a.jpg 100", "14 c.jpg 0", "16 d.jpg 0"], items.Select(item => $"{item.Frame} {item.Name} {item.Width}"));
        Assert.Equal("brand=bmw", Pairs(items[0].Tags[0].Attributes));
        Assert.Equal(["Rectangle car 10 5 30 25 r30 z1 g3 parked=true", "Mask person 0 2 2 2 70 20 72 21 r0 z0 g0 ", "Rectangle car 10 5 30 25 r0 z0 g0 brand=audi,parked=true"], items[0].Shapes.Select(Describe));
        var track = Assert.Single(tracks);
        Assert.Equal([(10, false), (16, true)], track.Keyframes.Select(keyframe => (keyframe.Frame, keyframe.Outside)));
        Assert.Equal(("brand=audi", "parked=true"), (Pairs(track.Attributes), Pairs(track.Keyframes[0].Attributes)));
        Assert.Equal([13.33, 0], items.Skip(1).Select(item => item.Shapes.Count > 0 ? Math.Round(item.Shapes[0].Points[0] + 0.666667, 2) : 0));
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task Without_a_description_labels_are_called_by_their_numbers()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, Encoding.UTF8.GetBytes(Example), "annotations.json");

        Assert.Equal(["5", "6"], info.Labels.Select(label => label.Name).Order(StringComparer.Ordinal));
        Assert.Equal([0, 1, 2, 3], items.Select(item => item.Frame!.Value));
        Assert.Equal("frame_000000", items[0].Name);
        Assert.Equal((3, 1), (items[0].Shapes.Count, items[0].Tags.Count));
        Assert.Equal((1L, 4L), (report.NumberOf("labels-undescribed"), report.NumberOf("attribute-unknown")));
    }

    [Fact]
    public async Task Every_set_that_the_contracts_own_tests_upload_is_read_whole()
    {
        var sets = JsonNode.Parse(await File.ReadAllTextAsync(DatasetFiles.Fixture("cvat_rest", "dataset_manager_tests", "annotations.json"), TestContext.Current.CancellationToken))!.AsObject();
        var tasks = JsonNode.Parse(await File.ReadAllTextAsync(DatasetFiles.Fixture("cvat_rest", "dataset_manager_tests", "tasks.json"), TestContext.Current.CancellationToken))!.AsObject();
        Assert.Equal(34, sets.Count);
        foreach (var (name, set) in sets)
        {
            // Their tests fill the labels in, too: these are the task's first one.
            var labels = (tasks[name] ?? tasks["main"])!["labels"]!.DeepClone().AsArray();
            Number(labels);
            Fill(set!, labels[0]!["id"]!.GetValue<int>(), labels[0]!["sublabels"]?.AsArray());
            set!["labels"] = labels;
            var json = Encoding.UTF8.GetBytes(set.ToJsonString());

            var (_, items, report) = await DatasetFiles.ReadAsync(Format, json, "annotations.json");
            var (tracks, _) = await DatasetFiles.TracksAsync(Format, json, "annotations.json");

            Assert.Equal((name, List(set, "tracks").Count()), (name, tracks.Count));
            Assert.Equal((name, List(set, "tags").Count()), (name, items.Sum(item => item.Tags.Count)));
            Assert.Equal(
                (name, string.Join(' ', List(set, "shapes").Select(shape => shape["type"]!.GetValue<string>()).Order(StringComparer.Ordinal))),
                (name, string.Join(' ', items.SelectMany(item => item.Shapes).Where(shape => shape.TrackId is null).Select(shape => Words.Of(shape.Kind)).Order(StringComparer.Ordinal))));
            Assert.DoesNotContain(report.Lines, line => line.Kind != ReportKind.Note && line.Code != "attribute-unknown");
        }

        static IEnumerable<JsonNode> List(JsonNode set, string name) => (set[name]?.AsArray() ?? []).Select(node => node!);

        static void Number(JsonArray labels)
        {
            var id = 100;
            foreach (var label in labels)
            {
                label!["id"] = id++;
                foreach (var node in label["sublabels"]?.AsArray() ?? [])
                {
                    node!["id"] = id++;
                }
            }
        }

        static void Fill(JsonNode node, int label, JsonArray? nodes)
        {
            foreach (var value in new[] { "tags", "shapes", "tracks" }.SelectMany(list => node[list]?.AsArray() ?? []))
            {
                value!["label_id"] = label;
                var at = 0;
                foreach (var element in value["elements"]?.AsArray() ?? [])
                {
                    element!["label_id"] = nodes?[at++ % nodes.Count]!["id"]!.GetValue<int>() ?? label;
                }
            }
        }
    }

    [Theory]
    [InlineData("img", "mask=1 polygon=1 rectangle=1 skeleton=1 tag=1", "")]
    [InlineData("vid", "rectangle=4", "car 0 2 3")]
    [InlineData("seg", "polygon=6", null)]
    public async Task The_contracts_own_small_dataset_is_read(string part, string counts, string? keyframes)
    {
        var input = JsonNode.Parse(await File.ReadAllTextAsync(DatasetFiles.Fixture("cvat_golden", "demo", "input.json"), TestContext.Current.CancellationToken))!;
        var document = input[part]!["annotations"]!.DeepClone();
        document["labels"] = input["labels"]!.DeepClone();

        var (info, items, report) = await DatasetFiles.ReadAsync(Format, Encoding.UTF8.GetBytes(document.ToJsonString()), "a.json");
        var (tracks, _) = await DatasetFiles.TracksAsync(Format, Encoding.UTF8.GetBytes(document.ToJsonString()), "a.json");

        Assert.Equal(["eye", "nose", "mouth"], info.Labels[2].Sublabels.Select(label => label.Name));
        Assert.Contains("data-label-name=\"nose\"", info.Labels[2].Svg, StringComparison.Ordinal);
        Assert.DoesNotContain("data-label-id", info.Labels[2].Svg, StringComparison.Ordinal);
        if (keyframes is not null)
        {
            Assert.Equal(counts, Counts(items));
            Assert.Equal(keyframes, string.Join(';', tracks.Select(track => $"{track.Label} {string.Join(' ', track.Keyframes.Select(keyframe => keyframe.Frame))}")));
        }

        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task A_tasks_backup_is_read_without_a_loss()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Backup, BackupOf(""), visit: async item =>
        {
            await using var content = await item.OpenImage!(TestContext.Current.CancellationToken);
            Assert.Equal(item.Frame, content.ReadByte());
        });

        Assert.Equal(["car", "face"], info.Labels.Select(label => label.Name));
        Assert.Equal(("#112233", "eye", "skeleton"), (info.Labels[0].Color, info.Labels[1].Sublabels[0].Name, info.Labels[1].Type));
        Assert.Equal((6, "street", 4), (info.Tasks[0].Size, info.Tasks[0].Name, info.Tasks[0].DeletedFrames.Single()));
        Assert.Equal(["0 deep/0.jpg 100x50", "1 1.jpg 100x50", "2 2.jpg 100x50", "3 3.jpg 100x50", "5 5.jpg 100x50"], items.Select(item => $"{item.Frame} {item.Name} {item.Width}x{item.Height}"));
        Assert.Equal("train", items[0].Subset);
        Assert.Equal("brand=bmw", Pairs(items[0].Tags[0].Attributes));
        Assert.Equal(["Skeleton face  r0 z0 g0 ", "Rectangle car 0 0 10 10 r0 z0 g0 brand=audi"], items[0].Shapes.Select(Describe));
        Assert.Equal("size=2", Pairs(items[0].Shapes[0].Elements[0].Attributes));

        // Frame 3 belongs to both jobs, which drew the same car; the first one's track ends with its job.
        Assert.Equal(["Rectangle car 10 10 30 30 r0 z0 g0 ", "Rectangle car 6 0 16 10 r0 z0 g0 brand=audi"], items[3].Shapes.Select(Describe));
        Assert.Empty(items[4].Shapes);
        Assert.Equal([1, 1], items.Skip(1).Take(2).Select(item => item.Shapes.Count));
        Assert.Equal(1, report.NumberOf("job-skipped"));
        Assert.DoesNotContain(report.Lines, line => line.Kind == ReportKind.Loss);
    }

    [Fact]
    public async Task A_projects_backup_gives_its_tasks_and_shares_their_labels()
    {
        var files = new List<(string, byte[])>();
        foreach (var task in new[] { "task_0/", "task_1/" })
        {
            await using var archive = await DatasetArchive.OpenAsync(new MemoryStream(BackupOf(task)), "a.zip", DatasetLimits.Default, TestContext.Current.CancellationToken);
            foreach (var entry in archive.Entries)
            {
                using var content = new MemoryStream();
                await using var stream = archive.Open(entry);
                await stream.CopyToAsync(content, TestContext.Current.CancellationToken);
                files.Add((entry.Path, content.ToArray()));
            }
        }

        files.Add(("project.json", """{"name":"streets","labels":[{"name":"tree","attributes":[]}],"version":"1.0"}"""u8.ToArray()));

        var (info, items, _) = await DatasetFiles.ReadAsync(Backup, DatasetFiles.Zip([.. files]));
        var (tracks, _) = await DatasetFiles.TracksAsync(Backup, DatasetFiles.Zip([.. files]));

        Assert.Equal("streets", info.Project!.Name);
        Assert.Equal(["tree", "car", "face"], info.Labels.Select(label => label.Name));
        Assert.Equal([1, 2], items.Select(item => item.TaskId!.Value).Distinct());
        Assert.Equal(10, items.Count);
        Assert.Equal([(0, 1), (1, 2)], tracks.Select(track => (track.TrackId, track.TaskId!.Value)));
        Assert.Equal(["0 False", "3 False", "5 True"], tracks[0].Keyframes.Select(keyframe => $"{keyframe.Frame} {keyframe.Outside}"));
    }

    [Fact]
    public async Task A_track_that_goes_on_in_the_next_job_becomes_one()
    {
        const string Task = """
            {"labels":[{"name":"car","attributes":[{"name":"parked","mutable":true,"input_type":"checkbox","default_value":"false","values":["false"]}]}],"data":{"start_frame":0,"chunk_size":36},
             "jobs":[{"start_frame":0,"stop_frame":5},{"start_frame":4,"stop_frame":9},{"start_frame":8,"stop_frame":11}]}
            """;

        static string Track(string label, string shapes) => $$"""{"label":"{{label}}","frame":0,"attributes":[],"shapes":[{{shapes}}]}""";
        static string Box(int frame, int left, bool outside = false, string attributes = "") =>
            $$"""{"type":"rectangle","frame":{{frame}},"points":[{{left}},0,{{left + 20}},20],"outside":{{(outside ? "true" : "false")}},"attributes":[{{attributes}}]}""";

        var annotations = "["
            + $$"""{"tracks":[{{Track("car", Box(0, 0, attributes: "{\"name\":\"parked\",\"value\":\"true\"}") + "," + Box(4, 40))}},{{Track("car", Box(4, 200))}}]},"""
            + $$"""{"tracks":[{{Track("car", Box(4, 41) + "," + Box(8, 80))}},{{Track("car", Box(6, 300))}}]},"""
            + $$"""{"tracks":[{{Track("car", Box(8, 80) + "," + Box(10, 100, outside: true))}}]}]""";
        var zip = DatasetFiles.Zip(("task.json", Encoding.UTF8.GetBytes(Task)), ("annotations.json", Encoding.UTF8.GetBytes(annotations)));

        var (tracks, _) = await DatasetFiles.TracksAsync(Backup, zip);
        var (_, items, report) = await DatasetFiles.ReadAsync(Backup, zip);

        Assert.Equal(
            ["0:0 4:40 6:60.5 8:80 10:100-", "4:200 6:200-", "6:300 10:300-"],
            tracks.OrderBy(track => track.TrackId).Select(track => string.Join(' ', track.Keyframes.Select(key => string.Create(CultureInfo.InvariantCulture, $"{key.Frame}:{key.Points[0]}{(key.Outside ? "-" : "")}")))));
        Assert.Equal([1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 0, 0], items.Select(item => item.Shapes.Count));
        Assert.Equal("parked=true", Pairs(tracks[^1].Keyframes[0].Attributes));
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task What_cannot_be_used_is_named_and_the_rest_is_read()
    {
        const string Json = """
            {"labels":[{"id":1,"name":"a"}],"version":0,
             "tags":[{"label_id":1},{"frame":0},{"frame":-1,"label_id":1},7],
             "shapes":[{"frame":1,"label_id":1,"type":"star","points":[1]},{"frame":1,"label_id":1,"type":"rectangle","points":[1,2,3]},{"frame":1,"label_id":1,"type":"mask","points":[5,1,0,0,1,1]},
               {"frame":1,"label_id":1,"type":"rectangle","points":[1,2,NaN,4]},{"frame":1,"label_id":1,"type":"skeleton","elements":[]},{"frame":1,"label_id":9,"type":"points","points":[1,2]},{"frame":1,"label_id":1,"type":"points","points":[1,2],"attributes":[{"spec_id":4,"value":"x"}]}],
             "tracks":[{"label_id":1,"shapes":[]},{"label_id":1,"shapes":[{"frame":2,"type":"rectangle","points":[1,1,2,2]},{"frame":2,"type":"rectangle","points":[1,1,3,3]},{"type":"rectangle","points":[1,1,2,2]}]}]}
            """;

        var (info, items, report) = await DatasetFiles.ReadAsync(Format, Encoding.UTF8.GetBytes(Json), "a.json");

        Assert.Equal(["a", "9"], info.Labels.Select(label => label.Name));
        Assert.Equal(["9", "a"], items.Single(item => item.Frame == 1).Shapes.Select(shape => shape.Label));
        Assert.Equal([1d, 1, 3, 3], items.Single(item => item.Frame == 2).Shapes[0].Points);
        Assert.Equal(
            "attribute-unknown=1 frame-missing=4 keyframe-repeated=1 kind-unknown=1 label-missing=1 shape-invalid=3 skeleton-empty=1 track-empty=1",
            string.Join(' ', report.Lines.OrderBy(line => line.Code, StringComparer.Ordinal).Select(line => $"{line.Code}={line.Count}")));
    }

    [Theory]
    [InlineData("{}", Format, "cvat-json-no-annotations")]
    [InlineData("[1]", Format, "cvat-json-no-annotations")]
    [InlineData("{\"shapes\":{},\"tracks\":[]}", Format, "cvat-json-no-annotations")]
    [InlineData("{\"shapes\":[],\"tracks\":[]", Format, "json-damaged")]
    [InlineData("{\"shapes\":[{\"frame\":1,", Format, "json-damaged")]
    [InlineData("{\"tracks\":[{\"label_id\":1,\"shapes\":[{\"frame\":2147483000,\"type\":\"rectangle\",\"points\":[1,1,2,2]}]}],\"shapes\":[]}", Format, "too-many-frames")]
    [InlineData("{}", Backup, "backup-no-task")]
    public async Task What_is_no_dataset_is_refused_by_name(string json, string format, string code)
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(format, Encoding.UTF8.GetBytes(json), "a.json"));
        Assert.Equal(code, error.Code);
    }

    [Fact]
    public async Task The_formats_are_known_by_their_content()
    {
        Assert.Equal(Format, await BestAsync(Encoding.UTF8.GetBytes(Example)));
        Assert.Equal(Backup, await BestAsync(BackupOf("")));
        Assert.Equal(Backup, await BestAsync(BackupOf("task_0/")));

        static async Task<string?> BestAsync(byte[] content)
        {
            await using var archive = await DatasetArchive.OpenAsync(new MemoryStream(content), "a.json", DatasetLimits.Default, TestContext.Current.CancellationToken);
            return (await DatasetFormats.RecogniseAsync(archive, TestContext.Current.CancellationToken)).Select(found => found.Importer.Format.Name).FirstOrDefault();
        }
    }

    [Fact]
    public async Task Cut_and_changed_files_give_a_dataset_or_a_named_error_and_nothing_else()
    {
        var random = new Random(4712);
        var document = Encoding.UTF8.GetBytes(Example);
        var backup = BackupOf("");
        for (var i = 0; i < 800; i++)
        {
            var bytes = (i % 4 == 0 ? backup : document).ToArray();
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
                await DatasetFiles.ReadAsync(i % 4 == 0 ? Backup : Format, bytes, "a.json");
            }
            catch (DatasetException error)
            {
                Assert.NotEmpty(error.Code);
            }
        }
    }

    /// <summary>Six frames, of which the fifth is deleted, in jobs 0 to 3, 3 to 5, and one of ground truth.</summary>
    private static byte[] BackupOf(string folder)
    {
        const string Task = """
            {"name":"street","bug_tracker":"","status":"annotation","subset":"train","version":"1.0",
             "labels":[{"name":"car","color":"#112233","attributes":[{"name":"brand","mutable":false,"input_type":"select","default_value":"bmw","values":["bmw","audi"]}]},
               {"name":"face","type":"skeleton","svg":"<circle r=\"1.5\" cx=\"50\" cy=\"10\" data-type=\"element node\" data-element-id=\"1\" data-node-id=\"1\" data-label-name=\"eye\"></circle>","sublabels":[{"name":"eye","type":"points","attributes":[{"name":"size","mutable":true,"input_type":"number","default_value":"1","values":["1","9","1"]}]}]}],
             "data":{"chunk_size":36,"image_quality":70,"start_frame":0,"stop_frame":5,"frame_filter":"","storage_method":"cache","deleted_frames":[4]},
             "jobs":[{"start_frame":0,"stop_frame":3,"status":"annotation"},{"start_frame":3,"stop_frame":5,"type":"annotation"},{"start_frame":0,"stop_frame":5,"type":"ground_truth"}]}
            """;
        const string Annotations = """
            [{"version":0,"tags":[{"frame":0,"label":"car","group":0,"source":"manual","attributes":[{"name":"brand","value":"bmw"}]}],
              "shapes":[{"type":"skeleton","frame":0,"label":"face","points":[],"attributes":[],"elements":[{"type":"points","frame":0,"label":"eye","points":[4,5],"outside":false,"occluded":false,"attributes":[{"name":"size","value":"2"}]}]},
                        {"type":"rectangle","frame":3,"label":"car","points":[10,10,30,30],"rotation":0,"attributes":[]}],
              "tracks":[{"frame":0,"label":"car","group":0,"source":"manual","attributes":[{"name":"brand","value":"audi"}],"elements":[],
                "shapes":[{"type":"rectangle","frame":0,"points":[0,0,10,10],"outside":false,"attributes":[]},{"type":"rectangle","frame":3,"points":[6,0,16,10],"outside":false,"attributes":[]}]}]},
             {"version":0,"tags":[],"shapes":[{"type":"rectangle","frame":3,"label":"car","points":[11,10,30,30],"rotation":0,"attributes":[]},{"type":"rectangle","frame":4,"label":"car","points":[11,10,30,30],"attributes":[]}],"tracks":[]},
             {"version":0,"tags":[],"shapes":[{"type":"rectangle","frame":5,"label":"car","points":[1,1,3,3],"attributes":[]}],"tracks":[]}]
            """;
        var manifest = "{\"version\":\"1.1\"}\n{\"type\":\"images\"}\n" + string.Join('\n', Enumerable.Range(0, 6).Select(i => $$"""{"name":"{{(i == 0 ? "deep/" : "")}}{{i}}","extension":".jpg","width":100,"height":50,"meta":null}"""));
        return DatasetFiles.Zip(
        [
            (folder + "task.json", Encoding.UTF8.GetBytes(Task)),
            (folder + "annotations.json", Encoding.UTF8.GetBytes(Annotations)),
            (folder + "data/manifest.jsonl", Encoding.UTF8.GetBytes(manifest)),
            (folder + "data/index.json", "{\"0\":1}"u8.ToArray()),
            .. Enumerable.Range(0, 6).Select(i => ($"{folder}data/{(i == 0 ? "deep/" : "")}{i}.jpg", new[] { (byte)i })),
        ]);
    }

    private static string Counts(IEnumerable<DatasetItem> items) =>
        string.Join(' ', DatasetFiles.Counts(items).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));

    private static string Describe(DatasetShape shape) =>
        string.Create(CultureInfo.InvariantCulture, $"{shape.Kind} {shape.Label} {string.Join(' ', shape.Points)} r{shape.Rotation} z{shape.ZOrder} g{shape.Group} {Pairs(shape.Attributes)}");

    private static string Pairs(IReadOnlyDictionary<string, string> pairs) =>
        string.Join(',', pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
}
