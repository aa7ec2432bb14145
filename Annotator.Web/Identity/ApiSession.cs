using Annotator.Client;
using Annotator.Web.Proxy;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Http.Resilience;

namespace Annotator.Web.Identity;

/// <summary>Who is signed in is the Api's to say; this wires the pages to it.</summary>
internal static class ApiSession
{
    private const string HttpClientName = "api";

    public static void AddApiSession(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddScoped<BrowserSession>();
        var http = services.AddHttpClient(HttpClientName, (provider, client) =>
            client.BaseAddress = new Uri(provider.GetRequiredService<ApiAddress>().Origin));
        http.UseSocketsHttpHandler((handler, _) =>
        {
            handler.UseCookies = false;
            handler.AllowAutoRedirect = false;
        });
#pragma warning disable EXTEXP0001 // The default handler would repeat a POST that timed out, and create things twice.
        http.RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
        http.AddStandardResilienceHandler().Configure(resilience => resilience.Retry.DisableForUnsafeHttpMethods());
        services.AddScoped(provider => new AnnotatorClient(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(HttpClientName),
            provider.GetRequiredService<BrowserSession>().Authenticate));

        services.AddAuthentication(SessionHandler.Scheme).AddScheme<SessionOptions, SessionHandler>(SessionHandler.Scheme, null);
        services.AddAuthorization(options =>
        {
            options.AddPolicy(Policies.Administrator, policy => policy.RequireRole("admin"));
            options.AddPolicy(Policies.Maker, policy => policy.RequireRole("admin", "business", "user"));
        });
        services.AddCascadingAuthenticationState();
        AddKeys(builder);
    }

    /// <summary>
    /// Keys protect form tokens and the page's state. Several replicas need a folder in common; a single one may lose its keys
    /// with its life, because nobody's session depends on them.
    /// </summary>
    private static void AddKeys(WebApplicationBuilder builder)
    {
        var protection = builder.Services.AddDataProtection().SetApplicationName("annotator-web");
        if (builder.Configuration["DataProtection:Folder"] is { Length: > 0 } folder)
        {
            protection.PersistKeysToFileSystem(new DirectoryInfo(folder));
        }
        else
        {
            protection.UseEphemeralDataProtectionProvider();
        }
    }
}

/// <summary>Names of authorization policies.</summary>
internal static class Policies
{
    public const string Administrator = "Administrator";

    /// <summary>Who may make projects and tasks; the others work on what they are given.</summary>
    public const string Maker = "Maker";
}
