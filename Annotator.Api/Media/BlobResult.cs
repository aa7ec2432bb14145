using System.Buffers;
using System.Globalization;
using System.IO.Hashing;
using Microsoft.Net.Http.Headers;

namespace Annotator.Api.Media;

/// <summary>
/// Sends a blob with an entity tag, byte ranges and a private cache, so that a browser asks again but seldom downloads
/// again. Nothing in it is ever run or framed by a browser.
/// </summary>
internal sealed class BlobResult(Stream content, string contentType, string entityTag) : IResult
{
    /// <summary>Set for chunks: the contract's <c>X-Updated-Date</c> and <c>X-Checksum</c> go with them.</summary>
    public DateTimeOffset? UpdatedDate { get; init; }

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var stream = content;
        var headers = httpContext.Response.Headers;
        headers.CacheControl = "private, max-age=3600";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        if (UpdatedDate is { } updated)
        {
            headers["X-Updated-Date"] = updated.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
            headers["X-Checksum"] = (await ChecksumAsync(stream, httpContext.RequestAborted)).ToString(CultureInfo.InvariantCulture);
        }

        await Results
            .Stream(stream, contentType, entityTag: EntityTagHeaderValue.Parse(entityTag), enableRangeProcessing: true)
            .ExecuteAsync(httpContext);
    }

    /// <summary>CRC-32 of the whole blob, as clients of the contract compute it.</summary>
    private static async Task<uint> ChecksumAsync(Stream stream, CancellationToken cancel)
    {
        var crc = new Crc32();
        var buffer = ArrayPool<byte>.Shared.Rent(81920);
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer, cancel)) > 0)
            {
                crc.Append(buffer.AsSpan(0, read));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        stream.Position = 0;
        return crc.GetCurrentHashAsUInt32();
    }
}
