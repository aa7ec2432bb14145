using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Annotator.Tests.Support;

/// <summary>Somebody else's server on the loopback address: what it answers to a path is told by the test.</summary>
public sealed class ModelServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Func<HttpContext, JsonElement, Task>> _answers = new(StringComparer.Ordinal);

    private ModelServer(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>What came in: path, body (undefined for none), and the authorization header.</summary>
    public ConcurrentQueue<(string Path, JsonElement Body, string Authorization)> Requests { get; } = [];

    public static async Task<ModelServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new ModelServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        server.Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return server;
    }

    /// <summary>Answers a path with JSON.</summary>
    public ModelServer At(string path, Func<JsonElement, object> answer) => At(path, (http, body) => http.Response.WriteAsJsonAsync(answer(body)));

    /// <summary>Answers a path in any way.</summary>
    public ModelServer At(string path, Func<HttpContext, JsonElement, Task> answer)
    {
        _answers[path] = answer;
        return this;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        var body = http.Request.ContentLength > 0 ? (await JsonDocument.ParseAsync(http.Request.Body)).RootElement.Clone() : default;
        Requests.Enqueue((http.Request.Path, body, http.Request.Headers.Authorization.ToString()));
        if (_answers.TryGetValue(http.Request.Path, out var answer))
        {
            await answer(http, body);
        }
        else
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }
}
