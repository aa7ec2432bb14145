using NetVips;

namespace Annotator.Media;

/// <summary>Looks at image files that strangers sent: header first, within limits, by content and never by name.</summary>
public sealed class ImageReader(MediaLimits limits)
{
    private const string OrientationField = "orientation";

    /// <summary>Reads the header of a seekable stream and makes sure that the file is whole. Pixels are not decoded.</summary>
    /// <exception cref="UnreadableImageException">Not an image of ours, damaged, cut off, or over a limit.</exception>
    public async Task<ImageFacts> ProbeAsync(Stream content, CancellationToken cancel)
    {
        if (content.Length > limits.MaxBytes)
        {
            throw new UnreadableImageException($"has {content.Length:N0} bytes; the limit is {limits.MaxBytes:N0}");
        }

        var format = ImageFormats.Detect(content);
        WholeFile.Check(content, format);
        content.Position = 0;
        if (format == ImageFormat.Bmp)
        {
            var header = BmpReader.ReadHeader(content);
            CheckSize(header.Width, header.Height);
            return new ImageFacts { Format = format, Width = header.Width, Height = header.Height, Pages = 1, BrowserReady = false };
        }

        return await Libvips.RunAsync(limits, () => Image.NewFromStream(content, access: Enums.Access.Sequential), (image, _) => Describe(image, format), cancel);
    }

    private ImageFacts Describe(Image image, ImageFormat format)
    {
        CheckSize(image.Width, image.Height);
        var pages = image.Contains("n-pages") ? Convert.ToInt32(image.Get("n-pages"), null) : 1;
        if (pages > limits.MaxPages)
        {
            throw new UnreadableImageException($"has {pages:N0} pages; the limit is {limits.MaxPages:N0}");
        }

        var orientation = image.Contains(OrientationField) ? Convert.ToInt32(image.Get(OrientationField), null) : 1;
        var turned = orientation is >= 5 and <= 8;
        var plain = image.Format == Enums.BandFormat.Uchar
            && image.Interpretation is Enums.Interpretation.Srgb or Enums.Interpretation.Bw or Enums.Interpretation.Rgb;
        return new ImageFacts
        {
            Format = format,
            Width = turned ? image.Height : image.Width,
            Height = turned ? image.Width : image.Height,
            Pages = pages,
            BrowserReady = plain && orientation <= 1 && pages <= 1 && format is not ImageFormat.Tiff,
        };
    }

    private void CheckSize(long width, long height)
    {
        if (width > limits.MaxSide || height > limits.MaxSide)
        {
            throw new UnreadableImageException($"is {width} × {height} pixels; the limit is {limits.MaxSide} on a side");
        }

        if (width * height > limits.MaxPixels)
        {
            throw new UnreadableImageException($"is {width} × {height} pixels; the limit is {limits.MaxPixels / 1_000_000} megapixels");
        }
    }
}
