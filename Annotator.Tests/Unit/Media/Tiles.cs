using Annotator.Core.Media;
using Annotator.Media;
using NetVips;

namespace Annotator.Tests.Unit.Media;

public sealed class Tiles
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(512, 512, 1, 1)]
    [InlineData(513, 100, 2, 3)]
    [InlineData(8000, 6000, 5, 257)]
    public void A_pyramid_halves_until_one_tile_is_left(int width, int height, int levels, int tiles)
    {
        var pyramid = new TilePyramid(width, height);

        Assert.Equal((levels, tiles), (pyramid.Levels, pyramid.Tiles));
        Assert.Equal((1, 1), pyramid.GridOf(levels - 1));
        Assert.Equal(tiles - 1, pyramid.IndexOf(levels - 1, 0, 0));
        Assert.Null(pyramid.IndexOf(levels, 0, 0));
        Assert.Null(pyramid.IndexOf(0, pyramid.GridOf(0).Columns, 0));
    }

    [Theory]
    [InlineData(".jpg")]
    [InlineData(".png")]
    [InlineData(".bmp")]
    public async Task Each_tile_holds_its_own_part_of_the_picture(string suffix)
    {
        var read = await PyramidAsync(Images.Encoded(suffix, 1300, 700), 1300, 700);

        Assert.Equal((512, 512), Images.SizeOf(await read(0, 0, 0)));
        Assert.Equal((276, 188), Images.SizeOf(await read(0, 2, 1)));
        Assert.Equal((325, 175), Images.SizeOf(await read(2, 0, 0)));
        var whole = Images.PixelOf(Images.Encoded(suffix == ".bmp" ? ".png" : suffix, 1300, 700), 1024 + 200, 512 + 100);
        var tile = Images.PixelOf(await read(0, 2, 1), 200, 100);
        Assert.All(whole.Zip(tile), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 12));
    }

    [Fact]
    public async Task Sixteen_bits_are_spread_over_the_whole_pyramid_alike()
    {
        using var ramp = Image.Xyz(1200, 600)[0].Linear([10.0], [1000.0]).Cast(Enums.BandFormat.Ushort).Copy(interpretation: Enums.Interpretation.Grey16);

        var read = await PyramidAsync(ramp.PngsaveBuffer(), 1200, 600);

        Assert.InRange(Images.PixelOf(await read(0, 0, 0), 2, 300)[0], 0, 8);
        Assert.InRange(Images.PixelOf(await read(0, 2, 0), 170, 300)[0], 245, 255);
        Assert.InRange(Images.PixelOf(await read(2, 0, 0), 150, 75)[0], 115, 140);
    }

    private static async Task<Func<int, int, int, Task<byte[]>>> PyramidAsync(byte[] image, int width, int height)
    {
        var folder = Directory.CreateTempSubdirectory("annotator-tiles-test-");
        var pyramid = new TilePyramid(width, height);
        using var blob = new MemoryStream();
        try
        {
            var files = await new TileMaker(new MediaLimits()).MakeAsync(new MemoryStream(image), 0, folder.FullName, TilePyramid.TileSize, pyramid.Levels, Cancel);
            await pyramid.WriteAsync(blob, files, Cancel);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        var bytes = blob.ToArray();
        return async (level, column, row) =>
        {
            var (offset, length) = await TilePyramid.FindAsync(new MemoryStream(bytes), pyramid.IndexOf(level, column, row)!.Value, Cancel);
            return bytes[(int)offset..(int)(offset + length)];
        };
    }
}
