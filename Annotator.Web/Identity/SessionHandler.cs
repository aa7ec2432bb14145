using System.Globalization;
using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Annotator.Client;
using Annotator.Client.Identity;
using Annotator.Web.Proxy;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Annotator.Web.Identity;

internal sealed class SessionOptions : AuthenticationSchemeOptions;

/// <summary>Asks the Api whose session the browser's cookies are, once for each page request.</summary>
internal sealed class SessionHandler(
    IOptionsMonitor<SessionOptions> options, ILoggerFactory logger, UrlEncoder encoder, BrowserSession session, AnnotatorClient client)
    : AuthenticationHandler<SessionOptions>(options, logger, encoder)
{
    public new const string Scheme = "ApiSession";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (session.SessionId is null || !NeedsUser())
        {
            return AuthenticateResult.NoResult();
        }

        try
        {
            var account = await client.Users.SelfAsync(Context.RequestAborted);
            return AuthenticateResult.Success(new AuthenticationTicket(PrincipalOf(account), Scheme));
        }
        catch (AnnotatorApiException refused) when (refused.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            return AuthenticateResult.NoResult();
        }
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var here = Request.PathBase + Request.Path + Request.QueryString;
        Response.Redirect(here == "/" ? "/sign-in" : $"/sign-in?return={Uri.EscapeDataString(here)}");
        return Task.CompletedTask;
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Response.Redirect("/forbidden");
        return Task.CompletedTask;
    }

    /// <summary>The page that says that the Api cannot be reached must not ask it; the proxied paths ask for themselves.</summary>
    private bool NeedsUser() =>
        ApiProxy.IsOurs(Context)
        && !Request.Path.StartsWithSegments("/error", StringComparison.Ordinal)
        && !Request.Path.StartsWithSegments("/health", StringComparison.Ordinal)
        && !Request.Path.StartsWithSegments("/alive", StringComparison.Ordinal)
        && !Path.HasExtension(Request.Path);

    private static ClaimsPrincipal PrincipalOf(Account account)
    {
        var identity = new ClaimsIdentity(Scheme, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, account.Id.ToString(CultureInfo.InvariantCulture)));
        identity.AddClaim(new Claim(ClaimTypes.Name, account.Username));
        identity.AddClaim(new Claim(ClaimTypes.GivenName, account.DisplayName));
        identity.AddClaims(account.Groups.Select(group => new Claim(ClaimTypes.Role, group)));
        if (account.IsSuperuser && !account.Groups.Contains("admin"))
        {
            identity.AddClaim(new Claim(ClaimTypes.Role, "admin"));
        }

        return new ClaimsPrincipal(identity);
    }
}
