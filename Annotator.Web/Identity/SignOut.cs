using Annotator.Client;

namespace Annotator.Web.Identity;

/// <summary>
/// Ends the session by a plain form, so that it works when a circuit does not. It needs no form token: the session cookie is
/// SameSite=Lax, so another site's form comes without it and ends nothing.
/// </summary>
internal static class SignOut
{
    public static void MapSignOut(this WebApplication app) => app.MapPost("/sign-out", async (
        AnnotatorClient client, BrowserSession session, HttpContext http, CancellationToken cancel) =>
    {
        if (session.SessionId is not null)
        {
            ReplyCookies.Forward(await client.Auth.LogoutAsync(cancel), http.Response);
        }

        return TypedResults.LocalRedirect("/sign-in");
    }).AllowAnonymous().DisableAntiforgery();
}

/// <summary>Hands cookies that the Api set in answer to the Web on to the browser.</summary>
internal static class ReplyCookies
{
    public static void Forward(IReadOnlyList<string> cookies, HttpResponse response)
    {
        foreach (var cookie in cookies)
        {
            response.Headers.Append("Set-Cookie", cookie);
        }
    }
}
