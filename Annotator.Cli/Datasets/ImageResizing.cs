using Annotator.Media;

namespace Annotator.Cli.Datasets;

/// <summary>Decodes and encodes images for commands that change their size.</summary>
internal static class ImageResizing
{
    private static readonly ImageResizer _resizer = new(new MediaLimits());

    public static async Task<Stream> ResizeAsync(Stream original, int width, int height, CancellationToken cancel)
    {
        using var whole = new MemoryStream();
        await original.CopyToAsync(whole, cancel);
        return new MemoryStream(await _resizer.MakeAsync(whole, width, height, cancel));
    }
}
