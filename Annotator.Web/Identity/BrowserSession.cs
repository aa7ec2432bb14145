using Annotator.Web.Proxy;
using Microsoft.AspNetCore.Components;

namespace Annotator.Web.Identity;

/// <summary>
/// The browser's session with the Api, for calls that a page makes in its name. It is read from the page's request; the
/// circuit, which has no request, gets it with the page's state, which the framework encrypts.
/// </summary>
public sealed class BrowserSession
{
    private const string SessionCookie = "sessionid";
    private const string CsrfCookie = "csrftoken";

    public BrowserSession(IHttpContextAccessor accessor)
    {
        if (accessor.HttpContext is { } http && ApiProxy.IsOurs(http))
        {
            SessionId = http.Request.Cookies[SessionCookie];
            CsrfToken = http.Request.Cookies[CsrfCookie];
            Scheme = http.Request.Scheme;
            Host = http.Request.Host.Value;
            Address = http.Connection.RemoteIpAddress?.ToString();
        }
    }

    [PersistentState]
    public string? SessionId { get; set; }

    [PersistentState]
    public string? CsrfToken { get; set; }

    [PersistentState]
    public string? Scheme { get; set; }

    [PersistentState]
    public string? Host { get; set; }

    [PersistentState]
    public string? Address { get; set; }

    /// <summary>Makes a request look as the browser itself would have sent it through the proxy.</summary>
    public void Authenticate(HttpRequestMessage request)
    {
        if (SessionId is not null)
        {
            request.Headers.TryAddWithoutValidation("Cookie", $"{SessionCookie}={SessionId}; {CsrfCookie}={CsrfToken}");
            request.Headers.TryAddWithoutValidation("X-CSRFToken", CsrfToken);
        }

        if (Host is not null)
        {
            request.Headers.Host = Host;
            request.Headers.TryAddWithoutValidation("Origin", $"{Scheme}://{Host}");
            request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", Scheme);
            request.Headers.TryAddWithoutValidation("X-Forwarded-Host", Host);
        }

        if (Address is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", Address);
        }
    }
}
