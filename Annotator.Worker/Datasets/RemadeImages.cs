using Annotator.Core.Datasets;
using Annotator.Formats;
using Annotator.Formats.Tools;
using Annotator.Formats.Tools.Shapes;
using Annotator.Media;

namespace Annotator.Worker.Datasets;

/// <summary>Makes a dataset's images anew as they are exported, smaller or in another form; annotations go along with the size.</summary>
internal sealed class RemadeImages(JpegMaker jpegs)
{
    /// <param name="sizeOf">Width and height in pixels of a task's frame, 0 where there is none.</param>
    public IDatasetSource Of(IDatasetSource source, ExportImages form, Func<int?, int, (int Width, int Height)> sizeOf, DatasetReport report)
    {
        var webp = form.Format == "webp";
        var size = form.MaxSize is { } longest ? new ImageResize(null, null, null, longest) : null;
        var remade = new MappedSource(
            source,
            source.Info,
            item =>
            {
                if (item.OpenImage is not { } open || item.Width <= 0 || item.Height <= 0)
                {
                    return item;
                }

                var (width, height) = size?.Of(item.Width, item.Height) ?? (item.Width, item.Height);
                return item with
                {
                    Name = Path.ChangeExtension(item.Name, webp ? ".webp" : ".jpg"),
                    OpenImage = cancel => MakeAsync(open, width, height, webp, form.Quality, item.Name, report, cancel),
                };
            },
            track => track);
        return size is null
            ? remade
            : ResizedSource.Of(remade, size, async (image, _, _, cancel) => await CopyAsync(image, cancel), report, sizeOf);
    }

    private async Task<Stream> MakeAsync(
        Func<CancellationToken, Task<Stream>> open, int width, int height, bool webp, int quality, string name, DatasetReport report, CancellationToken cancel)
    {
        await using var original = await open(cancel);
        await using var seekable = original.CanSeek ? original : await CopyAsync(original, cancel);
        try
        {
            return new MemoryStream(await jpegs.MakeAsync(seekable, width, height, webp, quality, cancel), writable: false);
        }
        catch (UnreadableImageException error)
        {
            report.Loss("image-unreadable", "Images whose pixels are damaged left as a grey one", $"{name} {error.Message}");
            return new MemoryStream(await jpegs.PlaceholderAsync(width, height, cancel), writable: false);
        }
    }

    private static async Task<Stream> CopyAsync(Stream content, CancellationToken cancel)
    {
        var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancel);
        copy.Position = 0;
        return copy;
    }
}
