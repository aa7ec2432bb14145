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

    /// <summary>From here on the Api is asked before the body is sent.</summary>
    private const long LargeBody = 1 << 20;

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

            // The Api always says whether it wants a body; to begin before it does would lose its refusal.
            handler.Expect100ContinueTimeout = TimeSpan.FromMinutes(1);
        });
    }

    public static void MapApiProxy(this WebApplication app)
    {
        var origin = app.Services.GetRequiredService<ApiAddress>().Origin;
        var invoker = new HttpMessageInvoker(app.Services.GetRequiredService<IHttpMessageHandlerFactory>().CreateHandler(HandlerName));
        app.Lifetime.ApplicationStopped.Register(invoker.Dispose);
        var config = new ForwarderRequestConfig { ActivityTimeout = ActivityTimeout };
        var transformer = app.Services.GetRequiredService<ITransformBuilder>()
            .Create(transforms => transforms.AddOriginalHost().AddXForwarded().AddRequestTransform(AskBeforeLargeBodies));
        foreach (var pattern in new[] { "/api/{**rest}", "/hubs/{**rest}" })
        {
            app.MapForwarder(pattern, origin, config, transformer, invoker).AllowAnonymous();
        }
    }

    /// <summary>
    /// Lets the Api refuse a body (413 and others) before it is sent. An answer that came while we are still sending would be
    /// lost with the connection, and the browser would learn nothing but 502.
    /// </summary>
    private static ValueTask AskBeforeLargeBodies(RequestTransformContext context)
    {
        var request = context.HttpContext.Request;
        if (request.ContentLength > LargeBody || (request.ContentLength is null && request.Headers.TransferEncoding.Count > 0))
        {
            context.ProxyRequest.Headers.ExpectContinue = true;
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Whether the Web itself answers the request.</summary>
    public static bool IsOurs(HttpContext http) =>
        !http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
        && !http.Request.Path.StartsWithSegments("/hubs", StringComparison.Ordinal);
}
