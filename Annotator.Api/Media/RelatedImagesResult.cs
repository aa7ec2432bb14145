using System.Globalization;
using System.IO.Compression;
using Annotator.Core.Media;
using Annotator.Core.Media.Blobs;

namespace Annotator.Api.Media;

/// <summary>The pictures beside a frame as a ZIP, as the contract sends them; originals, one after the other.</summary>
internal sealed class RelatedImagesResult(IBlobStore blobs, IReadOnlyList<RelatedImage> images) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, cancel) = (httpContext.Response, httpContext.RequestAborted);
        response.ContentType = "application/zip";
        response.Headers.CacheControl = "private, max-age=3600";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        await using var body = new HeldWrites(response.Body);
        await using (var zip = await ZipArchive.CreateAsync(body, ZipArchiveMode.Create, leaveOpen: true, null, cancel))
        {
            foreach (var image in images)
            {
                await AddAsync(zip, image, cancel);
            }
        }

        await body.FlushAsync(cancel);
    }

    private async Task AddAsync(ZipArchive zip, RelatedImage image, CancellationToken cancel)
    {
        await using var content = await blobs.OpenPartAsync(image.BlobKey, image.BlobOffset, image.ByteLength, cancel);
        if (content is null)
        {
            return;
        }

        // Names may come twice in different folders; the number keeps them apart.
        var name = string.Create(CultureInfo.InvariantCulture, $"{image.Position:D3}_{Path.GetFileName(image.Name)}");
        await using var entry = await zip.CreateEntry(name, CompressionLevel.NoCompression).OpenAsync(cancel);
        await content.CopyToAsync(entry, cancel);
    }
}
