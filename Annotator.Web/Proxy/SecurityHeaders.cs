namespace Annotator.Web.Proxy;

/// <summary>What a browser is told not to allow. Nothing on our pages comes from anywhere but our own origin.</summary>
internal static class SecurityHeaders
{
    /// <summary>Inline styles are the component library's; scripts are files only.</summary>
    private const string Policy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; "
        + "worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public static void UseSecurityHeaders(this WebApplication app) => app.Use((http, next) =>
    {
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
        if (ApiProxy.IsOurs(http))
        {
            headers.ContentSecurityPolicy = Policy;
        }

        return next(http);
    });
}
