using Annotator.Api.Media;

namespace Annotator.Api.Server;

/// <summary>
/// HEAD is GET without the body, for whatever can be read under /api: link checkers, downloaders that ask for the length
/// first, monitors. Endpoints answer GET alone; uploads have a HEAD of their own, which says how far they got.
/// </summary>
internal static class HeadRequests
{
    public static void UseHeadRequests(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        var request = http.Request;
        if (HttpMethods.IsHead(request.Method) && request.Path.StartsWithSegments("/api", StringComparison.Ordinal) && !IsUpload(request))
        {
            // The server knows what it was asked on the wire, and sends headers only.
            request.Method = HttpMethods.Get;
        }

        return next(http);
    });

    /// <summary>By the address, or by the words of who asks: an upload that there cannot be is not found, and no wrong method.</summary>
    private static bool IsUpload(HttpRequest request)
    {
        var text = request.Path.Value!.TrimEnd('/');
        return request.Headers.ContainsKey(TusProtocol.ResumableHeader) || Guid.TryParse(text[(text.LastIndexOf('/') + 1)..], out _);
    }
}
