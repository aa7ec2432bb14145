using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Annotator.AppHost.Local.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;

namespace Annotator.AppHost.Local.Status;

/// <summary>
/// The runner's own page: resources with state, health, endpoint, restarts and environment (secrets masked), and the log.
/// It listens on the loopback address and asks for the key that the console shows, because logs and settings are nobody
/// else's business on a shared machine.
/// </summary>
internal sealed class StatusPage : IAsyncDisposable
{
    private const string Cookie = "annotator-status";
    private readonly WebApplication _app;

    private StatusPage(WebApplication app, string url) => (_app, Url) = (app, url);

    public string Url { get; }

    public static async Task<StatusPage> StartAsync(IReadOnlyList<RunningResource> resources, LogStream logs, CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Ports.Free()}");
        builder.WebHost.UseUrls(address);
        var app = builder.Build();
        var key = RandomNumberGenerator.GetHexString(32, lowercase: true);
        app.Use((context, next) => Admit(context, key, next));
        app.MapGet("/", Page);
        app.MapGet("/resources", () => TypedResults.Ok(resources.Select(Describe)));
        app.MapGet("/logs", (long after, string? resource) => TypedResults.Ok(logs.After(after, resource).TakeLast(1000)));
        await app.StartAsync(cancel);
        return new StatusPage(app, $"{address}/?key={key}");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private static Task Admit(HttpContext context, string key, RequestDelegate next)
    {
        var given = context.Request.Query["key"].FirstOrDefault() ?? context.Request.Cookies[Cookie] ?? "";
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(key)))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return context.Response.WriteAsync("Open the status page with the whole link that the console shows.");
        }

        context.Response.Cookies.Append(Cookie, key, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict });
        context.Response.Headers.ContentSecurityPolicy = "default-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
        return next(context);
    }

    private static ContentHttpResult Page()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("Annotator.AppHost.Local.Status.status.html")!;
        using var reader = new StreamReader(stream);
        return TypedResults.Content(reader.ReadToEnd(), "text/html; charset=utf-8");
    }

    private static ResourceView Describe(RunningResource resource) => new(
        resource.Name,
        resource.Type,
        resource.State.ToString(),
        resource.StateDetail,
        resource.IsHealthy,
        resource.Endpoint,
        resource.Pid,
        resource.Restarts,
        resource.StartedAt,
        resource.Environment.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary(pair => pair.Key, pair => Mask(pair.Key, pair.Value)));

    private static string Mask(string name, string value) =>
        name.StartsWith("ConnectionStrings__", StringComparison.OrdinalIgnoreCase)
        || name.Contains("TOKEN", StringComparison.OrdinalIgnoreCase)
        || name.Contains("KEY", StringComparison.OrdinalIgnoreCase)
        || name.Contains("PASSWORD", StringComparison.OrdinalIgnoreCase)
        || name.Contains("SECRET", StringComparison.OrdinalIgnoreCase)
            ? "••••••••"
            : value;

    private sealed record ResourceView(
        string Name,
        string Type,
        string State,
        string Detail,
        bool Healthy,
        string? Endpoint,
        int? Pid,
        int Restarts,
        DateTimeOffset? StartedAt,
        Dictionary<string, string> Environment);
}
