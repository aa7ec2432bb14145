using System.Diagnostics;
using System.Net;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Annotator.Web.Proxy;

/// <summary>
/// Hands <c>/api</c> and <c>/hubs</c> to the Api, so that the browser sees one origin. Bodies of any size stream through in
/// both directions; limits are the Api's to set.
/// </summary>
internal static class ApiProxy
{
    private const string HandlerName = "api-proxy";

    /// <summary>A request may stand still this long: a large import is answered only when its last byte is there.</summary>
    private static readonly TimeSpan ActivityTimeout = TimeSpan.FromMinutes(5);

    public static void AddApiProxy(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton<ApiAddress>();
        var http = builder.Services.AddHttpClient(HandlerName).SetHandlerLifetime(Timeout.InfiniteTimeSpan).RemoveAllLoggers();
#pragma warning disable EXTEXP0001 // What the browser sent is passed on once: the browser repeats what it wants repeated.
        http.RemoveAllResilienceHandlers();
#pragma warning restore EXTEXP0001
        http.UseSocketsHttpHandler((handler, _) =>
        {
            handler.UseProxy = false;
            handler.AllowAutoRedirect = false;
            handler.AutomaticDecompression = DecompressionMethods.None;
            handler.UseCookies = false;
            handler.EnableMultipleHttp2Connections = true;
            handler.ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current);
            handler.ConnectTimeout = TimeSpan.FromSeconds(15);
        });
    }

    public static void MapApiProxy(this WebApplication app)
    {
        var origin = app.Services.GetRequiredService<ApiAddress>().Origin;
        var invoker = new HttpMessageInvoker(app.Services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(HandlerName));
        app.Lifetime.ApplicationStopped.Register(invoker.Dispose);
        var config = new ForwarderRequestConfig { ActivityTimeout = ActivityTimeout };
        var transformer = app.Services.GetRequiredService<ITransformBuilder>()
            .Create(transforms => transforms.AddOriginalHost().AddXForwarded());
        foreach (var pattern in new[] { "/api/{**rest}", "/hubs/{**rest}" })
        {
            app.MapForwarder(pattern, origin, config, transformer, invoker).AllowAnonymous();
        }
    }

    /// <summary>Whether the Web itself answers the request.</summary>
    public static bool IsOurs(HttpContext http) =>
        !http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
        && !http.Request.Path.StartsWithSegments("/hubs", StringComparison.Ordinal);
}
