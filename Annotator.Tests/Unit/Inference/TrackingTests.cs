using Annotator.Formats.Geometry;
using Annotator.Formats.Model;
using Annotator.Inference;
using Annotator.Inference.Onnx;
using Annotator.Inference.Sessions;
using Annotator.Inference.Tracking;

namespace Annotator.Tests.Unit.Inference;

public sealed class TrackingTests
{
    private static readonly MovingScene _scene = new(320, 200);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_box_stays_on_its_object_forwards_and_backwards(bool backwards)
    {
        int[] frames = [.. Enumerable.Range(0, MovingScene.Frames)];
        frames = backwards ? [.. frames.Reverse()] : frames;
        var tracker = new FlowTracker(_scene.Frame(frames[0], turning: false), MovingScene.Box(frames[0]), rectangle: true);
        var overlaps = new List<double>();
        foreach (var frame in frames.Skip(1))
        {
            var step = tracker.Step(_scene.Frame(frame, turning: false));
            Assert.Null(step.Lost);
            overlaps.Add(Outlines.BoxAround(step.Points).IntersectionOverUnion(Outlines.BoxAround(MovingScene.Box(frame))));
        }

        Assert.True(overlaps.Average() > 0.9, $"mean overlap {overlaps.Average():0.000}, least {overlaps.Min():0.000}");
        Assert.True(overlaps.Min() > 0.8, $"least overlap {overlaps.Min():0.000}");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_correlation_filter_stays_on_its_object_forwards_and_backwards(bool backwards)
    {
        int[] frames = [.. Enumerable.Range(0, MovingScene.Frames)];
        frames = backwards ? [.. frames.Reverse()] : frames;
        var tracker = new CorrelationTracker(_scene.Frame(frames[0], turning: false), MovingScene.Box(frames[0]));
        var overlaps = new List<double>();
        foreach (var frame in frames.Skip(1))
        {
            var step = tracker.Step(_scene.Frame(frame, turning: false));
            Assert.Null(step.Lost);
            overlaps.Add(Outlines.BoxAround(step.Points).IntersectionOverUnion(Outlines.BoxAround(MovingScene.Box(frame))));
        }

        Assert.True(overlaps.Average() > 0.8, $"mean overlap {overlaps.Average():0.000}, least {overlaps.Min():0.000}");
        Assert.True(overlaps.Min() > 0.7, $"least overlap {overlaps.Min():0.000}");
    }

    [Fact]
    public void A_correlation_filter_survives_a_blink_and_gives_up_when_the_object_stays_away()
    {
        var tracker = new CorrelationTracker(_scene.Frame(0, turning: false), MovingScene.Box(0));
        tracker.Step(_scene.Frame(1, turning: false));

        Assert.Null(tracker.Step(_scene.Frame(2, turning: false, gone: true)).Lost);
        var back = tracker.Step(_scene.Frame(3, turning: false));
        Assert.Null(back.Lost);
        Assert.True(Outlines.BoxAround(back.Points).IntersectionOverUnion(Outlines.BoxAround(MovingScene.Box(3))) > 0.7);

        var steps = Enumerable.Range(4, 12).Select(frame => tracker.Step(_scene.Frame(frame, turning: false, gone: true))).ToList();
        Assert.NotNull(steps[^1].Lost);
    }

    [Theory]
    [InlineData(ShapeKind.Rectangle, new[] { 10.0, 20, 50, 40 }, 0)]
    [InlineData(ShapeKind.Rectangle, new[] { 10.0, 20, 50, 40 }, 30)]
    [InlineData(ShapeKind.Ellipse, new[] { 30.0, 30, 50, 20 }, 0)]
    [InlineData(ShapeKind.Ellipse, new[] { 30.0, 30, 50, 20 }, 200)]
    [InlineData(ShapeKind.Polygon, new[] { 10.0, 20, 50, 40, 20, 60 }, 0)]
    public void A_shape_comes_back_from_its_outline(ShapeKind kind, double[] points, double rotation)
    {
        var (back, turned) = TrackedOutline.Back(kind, TrackedOutline.Of(kind, points, rotation));

        Golden.AssertNear(points, back);
        Assert.Equal(rotation, turned, 6);
    }

    [Fact]
    public void The_corners_of_a_polygon_turn_with_it()
    {
        var tracker = new FlowTracker(_scene.Frame(0, turning: true), MovingScene.Corners(0), rectangle: false);
        var step = new TrackStep([], 0, null);
        for (var frame = 1; frame < 40; frame++)
        {
            step = tracker.Step(_scene.Frame(frame, turning: true));
        }

        Assert.Null(step.Lost);
        var farthest = step.Points.Zip(MovingScene.Corners(39), (one, other) => Math.Abs(one - other)).Max();
        Assert.True(farthest < 6, $"a corner is {farthest:0.0} pixels off");
    }

    [Fact]
    public void An_object_that_is_gone_is_said_to_be_lost_and_stays_where_it_was_last()
    {
        var tracker = new FlowTracker(_scene.Frame(0, turning: false), MovingScene.Box(0), rectangle: true);
        var held = tracker.Step(_scene.Frame(1, turning: false));

        var lost = tracker.Step(_scene.Frame(2, turning: false, gone: true));

        Assert.NotNull(lost.Lost);
        Assert.Equal(held.Points, lost.Points);
    }

    [Fact]
    public void Frames_between_which_the_line_is_good_enough_are_left_out()
    {
        // Even to frame 20, still to 40, and a jump at the end.
        int[] frames = [.. Enumerable.Range(0, 60)];
        var shapes = frames.Select(frame => frame <= 20 ? 5.0 * frame : frame < 59 ? 100 : 300).Select(x => new[] { x, 10, x + 50, 60 }).ToList();

        var kept = KeyframeReduction.Keep(frames, shapes);

        Assert.Equal([0, 20, 58, 59], kept);
    }

    [Fact]
    public void What_is_left_out_comes_back_by_interpolation()
    {
        int[] frames = [.. Enumerable.Range(0, MovingScene.Frames)];
        var shapes = frames.Select(MovingScene.Box).ToList();

        var kept = KeyframeReduction.Keep(frames, shapes);

        Assert.InRange(kept.Count, 2, 12);
        for (var k = 1; k < kept.Count; k++)
        {
            for (var frame = kept[k - 1]; frame <= kept[k]; frame++)
            {
                var share = (frame - kept[k - 1]) / (double)(kept[k] - kept[k - 1]);
                var between = shapes[kept[k - 1]].Zip(shapes[kept[k]], (one, other) => one + ((other - one) * share)).ToArray();
                Assert.True(Outlines.BoxAround(between).IntersectionOverUnion(Outlines.BoxAround(shapes[frame])) >= 0.95);
            }
        }
    }

    [Fact]
    public void Detections_become_tracks_that_cross_and_fade_without_being_mixed_up()
    {
        var tracker = new ByteTracker(new ByteTrackSettings());
        var (left, right) = (new HashSet<int>(), new HashSet<int>());
        for (var frame = 0; frame < 40; frame++)
        {
            // Two of one label pass each other at different heights; the first is half hidden for a while, and away for three frames.
            var detections = new List<Prediction> { Seen(20 + (6 * frame), 50, frame is > 15 and < 22 ? 0.2 : 0.9), Seen(300 - (6 * frame), 75, 0.8) };
            if (frame is >= 25 and < 28)
            {
                detections.RemoveAt(0);
            }

            var numbers = tracker.Next(detections);
            right.Add(numbers[^1]);
            if (detections.Count == 2)
            {
                left.Add(numbers[0]);
            }
        }

        Assert.Single(left);
        Assert.Single(right);
        Assert.NotEqual(left.Single(), right.Single());
        Assert.DoesNotContain(0, left.Union(right));
    }

    [Fact]
    public void Weak_detections_begin_no_track_and_labels_are_never_mixed()
    {
        var tracker = new ByteTracker(new ByteTrackSettings());

        Assert.Equal([0], tracker.Next([Seen(20, 50, 0.3)]));
        Assert.Equal([1], tracker.Next([Seen(20, 50, 0.9)]));
        Assert.Equal([2], tracker.Next([Seen(20, 50, 0.9) with { LabelIndex = 1 }]));
        Assert.Empty(tracker.Next([]));
    }

    [Fact]
    public async Task A_VitTrack_model_places_the_box_by_its_best_cell()
    {
        // The search is four times the box's size about its centre: 160 pixels from 40, 20. The best cell is 9, 8 of 16.
        var (sure, size, offset) = (new float[256], new float[512], new float[512]);
        (sure[(8 * 16) + 9], size[(8 * 16) + 9], size[256 + (8 * 16) + 9], offset[(8 * 16) + 9], offset[256 + (8 * 16) + 9]) = (0.9f, 0.25f, 0.5f, 0.5f, 0.25f);
        using var session = Session(sure, size, offset);
        var cancel = TestContext.Current.CancellationToken;
        var tracker = Tracker(session);

        var step = await tracker.NextAsync(_scene.Frame(1, turning: false), cancel);

        // Centre 40 + 160 × 9.5 / 16 = 135, 20 + 160 × 8.25 / 16 = 102.5; size 40 × 80.
        Assert.Null(step.Lost);
        Golden.AssertNear([115, 62.5, 155, 142.5], step.Points);

        using var blind = Session(new float[256], size, offset);
        Assert.NotNull((await Tracker(blind).NextAsync(_scene.Frame(1, turning: false), cancel)).Lost);
    }

    private static VitTracker Tracker(OnnxSession session)
    {
        var network = new VitNetwork(session);
        return new VitTracker((template, search, cancel) => Task.FromResult(network.Look(template, search, cancel)), _scene.Frame(0, turning: false), [100, 80, 140, 120]);
    }

    private static OnnxSession Session(float[] sure, float[] size, float[] offset) => Golden.Open(
        new OnnxGraph().Input("template", ElementType.Float32, 1, 3, 128, 128).Input("search", ElementType.Float32, 1, 3, 256, 256)
            .Constant("output1", sure, 1, 1, 16, 16).Constant("output2", size, 1, 2, 16, 16).Constant("output3", offset, 1, 2, 16, 16));

    private static Prediction Seen(double x, double y, double score) =>
        new() { Kind = PredictionKind.Rectangle, LabelIndex = 0, Label = "car", Score = score, Points = [x, y, x + 40, y + 30] };
}
