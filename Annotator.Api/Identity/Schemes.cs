namespace Annotator.Api.Identity;

/// <summary>The names of the ways to authenticate. <see cref="Any"/> looks at the request and picks one of the others.</summary>
internal static class Schemes
{
    public const string Any = "Annotator";
    public const string Session = "Session";
    public const string Token = "Token";
    public const string Basic = "Basic";

    public const string SessionCookie = "sessionid";
    public const string CsrfCookie = "csrftoken";
    public const string CsrfHeader = "X-CSRFToken";

    /// <summary>Claims of a session: the user's security stamp, the CSRF secret and the id of the login key it came with.</summary>
    public const string StampClaim = "stamp";
    public const string CsrfClaim = "csrf";
    public const string LoginKeyClaim = "login_key";

    /// <summary>Picks the scheme: a header speaks before a cookie, because whoever sends one means it.</summary>
    public static string Choose(HttpContext http)
    {
        var authorization = http.Request.Headers.Authorization.ToString();
        if (authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            return Basic;
        }

        var token = authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            || authorization.StartsWith("Token ", StringComparison.OrdinalIgnoreCase)
            || HubToken(http) is not null;
        return token ? Token : Session;
    }

    /// <summary>A browser's WebSocket cannot send headers, so the hub alone takes a token from the query.</summary>
    public static string? HubToken(HttpContext http) =>
        http.Request.Path.StartsWithSegments("/hubs", StringComparison.Ordinal)
        && http.Request.Query["access_token"].ToString() is { Length: > 0 } token
            ? token
            : null;
}
