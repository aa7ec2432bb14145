using NetVips;

namespace Annotator.Media;

/// <summary>Makes images of another size: upright, and in the form that they had where that form can be written.</summary>
public sealed class ImageResizer(MediaLimits limits)
{
    private const int Quality = 95;

    /// <summary>
    /// JPEG, PNG, WebP and TIFF stay what they are; other forms become PNG. Sides are stretched to exactly the size asked for.
    /// </summary>
    /// <param name="content">A seekable stream of an image.</param>
    /// <exception cref="UnreadableImageException">No image of ours, damaged, or over a limit.</exception>
    public async Task<byte[]> MakeAsync(Stream content, int width, int height, CancellationToken cancel)
    {
        await new ImageReader(limits).ProbeAsync(content, cancel);
        var format = ImageFormats.Detect(content);
        return await Libvips.RunAsync(limits, () => Open(content, format, width, height), (image, use) =>
        {
            use(image);
            return Encode(image, format);
        }, cancel);
    }

    private static Image Open(Stream content, ImageFormat format, int width, int height)
    {
        content.Position = 0;
        if (format != ImageFormat.Bmp)
        {
            return Image.ThumbnailStream(content, width, height: height, size: Enums.Size.Force, failOn: Enums.FailOn.Truncated);
        }

        var bitmap = BmpReader.Read(content);
        using var whole = Image.NewFromMemory(bitmap.Rgb, bitmap.Header.Width, bitmap.Header.Height, 3, Enums.BandFormat.Uchar);
        using var colours = whole.Copy(interpretation: Enums.Interpretation.Srgb);
        return colours.ThumbnailImage(width, height: height, size: Enums.Size.Force);
    }

    private static byte[] Encode(Image image, ImageFormat format) => format switch
    {
        ImageFormat.Jpeg => image.JpegsaveBuffer(q: Quality, keep: Enums.ForeignKeep.Icc),
        ImageFormat.WebP => image.WebpsaveBuffer(q: Quality, keep: Enums.ForeignKeep.Icc),
        ImageFormat.Tiff => image.TiffsaveBuffer(keep: Enums.ForeignKeep.Icc),
        _ => image.PngsaveBuffer(keep: Enums.ForeignKeep.Icc),
    };
}
