using System.Net;
using Annotator.Api.Media;
using Annotator.Core.CloudStorages;
using Annotator.Core.Identity;
using Annotator.Core.Operations;
using Annotator.ServiceDefaults;
using Annotator.Worker.Media.Sources;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Annotator.Tests.Support;

/// <summary>
/// Api and Worker with an S3 on the loopback address, which their administrator has allowed them to reach, and with a mounted share.
/// Operations are run one by one.
/// </summary>
public class CloudyApp(DatabaseTemplate template) : AnnotatorApp(template)
{
    public const string Bucket = "photos";

    /// <summary>Bytes of a remote file at most.</summary>
    public const int MaxRemoteBytes = 1 << 20;

    public S3Server S3 { get; private set; } = null!;

    public WorkerApp Worker { get; private set; } = null!;

    /// <summary>The share's root.</summary>
    public DirectoryInfo Share { get; } = Directory.CreateTempSubdirectory("annotator-share-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public override async ValueTask InitializeAsync()
    {
        S3 = await S3Server.StartAsync(Bucket, "other", S3Server.OpenBucket);
        await base.InitializeAsync();
        Worker = new WorkerApp(Database.ConnectionString, BlobFolder, configure: services =>
        {
            services.AddSingleton(Options.Create(new OutboundHttpOptions { AllowedPrivateHosts = ["127.0.0.1"] }));
            services.AddSingleton(Options.Create(new RemoteFilesOptions { MaxFileBytes = MaxRemoteBytes }));
            services.AddSingleton(Options.Create(new Worker.Models.ModelOptions { RemoteSeconds = 3, RemoteAnswerBytes = MaxRemoteBytes }));
            services.AddSingleton(Options.Create(new Core.Media.Sources.ShareOptions { Root = Share.FullName }));
        });
    }

    public override async ValueTask DisposeAsync()
    {
        await Worker.DisposeAsync();
        await base.DisposeAsync();
        await S3.DisposeAsync();
        Share.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>What a request that connects the bucket says.</summary>
    public Dictionary<string, object> Connection(string bucket = Bucket, string secret = S3Server.Secret) => new()
    {
        ["provider_type"] = CloudProviders.S3,
        ["resource"] = bucket,
        ["display_name"] = "Photos",
        ["credentials_type"] = CredentialsTypes.KeyPair,
        ["key"] = S3Server.Key,
        ["secret_key"] = secret,
        ["specific_attributes"] = S3.Attributes,
    };

    /// <summary>A storage of the user's, connected by the API; its id.</summary>
    public async Task<int> ConnectAsync(User owner, string bucket = Bucket) =>
        (await As(owner).Post("/api/cloudstorages", Connection(bucket))).Is(HttpStatusCode.Created)["id"].GetInt32();

    /// <summary>A task that takes its files as the body of <c>data</c> says; its id, after the preparation, and what came of that.</summary>
    public async Task<(int Id, Operation Operation)> TaskAsync(User owner, object data, params string[] labels)
    {
        var id = (await As(owner).Post("/api/tasks", new { name = "t", labels = labels.Select(name => new { name }) })).Is(HttpStatusCode.Created)["id"].GetInt32();
        var started = (await As(owner).Post($"/api/tasks/{id}/data", data)).Is(HttpStatusCode.Accepted);
        return (id, await RunAsync(started["rq_id"].GetString()!));
    }

    /// <summary>Runs the latest operation of a request to its end.</summary>
    public async Task<Operation> RunAsync(string requestId)
    {
        await using var db = Db();
        var operation = await db.Operations.OrderByDescending(row => row.CreatedDate).FirstAsync(row => row.Key == requestId, Cancel);
        await Worker.RunAsync(operation.Id, Cancel);
        await db.Entry(operation).ReloadAsync(Cancel);
        return operation;
    }

    protected override void Configure(IWebHostBuilder host)
    {
        host.UseSetting("OutboundHttp:AllowedPrivateHosts:0", "127.0.0.1");
        host.UseSetting("Share:Root", Share.FullName);
    }

    protected override void ConfigureServices(IServiceCollection services) =>
        services.AddHttpClient<WorkerMedia>().ConfigurePrimaryHttpMessageHandler(() => Worker.CreateHandler());
}
