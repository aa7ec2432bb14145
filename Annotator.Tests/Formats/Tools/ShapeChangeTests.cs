using Annotator.Formats;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;
using Annotator.Formats.Tools;
using Annotator.Formats.Tools.Shapes;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats.Tools;

public sealed class ShapeChangeTests
{
    private const int Width = 14;
    private const int Height = 11;

    [Property(MaxTest = 500)]
    public async Task A_mask_made_polygons_covers_the_same_pixels_again(int seed)
    {
        var random = new Random(seed);
        var density = random.Next(1, 10);
        var mask = Mask((_, _) => random.Next(10) < density);
        if (mask.Length == 0)
        {
            return;
        }

        var shapes = await ChangedAsync((source, report) => ShapeChange.MasksToPolygons(source, report), Shape(ShapeKind.Mask, mask));

        // Each ring by itself covers a part; no two parts share a pixel.
        var parts = shapes.Select(shape => PolygonRaster.Runs(shape.Points, Width, Height)!).ToList();
        var union = parts.Aggregate((one, other) => MaskRuns.Union(one, other));
        Assert.Equal(mask, MaskRuns.FromCoco(union, Width, Height));
        Assert.Equal(parts.Sum(part => MaskRuns.Area(part)), MaskRuns.Area(union));
        Assert.All(shapes, shape => Assert.Equal(ShapeKind.Polygon, shape.Kind));
        Assert.Single(shapes.Select(shape => shape.Group).Distinct());
    }

    [Theory]
    [InlineData("##", "##", "0 0 2 0 2 2 0 2")]
    [InlineData("#.", ".#", "0 0 1 0 1 1 0 1; 1 1 2 1 2 2 1 2")]
    [InlineData(".#", "#.", "1 0 2 0 2 1 1 1; 0 1 1 1 1 2 0 2")]
    [InlineData("#.#", "###", "0 0 1 0 1 1 2 1 2 0 3 0 3 2 0 2")]
    public async Task Outlines_run_along_the_edges_of_pixels(string first, string second, string rings)
    {
        string[] rows = [first, second];
        var mask = Mask((x, y) => y < rows.Length && x < rows[y].Length && rows[y][x] == '#');

        var shapes = await ChangedAsync((source, report) => ShapeChange.MasksToPolygons(source, report), Shape(ShapeKind.Mask, mask));

        Assert.Equal(rings, string.Join("; ", shapes.Select(shape => string.Join(' ', shape.Points))));
    }

    [Fact]
    public async Task A_hole_stays_a_hole()
    {
        var mask = Mask((x, y) => x is >= 1 and < 6 && y is >= 1 and < 6 && (x, y) is not (2 or 4, 3));

        var polygon = Assert.Single(await ChangedAsync((source, report) => ShapeChange.MasksToPolygons(source, report), Shape(ShapeKind.Mask, mask)));

        Assert.Equal(23, PolygonRaster.Area(polygon.Points, Width, Height));
        Assert.Equal(0, polygon.Group);
    }

    [Fact]
    public async Task A_polygon_becomes_the_mask_of_its_pixels_and_one_without_pixels_is_reported()
    {
        var report = new DatasetReport();

        var shapes = await ChangedAsync(
            (source, _) => ShapeChange.PolygonsToMasks(source, report),
            Shape(ShapeKind.Polygon, [1, 1, 5, 1, 5, 4, 1, 4]) with { TrackId = 3, Keyframe = true },
            Shape(ShapeKind.Polygon, [50, 50, 60, 50, 60, 60]));

        var mask = Assert.Single(shapes);
        Assert.Equal([0, 12, 1, 1, 4, 3], mask.Points);
        Assert.Null(mask.TrackId);
        Assert.Equal(1, report.NumberOf("polygon-without-pixels"));
        Assert.Equal(1, report.NumberOf("track-flattened"));
    }

    [Fact]
    public async Task Every_kind_of_shape_has_a_box_around_it()
    {
        var shapes = await ChangedAsync(
            (source, report) => ShapeChange.ShapesToBoxes(source, report),
            Shape(ShapeKind.Rectangle, [0, 0, 4, 2]) with { Rotation = 90 },
            Shape(ShapeKind.Polygon, [1, 1, 5, 1, 3, 4]),
            Shape(ShapeKind.Polyline, [1, 2, 5, 2]),
            Shape(ShapeKind.Points, [3, 4]),
            Shape(ShapeKind.Ellipse, [5, 5, 7, 4]) with { Rotation = 90 },
            Shape(ShapeKind.Mask, [0, 4, 2, 3, 3, 4]),
            Shape(ShapeKind.Skeleton, []) with
            {
                Elements = [Shape(ShapeKind.Points, [1, 1]), Shape(ShapeKind.Points, [6, 3]), Shape(ShapeKind.Points, [90, 90]) with { Outside = true }],
            },
            Shape(ShapeKind.Skeleton, []));

        Assert.Equal(
            ["1 -1 3 3", "1 1 5 4", "1 2 5 2", "3 4 3 4", "4 3 6 7", "2 3 4 5", "1 1 6 3"],
            shapes.Select(shape => string.Join(' ', shape.Points.Select(number => Math.Round(number, 6) + 0.0))));
        Assert.All(shapes, shape => Assert.Equal((ShapeKind.Rectangle, 0d, 0), (shape.Kind, shape.Rotation, shape.Elements.Count)));
    }

    [Fact]
    public async Task A_turned_box_becomes_the_polygon_of_its_corners()
    {
        var polygon = Assert.Single(await ChangedAsync((source, _) => ShapeChange.BoxesToPolygons(source), Shape(ShapeKind.Rectangle, [0, 0, 4, 2]) with { Rotation = 90 }));

        Assert.Equal("3 -1 3 3 1 3 1 -1", string.Join(' ', polygon.Points.Select(number => Math.Round(number, 6) + 0.0)));
        Assert.Equal((ShapeKind.Polygon, 0d), (polygon.Kind, polygon.Rotation));
    }

    [Fact]
    public async Task Twice_the_size_is_twice_of_everything_and_half_of_it_is_the_same_again()
    {
        var mask = Mask((x, y) => (x + y) % 3 != 0);
        DatasetShape[] shapes =
        [
            Shape(ShapeKind.Rectangle, [1, 2, 3, 5]) with { Rotation = 30 },
            Shape(ShapeKind.Mask, mask),
            Shape(ShapeKind.Skeleton, []) with { Elements = [Shape(ShapeKind.Points, [1, 1])] },
        ];

        var larger = await ChangedAsync((source, report) => ResizedSource.Of(source, ImageResize.Parse("200%"), null, report), shapes);
        var again = await ChangedAsync(
            (source, report) => ResizedSource.Of(ResizedSource.Of(source, ImageResize.Parse("28x22"), null, report), ImageResize.Parse("14x11"), null, report), shapes);

        Assert.Equal([2, 4, 6, 10], larger[0].Points);
        Assert.Equal(30, larger[0].Rotation);
        Assert.Equal(4 * ShapeMeasures.AreaOf(shapes[1]), ShapeMeasures.AreaOf(larger[1]));
        Assert.Equal([2, 2], larger[2].Elements[0].Points);
        Assert.Equal(shapes.Select(shape => string.Join(' ', shape.Points)), again.Select(shape => string.Join(' ', shape.Points)));
    }

    [Fact]
    public async Task Keyframes_go_with_the_size_of_their_frame()
    {
        var track = new DatasetTrack
        {
            TrackId = 1,
            TaskId = 7,
            Label = "car",
            Keyframes =
            [
                new DatasetKeyframe { Frame = 3, Kind = ShapeKind.Rectangle, Points = [1, 2, 3, 5] },
                new DatasetKeyframe { Frame = 9, Kind = ShapeKind.Rectangle, Points = [2, 2, 4, 6], Outside = true },
            ],
        };
        await using var source = new ListSource(new DatasetInfo(), [], [track]);
        await using var half = ResizedSource.Of(source, ImageResize.Parse("50%"), null, new DatasetReport(), (task, frame) => (task, frame) == (7, 3) ? (10, 20) : (100, 100));

        var scaled = Assert.Single(await half.ReadTracksAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));

        Assert.Equal(["0.5 1 1.5 2.5", "1 1 2 3"], scaled.Keyframes.Select(keyframe => string.Join(' ', keyframe.Points)));
        Assert.Equal([false, true], scaled.Keyframes.Select(keyframe => keyframe.Outside));
    }

    [Fact]
    public async Task A_turned_box_of_a_stretched_image_stays_around_what_it_was_around()
    {
        var report = new DatasetReport();
        var box = Assert.Single(await ChangedAsync((source, _) => ResizedSource.Of(source, ImageResize.Parse("28x11"), null, report), Shape(ShapeKind.Rectangle, [4, 4, 8, 6]) with { Rotation = 45 }));

        Assert.Equal(1, report.NumberOf("turned-box-stretched"));
        var around = ShapeMeasures.BoxOf(box)!.Value;
        Assert.True(around.Left <= 2 * (6 - 3 * Math.Sqrt(.5)) + 1e-6 && around.Right >= 2 * (6 + 3 * Math.Sqrt(.5)) - 1e-6);
    }

    [Theory]
    [InlineData("640x480", 100, 50, "640x480")]
    [InlineData("50%", 101, 50, "50x25")]
    [InlineData("max10", 100, 50, "10x5")]
    [InlineData("max1024", 100, 50, "100x50")]
    [InlineData("1%", 10, 10, "1x1")]
    public void Sizes_are_told_in_three_ways(string text, int width, int height, string expected)
    {
        var (newWidth, newHeight) = ImageResize.Parse(text).Of(width, height);
        Assert.Equal(expected, $"{newWidth}x{newHeight}");
    }

    [Theory]
    [InlineData("640")]
    [InlineData("0x5")]
    [InlineData("x")]
    [InlineData("-5%")]
    [InlineData("99999x1")]
    public void Other_sizes_are_refused(string text) => Assert.Equal("resize-invalid", Assert.Throws<DatasetException>(() => ImageResize.Parse(text)).Code);

    private static DatasetShape Shape(ShapeKind kind, double[] points) => new() { Kind = kind, Label = "car", Points = points };

    private static double[] Mask(Func<int, int, bool> isSet)
    {
        var runs = new List<int> { 0 };
        for (var i = 0; i < Width * Height; i++)
        {
            var set = isSet(i / Height, i % Height);
            if (set == (runs.Count % 2 == 0))
            {
                runs[^1]++;
            }
            else
            {
                runs.Add(1);
            }
        }

        return MaskRuns.FromCoco(runs.ToArray(), Width, Height);
    }

    private static async Task<IReadOnlyList<DatasetShape>> ChangedAsync(Func<IDatasetSource, DatasetReport, IDatasetSource> change, params DatasetShape[] shapes)
    {
        var item = new DatasetItem { Name = "a.jpg", Width = Width, Height = Height, Shapes = shapes };
        await using var source = change(new ListSource(new DatasetInfo(), [item]), new DatasetReport());
        return (await source.ReadItemsAsync(TestContext.Current.CancellationToken).SingleAsync(TestContext.Current.CancellationToken)).Shapes;
    }
}
