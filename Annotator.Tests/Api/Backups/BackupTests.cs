using System.Globalization;
using System.Text;
using System.Text.Json;
using Annotator.Core.Annotations;
using Annotator.Core.Datasets;
using Annotator.Core.Jobs;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Core.Tasks;
using Annotator.Formats.Model;
using Annotator.Tests.Api.Datasets;
using Annotator.Tests.Formats;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Tests.Api.Backups;

/// <summary>Backups as the Worker writes them, read again by the reader of backups.</summary>
public sealed class BackupTests(DatasetBench bench) : IClassFixture<DatasetBench>
{
    private const string Format = "CVAT backup 1.0";
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_backup_of_a_project_of_all_kinds_is_read_again_with_nothing_lost()
    {
        var sample = await bench.RunAsync("create:sample", "project", null, null, new { });
        var task = await bench.TaskOfAsync(sample.ResultId!.Value);
        await AddAllKindsAsync(task);

        var (operation, zip) = await BackupAsync("project", sample.ResultId.Value);

        Assert.DoesNotContain("\"loss\"", operation.Report!, StringComparison.Ordinal);
        Assert.Matches("^project_.+_backup_[0-9_]{19}.zip$", operation.ResultName!);
        await using var source = await bench.Worker.Services.CreateAsyncScope().ServiceProvider.GetRequiredService<DatasetCatalog>()
            .OpenProjectAsync(sample.ResultId.Value, new ExportChoices(), Cancel);
        var stored = await source!.ReadItemsAsync(Cancel).ToListAsync(Cancel);
        var tracks = await source.ReadTracksAsync(Cancel).ToListAsync(Cancel);
        var read = await DatasetFiles.ReadAsync(Format, zip, visit: async item =>
        {
            await using var original = await stored.Single(other => other.Name == item.Name).OpenImage!(Cancel);
            await using var copy = await item.OpenImage!(Cancel);
            Assert.Equal(await BytesAsync(original), await BytesAsync(copy));
        });
        Assert.Empty(read.Report.Lines);
        Assert.Contains(stored, item => item.Shapes.Any(shape => shape.Kind == ShapeKind.Skeleton && shape.Elements.Count > 0));
        Assert.Contains(stored, item => item.Shapes.Any(shape => shape.Kind == ShapeKind.Mask));
        Assert.Contains(stored, item => item.Tags.Count > 0);
        Assert.Equal(stored.Select(Text), read.Items.Select(Text));
        Assert.Equal(JsonSerializer.Serialize(source.Info.Labels), JsonSerializer.Serialize(read.Info.Labels));
        Assert.Equal(source.Info.Project!.Name, read.Info.Project!.Name);
        Assert.Equal(2, tracks.Count);
        Assert.Contains(tracks, track => track.Elements.Count > 0);
        Assert.Equal(tracks.Select(Text), (await DatasetFiles.TracksAsync(Format, zip)).Tracks.Select(Text));
    }

    [Fact]
    public async Task Jobs_keep_their_frames_stage_state_and_type_and_deleted_frames_stay_deleted_with_their_objects()
    {
        var task = await bench.SixFramesAsync(overlap: true, subset: "train");
        await using (var db = bench.Database.CreateContext())
        {
            db.Attach(task);
            task.Jobs[0].Stage = JobStage.Acceptance;
            task.Jobs[0].State = JobState.Completed;
            task.Jobs.Add(new AnnotationJob { StartFrame = 1, StopFrame = 1, Type = JobType.GroundTruth, State = JobState.InProgress });
            task.Data!.DeletedFrames = [4];
            task.Data.StartFrame = 10;
            task.Data.StopFrame = 20;
            task.Data.FrameFilter = "step=2";
            await db.SaveChangesAsync(Cancel);
        }

        await bench.AddAsync(task, task.Jobs[0].Id, DatasetBench.Box(0, 10));
        await bench.AddAsync(task, task.Jobs[1].Id, DatasetBench.Box(4, 50), DatasetBench.Box(5, 60));

        var (_, zip) = await BackupAsync("task", task.Id);

        using var json = JsonDocument.Parse(DatasetFiles.Entry(zip, "task.json"));
        var jobs = json.RootElement.GetProperty("jobs").EnumerateArray()
            .Select(job => string.Join(' ', job.EnumerateObject().Select(value => value.Value.ToString())));
        Assert.Equal(["0 3 completed acceptance completed annotation", "1 1 annotation annotation in progress ground_truth", "2 5 annotation annotation new annotation"], jobs);
        Assert.Equal(("train", "annotation"), (json.RootElement.GetProperty("subset").GetString(), json.RootElement.GetProperty("status").GetString()));
        using var annotations = JsonDocument.Parse(DatasetFiles.Entry(zip, "annotations.json"));
        var shapes = annotations.RootElement.EnumerateArray().Select(job => job.GetProperty("shapes").GetArrayLength());
        Assert.Equal([1, 0, 2], shapes);
        var first = annotations.RootElement[0].GetProperty("shapes")[0];
        Assert.Equal("car", first.GetProperty("label").GetString());
        Assert.False(first.TryGetProperty("id", out _) || first.TryGetProperty("label_id", out _));
        var (info, items, _) = await DatasetFiles.ReadAsync(Format, zip);
        Assert.Equal([10, 12, 14, 16, 20], items.Select(item => item.Frame));
        Assert.Equal(["0.jpg", "1.jpg", "2.jpg", "3.jpg", "5.jpg"], items.Select(item => item.Name));
        Assert.Equal([1, 0, 0, 0, 1], items.Select(item => item.Shapes.Count));
        Assert.All(items, item => Assert.Equal(("train", 400, 300), (item.Subset, item.Width, item.Height)));
        Assert.Equal(task.Name, Assert.Single(info.Tasks).Name);
    }

    [Fact]
    public async Task Images_of_one_name_in_two_tasks_of_a_project_are_kept_apart_and_an_original_that_is_gone_is_reported()
    {
        var project = await bench.Given.ProjectAsync(bench.Ann, labels: ["car"]);
        var (first, second) = (await bench.SixFramesAsync(project: project), await bench.SixFramesAsync(project: project));
        await bench.Given.TaskAsync(bench.Ann, project: project);
        await StoreAsync(first, 0, "first");
        await StoreAsync(second, 0, "second");

        var (operation, zip) = await BackupAsync("project", project.Id);

        var files = DatasetFiles.Unzip(zip);
        Assert.DoesNotContain("task_2/task.json", files.Select(file => file.Name));
        Assert.Contains("task-without-data", operation.Report!, StringComparison.Ordinal);
        Assert.Equal("first", DatasetFiles.Entry(zip, "task_0/data/0.jpg"));
        Assert.Contains("image-missing", operation.Report!, StringComparison.Ordinal);
        var seen = new List<string>();
        await DatasetFiles.ReadAsync(Format, zip, visit: async item =>
        {
            if (item.Name == "0.jpg" && item.OpenImage is not null)
            {
                await using var image = await item.OpenImage(Cancel);
                seen.Add(Encoding.UTF8.GetString(await BytesAsync(image)));
            }
        });
        Assert.Equal(["first", "second"], seen);
    }

    [Fact]
    public async Task A_video_goes_once_and_hostile_and_doubled_names_become_safe_ones()
    {
        var video = await bench.Given.TaskAsync(bench.Ann, frames: 3, labels: ["car"]);
        var images = await bench.Given.TaskAsync(bench.Ann, frames: 3, labels: ["car"]);
        await bench.Worker.Blobs.WriteAsync("tests/film", new MemoryStream("film"u8.ToArray()), Cancel);
        await using (var db = bench.Database.CreateContext())
        {
            db.Videos.Add(new Video { DataId = video.Data!.Id, Name = "a/film.mp4", Width = 64, Height = 48, FrameCount = 3, BlobKey = "tests/film" });
            db.Frames.AddRange(Enumerable.Range(0, 3).Select(number => new Frame
            {
                DataId = video.Data.Id, Number = number, Name = $"frame_{number:D6}", Width = 64, Height = 48, BlobKey = "tests/film", VideoNumber = 0, VideoFrame = number,
            }));
            string[] names = ["../../x.jpg", "x.jpg", "manifest.jsonl"];
            db.Frames.AddRange(names.Select((name, number) => new Frame { DataId = images.Data!.Id, Number = number, Name = name, Width = 8, Height = 8, BlobKey = "tests/film" }));
            await db.SaveChangesAsync(Cancel);
        }

        var (_, film) = await BackupAsync("task", video.Id);
        var (operation, safe) = await BackupAsync("task", images.Id);

        Assert.Equal(["task.json", "annotations.json", "data/a/film.mp4", "data/manifest.jsonl"], DatasetFiles.Unzip(film).Select(file => file.Name));
        Assert.Equal("film", DatasetFiles.Entry(film, "data/a/film.mp4"));
        var read = await DatasetFiles.ReadAsync(Format, film);
        Assert.Equal(["frame_000000", "frame_000001", "frame_000002"], read.Items.Select(item => item.Name));
        Assert.All(read.Items, item => Assert.Equal((64, 48), (item.Width, item.Height)));
        Assert.Equal(
            ["task.json", "annotations.json", "data/x.jpg", "data/2/x.jpg", "data/2/manifest.jsonl", "data/manifest.jsonl"],
            DatasetFiles.Unzip(safe).Select(file => file.Name));
        Assert.Contains("name-taken", operation.Report!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_without_data_has_no_backup_and_leaves_no_file()
    {
        var task = await bench.Given.TaskAsync(bench.Ann, labels: ["car"]);

        var operation = await bench.RunAsync("export:backup", "task", task.Id, null, new ExportArguments(true));

        Assert.Equal((OperationState.Failed, null), (operation.State, operation.ResultKey));
        Assert.Contains("no data", operation.Message, StringComparison.Ordinal);
        Assert.Null(await bench.Worker.Blobs.FindAsync($"exports/{operation.Id:N}", Cancel));
    }

    private async Task<(Operation Operation, byte[] Zip)> BackupAsync(string target, int id)
    {
        var operation = await bench.RunAsync("export:backup", target, id, null, new ExportArguments(true));
        Assert.True(operation.State == OperationState.Finished, operation.Message);
        await using var stream = await bench.Worker.Blobs.OpenReadAsync(operation.ResultKey!, Cancel);
        return (operation, await BytesAsync(stream!));
    }

    /// <summary>What the sample does not have: every kind of shape, a track, and a track of a skeleton.</summary>
    private async Task AddAllKindsAsync(AnnotationTask task)
    {
        await using var db = bench.Database.CreateContext();
        var labels = await db.Labels.Where(row => row.ProjectId == task.ProjectId).OrderBy(row => row.Id).ToListAsync(Cancel);
        var label = labels.First(row => row is { Type: "any", ParentId: null } || (row.ParentId is null && row.Type == "rectangle")).Id;
        var any = labels.FirstOrDefault(row => row is { Type: "any", ParentId: null })?.Id ?? label;
        var skeleton = labels.First(row => row.Type == "skeleton");
        Keyframe[] keyframes =
        [
            new() { Frame = 0, Kind = ShapeKind.Rectangle, Points = [1.5, 2, 30, 40], ZOrder = 2 },
            new() { Frame = 1, Kind = ShapeKind.Rectangle, Points = [11, 12.25, 40, 50], Occluded = true, Rotation = 20 },
            new() { Frame = 2, Kind = ShapeKind.Rectangle, Points = [11, 12.25, 40, 50], Outside = true },
        ];
        var nodes = labels.Where(row => row.ParentId == skeleton.Id).Select((node, i) => new TrackElement
        {
            LabelId = node.Id,
            Keyframes =
            [
                new Keyframe { Frame = 0, Kind = ShapeKind.Points, Points = [10 + i, 20 + i] },
                new Keyframe { Frame = 1, Kind = ShapeKind.Points, Points = [12 + i, 25.5 + i], Outside = i == 1 },
            ],
        });
        (ShapeKind Kind, double[] Points)[] shapes =
        [
            (ShapeKind.Polygon, [1, 1, 20, 3.125, 9, 30]), (ShapeKind.Polyline, [1, 1, 20, 3, 9, 30]), (ShapeKind.Points, [4, 5, 6, 7]),
            (ShapeKind.Ellipse, [40, 40, 60, 30]), (ShapeKind.Cuboid, [1, 1, 1, 20, 30, 1, 30, 20, 35, 5, 35, 15, 5, 5, 5, 15]), (ShapeKind.Mask, [0, 2, 2, 2, 70, 20, 72, 21]),
        ];
        var job = task.Jobs.OrderBy(row => row.StartFrame).First();
        Assert.True(job.StopFrame >= 2);
        await bench.StoreAsync(store => store.CreateAsync(
            job.Id,
            bench.Ann.Id,
            new JobAnnotations(
                0,
                [],
                [.. shapes.Select(shape => new Shape { Frame = 1, LabelId = any, Kind = shape.Kind, Points = shape.Points, Group = 3, ZOrder = -1, Occluded = true, Source = AnnotationSource.Auto, Score = 0.5f })],
                [
                    new Track { Frame = 0, LabelId = label, Group = 4, Keyframes = keyframes },
                    new Track { Frame = 0, LabelId = skeleton.Id, Keyframes = [new Keyframe { Frame = 0, Kind = ShapeKind.Skeleton }], Elements = [.. nodes] },
                ]),
            null,
            Cancel));
    }

    private async Task StoreAsync(AnnotationTask task, int frame, string content)
    {
        var key = $"tests/{task.Id}/{frame}";
        await bench.Worker.Blobs.WriteAsync(key, new MemoryStream(Encoding.UTF8.GetBytes(content)), Cancel);
        await using var db = bench.Database.CreateContext();
        await db.Frames.Where(row => row.DataId == task.Data!.Id && row.Number == frame).ExecuteUpdateAsync(row => row.SetProperty(f => f.BlobKey, key), Cancel);
    }

    private static async Task<byte[]> BytesAsync(Stream stream)
    {
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, Cancel);
        return copy.ToArray();
    }

    private static string Text(DatasetItem item) => string.Create(
        CultureInfo.InvariantCulture,
        $"{item.Frame} {item.Name} {item.Subset} {item.Width}x{item.Height} {string.Join("; ", item.Tags.Select(tag => $"{tag.Label} {tag.Group} {tag.Source} {Text(tag.Attributes)}").Concat(item.Shapes.Select(Text)).Order(StringComparer.Ordinal))}");

    private static string Text(DatasetShape shape) => string.Create(
        CultureInfo.InvariantCulture,
        $"{shape.Kind} {shape.Label} {Text(shape.Points)} {(float)shape.Rotation} {shape.Occluded} {shape.Outside} {shape.ZOrder} {shape.Group} {shape.Source} {(float)shape.Score} {Text(shape.Attributes)} [{string.Join(", ", shape.Elements.Select(Text))}]");

    private static string Text(DatasetTrack track) =>
        $"{track.Label} {track.Group} {track.Source} {Text(track.Attributes)} {string.Join("; ", track.Keyframes.Select(Text))} [{string.Join(", ", track.Elements.Select(Text))}]";

    private static string Text(DatasetKeyframe keyframe) => string.Create(
        CultureInfo.InvariantCulture,
        $"{keyframe.Frame} {keyframe.Kind} {Text(keyframe.Points)} {(float)keyframe.Rotation} {keyframe.Occluded} {keyframe.Outside} {keyframe.ZOrder} {Text(keyframe.Attributes)}");

    private static string Text(IEnumerable<double> points) => string.Join(',', points.Select(point => ((float)point).ToString(CultureInfo.InvariantCulture)));

    private static string Text(IReadOnlyDictionary<string, string> attributes) =>
        string.Join(',', attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
}
