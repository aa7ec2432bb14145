using System.Globalization;
using NetVips;

namespace Annotator.Media;

/// <summary>
/// Cuts a large picture into tiles, level by level. Rows are read once and written as tiles are full, so that memory does not grow
/// with the picture; only one that has to be turned, or spread from 16 bits to 8, is held whole.
/// </summary>
public sealed class TileMaker(MediaLimits limits)
{
    private const int Quality = 90;

    /// <summary>Fills a folder; the answer names the file of a tile by level (0 is the full size), column and row.</summary>
    /// <param name="content">A seekable stream of an image that <see cref="ImageReader"/> has accepted.</param>
    /// <param name="page">The page of a file that has several, from 0.</param>
    /// <param name="folder">Empty; the caller removes it.</param>
    /// <param name="tileSize">Pixels of a tile's side.</param>
    /// <param name="levels">How many levels there are, the last of one tile.</param>
    /// <exception cref="UnreadableImageException">The pixels are damaged.</exception>
    public async Task<Func<int, int, int, string>> MakeAsync(Stream content, int page, string folder, int tileSize, int levels, CancellationToken cancel)
    {
        await new ImageReader(limits).ProbeAsync(content, cancel);
        var format = ImageFormats.Detect(content);
        var target = Path.Join(folder, "tiles");
        await Libvips.RunAsync(limits, () => JpegMaker.Open(content, format, null, page), (image, use) => JpegMaker.Prepare(image, ready =>
        {
            ready.Dzsave(
                target, layout: Enums.ForeignDzLayout.Dz, suffix: string.Create(CultureInfo.InvariantCulture, $".jpg[Q={Quality}]"),
                overlap: 0, tileSize: tileSize, depth: Enums.ForeignDzDepth.Onetile);
            return true;
        }, use), cancel);
        return (level, column, row) => Path.Join(
            target + "_files",
            string.Create(CultureInfo.InvariantCulture, $"{levels - 1 - level}"),
            string.Create(CultureInfo.InvariantCulture, $"{column}_{row}.jpg"));
    }
}
