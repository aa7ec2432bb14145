using Annotator.Inference;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Preprocessing;

namespace Annotator.Tests.Unit.Inference;

public sealed class PreprocessingTests
{
    [Theory]
    [InlineData(640, 480, 640, 480, 0, 80)]
    [InlineData(480, 640, 480, 640, 80, 0)]
    [InlineData(1920, 1080, 640, 360, 0, 140)]
    [InlineData(333, 500, 426, 640, 107, 0)]
    [InlineData(100, 101, 634, 640, 3, 0)]
    [InlineData(1001, 1000, 640, 639, 0, 0)]
    public void A_letterbox_lies_in_the_middle_and_half_a_pixel_goes_right_and_below(int width, int height, int resizedWidth, int resizedHeight, int left, int top)
    {
        var placement = ImagePlacement.Of(new ImageInput(), width, height);

        Assert.Equal((resizedWidth, resizedHeight, left, top), (placement.ResizedWidth, placement.ResizedHeight, placement.OffsetX, placement.OffsetY));
        Assert.Equal(12.25, placement.ToImageX((12.25 * placement.ScaleX) + left), 9);
        Assert.Equal(width, placement.ToImageX(10_000));
        Assert.Equal(0, placement.ToImageY(-5));
    }

    [Fact]
    public void Every_pixel_of_a_letterbox_is_where_it_belongs()
    {
        // Two pixels, red and blue, in an input of 4 × 4 in BGR: as large as they fit, a border of 114 above and below.
        var image = new PixelImage(2, 1, new byte[] { 200, 0, 0, 0, 0, 100 });
        var input = new ImageInput { Size = [4, 4], Color = ChannelOrder.Bgr, Mean = [0, 0, 0], Std = [1, 1, 1] };

        var tensor = Tensor(image, input);

        // Across: at 0.25 of a pixel's width the neighbours mix three to one.
        float[] blue = [0, 25, 75, 100];
        float[] red = [200, 150, 50, 0];
        float[] border = [114, 114, 114, 114];
        Assert.Equal([.. border, .. blue, .. blue, .. border], tensor[..16]);
        Assert.Equal([.. border, 0, 0, 0, 0, 0, 0, 0, 0, .. border], tensor[16..32]);
        Assert.Equal([.. border, .. red, .. red, .. border], tensor[32..]);
    }

    [Fact]
    public void Values_are_normalised_by_channel_and_pixels_interleave_where_the_model_wants_it()
    {
        var image = new PixelImage(1, 1, new byte[] { 255, 128, 0 });
        var input = new ImageInput { Size = [1, 1], Layout = TensorLayout.Nhwc, Resize = ResizeRule.Stretch, Mean = [123.675, 116.28, 103.53], Std = [58.395, 57.12, 57.375] };

        var tensor = Tensor(image, input);

        Assert.Equal([2.2489083f, 0.20518207f, -1.8044444f], tensor);
    }

    [Theory]
    [InlineData(Resampling.Nearest)]
    [InlineData(Resampling.Bilinear)]
    [InlineData(Resampling.BilinearAntialias)]
    [InlineData(Resampling.Bicubic)]
    public void A_picture_of_any_size_is_resized_to_the_byte_as_one_number_after_the_other_would_be(Resampling kind)
    {
        var random = new Random(5);
        for (var n = 0; n < 60; n++)
        {
            var (width, height, toWidth, toHeight) = (random.Next(1, 50), random.Next(1, 50), random.Next(1, 50), random.Next(1, 50));
            var source = new byte[width * height * 3];
            random.NextBytes(source);
            var target = new byte[toWidth * toHeight * 3];

            Resizer.Resize(source, width, height, target, toWidth, toHeight, kind);

            Assert.Equal((width, height) == (toWidth, toHeight) ? source : Plain(source, width, height, toWidth, toHeight, kind), target);
        }
    }

    /// <summary>Across first, then down, as sums of single numbers.</summary>
    private static byte[] Plain(byte[] source, int width, int height, int toWidth, int toHeight, Resampling kind)
    {
        var (across, down) = (ResampleWeights.Of(width, toWidth, kind), ResampleWeights.Of(height, toHeight, kind));
        var result = new byte[toWidth * toHeight * 3];
        for (var i = 0; i < result.Length; i++)
        {
            var (row, column, channel) = (i / 3 / toWidth, i / 3 % toWidth, i % 3);
            var sum = 0f;
            for (var tap = 0; tap < down.Taps; tap++)
            {
                var weight = down.Weights[(row * down.Taps) + tap];
                sum += weight == 0 ? 0 : Line(down.First[row] + tap) * weight;
            }

            result[i] = (byte)Math.Clamp(sum + 0.5f, 0, 255);

            float Line(int y)
            {
                var line = 0f;
                for (var k = 0; k < across.Taps; k++)
                {
                    var weight = across.Weights[(column * across.Taps) + k];
                    line += weight == 0 ? 0 : source[(((y * width) + across.First[column] + k) * 3) + channel] * weight;
                }

                return line;
            }
        }

        return result;
    }

    [Fact]
    public void The_short_side_is_fitted_and_the_middle_cut_out()
    {
        // 8 × 4 to a short side of 4, and the middle 2 × 2: columns 3 and 4, rows 1 and 2.
        var pixels = new byte[8 * 4 * 3];
        for (var i = 0; i < 32; i++)
        {
            pixels[i * 3] = (byte)i;
        }

        var tensor = Tensor(new PixelImage(8, 4, pixels), new ImageInput { Size = [2, 2], ShortSide = 4, Resize = ResizeRule.ShortCrop, Std = [1, 1, 1] });

        Assert.Equal([11f, 12f, 19f, 20f], tensor[..4]);
    }

    [Fact]
    public void A_picture_halved_with_antialiasing_weighs_its_neighbours_too()
    {
        // A triangle two pixels wide on either side over eight columns of 0 and two of 80.
        var image = new PixelImage(4, 1, new byte[] { 0, 0, 0, 0, 0, 0, 80, 80, 80, 80, 80, 80 });
        var plain = Tensor(image, new ImageInput { Size = [1, 2], Resize = ResizeRule.Stretch, Std = [1, 1, 1] });
        var smooth = Tensor(image, new ImageInput { Size = [1, 2], Resize = ResizeRule.Stretch, Std = [1, 1, 1], Interp = Resampling.BilinearAntialias });

        Assert.Equal([0f, 80f], plain[..2]);

        // Weights .75 .75 .25 by 1.75, and mirrored.
        Assert.Equal([11f, 69f], smooth[..2]);
    }

    [Theory]
    [InlineData(100, 40, 320, 120, 48)]
    [InlineData(1000, 40, 1216, 1200, 48)]
    public void A_line_of_text_keeps_its_shape_and_gets_its_border_at_the_right(int width, int height, int tensorWidth, int resized, int tensorHeight)
    {
        var placement = ImagePlacement.Of(new ImageInput { Size = [48, 320], Resize = ResizeRule.FixedHeight, Multiple = 32, MaxSide = 3200 }, width, height);

        Assert.Equal((tensorWidth, resized, tensorHeight), (placement.Width, placement.ResizedWidth, placement.Height));
    }

    [Theory]
    [InlineData(1920, 1080, 960, 544)]
    [InlineData(300, 200, 288, 192)]
    [InlineData(10, 10, 32, 32)]
    public void The_long_side_is_bounded_and_sides_are_rounded(int width, int height, int tensorWidth, int tensorHeight)
    {
        var placement = ImagePlacement.Of(new ImageInput { Size = [0, 0], Resize = ResizeRule.LongSide, Multiple = 32, MaxSide = 960 }, width, height);

        Assert.Equal((tensorWidth, tensorHeight), (placement.Width, placement.Height));
    }

    private static float[] Tensor(PixelImage image, ImageInput input)
    {
        var placement = ImagePlacement.Of(input, image.Width, image.Height);
        var tensor = new float[ImageTensor.Length(placement)];
        ImageTensor.Fill(image, placement, input, tensor);
        return tensor;
    }
}
