using System.Globalization;
using System.IO.Compression;
using Annotator.Core.Media;
using Annotator.Core.Media.Blobs;

namespace Annotator.Worker.Media;

/// <summary>Puts frames into a ZIP, stored and named by their numbers.</summary>
internal sealed class ChunkWriter(IBlobStore blobs)
{
    // One date for all: the same frames give the same bytes.
    private static readonly DateTimeOffset EntryDate = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A file without a name for long, gone when it is closed; a ZIP wants to be written with a way back.</summary>
    public static FileStream TemporaryFile() => new(
        Path.Join(Path.GetTempPath(), $"annotator-chunk-{Guid.CreateVersion7():N}"),
        FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 128 * 1024, FileOptions.Asynchronous | FileOptions.DeleteOnClose);

    /// <param name="target">Seekable.</param>
    /// <param name="original">
    /// Files as they were uploaded; those that a viewer would see turned or not at all (turned JPEG, TIFF, BMP) as JPEG of
    /// the best quality, and so are frames of videos. Otherwise every frame is a JPEG of the task's quality.
    /// </param>
    /// <param name="makeJpeg">Makes a frame's JPEG; true asks for the best quality.</param>
    public async Task WriteAsync(
        Stream target, IReadOnlyList<Frame> frames, bool original, Func<Frame, bool, CancellationToken, Task<byte[]>> makeJpeg, CancellationToken cancel)
    {
        await using var zip = await ZipArchive.CreateAsync(target, ZipArchiveMode.Create, leaveOpen: true, null, cancel);

        // A few are made ahead, in order, so that all decoders work while one frame is written.
        var ahead = new Queue<Task<byte[]>>();
        var next = 0;
        foreach (var frame in frames)
        {
            if (original && IsServedAsItIs(frame))
            {
                await using var content = await blobs.OpenOriginalAsync(frame, cancel) ?? Stream.Null;
                await AddAsync(NameOf(frame, ExtensionOf(frame.ContentType)), content);
                continue;
            }

            while (next < frames.Count && ahead.Count < Environment.ProcessorCount + 1)
            {
                if (!original || !IsServedAsItIs(frames[next]))
                {
                    ahead.Enqueue(makeJpeg(frames[next], original, cancel));
                }

                next++;
            }

            using var jpeg = new MemoryStream(await ahead.Dequeue(), writable: false);
            await AddAsync(NameOf(frame, "jpeg"), jpeg);
        }

        async Task AddAsync(string name, Stream content)
        {
            var entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
            entry.LastWriteTime = EntryDate;
            await using var body = await entry.OpenAsync(cancel);
            await content.CopyToAsync(body, cancel);
        }
    }

    private static bool IsServedAsItIs(Frame frame) =>
        frame is { VideoNumber: null, Page: null } && (frame.BrowserReady || frame.ContentType is not ("image/jpeg" or "image/tiff" or "image/bmp"));

    private static string NameOf(Frame frame, string extension) => string.Create(CultureInfo.InvariantCulture, $"{frame.Number:D6}.{extension}");

    private static string ExtensionOf(string contentType) => contentType[(contentType.IndexOf('/', StringComparison.Ordinal) + 1)..];
}
