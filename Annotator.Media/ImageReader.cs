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
        if (QuickHeader.Read(content, format) is { } plain)
        {
            CheckSize(plain.Width, plain.Height);
            return plain;
        }

        content.Position = 0;
        if (format == ImageFormat.Bmp)
        {
            var header = BmpReader.ReadHeader(content);
            CheckSize(header.Width, header.Height);
            return new ImageFacts { Format = format, Width = header.Width, Height = header.Height, Pages = 1, BrowserReady = false };
        }

        return await Libvips.RunAsync(limits, () => Image.NewFromStream(content, access: Enums.Access.Sequential), (image, _) => Describe(image, format), cancel);
    }

    /// <summary>
    /// The sizes of all pages or pictures of a file that has several, upright. A file that holds one picture in several sizes,
    /// each half of the one before, has one page.
    /// </summary>
    /// <exception cref="UnreadableImageException">A page is damaged or over a limit.</exception>
    public async Task<IReadOnlyList<(int Width, int Height)>> ReadPagesAsync(Stream content, ImageFacts facts, CancellationToken cancel)
    {
        if (facts.Format is not ImageFormat.Tiff)
        {
            // Pictures of an animation share a canvas.
            return [.. Enumerable.Repeat((facts.Width, facts.Height), facts.Pages)];
        }

        var pages = new List<(int Width, int Height)> { (facts.Width, facts.Height) };
        for (var page = 1; page < facts.Pages; page++)
        {
            content.Position = 0;
            var number = page;
            pages.Add(await Libvips.RunAsync(
                limits, () => Image.NewFromStream(content, access: Enums.Access.Sequential, kwargs: new VOption { { "page", number } }), (image, _) =>
                {
                    CheckSize(image.Width, image.Height);
                    return Upright(image);
                }, cancel));
        }

        return IsPyramid(pages) ? pages[..1] : pages;
    }

    private static bool IsPyramid(List<(int Width, int Height)> pages) => Enumerable.Range(1, pages.Count - 1).All(
        page => Math.Abs((pages[page].Width * 2) - pages[page - 1].Width) <= 2 && Math.Abs((pages[page].Height * 2) - pages[page - 1].Height) <= 2);

    private static (int Width, int Height) Upright(Image image) =>
        OrientationOf(image) is >= 5 and <= 8 ? (image.Height, image.Width) : (image.Width, image.Height);

    private static int OrientationOf(Image image) => image.Contains(OrientationField) ? Convert.ToInt32(image.Get(OrientationField), null) : 1;

    private ImageFacts Describe(Image image, ImageFormat format)
    {
        CheckSize(image.Width, image.Height);
        var pages = image.Contains("n-pages") ? Convert.ToInt32(image.Get("n-pages"), null) : 1;
        if (pages > limits.MaxPages)
        {
            throw new UnreadableImageException($"has {pages:N0} pages; the limit is {limits.MaxPages:N0}");
        }

        var (width, height) = Upright(image);
        var plain = image.Format == Enums.BandFormat.Uchar
            && image.Interpretation is Enums.Interpretation.Srgb or Enums.Interpretation.Bw or Enums.Interpretation.Rgb;
        return new ImageFacts
        {
            Format = format,
            Width = width,
            Height = height,
            Pages = pages,
            BrowserReady = plain && OrientationOf(image) <= 1 && pages <= 1 && format is not ImageFormat.Tiff,
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
