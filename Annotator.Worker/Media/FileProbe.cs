using System.Globalization;
using Annotator.Core.Media;
using Annotator.Media;
using Annotator.Media.Documents;
using Annotator.Media.Video;

namespace Annotator.Worker.Media;

/// <summary>Makes frames of one file's header: by content, whatever its name ends in.</summary>
internal sealed class FileProbe(IBlobStore blobs, ImageReader reader, DocumentPages documents, VideoCollector videos)
{
    /// <summary>Whether the file has to be a blob of its own, because programs read it that take files only: a video or a PDF.</summary>
    public static bool NeedsFile(Stream content) => VideoFormats.Detect(content) || PdfReader.Detect(content);

    /// <summary>Frames of a file that is a blob; those of videos and PDFs are told here only.</summary>
    public async Task<FileOutcome> ProbeBlobAsync(FilePlace place, CancellationToken cancel)
    {
        await using var content = await blobs.OpenReadAsync(place.BlobKey, cancel);
        if (content is null)
        {
            return FileOutcome.Refuse("did not arrive; please upload it again");
        }

        try
        {
            if (PdfReader.Detect(content))
            {
                var sizes = await documents.ReadSizesAsync(place.BlobKey, cancel);
                return new FileOutcome([.. sizes.Select((size, page) => FrameOf(place, content.Length, DocumentPages.ContentType, false, size, page))], null, null);
            }

            if (!VideoFormats.Detect(content))
            {
                return await ProbeImageAsync(place, content, cancel);
            }

            var (video, frames) = await videos.CollectAsync(place, content.Length, cancel);
            return new FileOutcome(frames, null, null) { Video = video };
        }
        catch (Exception error) when (error is UnreadableVideoException or UnreadableImageException)
        {
            return FileOutcome.Refuse(error.Message);
        }
    }

    /// <summary>Frames of an image: one, or one for each page of a document and each picture of an animation.</summary>
    public async Task<FileOutcome> ProbeImageAsync(FilePlace place, Stream content, CancellationToken cancel)
    {
        try
        {
            var facts = await reader.ProbeAsync(content, cancel);
            var pages = facts.Pages == 1 ? [(facts.Width, facts.Height)] : await reader.ReadPagesAsync(content, facts, cancel);
            return pages.Count == 1
                ? new FileOutcome([FrameOf(place, content.Length, facts.ContentType, facts.BrowserReady, (facts.Width, facts.Height), null)], null, null)
                : new FileOutcome([.. pages.Select((page, number) => FrameOf(place, content.Length, facts.ContentType, false, page, number))], null, null);
        }
        catch (UnreadableImageException error)
        {
            return FileOutcome.Refuse(error.Message);
        }
    }

    private static Frame FrameOf(FilePlace place, long length, string contentType, bool browserReady, (int Width, int Height) size, int? page) => new()
    {
        Name = page is { } number ? string.Create(CultureInfo.InvariantCulture, $"{Path.ChangeExtension(place.Name, null)}/page_{number + 1:D4}.jpg") : place.Name,
        Width = size.Width,
        Height = size.Height,
        BlobKey = place.BlobKey,
        BlobOffset = place.Offset,
        ContentType = contentType,
        ByteLength = length,
        Page = page,
        BrowserReady = browserReady,
    };
}

/// <summary>Where a file lies and what it is called.</summary>
/// <param name="Number">The number of its video in the task, should it be one.</param>
internal sealed record FilePlace(int DataId, int Number, string Name, string BlobKey)
{
    /// <summary>Where it begins in the blob, which it shares with others; null where it is the blob.</summary>
    public long? Offset { get; init; }

    /// <summary>Told how far the reading of a video is; null where nobody wants to know.</summary>
    public VideoProgress? Progress { get; init; }

    /// <summary>Shows a video's first frames before all are known; null where frames are shown together.</summary>
    public VideoOpening? Opening { get; init; }
}
