namespace Annotator.Api.Datasets;

/// <summary>
/// Sends a file to keep: its length is known, a broken download can go on where it stopped, nothing is cached on the way.
/// </summary>
internal sealed class DownloadResult(Stream content, string fileName) : IResult
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
        await Results.Stream(stream, type, enableRangeProcessing: true).ExecuteAsync(httpContext);
    }
}
