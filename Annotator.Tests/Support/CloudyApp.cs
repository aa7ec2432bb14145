using Annotator.Core.CloudStorages;
using Annotator.Core.Identity;
using Microsoft.AspNetCore.Hosting;

namespace Annotator.Tests.Support;

/// <summary>The Api with an S3 on the loopback address, which its administrator has allowed it to reach.</summary>
public class CloudyApp(DatabaseTemplate template) : AnnotatorApp(template)
{
    public const string Bucket = "photos";

    public S3Server S3 { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        S3 = await S3Server.StartAsync(Bucket, "other", S3Server.OpenBucket);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await S3.DisposeAsync();
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
        (await As(owner).Post("/api/cloudstorages", Connection(bucket))).Is(System.Net.HttpStatusCode.Created)["id"].GetInt32();

    protected override void Configure(IWebHostBuilder host) => host.UseSetting("OutboundHttp:AllowedPrivateHosts:0", "127.0.0.1");
}
