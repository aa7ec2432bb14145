using System.Text;
using Annotator.Media;
using NetVips;

namespace Annotator.Tests.Unit.Media;

public sealed class ReadingImages
{
    private readonly MediaLimits _limits = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(".jpg", "image/jpeg", true)]
    [InlineData(".png", "image/png", true)]
    [InlineData(".webp", "image/webp", true)]
    [InlineData(".gif", "image/gif", true)]
    [InlineData(".avif", "image/avif", true)]
    [InlineData(".tif", "image/tiff", false)]
    [InlineData(".bmp", "image/bmp", false)]
    public async Task Each_format_is_known_by_its_content_and_becomes_a_jpeg(string suffix, string contentType, bool browserReady)
    {
        var file = Images.Encoded(suffix);

        var facts = await ProbeAsync(file);
        var jpeg = await MakeAsync(file, 90, null);

        Assert.Equal((contentType, 60, 40, 1, browserReady), (facts.ContentType, facts.Width, facts.Height, facts.Pages, facts.BrowserReady));
        Assert.Equal((60, 40), Images.SizeOf(jpeg));
        Assert.True(Images.PixelOf(jpeg, 5, 20) is [> 200, < 60, < 60], "left is red");
        Assert.True(Images.PixelOf(jpeg, 55, 20) is [< 60, < 60, > 200], "right is blue");
    }

    [Theory]
    [InlineData(6, 40, 60, 20, 5)]
    [InlineData(8, 40, 60, 20, 55)]
    [InlineData(3, 60, 40, 55, 20)]
    [InlineData(2, 60, 40, 55, 20)]
    public async Task Exif_orientation_is_obeyed_in_size_and_pixels(int orientation, int width, int height, int redX, int redY)
    {
        var file = Images.TurnedJpeg(60, 40, orientation);

        var facts = await ProbeAsync(file);

        Assert.Equal((width, height, false), (facts.Width, facts.Height, facts.BrowserReady));
        foreach (var jpeg in new[] { await MakeAsync(file, 90, null), await MakeAsync(file, 90, width) })
        {
            Assert.Equal((width, height), Images.SizeOf(jpeg));
            Assert.True(Images.PixelOf(jpeg, redX, redY) is [> 200, < 60, < 60], "the red half is where a viewer sees it");
        }
    }

    [Fact]
    public async Task A_smaller_width_shrinks_and_a_larger_one_does_not_enlarge()
    {
        var file = Images.Encoded(".png", 600, 400);

        Assert.Equal((300, 200), Images.SizeOf(await MakeAsync(file, 80, 300)));
        Assert.Equal((600, 400), Images.SizeOf(await MakeAsync(file, 80, 2000)));
        Assert.Equal((30, 20), Images.SizeOf(await MakeAsync(Images.Encoded(".bmp", 60, 40), 80, 30)));
    }

    [Fact]
    public async Task Sixteen_bits_are_spread_over_what_an_annotator_can_see()
    {
        using var dark = Image.Black(20, 20).Linear([1.0], [1000.0]).Cast(Enums.BandFormat.Ushort);
        using var light = Image.Black(20, 20).Linear([1.0], [2000.0]).Cast(Enums.BandFormat.Ushort);
        using var both = dark.Join(light, Enums.Direction.Horizontal);
        using var grey = both.Copy(interpretation: Enums.Interpretation.Grey16);
        foreach (var suffix in new[] { ".png", ".tif" })
        {
            var file = grey.WriteToBuffer(suffix);
            Assert.False((await ProbeAsync(file)).BrowserReady);
            var jpeg = await MakeAsync(file, 90, null);

            Assert.True(Images.PixelOf(jpeg, 5, 10)[0] < 10);
            Assert.True(Images.PixelOf(jpeg, 35, 10)[0] > 245);
        }
    }

    [Fact]
    public async Task Transparency_becomes_white_and_printing_colours_become_screen_colours()
    {
        using var clear = Image.Black(20, 20).NewFromImage(255, 0, 0, 0).Copy(interpretation: Enums.Interpretation.Srgb);
        var jpeg = await MakeAsync(clear.WriteToBuffer(".png"), 90, null);
        Assert.True(Images.PixelOf(jpeg, 10, 10) is [> 250, > 250, > 250]);

        using var cyan = Image.Black(20, 20).NewFromImage(255, 0, 0, 0).Copy(interpretation: Enums.Interpretation.Cmyk);
        var printed = cyan.WriteToBuffer(".jpg");
        Assert.False((await ProbeAsync(printed)).BrowserReady);
        Assert.Equal(3, Images.PixelOf(await MakeAsync(printed, 90, null), 10, 10).Length);
    }

    [Fact]
    public async Task Of_several_pages_the_first_counts_and_all_are_told()
    {
        using var one = Images.TwoColours(60, 40);
        using var other = one.Invert();
        using var strip = one.Join(other, Enums.Direction.Vertical);
        using var pages = strip.Mutate(mutable => mutable.Set(GValue.GIntType, "page-height", 40));
        foreach (var suffix in new[] { ".tif", ".gif" })
        {
            var facts = await ProbeAsync(pages.WriteToBuffer(suffix));

            Assert.Equal((2, 60, 40, false), (facts.Pages, facts.Width, facts.Height, facts.BrowserReady));
        }
    }

    [Theory]
    [InlineData(nameof(Bitmaps.Rgb24))]
    [InlineData(nameof(Bitmaps.TopDown32))]
    [InlineData(nameof(Bitmaps.Rgb16))]
    [InlineData(nameof(Bitmaps.Masks565))]
    [InlineData(nameof(Bitmaps.Palette8))]
    [InlineData(nameof(Bitmaps.Palette1))]
    [InlineData(nameof(Bitmaps.Runs8))]
    public async Task Every_kind_of_bitmap_shows_its_colours(string kind)
    {
        var file = (byte[])typeof(Bitmaps).GetMethod(kind)!.Invoke(null, [61, 33])!;

        var facts = await ProbeAsync(file);
        var jpeg = await MakeAsync(file, 90, null);

        Assert.Equal((61, 33), (facts.Width, facts.Height));
        Assert.True(Images.PixelOf(jpeg, 4, 16) is [> 200, < 60, < 60], "left is red");
        Assert.True(Images.PixelOf(jpeg, 56, 16) is [< 60, < 60, > 200], "right is blue");
    }

    [Theory]
    [InlineData(".jpg")]
    [InlineData(".png")]
    [InlineData(".webp")]
    [InlineData(".gif")]
    [InlineData(".tif")]
    [InlineData(".avif")]
    [InlineData(".bmp")]
    public async Task A_file_that_was_cut_off_is_refused(string suffix)
    {
        var file = suffix == ".bmp" ? Images.Encoded(suffix) : Images.Noise(suffix);
        foreach (var kept in new[] { 0.3, 0.7, 0.95 })
        {
            var error = await Assert.ThrowsAsync<UnreadableImageException>(() => ProbeAsync(file[..(int)(file.Length * kept)]));
            Assert.Matches("cut off|damaged", error.Message);
        }
    }

    [Theory]
    [InlineData("", "is empty (0 bytes)")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "SVG")]
    [InlineData("<?xml version='1.0'?><svg/>", "SVG")]
    [InlineData("<!DOCTYPE html><script>alert(1)</script>", "HTML")]
    [InlineData("%PDF-1.7\n", "PDF")]
    [InlineData("PK\u0003\u0004", "archive")]
    [InlineData("just words", "is no image")]
    [InlineData("\0\0\0\u0018ftypmp42", "video")]
    [InlineData("RIFF\0\0\0\0AVI LIST", "video")]
    [InlineData("\u001AEß£\u0001\0\0\0", "video")]
    public async Task What_is_no_image_is_refused_by_what_it_is(string content, string reason)
    {
        var error = await Assert.ThrowsAsync<UnreadableImageException>(() => ProbeAsync(Encoding.Latin1.GetBytes(content)));

        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public async Task A_bomb_is_refused_by_its_header_and_the_limit_is_named()
    {
        var wide = await Assert.ThrowsAsync<UnreadableImageException>(() => ProbeAsync(Images.HugePng(30_000, 30_000)));
        var side = await Assert.ThrowsAsync<UnreadableImageException>(() => ProbeAsync(Images.HugePng(70_000, 10)));
        var bitmap = Bitmaps.Runs8(40, 40);
        BitConverter.GetBytes(60_000).CopyTo(bitmap, 18);
        BitConverter.GetBytes(60_000).CopyTo(bitmap, 22);
        var runs = await Assert.ThrowsAsync<UnreadableImageException>(() => ProbeAsync(bitmap));

        Assert.Contains("250 megapixels", wide.Message);
        Assert.Contains("65500 on a side", side.Message);
        Assert.Contains("250 megapixels", runs.Message);
    }

    [Fact]
    public async Task A_file_over_the_byte_limit_is_refused_before_it_is_read()
    {
        _limits.MaxBytes = 10;

        var error = await Assert.ThrowsAsync<UnreadableImageException>(() => ProbeAsync(Images.Encoded(".png")));

        Assert.Contains("the limit is 10", error.Message);
    }

    [Fact]
    public async Task Damage_inside_the_pixels_is_told_when_they_are_decoded()
    {
        var file = Images.Noise(".png");
        file.AsSpan(file.Length / 2, 200).Fill(0xAA);

        var error = await Assert.ThrowsAsync<UnreadableImageException>(() => MakeAsync(file, 80, null));

        Assert.Contains("damaged", error.Message);
    }

    private Task<ImageFacts> ProbeAsync(byte[] file) => new ImageReader(_limits).ProbeAsync(new MemoryStream(file), Cancel);

    private Task<byte[]> MakeAsync(byte[] file, int quality, int? width) => new JpegMaker(_limits).MakeAsync(new MemoryStream(file), quality, width, Cancel);
}
