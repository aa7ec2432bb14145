using System.Text;
using System.Text.Json;
using Annotator.Core.Annotations;
using Annotator.Core.Datasets;
using Annotator.Core.Operations;
using Annotator.Formats;
using Annotator.Formats.Model;
using Annotator.Formats.Png;
using Annotator.Tests.Formats;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Tests.Api.Datasets;

/// <summary>What a person may choose of an import: a look before, what happens to what is there, names of frames and labels.</summary>
public sealed class ImportChoicesTests(DatasetBench bench) : IClassFixture<DatasetBench>
{
    private const string Cvat = "CVAT 1.1";

    [Fact]
    public async Task A_dry_run_recognises_the_format_says_what_would_happen_and_writes_nothing()
    {
        var task = await bench.SixFramesAsync();
        await bench.AddAsync(task, task.Jobs[0].Id, DatasetBench.Box(0, 10));
        var upload = await bench.UploadAsync("task", task.Id, Xml(
            Image("0.jpg", Box("car", 10), Box("Bus", 50), Box("tree", 90)), Image("elsewhere.jpg", Box("car", 10)), Image("9.png")), "a.xml");

        var looked = await bench.ImportAsync(upload, null, asked => asked with { DryRun = true, MayCreateLabels = true });

        Assert.True(looked.State == OperationState.Finished, looked.Message);
        Assert.Equal(Cvat, looked.Format);
        var report = DatasetBench.ReportOf(looked);
        Assert.True(report.GetProperty("dry_run").GetBoolean());
        Assert.True(report.GetProperty("recognised").GetBoolean());
        Assert.Equal(Cvat, report.GetProperty("formats")[0].GetProperty("name").GetString());
        Assert.Equal((3, 1, 2), Numbers(report.GetProperty("frames")));
        Assert.Equal(["elsewhere.jpg", "9.png"], report.GetProperty("frames").GetProperty("unmatched_names").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal(["car matched 1", "Bus missing 1", "tree missing 1"], Labels(report));
        Assert.Equal(["car"], report.GetProperty("known_labels").EnumerateArray().Select(name => name.GetString()));
        Assert.Equal((1, 3), (report.GetProperty("removed").GetInt64(), report.GetProperty("added").GetProperty("rectangle").GetInt64()));
        Assert.Single((await bench.AnnotationsAsync(task.Jobs[0].Id)).Shapes);

        var imported = await bench.ImportAsync(
            upload, looked.Format, asked => asked with { CreateLabels = true, LabelMap = new Dictionary<string, string?> { ["Bus"] = "car" } });

        Assert.True(imported.State == OperationState.Finished, imported.Message);
        Assert.Equal(["car matched 1", "Bus mapped 1", "tree created 1"], Labels(DatasetBench.ReportOf(imported)));
        Assert.Equal(["10 car", "50 car", "90 tree"], await ShapesAsync(task.Id, task.Jobs[0].Id));
        await using var db = bench.Database.CreateContext();
        Assert.False(await db.Uploads.AnyAsync(row => row.Id == upload.Id, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_dry_run_that_fails_keeps_the_file_for_another_format()
    {
        var task = await bench.SixFramesAsync();
        var upload = await bench.UploadAsync("task", task.Id, Xml(Image("0.jpg", Box("car", 10))), "a.xml");

        var wrong = await bench.ImportAsync(upload, "COCO 1.0", asked => asked with { DryRun = true });
        var unknown = await bench.ImportAsync(await bench.UploadAsync("task", task.Id, "hello"u8.ToArray(), "a.txt"), null, asked => asked with { DryRun = true });
        var right = await bench.ImportAsync(upload, null);

        Assert.Equal((OperationState.Failed, OperationState.Failed), (wrong.State, unknown.State));
        Assert.Contains("a.txt", unknown.Message, StringComparison.Ordinal);
        Assert.True(right.State == OperationState.Finished, right.Message);
        Assert.Equal(["10 car"], await ShapesAsync(task.Id, task.Jobs[0].Id));
    }

    [Fact]
    public async Task A_file_that_was_refused_is_imported_when_it_is_tried_again_after_the_reason_is_gone()
    {
        var task = await bench.SixFramesAsync();
        var upload = await bench.UploadAsync("task", task.Id, Xml(Image("0.jpg", Box("late", 10))), "a.xml");
        var refused = await bench.ImportAsync(upload, Cvat);
        await using (var db = bench.Database.CreateContext())
        {
            db.Labels.Add(new Core.Projects.Label { TaskId = task.Id, Name = "late", Color = "#0072b2" });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var again = await bench.ImportAsync(upload, Cvat);
        var gone = await bench.ImportAsync(upload, Cvat);

        Assert.Equal((OperationState.Failed, OperationState.Finished, OperationState.Failed), (refused.State, again.State, gone.State));
        Assert.Equal(["10 late"], await ShapesAsync(task.Id, task.Jobs[0].Id));
        Assert.Contains("upload it again", gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Labels_are_made_with_what_the_file_says_of_them_and_not_when_the_import_fails()
    {
        var task = await bench.SixFramesAsync();
        const string Meta = """
            <meta><task><labels><label><name>bike</name><color>#123456</color><type>rectangle</type><attributes><attribute>
            <name>wheels</name><mutable>False</mutable><input_type>select</input_type><default_value>2</default_value><values>2
            3</values></attribute></attributes></label><label><name>unused</name></label></labels></task></meta>
            """;
        var good = Xml(Meta, Image("0.jpg", """<box label="bike" xtl="5" ytl="5" xbr="9" ybr="9"><attribute name="wheels">3</attribute></box>"""));
        var bad = Xml(Meta, Image("nowhere.jpg", Box("bike", 5)));

        var failed = await bench.ImportAsync("task", task.Id, Cvat, bad, "a.xml", asked => asked with { CreateLabels = true });
        var before = await LabelsOfAsync(task.Id);
        var made = await bench.ImportAsync("task", task.Id, Cvat, good, "a.xml", asked => asked with { CreateLabels = true });

        Assert.Equal((OperationState.Failed, OperationState.Finished), (failed.State, made.State));
        Assert.Equal(["car any "], before);
        Assert.Equal(["bike rectangle wheels=2|3", "car any "], await LabelsOfAsync(task.Id));
        var shape = Assert.Single((await bench.AnnotationsAsync(task.Jobs[0].Id)).Shapes);
        Assert.Equal("3", Assert.Single(shape.Attributes).Value);
    }

    [Fact]
    public async Task Objects_of_a_label_that_is_not_wanted_are_left_out_and_counted()
    {
        var task = await bench.SixFramesAsync();
        var file = Xml(Image("0.jpg", Box("car", 10), Box("ghost", 50)), Image("1.jpg", Box("ghost", 50)));

        var imported = await bench.ImportAsync(
            "task", task.Id, Cvat, file, "a.xml", asked => asked with { LabelMap = new Dictionary<string, string?> { ["ghost"] = null } });
        var wrong = await bench.ImportAsync(
            "task", task.Id, Cvat, file, "a.xml", asked => asked with { LabelMap = new Dictionary<string, string?> { ["ghost"] = "nobody" } });
        var remembered = await bench.ImportAsync("task", task.Id, Cvat, file, "a.xml", asked => asked with { DryRun = true });

        Assert.True(imported.State == OperationState.Finished, imported.Message);
        Assert.Equal(["car matched 1", "ghost left_out 2"], Labels(DatasetBench.ReportOf(imported)));
        Assert.Equal(2, Line(imported, "label-left-out").GetProperty("count").GetInt64());
        Assert.Contains("\"nobody\"", wrong.Message, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, DatasetBench.ReportOf(remembered).GetProperty("remembered").GetProperty("ghost").ValueKind);
    }

    [Fact]
    public async Task Masks_of_a_track_become_shapes_of_their_frames()
    {
        var task = await bench.SixFramesAsync();
        var image = LabelImageFiles.Make(PngForm.Grey16, [[0, 1000, 1000, 0]]);
        var file = DatasetFiles.Zip(("default/instances/labels.txt", "car"u8.ToArray()), ("default/instances/0.png", image), ("default/instances/2.png", image));

        var imported = await bench.ImportAsync("task", task.Id, "MOTS PNG 1.0", file, "a.zip");

        Assert.True(imported.State == OperationState.Finished, imported.Message);
        var stored = await bench.AnnotationsAsync(task.Jobs[0].Id);
        Assert.Equal([ShapeKind.Mask, ShapeKind.Mask], stored.Shapes.Select(shape => shape.Kind));
        Assert.Empty(stored.Tracks);
        Assert.Equal(2, Line(imported, "mask-track-apart").GetProperty("count").GetInt64());
    }

    [Fact]
    public async Task Merging_keeps_what_is_alike_and_adds_the_rest()
    {
        var task = await bench.SixFramesAsync();
        await bench.AddAsync(task, task.Jobs[0].Id, DatasetBench.Box(0, 10), DatasetBench.Box(0, 200), DatasetBench.Box(3, 10));
        var file = Xml(
            Image("3.jpg", Box("car", 12), Box("car", 12)),
            Image("0.jpg", Box("car", 14), Box("car", 240), "<polygon label=\"car\" points=\"10,20;40,20;40,60;10,60\"/>"),
            Image("1.jpg", Box("car", 10)));

        var looked = await bench.ImportAsync("task", task.Id, Cvat, file, "a.xml", asked => asked with { Mode = ImportMode.Merge, Threshold = 0.7, DryRun = true });
        var merged = await bench.ImportAsync("task", task.Id, Cvat, file, "a.xml", asked => asked with { Mode = ImportMode.Merge, Threshold = 0.7 });
        var again = await bench.ImportAsync("task", task.Id, Cvat, file, "a.xml", asked => asked with { Mode = ImportMode.Merge, Threshold = 0.7 });

        // 26 of 34 pixels are shared at a distance of 4: 0.76; frame 3 has one object, so that one of two copies is new.
        Assert.Equal((2, 4), (Kept(looked), Added(looked)));
        Assert.Equal((2, 4), (Kept(merged), Added(merged)));
        Assert.Equal((6, 0), (Kept(again), Added(again)));
        var shapes = (await bench.AnnotationsAsync(task.Jobs[0].Id)).Shapes;
        Assert.Equal(
            ["0 Polygon 10", "0 Rectangle 10", "0 Rectangle 200", "0 Rectangle 240", "1 Rectangle 10", "3 Rectangle 10", "3 Rectangle 12"],
            shapes.Select(shape => $"{shape.Frame} {shape.Kind} {shape.Points[0]}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Merging_keeps_tracks_that_go_the_same_way_and_adds_others()
    {
        var task = await bench.SixFramesAsync();
        var label = await bench.LabelAsync(task);
        await bench.StoreAsync(store => store.CreateAsync(
            task.Jobs[0].Id, bench.Ann.Id, new JobAnnotations(0, [], [], [new Track { LabelId = label, Frame = 0, Keyframes = [Key(0, 0), Key(5, 50)] }]), null, TestContext.Current.CancellationToken));
        var file = Encoding.UTF8.GetBytes("""
            <annotations><version>1.1</version>
            <track id="0" label="car"><box frame="0" outside="0" occluded="0" keyframe="1" xtl="2" ytl="20" xbr="32" ybr="60"/><box frame="5" outside="0" occluded="0" keyframe="1" xtl="52" ytl="20" xbr="82" ybr="60"/></track>
            <track id="1" label="car"><box frame="0" outside="0" occluded="0" keyframe="1" xtl="50" ytl="20" xbr="80" ybr="60"/><box frame="5" outside="0" occluded="0" keyframe="1" xtl="0" ytl="20" xbr="30" ybr="60"/></track>
            </annotations>
            """);

        var merged = await bench.ImportAsync("task", task.Id, Cvat, file, "a.xml", asked => asked with { Mode = ImportMode.Merge });

        Assert.True(merged.State == OperationState.Finished, merged.Message);
        Assert.Equal((1, 1), (Kept(merged), Added(merged)));
        Assert.Equal([0, 50], (await bench.AnnotationsAsync(task.Jobs[0].Id)).Tracks.Select(track => (int)track.Keyframes[0].Points[0]));
    }

    /// <summary>The images are called 2, 3 and 4: frame 3 is the last of them, or the one in the middle.</summary>
    [Theory]
    [InlineData(FrameNumbering.Order, 4)]
    [InlineData(FrameNumbering.Number, 3)]
    public async Task A_sequences_frames_are_places_or_numbers_as_asked_for(FrameNumbering by, int frame)
    {
        var task = await bench.SixFramesAsync();
        var file = DatasetFiles.Zip(
            ("gt/gt.txt", "3,1,10,20,30,40,1,1,1"u8.ToArray()), ("gt/labels.txt", "car"u8.ToArray()), ("img1/2.jpg", []), ("img1/3.jpg", []), ("img1/4.jpg", []));

        var imported = await bench.ImportAsync("task", task.Id, "MOT 1.1", file, "a.zip", asked => asked with { FramesBy = by });

        Assert.True(imported.State == OperationState.Finished, imported.Message);
        Assert.Equal(frame, Assert.Single((await bench.AnnotationsAsync(task.Jobs[0].Id)).Tracks).Frame);
        Assert.Equal(by.ToString().ToLowerInvariant(), DatasetBench.ReportOf(imported).GetProperty("frames_by").GetString());
    }

    [Theory]
    [InlineData(false, ShapeKind.Mask)]
    [InlineData(true, ShapeKind.Polygon)]
    public async Task Masks_stay_masks_unless_polygons_are_asked_for(bool polygons, ShapeKind expected)
    {
        var task = await bench.SixFramesAsync();
        var file = Xml(Image("0.jpg", "<mask label=\"car\" rle=\"0, 12\" left=\"5\" top=\"6\" width=\"4\" height=\"3\"/>"));

        var imported = await bench.ImportAsync("task", task.Id, Cvat, file, "a.xml", asked => asked with { ConvertMasksToPolygons = polygons });

        Assert.True(imported.State == OperationState.Finished, imported.Message);
        Assert.Equal(expected, Assert.Single((await bench.AnnotationsAsync(task.Jobs[0].Id)).Shapes).Kind);
    }

    [Theory]
    [InlineData(FrameMatching.Automatic, "deep/1.png", 1)]
    [InlineData(FrameMatching.Path, "1.jpg", 1)]
    [InlineData(FrameMatching.Path, "deep/1.jpg", null)]
    [InlineData(FrameMatching.Name, "deep/1.jpg", 1)]
    [InlineData(FrameMatching.Name, "1.png", null)]
    [InlineData(FrameMatching.Stem, "deep/1.png", 1)]
    [InlineData(FrameMatching.Number, "photo-of-2026-0004.png", 4)]
    public async Task Frames_are_found_by_what_was_chosen(FrameMatching matching, string name, int? expected)
    {
        var task = await bench.SixFramesAsync();
        var file = Xml($"<image name=\"{name}\">{Box("car", 10)}</image>");

        var imported = await bench.ImportAsync("task", task.Id, Cvat, file, "a.xml", asked => asked with { Matching = matching });

        Assert.Equal(expected is null ? OperationState.Failed : OperationState.Finished, imported.State);
        Assert.Equal(expected is { } frame ? [frame] : [], (await bench.AnnotationsAsync(task.Jobs[0].Id)).Shapes.Select(shape => shape.Frame));
        Assert.Equal(expected is null ? 1 : 0, DatasetBench.ReportOf(imported).GetProperty("frames").GetProperty("unmatched").GetInt64());
    }

    [Fact]
    public async Task Annotations_go_to_the_tasks_of_a_project_that_have_the_images_and_other_tasks_stay_as_they_are()
    {
        var project = await bench.Given.ProjectAsync(bench.Ann, labels: ["car"]);
        var (train, test, other) = (await bench.SixFramesAsync(project: project, subset: "train"), await bench.SixFramesAsync(project: project, subset: "test"), await bench.SixFramesAsync(project: project, subset: "other"));
        await bench.AddAsync(train, train.Jobs[0].Id, DatasetBench.Box(0, 300));
        await bench.AddAsync(other, other.Jobs[0].Id, DatasetBench.Box(0, 300));
        var file = Xml(
            $"<image name=\"1.jpg\" subset=\"train\">{Box("car", 10)}</image>", $"<image name=\"2.jpg\" subset=\"test\">{Box("car", 20)}</image>",
            $"<image name=\"3.jpg\">{Box("car", 30)}</image>");

        var looked = await bench.ImportAsync("project", project.Id, Cvat, file, "a.xml", asked => asked with { IntoTasks = true, DryRun = true });
        var imported = await bench.ImportAsync("project", project.Id, Cvat, file, "a.xml", asked => asked with { IntoTasks = true });

        Assert.True(imported.State == OperationState.Finished, imported.Message);
        Assert.Equal((3, 2, 1), Numbers(DatasetBench.ReportOf(looked).GetProperty("frames")));
        Assert.Equal(1, DatasetBench.ReportOf(imported).GetProperty("frames").GetProperty("ambiguous").GetInt64());
        Assert.Equal(["10 car"], await ShapesAsync(train.Id, train.Jobs[0].Id));
        Assert.Equal(["20 car"], await ShapesAsync(test.Id, test.Jobs[0].Id));
        Assert.Equal(["300 car"], await ShapesAsync(other.Id, other.Jobs[0].Id));
    }

    [Fact]
    public async Task A_dry_run_of_a_dataset_tells_the_tasks_and_labels_that_a_project_would_get()
    {
        var sample = await bench.RunAsync("create:sample", "project", null, null, new { });
        var (_, content) = await bench.ExportAsync("project", sample.ResultId!.Value, "CVAT for images 1.1", images: true);
        var other = await bench.Given.ProjectAsync(bench.Ann);

        var looked = await bench.ImportAsync("project", other.Id, null, content, choose: asked => asked with { DryRun = true });

        Assert.True(looked.State == OperationState.Finished, looked.Message);
        var report = DatasetBench.ReportOf(looked);
        Assert.Equal(5, Assert.Single(report.GetProperty("tasks").EnumerateArray()).GetProperty("images").GetInt64());
        Assert.All(report.GetProperty("labels").EnumerateArray(), label => Assert.Equal("created", label.GetProperty("state").GetString()));
        await using var db = bench.Database.CreateContext();
        Assert.False(await db.Tasks.AnyAsync(task => task.ProjectId == other.Id, TestContext.Current.CancellationToken));
        Assert.False(await db.Labels.AnyAsync(label => label.ProjectId == other.Id, TestContext.Current.CancellationToken));
    }

    private async Task<List<string>> ShapesAsync(int taskId, int jobId)
    {
        await using var db = bench.Database.CreateContext();
        var names = await db.Labels.Where(label => label.TaskId == taskId || db.Tasks.Any(task => task.Id == taskId && task.ProjectId != null && task.ProjectId == label.ProjectId))
            .ToDictionaryAsync(label => label.Id, label => label.Name);
        return [.. (await bench.AnnotationsAsync(jobId)).Shapes.Select(shape => $"{shape.Points[0]} {names[shape.LabelId]}")];
    }

    private async Task<List<string>> LabelsOfAsync(int taskId)
    {
        await using var db = bench.Database.CreateContext();
        var labels = await db.Labels.Include(label => label.Attributes).Where(label => label.TaskId == taskId).OrderBy(label => label.Name).ToListAsync();
        return labels.ConvertAll(label => $"{label.Name} {label.Type} {string.Join(',', label.Attributes.Select(attribute => $"{attribute.Name}={string.Join('|', attribute.Values)}"))}");
    }

    private static (long InFile, long Matched, long Unmatched) Numbers(JsonElement frames) =>
        (frames.GetProperty("in_file").GetInt64(), frames.GetProperty("matched").GetInt64(), frames.GetProperty("unmatched").GetInt64());

    private static IEnumerable<string> Labels(JsonElement report) => report.GetProperty("labels").EnumerateArray()
        .Select(label => $"{label.GetProperty("name").GetString()} {label.GetProperty("state").GetString()} {label.GetProperty("objects").GetInt64()}");

    private static JsonElement Line(Operation operation, string code) =>
        JsonDocument.Parse(operation.Report!).RootElement.GetProperty("lines").EnumerateArray().Single(line => line.GetProperty("code").GetString() == code);

    private static long Kept(Operation operation) => DatasetBench.ReportOf(operation).GetProperty("kept").GetInt64();

    private static long Added(Operation operation) => DatasetBench.ReportOf(operation).GetProperty("added").EnumerateObject().Sum(kind => kind.Value.GetInt64());

    private static byte[] Xml(params string[] parts) => Encoding.UTF8.GetBytes($"<annotations><version>1.1</version>{string.Concat(parts)}</annotations>");

    private static string Image(string name, params string[] objects) => $"<image id=\"0\" name=\"{name}\" width=\"400\" height=\"300\">{string.Concat(objects)}</image>";

    private static string Box(string label, double x) => $"<box label=\"{label}\" xtl=\"{x}\" ytl=\"20\" xbr=\"{x + 30}\" ybr=\"60\"/>";

    private static Keyframe Key(int frame, double x) => new() { Frame = frame, Kind = ShapeKind.Rectangle, Points = [x, 20, x + 30, 60] };
}
