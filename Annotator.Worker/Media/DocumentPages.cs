using Annotator.Core.Media;
using Annotator.Media;
using Annotator.Media.Documents;

namespace Annotator.Worker.Media;

/// <summary>Pages of PDF documents, each of which is a frame of a task.</summary>
internal sealed class DocumentPages(LocalFiles files, PdfReader reader)
{
    public const string ContentType = "application/pdf";

    /// <summary>The sizes of all pages, in pixels.</summary>
    /// <exception cref="UnreadableImageException">It cannot be used.</exception>
    public async Task<IReadOnlyList<(int Width, int Height)>> ReadSizesAsync(string key, CancellationToken cancel)
    {
        using var file = await files.OpenAsync(key, cancel) ?? throw Missing();
        return await reader.ReadPagesAsync(file.Path, cancel);
    }

    /// <summary>The picture of a frame that is a page, in its own size; a PNG that the caller closes.</summary>
    /// <exception cref="UnreadableImageException">It cannot be drawn.</exception>
    public async Task<Stream> DrawAsync(Frame frame, CancellationToken cancel)
    {
        using var file = await files.OpenAsync(frame.BlobKey, cancel) ?? throw Missing();
        var picture = ChunkWriter.TemporaryFile();
        try
        {
            await reader.DrawAsync(file.Path, frame.Page ?? 0, frame.Width, frame.Height, picture, cancel);
            picture.Position = 0;
            return picture;
        }
        catch
        {
            await picture.DisposeAsync();
            throw;
        }
    }

    private static UnreadableImageException Missing() => new("is missing in the blob store");
}
