using System.Text.Json;
using Annotator.Formats.Geometry;
using Annotator.Tests.Formats;
using FsCheck.Xunit;

namespace Annotator.Tests.Unit.Formats;

public sealed class MaskRunsTests
{
    private static readonly JsonElement _vectors =
        JsonDocument.Parse(File.ReadAllText(DatasetFiles.Fixture("vectors", "rle_vectors.json"))).RootElement.Clone();

    public static TheoryData<string, int> Cases(string list)
    {
        var data = new TheoryData<string, int>();
        for (var i = 0; i < _vectors.GetProperty(list).GetArrayLength(); i++)
        {
            data.Add(list, i);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Cases), "masks")]
    public void A_mask_is_packed_and_converted_as_the_reference_tools_do(string list, int index)
    {
        var vector = _vectors.GetProperty(list)[index];
        var (width, height) = (vector.GetProperty("width").GetInt32(), vector.GetProperty("height").GetInt32());
        var counts = Ints(vector.GetProperty("coco_counts"));
        var packed = vector.GetProperty("coco_compressed").GetString()!;

        Assert.Equal(packed, CocoRunText.Pack(counts));
        Assert.Equal(counts, CocoRunText.Unpack(packed));
        Assert.Equal(vector.GetProperty("area").GetInt64(), MaskRuns.Area(counts));
        if (vector.TryGetProperty("cvat_rle", out var contract))
        {
            var points = Ints(contract).Select(number => (double)number).ToArray();
            Assert.Equal(points, MaskRuns.FromCoco(counts, width, height));
            Assert.Equal(counts, MaskRuns.ToCoco(points, width, height));
        }
        else
        {
            Assert.Empty(MaskRuns.FromCoco(counts, width, height));
        }
    }

    [Theory]
    [MemberData(nameof(Cases), "polygons")]
    public void A_polygon_covers_the_pixels_that_the_reference_tools_say(string list, int index)
    {
        var vector = _vectors.GetProperty(list)[index];
        var (width, height) = (vector.GetProperty("width").GetInt32(), vector.GetProperty("height").GetInt32());
        int[]? union = null;
        foreach (var part in vector.GetProperty("segmentation").EnumerateArray())
        {
            var points = part.EnumerateArray().Select(number => number.GetDouble()).ToArray();
            var runs = PolygonRaster.Runs(points, width, height)!;
            Assert.Equal(MaskRuns.Area(runs), PolygonRaster.Area(points, width, height));
            union = union is null ? runs : MaskRuns.Union(union, runs);
        }

        Assert.Equal(Ints(vector.GetProperty("coco_counts")), union);
    }

    [Property]
    public bool Runs_across_and_back_are_the_same_mask(bool[] pixels, byte widthSeed, byte left, byte top)
    {
        var width = widthSeed % 9 + 1;
        var height = Math.Max(1, pixels.Length / width);
        var bitmap = new bool[height, width];
        for (var i = 0; i < Math.Min(pixels.Length, width * height); i++)
        {
            bitmap[i / width, i % width] = pixels[i];
        }

        var counts = Columns(bitmap, left % 5, top % 5);
        var (fullWidth, fullHeight) = (width + left % 5 + 1, height + top % 5 + 1);
        var points = MaskRuns.FromCoco(counts, fullWidth, fullHeight);
        return points.Length == 0
            ? MaskRuns.Area(counts) == 0
            : MaskRuns.IsMask(points, 1 << 20) && MaskRuns.ToCoco(points, fullWidth, fullHeight).SequenceEqual(counts);
    }

    [Fact]
    public void A_mask_that_reaches_over_the_edge_is_cut_off()
    {
        Assert.Equal([0, 1, 3], MaskRuns.ToCoco([0, 4, -1, -1, 0, 0], 2, 2));
        Assert.Equal([3, 1], MaskRuns.ToCoco([0, 4, 1, 1, 2, 2], 2, 2));
    }

    [Theory]
    [InlineData(0, 3, 0, 0, 1, 1)]
    [InlineData(-1, 5, 0, 0, 1, 1)]
    [InlineData(0.5, 3.5, 0, 0, 1, 1)]
    [InlineData(0, 4, 1, 1, 0, 0)]
    [InlineData(0, double.NaN, 0, 0, 1, 1)]
    public void Numbers_that_do_not_fill_a_box_are_no_mask(double zeros, double ones, double left, double top, double right, double bottom) =>
        Assert.False(MaskRuns.IsMask([zeros, ones, left, top, right, bottom], 1 << 20));

    [Theory]
    [InlineData("\u0001")]
    [InlineData("oooooooooooooooooooooo")]
    [InlineData("P")]
    public void Text_that_is_no_run_lengths_is_refused(string text) => Assert.Null(CocoRunText.Unpack(text));

    [Fact]
    public void An_ellipse_has_about_the_area_of_an_ellipse_however_it_is_turned()
    {
        foreach (var rotation in new[] { 0d, 30, 90, 137 })
        {
            var area = MaskRuns.Area(EllipseRaster.Runs([100, 100, 160, 70], rotation, 200, 200));
            Assert.InRange(area, Math.PI * 60 * 30 * 0.99, Math.PI * 60 * 30 * 1.01);
        }
    }

    [Fact]
    public void A_polygon_far_larger_than_any_image_is_not_walked() =>
        Assert.Null(PolygonRaster.Runs([0, 0, 1e300, 0, 5, 1e300], 10, 10));

    private static int[] Columns(bool[,] bitmap, int left, int top)
    {
        var (height, width) = (bitmap.GetLength(0) + top + 1, bitmap.GetLength(1) + left + 1);
        var runs = new List<int> { 0 };
        var set = false;
        for (var i = 0; i < width * height; i++)
        {
            var (x, y) = (i / height - left, i % height - top);
            var pixel = x >= 0 && y >= 0 && x < bitmap.GetLength(1) && y < bitmap.GetLength(0) && bitmap[y, x];
            if (pixel == set)
            {
                runs[^1]++;
            }
            else
            {
                runs.Add(1);
                set = pixel;
            }
        }

        return [.. runs];
    }

    private static int[] Ints(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetInt32())];
}
