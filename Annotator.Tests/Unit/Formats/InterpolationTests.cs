using System.Text.Json;
using Annotator.Formats.Model;
using Annotator.Formats.Tracks;
using Annotator.Tests.Formats;

namespace Annotator.Tests.Unit.Formats;

public sealed class InterpolationTests
{
    private static readonly HashSet<int> _noneDeleted = [];

    public static TheoryData<int, string> Vectors()
    {
        var data = new TheoryData<int, string>();
        using var golden = JsonDocument.Parse(File.ReadAllText(DatasetFiles.Fixture("interpolation", "golden.json")));
        foreach (var (vector, index) in golden.RootElement.GetProperty("vectors").EnumerateArray().Select((vector, index) => (vector, index)))
        {
            data.Add(index, vector.GetProperty("case").GetString()! + " at " + vector.GetProperty("t").GetDouble());
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_golden_vector_is_met(int index, string name)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(DatasetFiles.Fixture("interpolation", "golden.json")));
        var tolerance = golden.RootElement.GetProperty("tolerance").GetDouble();
        var vector = golden.RootElement.GetProperty("vectors")[index];
        var kind = Enum.Parse<ShapeKind>(vector.GetProperty("type").GetString()!, ignoreCase: true);
        var (left, right, expected) = (vector.GetProperty("left"), vector.GetProperty("right"), vector.GetProperty("expected"));
        var t = vector.GetProperty("t").GetDouble();

        var points = Interpolation.Points(kind, Points(left), Points(right), t);
        var rotation = Interpolation.Rotation(left.GetProperty("rotation").GetDouble(), right.GetProperty("rotation").GetDouble(), t);

        Assert.Equal(Points(expected).Length, points.Length);
        Assert.All(Points(expected).Zip(points), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= tolerance, $"{name}: {pair}"));
        Assert.Equal(expected.GetProperty("rotation").GetDouble(), rotation, tolerance);
    }

    [Fact]
    public void The_aligned_vectors_that_the_editor_meets_are_met()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(Checkout.Root, "Annotator.Web", "editor", "src", "tracks", "aligned.json")));
        var tolerance = golden.RootElement.GetProperty("tolerance").GetDouble();
        Assert.All(golden.RootElement.GetProperty("vectors").EnumerateArray(), vector =>
        {
            var kind = Enum.Parse<ShapeKind>(vector.GetProperty("type").GetString()!, ignoreCase: true);
            double[] left = Numbers(vector, "left"), right = Numbers(vector, "right"), expected = Numbers(vector, "expected");

            var points = Interpolation.Points(kind, left, Alignment.Of(kind, left, right), vector.GetProperty("t").GetDouble());

            Assert.Equal(expected.Length, points.Length);
            Assert.All(expected.Zip(points), pair => Assert.True(Math.Abs(pair.First - pair.Second) <= tolerance, $"{vector.GetProperty("case")}: {pair}"));
        });

        static double[] Numbers(JsonElement vector, string name) => [.. vector.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];
    }

    [Fact]
    public async Task An_aligned_track_keeps_the_size_of_a_square_whose_later_keyframe_begins_elsewhere()
    {
        var track = new DatasetTrack
        {
            Label = "car",
            Interpolation = InterpolationMode.Aligned,
            Keyframes =
            [
                new DatasetKeyframe { Frame = 0, Kind = ShapeKind.Polygon, Points = [0, 0, 10, 0, 10, 10, 0, 10] },
                new DatasetKeyframe { Frame = 2, Kind = ShapeKind.Polygon, Points = [30, 10, 20, 10, 20, 0, 30, 0] },
            ],
        };

        var seen = await SweepAsync([track], 3);

        Assert.Equal([10, 0, 20, 0, 20, 10, 10, 10], seen.Single(entry => entry.Frame == 1).Shape.Points);
    }

    [Fact]
    public async Task A_track_is_seen_from_its_first_keyframe_until_it_goes_outside_and_again_after()
    {
        var track = Track(0, (2, 0, false), (4, 20, false), (6, 40, true), (8, 80, false));

        var seen = await SweepAsync([track], 12);

        Assert.Equal([2, 3, 4, 5, 8, 9, 10, 11], seen.Select(entry => entry.Frame));
        Assert.Equal([0, 10, 20, 30, 80, 80, 80, 80], seen.Select(entry => entry.Shape.Points[0]));
        Assert.Equal([true, false, true, false, true, false, false, false], seen.Select(entry => entry.Shape.Keyframe));
    }

    [Fact]
    public async Task A_keyframe_on_a_deleted_frame_shapes_no_other_frame_but_its_attribute_holds()
    {
        var track = new DatasetTrack
        {
            Label = "car",
            Keyframes =
            [
                Key(0, 0) with { Attributes = new Dictionary<string, string> { ["parked"] = "false" } },
                Key(5, 1000) with { Attributes = new Dictionary<string, string> { ["parked"] = "true" } },
                Key(10, 100),
            ],
        };

        var seen = await SweepAsync([track], 11, [5]);

        Assert.Equal(40, seen.Single(entry => entry.Frame == 4).Shape.Points[0]);
        Assert.Equal(60, seen.Single(entry => entry.Frame == 6).Shape.Points[0]);
        Assert.Equal("false", seen.Single(entry => entry.Frame == 4).Shape.Attributes["parked"]);
        Assert.Equal("true", seen.Single(entry => entry.Frame == 6).Shape.Attributes["parked"]);
    }

    [Fact]
    public async Task A_skeleton_is_left_out_where_all_of_its_nodes_are_outside()
    {
        var track = new DatasetTrack
        {
            Label = "face",
            Elements =
            [
                Node("eye", (0, 0, false), (2, 2, true), (4, 4, false)),
                Node("nose", (0, 5, false), (3, 8, true), (4, 9, true)),
            ],
        };

        var seen = await SweepAsync([track], 6);

        Assert.Equal([0, 1, 2, 4, 5], seen.Select(entry => entry.Frame));
        Assert.Equal([true, false], seen.Single(entry => entry.Frame == 2).Shape.Elements.Select(node => node.Outside));
        Assert.Equal([1d, 1d], seen.Single(entry => entry.Frame == 1).Shape.Elements[0].Points);
    }

    [Fact]
    public async Task Only_tracks_that_have_begun_and_not_ended_are_held()
    {
        var pulled = 0;
        async IAsyncEnumerable<DatasetTrack> Many()
        {
            await Task.CompletedTask;
            for (var i = 0; i < 1000; i++)
            {
                pulled++;
                yield return Track(i, (i, 0, false), (i + 1, 1, true));
            }
        }

        await using var sweep = new TrackSweep(Many(), _noneDeleted, TestContext.Current.CancellationToken);
        for (var frame = 0; frame < 500; frame++)
        {
            Assert.Single(await sweep.AtAsync(frame));
            Assert.True(pulled <= frame + 2);
        }
    }

    [Fact]
    public async Task Shapes_of_a_track_become_the_same_track_again()
    {
        var track = Track(7, (1, 0, false), (4, 30, false), (6, 50, true), (8, 80, false), (9, 90, true));
        var rebuilder = new TrackRebuilder((_, _) => true);
        foreach (var (frame, shape) in await SweepAsync([track], 20))
        {
            rebuilder.Add(frame, shape);
        }

        var rebuilt = Assert.Single(rebuilder.Build(lastFrame: 19));

        Assert.Equal([(1, false), (4, false), (6, true), (8, false), (9, true)], rebuilt.Keyframes.Select(keyframe => (keyframe.Frame, keyframe.Outside)));
    }

    private static async Task<List<(int Frame, DatasetShape Shape)>> SweepAsync(DatasetTrack[] tracks, int frames, HashSet<int>? deleted = null)
    {
        await using var sweep = new TrackSweep(tracks.ToAsyncEnumerable(), deleted ?? _noneDeleted, TestContext.Current.CancellationToken);
        var seen = new List<(int, DatasetShape)>();
        for (var frame = 0; frame < frames; frame++)
        {
            foreach (var shape in deleted?.Contains(frame) == true ? [] : await sweep.AtAsync(frame))
            {
                seen.Add((frame, shape));
            }
        }

        return seen;
    }

    private static DatasetTrack Track(int id, params (int Frame, double X, bool Outside)[] keyframes) => new()
    {
        TrackId = id,
        Label = "car",
        Keyframes = [.. keyframes.Select(keyframe => Key(keyframe.Frame, keyframe.X, keyframe.Outside))],
    };

    private static DatasetTrack Node(string label, params (int Frame, double X, bool Outside)[] keyframes) => new()
    {
        Label = label,
        Keyframes = [.. keyframes.Select(keyframe => Key(keyframe.Frame, keyframe.X, keyframe.Outside) with
        {
            Kind = ShapeKind.Points,
            Points = [keyframe.X, keyframe.X],
        })],
    };

    private static DatasetKeyframe Key(int frame, double x, bool outside = false) => new()
    {
        Frame = frame,
        Kind = ShapeKind.Rectangle,
        Points = [x, 0, x + 10, 10],
        Outside = outside,
    };

    private static double[] Points(JsonElement end) => [.. end.GetProperty("points").EnumerateArray().Select(number => number.GetDouble())];
}
