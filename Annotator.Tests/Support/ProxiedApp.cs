using Annotator.Api.Lists;
using Annotator.Web.Identity;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Annotator.Tests.Support;

/// <summary>The Api and, in front of it, the Web, both on real ports: what a browser talks to.</summary>
public sealed class ProxiedApp(DatabaseTemplate template) : AnnotatorApp(template)
{
    private readonly List<IAsyncDisposable> _servers = [];
    private Uri _api = null!;

    /// <summary>The Web as it is without any setting.</summary>
    public Uri Url { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _api = Start<ListQuery>(CreateReplica());
        Url = StartWeb();
    }

    /// <summary>One more Web, with settings; it ends with the fixture.</summary>
    public Uri StartWeb(params (string Name, string Value)[] settings) => Start(new WebApplicationFactory<BrowserSession>().WithWebHostBuilder(host =>
    {
        host.UseSetting("services:api:http:0", _api.GetLeftPart(UriPartial.Authority));
        host.UseSetting("Logging:LogLevel:Default", "Error");
        foreach (var (name, value) in settings)
        {
            host.UseSetting(name, value);
        }
    }));

    /// <summary>A client that keeps no cookies and follows no redirects.</summary>
    public static HttpClient Client(Uri url) =>
        new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = url };

    public override async ValueTask DisposeAsync()
    {
        foreach (var server in Enumerable.Reverse(_servers))
        {
            await server.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    private Uri Start<T>(WebApplicationFactory<T> factory)
        where T : class
    {
        var server = factory.WithWebHostBuilder(host => host.UseUrls("http://127.0.0.1:0"));
        _servers.Add(factory);
        server.UseKestrel();
        server.StartServer();
        return server.ClientOptions.BaseAddress;
    }
}
