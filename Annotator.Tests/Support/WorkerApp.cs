using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Worker.Media;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Annotator.Tests.Support;

/// <summary>
/// The Worker in process, on a database and a blob folder that it may share with an <see cref="AnnotatorApp"/>. With servers
/// it does what is enqueued by itself; without them a test runs operations one by one.
/// </summary>
public sealed class WorkerApp : IAsyncDisposable
{
    private readonly WebApplicationFactory<PrepareTaskData> _factory;

    public WorkerApp(string connectionString, string blobFolder, bool servers = false, Action<IServiceCollection>? configure = null, string redis = "127.0.0.1:1,abortConnect=false,connectTimeout=100", string? blobs = null) =>
        _factory = new WebApplicationFactory<PrepareTaskData>().WithWebHostBuilder(host =>
        {
            host.UseSetting("ConnectionStrings:annotator", connectionString);
            host.UseSetting("ConnectionStrings:redis", redis);
            host.UseSetting("ConnectionStrings:blobs", blobs ?? new Uri(blobFolder).AbsoluteUri);
            host.UseSetting("Logging:LogLevel:Default", "Error");
            host.UseSetting("Operations:Heartbeat", "00:00:00.2");
            host.ConfigureTestServices(services =>
            {
                if (!servers)
                {
                    foreach (var hosted in services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Name != "GenericWebHostService").ToList())
                    {
                        services.Remove(hosted);
                    }
                }

                services.RefuseAmbiguousRows();
                configure?.Invoke(services);
            });
        });

    public IServiceProvider Services => _factory.Services;

    public IBlobStore Blobs => Services.GetRequiredService<IBlobStore>();

    /// <summary>Sends requests to the Worker: what Api's client for it is given in a test.</summary>
    public HttpMessageHandler CreateHandler() => _factory.Server.CreateHandler();

    public HttpClient CreateClient() => _factory.CreateClient();

    /// <summary>Runs an operation to its end, as a server would.</summary>
    public Task RunAsync(Guid operationId, CancellationToken cancel) =>
        Services.GetRequiredService<IOperationRunner>().RunAsync(operationId, cancel);

    public ValueTask DisposeAsync() => _factory.DisposeAsync();
}
