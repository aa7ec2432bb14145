using System.Net.Http.Headers;
using System.Text;
using Annotator.Api.Lists;
using Annotator.Core;
using Annotator.Core.Identity;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Tests.Support;

/// <summary>
/// The Api as its users meet it, over HTTP, on a PostgreSQL of the class's own: <c>IClassFixture&lt;AnnotatorApp&gt;</c>.
/// Redis is away, as it may be in life. Derive from it to change configuration or services.
/// </summary>
public class AnnotatorApp(DatabaseTemplate template) : IAsyncLifetime
{
    /// <summary>Every user of <see cref="Given"/> has it.</summary>
    public const string Password = "correct horse battery";

    private readonly string _blobs = Path.Combine(Path.GetTempPath(), "annotator-blobs-" + Guid.CreateVersion7().ToString("N"));
    private WebApplicationFactory<ListQuery> _factory = null!;

    public TestDatabase Database { get; private set; } = null!;

    /// <summary>Sets the scene, past the API.</summary>
    public Given Given { get; private set; } = null!;

    public IServiceProvider Services => _factory.Services;

    /// <summary>The folder that blobs are in.</summary>
    public string BlobFolder => _blobs;

    public virtual async ValueTask InitializeAsync()
    {
        Database = await template.CreateAsync();
        Given = new Given(Database);
        Directory.CreateDirectory(_blobs);
        _factory = CreateReplica();
    }

    /// <summary>One more Api on the same database and blobs; the caller disposes it.</summary>
    internal WebApplicationFactory<ListQuery> CreateReplica() =>
        new WebApplicationFactory<ListQuery>().WithWebHostBuilder(host =>
        {
            host.UseSetting("ConnectionStrings:annotator", Database.ConnectionString);
            host.UseSetting("ConnectionStrings:redis", "127.0.0.1:1,abortConnect=false,connectTimeout=100");
            host.UseSetting("ConnectionStrings:blobs", new Uri(_blobs).AbsoluteUri);
            host.UseSetting("Logging:LogLevel:Default", "Warning");
            Configure(host);
            host.ConfigureTestServices(services =>
            {
                services.RefuseAmbiguousRows();
                ConfigureServices(services);
            });
        });

    public virtual async ValueTask DisposeAsync()
    {
        await _factory.DisposeAsync();
        await Database.DisposeAsync();
        Directory.Delete(_blobs, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A client that says nothing about who it is and keeps no cookies.</summary>
    public HttpClient Anonymous() =>
        _factory.CreateClient(new WebApplicationFactoryClientOptions { HandleCookies = false, AllowAutoRedirect = false });

    /// <summary>A client of the user by a login key: the shortest way to ask as somebody.</summary>
    public HttpClient As(User user)
    {
        var client = Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Token", Given.LoginKey(user));
        return client;
    }

    public HttpClient ByBasic(User user, string password = Password)
    {
        var client = Anonymous();
        client.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user.UserName}:{password}")));
        return client;
    }

    /// <summary>A browser after signing in: cookies, and the CSRF header that pages send.</summary>
    public async Task<HttpClient> BySessionAsync(User user, string password = Password)
    {
        var client = _factory.CreateClient(new WebApplicationFactoryClientOptions { HandleCookies = true, AllowAutoRedirect = false });
        var login = await client.Post("/api/auth/login", new { username = user.UserName, password });
        login.Is(System.Net.HttpStatusCode.OK);
        var csrf = login.Response.Headers.GetValues("Set-Cookie").Single(cookie => cookie.StartsWith("csrftoken=", StringComparison.Ordinal));
        client.DefaultRequestHeaders.Add("X-CSRFToken", csrf["csrftoken=".Length..csrf.IndexOf(';', StringComparison.Ordinal)]);
        return client;
    }

    /// <summary>What clients other than <see cref="HttpClient"/> send their requests through.</summary>
    public HttpMessageHandler Handler() => _factory.Server.CreateHandler();

    /// <summary>A context on the app's database.</summary>
    public AnnotatorDbContext Db() => Database.CreateContext();

    protected virtual void Configure(IWebHostBuilder host)
    {
    }

    protected virtual void ConfigureServices(IServiceCollection services)
    {
    }
}
