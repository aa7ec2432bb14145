using Annotator.Core.Annotations;
using Annotator.Core.Jobs;
using Annotator.Core.Models;
using Annotator.Core.Operations;
using Annotator.Core.Projects;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;
using Annotator.Tests.Api.Media;
using Annotator.Tests.Unit.Inference;
using Annotator.Worker.Tracking;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Tests.Api.Models;

/// <summary>Objects of a clip whose truth is known are followed by the worker, and become tracks that a person can correct.</summary>
public sealed class FollowingObjects(MediaBench bench) : IClassFixture<MediaBench>
{
    private const int Frames = 30;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(TrackerNames.Flow, false)]
    [InlineData(TrackerNames.Flow, true)]
    [InlineData(TrackerNames.Correlation, false)]
    public async Task A_shape_becomes_a_track_that_stays_on_its_object(string tracker, bool backward)
    {
        var (job, label) = await JobAsync();
        var (first, last) = backward ? (Frames - 1, 0) : (0, Frames - 1);
        var shape = await ShapeAsync(job, label, first, ShapeKind.Rectangle, MovingScene.Box(first));

        var operation = await FollowAsync(job, new TrackObjectsArguments([new ObjectToTrack("shape", shape)], first, last, tracker, null));

        Assert.Equal((OperationState.Finished, $"1 object followed to frame {last}."), (operation.State, operation.Message));
        var there = await ReadAsync(job);
        Assert.Empty(there.Shapes);
        var track = Assert.Single(there.Tracks);
        Assert.InRange(track.Keyframes.Count, 2, 12);
        Assert.Equal(0, track.Frame);
        var overlaps = Enumerable.Range(0, Frames).Select(frame => Overlap(track, frame)).ToList();
        Assert.True(overlaps.Min() > 0.7, $"least overlap {overlaps.Min():0.000}, mean {overlaps.Average():0.000}");

        // The worker died after it had written and before it said so: the second run finds everything done.
        await AgainAsync(operation.Id);
        Assert.Equal(track.Keyframes.Select(keyframe => keyframe.Frame), Assert.Single((await ReadAsync(job)).Tracks).Keyframes.Select(keyframe => keyframe.Frame));
    }

    [Fact]
    public async Task Keyframes_of_people_stay_and_are_followed_from_anew_and_the_end_they_set_is_the_end()
    {
        var (job, label) = await JobAsync();
        double[] corrected = [.. MovingScene.Box(10).Select(value => value + 4)];
        var track = await TrackAsync(job, label,
            Keyframe(0, MovingScene.Box(0)), Keyframe(10, corrected), Keyframe(20, MovingScene.Box(20)) with { Outside = true });

        var operation = await FollowAsync(job, new TrackObjectsArguments([new ObjectToTrack("track", track)], 0, Frames - 1, TrackerNames.Flow, null));

        Assert.Equal("1 object followed to frame 19.", operation.Message);
        var after = Assert.Single((await ReadAsync(job)).Tracks);
        Assert.Equal(corrected.Select(value => (float)value), after.Keyframes.Single(keyframe => keyframe.Frame == 10).Points.Select(value => (float)value));
        Assert.True(after.Keyframes.Single(keyframe => keyframe.Frame == 20).Outside);
        Assert.DoesNotContain(after.Keyframes, keyframe => keyframe.Frame > 20);

        // It goes on with the four pixels by which the person was off.
        Assert.InRange(TrackPose.Of(after, 18, new HashSet<int>())!.Points[0] - MovingScene.Box(18)[0], 2, 6);
    }

    [Fact]
    public async Task A_lost_object_ends_there_and_the_request_says_where_and_why()
    {
        var (job, label) = await JobAsync(goneFrom: 12);
        var shape = await ShapeAsync(job, label, 2, ShapeKind.Polygon, Corners(MovingScene.Box(2)));

        var operation = await FollowAsync(job, new TrackObjectsArguments([new ObjectToTrack("shape", shape)], 2, Frames - 1, TrackerNames.Flow, null));

        Assert.Equal(OperationState.Finished, operation.State);
        Assert.StartsWith("1 object followed to frame 11. Lost at frame 12: ", operation.Message, StringComparison.Ordinal);
        var track = Assert.Single((await ReadAsync(job)).Tracks);
        Assert.Equal((12, true), (track.Keyframes[^1].Frame, track.Keyframes[^1].Outside));
        Assert.Contains("\"lost\":12", operation.Report!.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tracker_of_the_registry_follows_as_well()
    {
        var (job, label) = await JobAsync();

        // The network always says: in the middle of the search, half as wide and half as high as the box was.
        var (sure, size, offset) = (new float[256], new float[512], new float[512]);
        (sure[(8 * 16) + 8], size[(8 * 16) + 8], size[256 + (8 * 16) + 8]) = (0.9f, 0.25f, 0.25f);
        var graph = new OnnxGraph().Input("template", Annotator.Inference.Onnx.ElementType.Float32, 1, 3, 128, 128).Input("search", Annotator.Inference.Onnx.ElementType.Float32, 1, 3, 256, 256)
            .Constant("output1", sure, 1, 1, 16, 16).Constant("output2", size, 1, 2, 16, 16).Constant("output3", offset, 1, 2, 16, 16);
        var model = await bench.CheckedModelAsync(("vit.onnx", graph.ToBytes()));
        Assert.Equal((ModelState.Ready, "tracker"), (model.State, model.Kind));
        var shape = await ShapeAsync(job, label, 0, ShapeKind.Rectangle, MovingScene.Box(0));

        var operation = await FollowAsync(job, new TrackObjectsArguments([new ObjectToTrack("shape", shape)], 0, 5, TrackerNames.Model, model.Id));

        Assert.Equal("1 object followed to frame 5.", operation.Message);
        Assert.Equal(5, Assert.Single((await ReadAsync(job)).Tracks).Keyframes[^1].Frame);
    }

    [Theory]
    [InlineData(TrackerNames.Flow, false, 2.5)]
    [InlineData(TrackerNames.Flow, true, 2.5)]
    [InlineData(TrackerNames.Correlation, false, 5)]
    public async Task A_skeleton_becomes_one_track_whose_nodes_stay_on_their_places_and_hidden_ones_stay_hidden(string tracker, bool backward, double farthest)
    {
        var (job, _) = await JobAsync();
        var (first, last) = backward ? (Frames - 1, 0) : (0, Frames - 1);
        var (skeleton, nodes) = await SkeletonAsync(job, first);

        var operation = await FollowAsync(job, new TrackObjectsArguments([new ObjectToTrack("shape", skeleton)], first, last, tracker, null));

        Assert.Equal((OperationState.Finished, $"1 object followed to frame {last}."), (operation.State, operation.Message));
        var there = await ReadAsync(job);
        Assert.Empty(there.Shapes);
        var track = Assert.Single(there.Tracks);
        Assert.Equal(0, track.Frame);
        Assert.Equal(nodes.Order(), track.Elements.Select(element => element.LabelId).Order());
        foreach (var (label, u, v) in new[] { (nodes[0], -0.2, -0.2), (nodes[1], 0.2, 0.15) })
        {
            var element = track.Elements.Single(element => element.LabelId == label);
            Assert.InRange(element.Keyframes.Count, 2, 15);
            var off = Enumerable.Range(0, Frames).Max(frame => Distance(PoseOf(element, frame)!.Points, At(frame, u, v)));
            Assert.True(off < farthest, $"the node is off by up to {off:0.00} pixels");
        }

        Assert.True(Assert.Single(track.Elements.Single(element => element.LabelId == nodes[2]).Keyframes).Outside);

        // A second run finds everything done and makes no second skeleton.
        await AgainAsync(operation.Id);
        var again = Assert.Single((await ReadAsync(job)).Tracks);
        Assert.Equal(FramesOf(track), FramesOf(again));
    }

    [Fact]
    public async Task Nodes_of_a_skeleton_that_are_lost_end_and_the_request_names_them()
    {
        var (job, _) = await JobAsync(goneFrom: 12);
        var (skeleton, nodes) = await SkeletonAsync(job, 2);

        var operation = await FollowAsync(job, new TrackObjectsArguments([new ObjectToTrack("shape", skeleton)], 2, Frames - 1, TrackerNames.Flow, null));

        Assert.Equal(OperationState.Finished, operation.State);
        Assert.StartsWith("1 object followed to frame 11. Lost at frame 12 (", operation.Message, StringComparison.Ordinal);
        Assert.Contains("head", operation.Message, StringComparison.Ordinal);
        Assert.Contains("foot", operation.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hand", operation.Message, StringComparison.Ordinal);
        var track = Assert.Single((await ReadAsync(job)).Tracks);
        Assert.All(track.Elements.Where(element => element.LabelId != nodes[2]), element => Assert.Equal((12, true), (element.Keyframes[^1].Frame, element.Keyframes[^1].Outside)));
        Assert.Contains("\"lost\":12", operation.Report!.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_is_lost_ends_while_the_others_go_on_and_what_people_set_of_a_node_stays()
    {
        var none = new HashSet<int>();
        var begun = new Track
        {
            Id = 1,
            Frame = 5,
            Keyframes = [new() { Frame = 5, Kind = ShapeKind.Skeleton, Attributes = new Dictionary<int, string> { [9] = "walks" } }],
            Elements = [Node(10, Point(5, 50)), Node(11, Point(5, 60), Point(8, 90))],
        };
        var followed = SkeletonNodes.VisibleOn(begun, 5, new Dictionary<int, string> { [10] = "head", [11] = "foot" }, none).ToList();
        Assert.Equal(["head", "foot"], followed.Select(node => node.Node));

        followed[0].Found(6, [51, 0]);
        followed[0].Lose(7, "it left the picture");
        followed[1].Found(6, [61, 0]);
        followed[1].Found(7, [62, 0]);
        var forward = SkeletonNodes.Merge(begun, followed, none);
        Assert.Equal([(5, false), (6, false), (7, true)], forward.Elements[0].Keyframes.Select(keyframe => (keyframe.Frame, keyframe.Outside)));
        Assert.Equal(90, forward.Elements[1].Keyframes[^1].Points[0]);
        Assert.Equal((5, 5), (forward.Frame, Assert.Single(forward.Keyframes).Frame));

        // Backward the skeleton begins where the first of its nodes does, with the values that held.
        var backward = SkeletonNodes.VisibleOn(begun, 5, new Dictionary<int, string>(), none).ToList();
        backward[0].Found(4, [49, 0]);
        backward[0].Found(3, [48, 0]);
        backward[1].Lose(4, "most of it went out of sight");
        var earlier = SkeletonNodes.Merge(begun, backward, none);
        Assert.Equal((3, 3, "walks"), (earlier.Frame, earlier.Keyframes[0].Frame, earlier.Keyframes[0].Attributes[9]));
        Assert.Equal((3, 5), (earlier.Elements[0].Frame, earlier.Elements[1].Frame));

        static TrackElement Node(int label, params Keyframe[] keyframes) => new() { Frame = keyframes[0].Frame, LabelId = label, Keyframes = keyframes };
        static Keyframe Point(int frame, double x) => new() { Frame = frame, Kind = ShapeKind.Points, Points = [x, 0] };
    }

    [Fact]
    public void What_people_move_or_take_away_meanwhile_is_not_written_again()
    {
        var none = new HashSet<int>();
        var begun = new Track { Id = 1, Keyframes = [Keyframe(0, [0, 0, 10, 10])] };
        var followed = new FollowedTrack(begun, TrackPose.Of(begun, 0, none)!);
        for (var frame = 1; frame <= 10; frame++)
        {
            followed.Found(frame, [Zigzag(frame), 0, Zigzag(frame) + 10, 10]);
        }

        var stored = followed.Merge(begun, none);
        followed.Written();
        Assert.Equal([0, 5, 10], stored.Keyframes.Select(keyframe => keyframe.Frame));

        // A person takes the keyframe of frame 5 away and sets one at 7; the tracker goes on.
        var edited = stored with { Keyframes = [stored.Keyframes[0], Keyframe(7, [100, 0, 110, 10]), stored.Keyframes[2]] };
        for (var frame = 11; frame <= 20; frame++)
        {
            followed.Found(frame, [Zigzag(frame), 0, Zigzag(frame) + 10, 10]);
        }

        var merged = followed.Merge(edited, none);

        Assert.DoesNotContain(merged.Keyframes, keyframe => keyframe.Frame == 5);
        Assert.Equal(100, merged.Keyframes.Single(keyframe => keyframe.Frame == 7).Points[0]);
        Assert.Equal(20, merged.Keyframes[^1].Frame);

        static double Zigzag(int frame) => frame <= 5 ? 6 * frame : 30 - (6 * (frame - 5));
    }

    [Fact]
    public async Task A_run_that_is_tried_again_after_a_collision_keeps_both_changes()
    {
        var none = new HashSet<int>();
        var (job, label) = await JobAsync();
        var id = await TrackAsync(job, label, Keyframe(0, MovingScene.Box(0)));
        await using var scope = bench.Worker.Services.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<AnnotationStore>();
        var before = Assert.Single((await ReadAsync(job)).Tracks);
        var followed = new FollowedTrack(before, TrackPose.Of(before, 0, none)!);
        followed.Found(8, MovingScene.Box(8));
        followed.Merge(before, none);

        // That write did not come through: a person's did. The next one reads anew.
        await store.UpdateAsync(job.Id, 1, new JobAnnotations(0, [], [], [before with { Keyframes = [.. before.Keyframes, Keyframe(4, MovingScene.Box(4))] }]), null, Cancel);
        var merged = followed.Merge(Assert.Single((await ReadAsync(job)).Tracks), none);

        Assert.Equal([0, 4, 8], merged.Keyframes.Select(keyframe => keyframe.Frame));
        Assert.Equal(id, merged.Id);
    }

    private static Keyframe Keyframe(int frame, double[] box) => new() { Frame = frame, Kind = ShapeKind.Rectangle, Points = box };

    private static double[] Corners(double[] box) => [box[0], box[1], box[2], box[1], box[2], box[3], box[0], box[3]];

    private static double Overlap(Track track, int frame) =>
        Outlines.BoxAround(TrackPose.Of(track, frame, new HashSet<int>())!.Points).IntersectionOverUnion(Outlines.BoxAround(MovingScene.Box(frame)));

    private static Keyframe? PoseOf(TrackElement element, int frame) => TrackPose.Of(new Track { Keyframes = element.Keyframes }, frame, new HashSet<int>());

    private static IEnumerable<int> FramesOf(Track track) => track.Elements.SelectMany(element => element.Keyframes).Select(keyframe => keyframe.Frame);

    private static double Distance(double[] one, double[] other) => double.Hypot(one[0] - other[0], one[1] - other[1]);

    /// <summary>A place of the patch, as parts of its size from its middle.</summary>
    private static double[] At(int frame, double u, double v)
    {
        var (x, y, size, _) = MovingScene.Truth(frame, turning: false);
        return [x + (u * size), y + (v * size)];
    }

    /// <summary>A skeleton on the patch: its head and foot are seen, its hand is not.</summary>
    private async Task<(long Id, int[] Nodes)> SkeletonAsync(AnnotationJob job, int frame)
    {
        await using (var db = bench.Db())
        {
            var label = new Label { Name = "person", Color = "#d55e00", Type = "skeleton", TaskId = job.TaskId };
            label.Sublabels.AddRange(new[] { "head", "foot", "hand" }.Select(name => new Label { Name = name, Color = "#009e73", Type = "points", TaskId = job.TaskId }));
            db.Labels.Add(label);
            await db.SaveChangesAsync(Cancel);
            int[] nodes = [.. label.Sublabels.Select(node => node.Id)];
            await using var scope = bench.Worker.Services.CreateAsyncScope();
            var shape = new Shape
            {
                Frame = frame,
                LabelId = label.Id,
                Kind = ShapeKind.Skeleton,
                Elements =
                [
                    new() { LabelId = nodes[0], Points = At(frame, -0.2, -0.2) },
                    new() { LabelId = nodes[1], Points = At(frame, 0.2, 0.15) },
                    new() { LabelId = nodes[2], Points = At(frame, 0, 0), Outside = true },
                ],
            };
            var made = await scope.ServiceProvider.GetRequiredService<AnnotationStore>().CreateAsync(job.Id, 1, new JobAnnotations(0, [], [shape], []), null, Cancel);
            return (made.Shapes[0].Id, nodes);
        }
    }

    private async Task<JobAnnotations> ReadAsync(AnnotationJob job)
    {
        await using var scope = bench.Worker.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AnnotationStore>().ReadAsync(job.Id, null, Cancel);
    }

    private async Task<long> ShapeAsync(AnnotationJob job, int label, int frame, ShapeKind kind, double[] points)
    {
        await using var scope = bench.Worker.Services.CreateAsyncScope();
        var added = new JobAnnotations(0, [], [new Shape { Frame = frame, LabelId = label, Kind = kind, Points = points }], []);
        return (await scope.ServiceProvider.GetRequiredService<AnnotationStore>().CreateAsync(job.Id, 1, added, null, Cancel)).Shapes[0].Id;
    }

    private async Task<long> TrackAsync(AnnotationJob job, int label, params Keyframe[] keyframes)
    {
        await using var scope = bench.Worker.Services.CreateAsyncScope();
        var added = new JobAnnotations(0, [], [], [new Track { Frame = keyframes[0].Frame, LabelId = label, Keyframes = keyframes }]);
        return (await scope.ServiceProvider.GetRequiredService<AnnotationStore>().CreateAsync(job.Id, 1, added, null, Cancel)).Tracks[0].Id;
    }

    private Task<Operation> FollowAsync(AnnotationJob job, TrackObjectsArguments arguments) => bench.DoAsync("track:job", "job", job.TaskId, arguments, job.Id);

    private async Task AgainAsync(Guid operationId)
    {
        await using (var db = bench.Db())
        {
            await db.Operations.Where(row => row.Id == operationId).ExecuteUpdateAsync(
                row => row.SetProperty(one => one.State, OperationState.Queued).SetProperty(one => one.FinishedDate, (DateTimeOffset?)null), Cancel);
        }

        await bench.Worker.RunAsync(operationId, Cancel);
    }

    private async Task<(AnnotationJob Job, int Label)> JobAsync(int goneFrom = int.MaxValue)
    {
        const int Width = 320, Height = 200;
        var (scene, maker) = (new MovingScene(Width, Height), new Annotator.Media.JpegMaker(new Annotator.Media.MediaLimits()));
        var files = new List<(string, byte[])>();
        for (var frame = 0; frame < Frames; frame++)
        {
            var picture = scene.Frame(frame, turning: false, gone: frame >= goneFrom);
            files.Add(($"{frame:D3}.jpg", await maker.EncodeAsync(picture.Pixels.ToArray(), Width, Height, 92, Cancel)));
        }

        var task = await bench.TaskAsync(0, 0, [.. files]);
        await bench.PrepareAsync(task);
        await using var db = bench.Db();
        var label = new Label { Name = "patch", Color = "#0072b2", TaskId = task.Id };
        db.Labels.Add(label);
        await db.SaveChangesAsync(Cancel);
        return (await db.Jobs.AsNoTracking().SingleAsync(job => job.TaskId == task.Id, Cancel), label.Id);
    }
}
