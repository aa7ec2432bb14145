using Annotator.Api.Users;
using Annotator.Core;
using Annotator.Core.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Annotator.Api.Identity;

/// <summary>Accounts, the three ways to authenticate, and what every request must obey.</summary>
internal static class IdentityFeature
{
    public static IServiceCollection AddIdentityFeature(this IServiceCollection services)
    {
        services.AddOptions<IdentityPolicy>().BindConfiguration(IdentityPolicy.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<SetupOptions>().BindConfiguration(SetupOptions.Section);
        services.AddCurrentUser();
        services.AddMemoryCache();
        services.AddSingleton<SignInLimits>();
        services.AddScoped<PasswordSignIn>();
        services.AddScoped<LoginKeys>();
        services.AddScoped<Access>();
        services.AddScoped<People>();
        services.AddScoped<FirstAdministrator>();
        services.AddHostedService<AdministratorFromEnvironment>();

        services.AddDataProtection().SetApplicationName("Annotator").PersistKeysToDbContext<AnnotatorDbContext>();
        services.AddIdentityCore<User>().AddEntityFrameworkStores<AnnotatorDbContext>();
        services.AddOptions<IdentityOptions>().Configure<IOptions<IdentityPolicy>>((identity, policy) => Configure(identity, policy.Value));

        services.AddAuthentication(Schemes.Any)
            .AddPolicyScheme(Schemes.Any, null, options => options.ForwardDefaultSelector = Schemes.Choose)
            .AddCookie(Schemes.Session)
            .AddScheme<AuthenticationSchemeOptions, TokenHandler>(Schemes.Token, null)
            .AddScheme<AuthenticationSchemeOptions, BasicHandler>(Schemes.Basic, null);
        services.AddOptions<CookieAuthenticationOptions>(Schemes.Session)
            .Configure<IOptions<IdentityPolicy>>((cookie, policy) => Session.Configure(cookie, policy.Value));
        return services.AddAuthorization();
    }

    /// <summary>
    /// The order of the pipeline: who (authentication), may anybody (authorization), the rules of every request, the rules of
    /// this object.
    /// </summary>
    public static WebApplication UseIdentityFeature(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseMiddleware<RequestRules>();
        app.UseMiddleware<AccessRules>();
        return app;
    }

    private static void Configure(IdentityOptions identity, IdentityPolicy policy)
    {
        identity.User.RequireUniqueEmail = true;
        identity.User.AllowedUserNameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.@+-";
        identity.Password.RequiredLength = policy.PasswordLength;
        identity.Password.RequireDigit = false;
        identity.Password.RequireLowercase = false;
        identity.Password.RequireUppercase = false;
        identity.Password.RequireNonAlphanumeric = false;
        identity.Lockout.AllowedForNewUsers = true;
        identity.Lockout.MaxFailedAccessAttempts = policy.LockoutAttempts;
        identity.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(policy.LockoutMinutes);
    }
}
