using System.Globalization;
using System.Security.Claims;
using Annotator.Core.Identity;
using Microsoft.AspNetCore.Authentication;

namespace Annotator.Api.Identity;

/// <summary>Carries <see cref="CurrentUser"/> from the authentication handlers to whoever asks for it.</summary>
internal static class CurrentUserFeature
{
    /// <summary>
    /// Makes <see cref="CurrentUser"/> a parameter of handlers. Asking for it on an anonymous request is a mistake in the
    /// route; where anonymous requests are welcome, use <see cref="User"/>.
    /// </summary>
    public static IServiceCollection AddCurrentUser(this IServiceCollection services) =>
        services
            .AddHttpContextAccessor()
            .AddScoped(provider => provider.GetRequiredService<IHttpContextAccessor>().HttpContext?.User()
                ?? throw new InvalidOperationException("The request is anonymous: the route must require authorization."));

    /// <summary>Who sends the request; null when nobody said.</summary>
    public static CurrentUser? User(this HttpContext http) => http.Features.Get<CurrentUser>();

    /// <summary>The result of a handler that knows the user.</summary>
    public static AuthenticateResult Succeed(this HttpContext http, CurrentUser user, string scheme, params ReadOnlySpan<Claim> more)
    {
        http.Features.Set(user);
        var identity = new ClaimsIdentity(scheme);
        identity.AddClaim(new Claim(ClaimTypes.NameIdentifier, user.Id.ToString(CultureInfo.InvariantCulture)));
        identity.AddClaim(new Claim(ClaimTypes.Name, user.Username));
        foreach (var claim in more)
        {
            identity.AddClaim(claim);
        }

        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), scheme));
    }
}
