using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Annotator.Core.Annotations;
using Annotator.Core.Datasets;
using Annotator.Core.Jobs;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Core.Projects;
using Annotator.Core.Tasks;
using Annotator.Formats.Model;
using Annotator.Tests.Api.Datasets;
using Annotator.Tests.Formats;
using Annotator.Tests.Unit.Media;
using Annotator.Tests.Unit.Media.Video;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Tests.Api.Backups;

/// <summary>Backups made anew into tasks and projects, ours and those of CVAT.</summary>
public sealed class RestoreTests(DatasetBench bench) : IClassFixture<DatasetBench>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_restored_task_has_the_same_annotations_jobs_labels_and_bytes(int seed)
    {
        var task = await RestoredFixtureAsync();
        await AnnotateAsync(task, new Random(seed));
        await using (var db = bench.Database.CreateContext())
        {
            await db.Jobs.Where(job => job.Id == task.Jobs[0].Id).ExecuteUpdateAsync(
                job => job.SetProperty(row => row.Stage, JobStage.Acceptance).SetProperty(row => row.State, JobState.Rejected), Cancel);
            await db.TaskData.Where(data => data.TaskId == task.Id).ExecuteUpdateAsync(
                data => data.SetProperty(row => row.StartFrame, 10).SetProperty(row => row.StopFrame, 20).SetProperty(row => row.FrameFilter, "step=2"), Cancel);
        }

        var before = await BackupAsync("task", task.Id);
        var restored = await RestoreAsync("task", before);

        Assert.True(restored.State == OperationState.Finished, restored.Message);
        Assert.NotEqual(task.Id, restored.ResultId);
        Assert.DoesNotContain("\"loss\"", restored.Report!, StringComparison.Ordinal);
        AssertSame(before, await BackupAsync("task", restored.ResultId!.Value));
    }

    [Fact]
    public async Task A_restored_project_has_its_labels_and_all_its_tasks()
    {
        var sample = await bench.RunAsync("create:sample", "project", null, null, new { });
        var before = await BackupAsync("project", sample.ResultId!.Value);

        var restored = await RestoreAsync("project", before);

        Assert.True(restored.State == OperationState.Finished, restored.Message);
        Assert.NotEqual(sample.ResultId, restored.ResultId);
        AssertSame(before, await BackupAsync("project", restored.ResultId!.Value));
        await using var db = bench.Database.CreateContext();
        Assert.Equal(bench.Ann.Id, (await db.Projects.SingleAsync(row => row.Id == restored.ResultId, Cancel)).OwnerId);
    }

    [Fact]
    public async Task A_backup_as_cvat_writes_it_comes_in_whole()
    {
        var task = await RestoredFixtureAsync();

        Assert.Equal(("street", "train", 6), (task.Name, task.Subset, task.Data!.Size));
        Assert.Equal([4], task.Data.DeletedFrames);
        Assert.Equal([(0, 3, JobType.Annotation), (3, 5, JobType.Annotation), (0, 5, JobType.GroundTruth)], task.Jobs.Select(job => (job.StartFrame, job.StopFrame, job.Type)));
        var first = await bench.AnnotationsAsync(task.Jobs[0].Id);
        Assert.Equal((1, 2, 1), (first.Tags.Count, first.Shapes.Count, first.Tracks.Count));
        var skeleton = first.Shapes.Single(shape => shape.Kind == ShapeKind.Skeleton);
        Assert.Equal("2", Assert.Single(Assert.Single(skeleton.Elements).Attributes).Value);
        Assert.Equal([0, 3], first.Tracks[0].Keyframes.Select(keyframe => keyframe.Frame));
        Assert.Equal(2, (await bench.AnnotationsAsync(task.Jobs[1].Id)).Shapes.Count);
        Assert.Single((await bench.AnnotationsAsync(task.Jobs[2].Id)).Shapes);
    }

    [Fact]
    public async Task Several_videos_with_an_image_between_them_come_back_in_their_order_and_a_part_of_one_video_stays_that_part()
    {
        var film = await PaintedVideo.BytesAsync(4);
        var settings = """{"name":"films","version":"1.0","labels":[{"name":"car","attributes":[]}],"data":{"start_frame":0,"stop_frame":8},"jobs":[{"start_frame":0,"stop_frame":8,"status":"validation"}]}""";
        string[] names = ["b/frame_000000", "b/frame_000001", "b/frame_000002", "b/frame_000003", "a", "c/frame_000000", "c/frame_000001", "c/frame_000002", "c/frame_000003"];
        var list = string.Concat(names.Select(name => JsonSerializer.Serialize(new { name, extension = name == "a" ? ".png" : ".jpg", width = 8, height = 8 }) + "\n"));
        const string Empty = """[{"tags":[],"shapes":[{"type":"rectangle","frame":8,"label":"car","points":[1,1,5,5],"attributes":[]}],"tracks":[]}]""";
        var several = DatasetFiles.Zip(
            ("task.json", Encoding.UTF8.GetBytes(settings)), ("annotations.json", Encoding.UTF8.GetBytes(Empty)),
            ("data/c.mp4", film), ("data/a.png", Images.Encoded(".png")), ("data/b.mp4", film), ("data/manifest.jsonl", Encoding.UTF8.GetBytes("{\"version\":\"1.1\"}\n{\"type\":\"images\"}\n" + list)));
        var part = DatasetFiles.Zip(
            ("task.json", Encoding.UTF8.GetBytes(settings.Replace("\"start_frame\":0,\"stop_frame\":8}", "\"start_frame\":1,\"stop_frame\":3,\"frame_filter\":\"step=2\"}", StringComparison.Ordinal).Replace("\"stop_frame\":8", "\"stop_frame\":1", StringComparison.Ordinal))),
            ("annotations.json", "[{}]"u8.ToArray()),
            ("data/b.mp4", film), ("data/manifest.jsonl", "{\"version\":\"1.1\"}\n{\"type\":\"video\"}\n{\"properties\":{\"name\":\"b.mp4\",\"resolution\":[320,240],\"length\":4}}\n"u8.ToArray()));

        var restored = await RestoreAsync("task", several);
        Assert.True(restored.State == OperationState.Finished, restored.Message);
        var first = await BackupAsync("task", restored.ResultId!.Value);
        var again = await RestoreAsync("task", first);
        var cut = await RestoreAsync("task", part);

        Assert.True(again.State == OperationState.Finished, again.Message);
        AssertSame(first, await BackupAsync("task", again.ResultId!.Value));
        Assert.True(cut.State == OperationState.Finished, cut.Message);
        await using var db = bench.Database.CreateContext();
        var frames = db.Frames.AsNoTracking().OrderBy(frame => frame.Number);
        var seen = await frames.Where(frame => db.TaskData.Any(data => data.Id == frame.DataId && data.TaskId == again.ResultId)).Select(frame => frame.Name).ToListAsync(Cancel);
        Assert.Equal(["b/frame_000000.jpg", "a.png", "c/frame_000003.jpg"], [seen[0], seen[4], seen[8]]);
        Assert.Equal([1, 3], await frames.Where(frame => db.TaskData.Any(data => data.Id == frame.DataId && data.TaskId == cut.ResultId)).Select(frame => frame.VideoFrame!.Value).ToListAsync(Cancel));
        Assert.Equal(JobStage.Validation, (await TaskAsync(cut.ResultId!.Value)).Jobs[0].Stage);
    }

    [Fact]
    public async Task Pictures_beside_frames_come_back_beside_them_and_one_that_stands_beside_none_stays_a_frame()
    {
        var png = Images.Encoded(".png");
        var other = Images.Encoded(".png", 30, 20);
        var content = DatasetFiles.Unzip(Fixture());
        string[] names = ["0.jpg", "1.jpg", "2.jpg", "3.jpg", "4.jpg", "related_images/9_jpg/lonely.png"];
        var manifest = """
            {"version":"1.1"}
            {"type":"images"}

            """ + string.Concat(names.Select(name => $$"""{"name":"{{Path.ChangeExtension(name, null)}}","extension":"{{Path.GetExtension(name)}}","width":60,"height":40}""" + "\n"));
        var first = await RestoreAsync("task", DatasetFiles.Zip(
        [
            .. content.Where(file => file.Name is not ("data/5.jpg" or "data/manifest.jsonl")),
            ("data/related_images/9_jpg/lonely.png", png),
            ("data/related_images/1_jpg/depth.png", other),
            ("data/related_images/1_jpg/left.png", png),
            ("data/manifest.jsonl", Encoding.UTF8.GetBytes(manifest)),
        ]));
        Assert.True(first.State == OperationState.Finished, first.Message);

        var second = await RestoreAsync("task", await BackupAsync("task", first.ResultId!.Value));

        Assert.True(second.State == OperationState.Finished, second.Message);
        foreach (var id in new[] { first.ResultId!.Value, second.ResultId!.Value })
        {
            var task = await TaskAsync(id);
            await using var db = bench.Database.CreateContext();
            Assert.Equal(names, await db.Frames.Where(frame => frame.DataId == task.Data!.Id).OrderBy(frame => frame.Number).Select(frame => frame.Name).ToListAsync(Cancel));
            var beside = await db.RelatedImages.Where(image => image.DataId == task.Data!.Id).OrderBy(image => image.Position).ToListAsync(Cancel);
            Assert.Equal([(1, "related_images/1_jpg/depth.png", (long)other.Length), (1, "related_images/1_jpg/left.png", png.Length)], beside.Select(image => (image.FrameNumber, image.Name, image.ByteLength)));
        }
    }

    [Fact]
    public async Task A_task_without_data_is_left_out_of_its_projects_backup_and_named_so_that_the_rest_comes_back()
    {
        var sample = await bench.RunAsync("create:sample", "project", null, null, new { });
        await using var db = bench.Database.CreateContext();
        var project = await db.Projects.SingleAsync(project => project.Id == sample.ResultId, Cancel);
        await bench.Given.TaskAsync(bench.Ann, project: project, name: "Nothing in it");

        var backup = await bench.RunAsync("export:backup", "project", project.Id, null, new ExportArguments(true));
        await using var stream = await bench.Worker.Blobs.OpenReadAsync(backup.ResultKey!, Cancel);
        using var copy = new MemoryStream();
        await stream!.CopyToAsync(copy, Cancel);
        var restored = await RestoreAsync("project", copy.ToArray());

        Assert.Contains("Nothing in it", backup.Report!, StringComparison.Ordinal);
        Assert.True(restored.State == OperationState.Finished, restored.Message);
        Assert.Equal(
            await db.Tasks.Where(task => task.ProjectId == project.Id && task.Name != "Nothing in it").Select(task => task.Name).SingleAsync(Cancel),
            await db.Tasks.Where(task => task.ProjectId == restored.ResultId).Select(task => task.Name).SingleAsync(Cancel));
    }

    [Fact]
    public async Task A_second_run_after_a_killed_one_makes_nothing_twice()
    {
        var first = await RestoreAsync("task", Fixture());
        await using var db = bench.Database.CreateContext();
        var tasks = await db.Tasks.CountAsync(Cancel);

        var again = await bench.RunAgainAsync(first);

        Assert.Equal((OperationState.Finished, first.ResultId), (again.State, again.ResultId));
        Assert.Equal(tasks, await db.Tasks.CountAsync(Cancel));
    }

    public static TheoryData<string, string> Damages { get; } = new()
    {
        { "missing image", "data/3.jpg is missing" },
        { "unreadable image", "5 of the backup's images can be read" },
        { "no media", "holds no media" },
        { "no annotations", "annotations.json is missing" },
        { "version", "version 9.0" },
        { "job", "goes from frame 5 to 2" },
        { "few frames", "speak of 90" },
        { "nul", "U+0000" },
        { "not json", "cannot be read as JSON" },
        { "annotations not json", "cannot be read as JSON" },
        { "outside", ".." },
        { "project", "backup of a task" },
        { "not a zip", "no backup" },
        { "no data", "says nothing of the task's data" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_backup_is_refused_by_name_and_leaves_nothing_behind(string damage, string said)
    {
        await using var db = bench.Database.CreateContext();
        var before = await CountsAsync(db);
        var files = DatasetFiles.Unzip(Fixture());
        string Json() => Encoding.UTF8.GetString(files.Single(file => file.Name == "task.json").Content);
        byte[] With(string name, string content) => DatasetFiles.Zip([.. files.Where(file => file.Name != name), (name, Encoding.UTF8.GetBytes(content))]);
        byte[] Without(Predicate<string> which) => DatasetFiles.Zip([.. files.Where(file => !which(file.Name))]);
        var zip = damage switch
        {
            "missing image" => Without(name => name == "data/3.jpg"),
            "unreadable image" => With("data/3.jpg", "no picture"),
            "no media" => Without(name => name.StartsWith("data/", StringComparison.Ordinal)),
            "no annotations" => Without(name => name == "annotations.json"),
            "version" => With("task.json", Json().Replace("\"1.0\"", "\"9.0\"", StringComparison.Ordinal)),
            "job" => With("task.json", Json().Replace("\"start_frame\":3,\"stop_frame\":5", "\"start_frame\":5,\"stop_frame\":2", StringComparison.Ordinal)),
            "few frames" => With("task.json", Json().Replace("\"stop_frame\":5,\"type\":\"annotation\"", "\"stop_frame\":89,\"type\":\"annotation\"", StringComparison.Ordinal)),
            "nul" => With("task.json", Json().Replace("street", "str\\u0000eet", StringComparison.Ordinal)),
            "not json" => With("task.json", Json()[..200]),
            "annotations not json" => With("annotations.json", "[{\"tags\":[{\"frame\":0"),
            "outside" => DatasetFiles.Zip([.. files, ("../../evil.jpg", DatasetFiles.Bitmap(4, 4))]),
            "not a zip" => Encoding.UTF8.GetBytes("hello"),
            "no data" => With("task.json", Json().Replace("\"data\":", "\"dat\":", StringComparison.Ordinal)),
            _ => Fixture(),
        };

        var operation = await RestoreAsync(damage == "project" ? "project" : "task", zip);

        Assert.Equal(OperationState.Failed, operation.State);
        Assert.Contains(said, operation.Message, StringComparison.Ordinal);
        Assert.Equal(before, await CountsAsync(db));
    }

    [Fact]
    public async Task An_object_that_cannot_be_stored_costs_only_itself()
    {
        var files = DatasetFiles.Unzip(Fixture());
        var annotations = JsonNode.Parse(files.Single(file => file.Name == "annotations.json").Content)!;
        var shapes = annotations[1]!["shapes"]!.AsArray();
        shapes.Add(JsonNode.Parse("""{"type":"rectangle","frame":3,"label":"unknown","points":[1,1,2,2],"attributes":[]}"""));
        shapes.Add(JsonNode.Parse("""{"type":"rectangle","frame":900,"label":"car","points":[1,1,2,2],"attributes":[]}"""));
        shapes.Add(JsonNode.Parse("""{"type":"rectangle","frame":3,"label":"car","points":[1,1,"x",2],"attributes":[]}"""));
        shapes.Add(JsonNode.Parse("""{"type":"rectangle","frame":3,"label":"car","points":[1,1,2,2],"attributes":[{"name":"brand","value":"tank"},{"name":"wings","value":"2"}]}"""));
        shapes.Add(17);
        var zip = DatasetFiles.Zip([.. files.Where(file => file.Name != "annotations.json"), ("annotations.json", Encoding.UTF8.GetBytes(annotations.ToJsonString()))]);

        var restored = await RestoreAsync("task", zip);

        Assert.True(restored.State == OperationState.Finished, restored.Message);
        var task = await TaskAsync(restored.ResultId!.Value);
        var stored = (await bench.AnnotationsAsync(task.Jobs[1].Id)).Shapes;
        Assert.Equal(3, stored.Count);
        Assert.Equal("bmw", Assert.Single(stored[^1].Attributes).Value);
        foreach (var code in (string[])["label-unknown", "object-invalid", "attribute-invalid", "attribute-unknown"])
        {
            Assert.Contains(code, restored.Report!, StringComparison.Ordinal);
        }
    }

    private async Task<AnnotationTask> RestoredFixtureAsync()
    {
        var operation = await RestoreAsync("task", Fixture());
        Assert.True(operation.State == OperationState.Finished, operation.Message);
        return await TaskAsync(operation.ResultId!.Value);
    }

    private async Task<AnnotationTask> TaskAsync(int id)
    {
        await using var db = bench.Database.CreateContext();
        var task = await db.Tasks.AsNoTracking().Include(row => row.Data).Include(row => row.Labels).ThenInclude(label => label.Attributes).SingleAsync(row => row.Id == id, Cancel);
        task.Jobs.AddRange(await db.Jobs.AsNoTracking().Where(job => job.TaskId == id).OrderBy(job => job.Id).ToListAsync(Cancel));
        return task;
    }

    /// <summary>The layout of CVAT's own, with pictures beside it.</summary>
    private static byte[] Fixture() => DatasetFiles.Zip(
        [.. DatasetFiles.Unzip(DatasetFiles.ZipFolder(DatasetFiles.Fixture("cvat_backup", "task"))), .. Enumerable.Range(0, 6).Select(number => ($"data/{number}.jpg", Images.Encoded(".png")))]);

    private async Task<Operation> RestoreAsync(string target, byte[] zip)
    {
        var upload = new Upload
        {
            Id = Guid.CreateVersion7(),
            OwnerId = bench.Ann.Id,
            Purpose = target == "task" ? UploadPurpose.TaskBackup : UploadPurpose.ProjectBackup,
            TargetId = 0,
            FileName = "backup.zip",
            Length = zip.Length,
            Offset = zip.Length,
        };
        upload.BlobKey = DataKeys.Import(upload.Id);
        await bench.Worker.Blobs.WriteAsync(upload.BlobKey, new MemoryStream(zip), Cancel);
        await using (var db = bench.Database.CreateContext())
        {
            db.Uploads.Add(upload);
            await db.SaveChangesAsync(Cancel);
        }

        return await bench.RunAsync("import:backup", target, null, null, new ImportArguments(upload.Id, upload.FileName));
    }

    private async Task<byte[]> BackupAsync(string target, int id)
    {
        var operation = await bench.RunAsync("export:backup", target, id, null, new ExportArguments(true));
        Assert.True(operation.State == OperationState.Finished, operation.Message);
        await using var stream = await bench.Worker.Blobs.OpenReadAsync(operation.ResultKey!, Cancel);
        using var copy = new MemoryStream();
        await stream!.CopyToAsync(copy, Cancel);
        return copy.ToArray();
    }

    private static void AssertSame(byte[] before, byte[] after)
    {
        var (first, second) = (DatasetFiles.Unzip(before), DatasetFiles.Unzip(after));
        Assert.Equal(first.Select(file => file.Name), second.Select(file => file.Name));
        foreach (var (one, other) in first.Zip(second))
        {
            if (one.Name.EndsWith("annotations.json", StringComparison.Ordinal))
            {
                Assert.Equal(WithoutRevisions(one.Content), WithoutRevisions(other.Content));
            }
            else
            {
                Assert.True(one.Content.AsSpan().SequenceEqual(other.Content), one.Name + Encoding.UTF8.GetString(other.Content.AsSpan(0, Math.Min(2000, other.Content.Length))));
            }
        }
    }

    private static string WithoutRevisions(byte[] annotations)
    {
        var json = JsonNode.Parse(annotations)!.AsArray();
        foreach (var job in json)
        {
            job!.AsObject().Remove("version");
        }

        return json.ToJsonString();
    }

    private static async Task<(int Tasks, int Projects, int Labels, int Frames, int Jobs)> CountsAsync(Core.AnnotatorDbContext db) =>
        (await db.Tasks.CountAsync(Cancel), await db.Projects.CountAsync(Cancel), await db.Labels.CountAsync(Cancel), await db.Frames.CountAsync(Cancel), await db.Jobs.CountAsync(Cancel));

    /// <summary>Objects of all kinds that the labels allow, on every job.</summary>
    private async Task AnnotateAsync(AnnotationTask task, Random random)
    {
        var car = task.Labels.Single(label => label.Name == "car");
        var face = task.Labels.Single(label => label.Name == "face");
        var eye = task.Labels.Single(label => label.ParentId == face.Id);
        foreach (var job in task.Jobs)
        {
            await bench.StoreAsync(store => store.CreateAsync(
                job.Id, bench.Ann.Id, new JobAnnotations(0, Many(Tag), Many(Shape), Many(() => random.Next(3) == 0 ? SkeletonTrack() : Track())), null, Cancel));

            int Frame() => random.Next(job.StartFrame, job.StopFrame + 1);
            Tag Tag() => new() { Frame = Frame(), LabelId = car.Id, Group = random.Next(3), Attributes = Brand(car) };
            Shape Shape() => random.Next(4) switch
            {
                0 => new Shape { Frame = Frame(), LabelId = car.Id, Kind = ShapeKind.Polygon, Points = Points(3 + random.Next(9)), Occluded = true, ZOrder = random.Next(-3, 3), Attributes = Brand(car) },
                1 => new Shape { Frame = Frame(), LabelId = car.Id, Kind = ShapeKind.Mask, Points = [1, 2, 3, 0, 70 + random.Next(9), 20, 79, 21], Source = AnnotationSource.Auto, Score = 0.25f },
                2 => new Shape { Frame = Frame(), LabelId = face.Id, Kind = ShapeKind.Skeleton, Elements = [new ShapeElement { LabelId = eye.Id, Kind = ShapeKind.Points, Points = Points(1), Outside = random.Next(2) == 0 }] },
                _ => new Shape { Frame = Frame(), LabelId = car.Id, Kind = ShapeKind.Rectangle, Points = [1, 2, 30 + random.NextDouble(), 40], Rotation = random.Next(360), Group = random.Next(5) },
            };
            Track Track() => new()
            {
                Frame = job.StartFrame, LabelId = car.Id, Attributes = Brand(car),
                Keyframes = [new Keyframe { Frame = job.StartFrame, Kind = ShapeKind.Rectangle, Points = [1, 1, 9, 9 + random.Next(9)] }, new Keyframe { Frame = job.StopFrame, Kind = ShapeKind.Rectangle, Points = [2, 2, 9, 9], Outside = true }],
            };
            Track SkeletonTrack() => new()
            {
                Frame = job.StartFrame, LabelId = face.Id, Keyframes = [new Keyframe { Frame = job.StartFrame, Kind = ShapeKind.Skeleton }],
                Elements = [new TrackElement { Frame = job.StartFrame, LabelId = eye.Id, Keyframes = [new Keyframe { Frame = job.StartFrame, Kind = ShapeKind.Points, Points = Points(1) }] }],
            };
        }

        T[] Many<T>(Func<T> make) => [.. Enumerable.Range(0, 1 + random.Next(6)).Select(_ => make())];
        double[] Points(int count) => [.. Enumerable.Range(0, 2 * count).Select(_ => Math.Round(random.NextDouble() * 49, 2))];
        Dictionary<int, string> Brand(Label label) => new() { [label.Attributes[0].Id] = random.Next(2) == 0 ? "bmw" : "audi" };
    }
}
