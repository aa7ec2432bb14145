using Microsoft.Net.Http.Headers;

namespace Annotator.Api.Datasets;

/// <summary>
/// Sends a file to keep: its length is known, a broken download can go on where it stopped (unless the file was made anew
/// since: <c>If-Range</c>), nothing is cached on the way.
/// </summary>
/// <param name="version">Another one for every making of the file; letters, digits and hyphens.</param>
internal sealed class DownloadResult(Stream content, string version, DateTimeOffset? made, string fileName) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        await using var stream = content;
        var headers = httpContext.Response.Headers;
        headers.CacheControl = "private, no-store";
        headers.XContentTypeOptions = "nosniff";

        // The contract's clients read the plain form only, in quotes; the name has been made to need no other.
        headers.ContentDisposition = $"attachment; filename=\"{fileName}\"";
        var type = fileName.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) ? "application/zip" : "application/octet-stream";
        var tag = new EntityTagHeaderValue($"\"{version}\"");
        await Results.Stream(stream, type, fileDownloadName: null, made, tag, enableRangeProcessing: true).ExecuteAsync(httpContext);
    }
}
