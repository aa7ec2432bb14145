using System.Globalization;
using NetVips;

namespace Annotator.Media;

/// <summary>Makes the JPEG that browsers show of any image that we read: upright, 8 bits, no transparency.</summary>
public sealed class JpegMaker(MediaLimits limits)
{
    // The most that libvips takes: the width alone decides.
    private const int AnyHeight = 10_000_000;
    private static readonly double[] White = [255, 255, 255];

    /// <param name="content">A seekable stream of an image that <see cref="ImageReader"/> has accepted.</param>
    /// <param name="quality">0 to 100.</param>
    /// <param name="width">Pixels to shrink to, if the image is wider; null for its own size.</param>
    /// <exception cref="UnreadableImageException">The pixels are damaged.</exception>
    /// <param name="page">The page or picture of a file that has several, from 0.</param>
    public Task<byte[]> MakeAsync(Stream content, int quality, int? width, CancellationToken cancel, int page = 0) =>
        MakeAsync(content, format => Open(content, format, width, page), image => image.JpegsaveBuffer(q: Math.Clamp(quality, 1, 100), keep: Enums.ForeignKeep.Icc), cancel);

    /// <summary>The same at exactly a size, whatever the proportions, as JPEG or WebP: what an export takes in place of an original.</summary>
    /// <param name="quality">1 to 100.</param>
    /// <exception cref="UnreadableImageException">The pixels are damaged, or the size is more than the format takes.</exception>
    public Task<byte[]> MakeAsync(Stream content, int width, int height, bool webp, int quality, CancellationToken cancel) => MakeAsync(
        content,
        format => Exactly(content, format, width, height),
        image => webp
            ? image.WebpsaveBuffer(q: Math.Clamp(quality, 1, 100), keep: Enums.ForeignKeep.Icc)
            : image.JpegsaveBuffer(q: Math.Clamp(quality, 1, 100), keep: Enums.ForeignKeep.Icc),
        cancel);

    /// <summary>The JPEG of a decoded picture.</summary>
    /// <param name="rgb">8-bit red, green and blue, row by row, without gaps.</param>
    /// <param name="quality">0 to 100.</param>
    public Task<byte[]> EncodeAsync(byte[] rgb, int width, int height, int quality, CancellationToken cancel) => Libvips.RunAsync(
        limits, () => Image.NewFromMemory(rgb, width, height, 3, Enums.BandFormat.Uchar), (image, _) =>
        {
            using var colours = image.Copy(interpretation: Enums.Interpretation.Srgb);
            return colours.JpegsaveBuffer(q: Math.Clamp(quality, 1, 100));
        }, cancel);

    /// <summary>A plain grey JPEG, for a frame whose pixels are damaged.</summary>
    public Task<byte[]> PlaceholderAsync(int width, int height, CancellationToken cancel) => Libvips.RunAsync(
        limits, () => Image.Black(width, height), (image, _) =>
        {
            using var grey = image.Linear([1.0], [128.0], uchar: true);
            return grey.JpegsaveBuffer(q: 50);
        }, cancel);

    private async Task<byte[]> MakeAsync(Stream content, Func<ImageFormat, Image> open, Func<Image, byte[]> save, CancellationToken cancel)
    {
        // Again and not from the frame index: bytes in a store may have been changed by others.
        await new ImageReader(limits).ProbeAsync(content, cancel);
        var format = ImageFormats.Detect(content);
        return await Libvips.RunAsync(limits, () => open(format), (image, using_) => Encode(image, save, using_), cancel);
    }

    private static Image Exactly(Stream content, ImageFormat format, int width, int height)
    {
        if (format == ImageFormat.Bmp)
        {
            using var bitmap = Open(content, format, null);
            return bitmap.ThumbnailImage(width, height: height, size: Enums.Size.Force);
        }

        content.Position = 0;
        return Image.ThumbnailStream(content, width, height: height, size: Enums.Size.Force, failOn: Enums.FailOn.Truncated);
    }

    internal static Image Open(Stream content, ImageFormat format, int? width, int page = 0)
    {
        if (format == ImageFormat.Bmp)
        {
            var bitmap = BmpReader.Read(content);
            using var whole = Image.NewFromMemory(bitmap.Rgb, bitmap.Header.Width, bitmap.Header.Height, 3, Enums.BandFormat.Uchar);
            using var colours = whole.Copy(interpretation: Enums.Interpretation.Srgb);
            return width is { } pixels ? Shrink(colours, pixels) : colours.Copy();
        }

        content.Position = 0;
        if (width is { } target)
        {
            // Reads no more of the file than the size needs, and turns it upright.
            return Image.ThumbnailStream(content, target, optionString: PageOption(page), height: AnyHeight, size: Enums.Size.Down, failOn: Enums.FailOn.Truncated);
        }

        using var image = Image.NewFromStream(content, strOptions: PageOption(page), access: Enums.Access.Sequential, failOn: Enums.FailOn.Truncated);
        if (!image.Contains("orientation") || Convert.ToInt32(image.Get("orientation"), null) <= 1)
        {
            return image.Copy();
        }

        // Turning needs rows in another order than the file has them.
        using var memory = image.CopyMemory();
        return memory.Autorot();
    }

    private static string PageOption(int page) => page == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"[page={page}]");

    private static Image Shrink(Image image, int width) => image.ThumbnailImage(width, height: AnyHeight, size: Enums.Size.Down);

    /// <summary>The pixels themselves, for models: 8-bit red, green and blue, row by row, without gaps, upright.</summary>
    /// <param name="content">A seekable stream of an image that <see cref="ImageReader"/> has accepted.</param>
    /// <exception cref="UnreadableImageException">The pixels are damaged.</exception>
    public async Task<(int Width, int Height, byte[] Rgb)> DecodeAsync(Stream content, CancellationToken cancel)
    {
        var (width, height) = (0, 0);
        var rgb = await MakeAsync(content, format => Open(content, format, null), image =>
        {
            (width, height) = (image.Width, image.Height);
            if (image.Bands == 3)
            {
                return image.WriteToMemory<byte>();
            }

            using var colours = image.Bandjoin(image, image);
            return colours.WriteToMemory<byte>();
        }, cancel);
        return (width, height, rgb);
    }

    private static byte[] Encode(Image source, Func<Image, byte[]> save, Action<Image> use) => Prepare(source, save, use);

    /// <summary>Hands the picture over as browsers show it: 8 bits, screen colours, no transparency.</summary>
    internal static T Prepare<T>(Image source, Func<Image, T> save, Action<Image> use)
    {
        var made = new List<Image>();
        try
        {
            var image = source;
            if (image.Format != Enums.BandFormat.Uchar)
            {
                image = Keep(image.CopyMemory());
                image = Keep(Stretch(image));
            }

            if (image.Interpretation is Enums.Interpretation.Cmyk or Enums.Interpretation.Lab)
            {
                image = Keep(image.Contains("icc-profile-data") ? image.IccTransform("srgb", embedded: true) : image.Colourspace(Enums.Interpretation.Srgb));
            }

            if (image.HasAlpha())
            {
                image = Keep(image.Flatten(background: image.Bands >= 4 ? White : [255]));
            }

            if (image.Bands is 2 or > 3)
            {
                image = Keep(image.ExtractBand(0, n: image.Bands == 2 ? 1 : 3));
            }

            use(image);
            return save(image);
        }
        finally
        {
            made.ForEach(image => image.Dispose());
        }

        Image Keep(Image image)
        {
            use(image);
            made.Add(image);
            return image;
        }
    }

    /// <summary>
    /// Spreads the values that occur over 0 to 255: 12-bit and 16-bit sensors seldom fill their range, and an annotator has
    /// to see something.
    /// </summary>
    private static Image Stretch(Image image)
    {
        var (low, high) = (image.Min(), image.Max());
        if (!double.IsFinite(low) || !double.IsFinite(high))
        {
            throw new UnreadableImageException("has values that are no numbers");
        }

        var factor = high > low ? 255 / (high - low) : 0;
        using var linear = image.Linear([factor], [-low * factor], uchar: true);
        return linear.Copy(interpretation: image.Bands >= 3 ? Enums.Interpretation.Srgb : Enums.Interpretation.Bw);
    }
}
