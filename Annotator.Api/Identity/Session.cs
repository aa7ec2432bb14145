using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using Annotator.Core;
using Annotator.Core.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Annotator.Api.Identity;

/// <summary>
/// The browser's session: an encrypted cookie that names user, security stamp and CSRF secret. Whether it still holds is asked
/// of the database with every request, so that signing out, a new password or a deactivation count at once, for copies of the
/// cookie too.
/// </summary>
internal static class Session
{
    public static void Configure(CookieAuthenticationOptions options, IdentityPolicy policy)
    {
        options.Cookie.Name = Schemes.SessionCookie;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Cookie.Path = "/";
        options.ExpireTimeSpan = TimeSpan.FromDays(policy.SessionDays);
        options.SlidingExpiration = true;
        options.Events.OnValidatePrincipal = ValidateAsync;
        options.Events.OnRedirectToLogin = context => Answer(context.Response, StatusCodes.Status401Unauthorized);
        options.Events.OnRedirectToAccessDenied = context => Answer(context.Response, StatusCodes.Status403Forbidden);
    }

    /// <summary>
    /// Starts a session. The order matters: existing clients join all Set-Cookie headers and stop at the first one that ends
    /// in a bare flag, so the CSRF cookie (which ends in <c>samesite=lax</c>) goes first and the session (<c>httponly</c>) last.
    /// </summary>
    public static async Task StartAsync(HttpContext http, User user, int loginKeyId)
    {
        var csrf = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var days = http.RequestServices.GetRequiredService<IOptions<IdentityPolicy>>().Value.SessionDays;
        var identity = new ClaimsIdentity(Schemes.Session);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, user.Id.ToString(CultureInfo.InvariantCulture)));
        identity.AddClaim(new Claim(ClaimTypes.Name, user.UserName!));
        identity.AddClaim(new Claim(Schemes.StampClaim, user.SecurityStamp ?? ""));
        identity.AddClaim(new Claim(Schemes.CsrfClaim, csrf));
        identity.AddClaim(new Claim(Schemes.LoginKeyClaim, loginKeyId.ToString(CultureInfo.InvariantCulture)));

        http.Response.Cookies.Append(Schemes.CsrfCookie, csrf, CsrfCookie(http, TimeSpan.FromDays(days)));
        await http.SignInAsync(Schemes.Session, new ClaimsPrincipal(identity), new AuthenticationProperties { IsPersistent = true });
    }

    public static async Task EndAsync(HttpContext http)
    {
        http.Response.Cookies.Delete(Schemes.CsrfCookie, CsrfCookie(http, lifetime: null));
        await http.SignOutAsync(Schemes.Session);
    }

    private static CookieOptions CsrfCookie(HttpContext http, TimeSpan? lifetime) => new()
    {
        Path = "/",
        SameSite = SameSiteMode.Lax,
        Secure = http.Request.IsHttps,
        Expires = lifetime is { } duration ? http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow() + duration : null,
    };

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var http = context.HttpContext;
        var db = http.RequestServices.GetRequiredService<AnnotatorDbContext>();
        var principal = context.Principal!;
        var id = int.Parse(principal.FindFirstValue(ClaimTypes.NameIdentifier)!, CultureInfo.InvariantCulture);
        var loginKey = int.Parse(principal.FindFirstValue(Schemes.LoginKeyClaim)!, CultureInfo.InvariantCulture);
        var user = await db.Users
            .Where(user => user.Id == id && user.IsActive)
            .Select(user => new
            {
                user.UserName,
                user.Group,
                user.SecurityStamp,
                SignedOut = db.AccessTokens.Any(key => key.Id == loginKey && key.RevokedDate != null),
            })
            .SingleOrDefaultAsync(http.RequestAborted);
        if (user is null || user.SignedOut || user.SecurityStamp != principal.FindFirstValue(Schemes.StampClaim))
        {
            context.RejectPrincipal();
            return;
        }

        http.Features.Set(new CurrentUser(id, user.UserName!, user.Group, AuthenticationMethod.Session));
    }

    private static Task Answer(HttpResponse response, int status)
    {
        response.StatusCode = status;
        return Task.CompletedTask;
    }
}
