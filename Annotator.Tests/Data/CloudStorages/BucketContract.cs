using Annotator.Core.CloudStorages;
using Annotator.ServiceDefaults;
using Annotator.Tests.Support;
using Azure.Storage.Blobs;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Tests.Data.CloudStorages;

/// <summary>What every kind of bucket does, through the guarded client, with the loopback address allowed.</summary>
public abstract class BucketContract : IAsyncDisposable
{
    private readonly ServiceProvider _provider = new ServiceCollection()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(Allowed).Build())
        .AddSingleton(TimeProvider.System)
        .AddDataProtection().UseEphemeralDataProtectionProvider().Services
        .AddOutboundHttp()
        .AddCloudStorages(services => new OutboundClients(() => OutboundHttp.CreateClient(services), OutboundHttp.RefusalOf))
        .BuildServiceProvider();

    private static Dictionary<string, string?> Allowed => new() { [$"{OutboundHttpOptions.Section}:AllowedPrivateHosts:0"] = "127.0.0.1" };

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A fresh, empty bucket.</summary>
    protected abstract Task<(CloudStorage Storage, CloudCredentials Credentials)> MakeAsync();

    protected abstract CloudCredentials Wrong(CloudCredentials right);

    protected ICloudBucket Open(CloudStorage storage, CloudCredentials credentials)
    {
        // As they are stored: sealed.
        storage.SealedCredentials = _provider.GetRequiredService<CredentialsVault>().Seal(credentials);
        Assert.DoesNotContain(credentials.SecretKey ?? credentials.ConnectionString ?? credentials.SessionToken!, storage.SealedCredentials);
        return _provider.GetRequiredService<CloudBuckets>().Open(storage);
    }

    [Fact]
    public async Task A_bucket_is_available_forbidden_or_not_found()
    {
        var (storage, credentials) = await MakeAsync();
        Assert.Equal(CloudStatus.Available, await Open(storage, credentials).StatusAsync(Cancel));
        Assert.Equal(CloudStatus.Forbidden, await Open(storage, Wrong(credentials)).StatusAsync(Cancel));
        storage.Resource = "nobody-made-this";
        Assert.Equal(CloudStatus.NotFound, await Open(storage, credentials).StatusAsync(Cancel));
    }

    [Fact]
    public async Task What_is_written_is_found_listed_and_read_in_parts()
    {
        var (storage, credentials) = await MakeAsync();
        var bucket = Open(storage, credentials);
        var content = Enumerable.Range(0, 1000).Select(number => (byte)number).ToArray();
        string[] keys = ["a b+c/ä&?.bin", "a b+c/deep/x", "top.txt", "z%2Fq/y=1"];
        foreach (var key in keys)
        {
            await bucket.WriteAsync(key, new MemoryStream(content), Cancel);
        }

        var all = await bucket.ListAsync("", deep: true, null, 1000, Cancel);
        Assert.Equal(keys.Order(StringComparer.Ordinal), all.Objects.Select(file => file.Key).Order(StringComparer.Ordinal));
        Assert.All(all.Objects, file => Assert.Equal(1000, file.Length));

        var top = await bucket.ListAsync("", deep: false, null, 1000, Cancel);
        Assert.Equal(["a b+c/", "z%2Fq/"], top.Folders);
        Assert.Equal(["top.txt"], top.Objects.Select(file => file.Key));

        Assert.Equal(new CloudObject(keys[0], 1000), await bucket.FindAsync(keys[0], Cancel));
        var part = await bucket.ReadAsync(keys[0], 990, 50, Cancel);
        Assert.Equal(content[990..], part!.Bytes);
        Assert.Equal(1000, part.Length);
        Assert.Empty((await bucket.ReadAsync(keys[0], 5000, 50, Cancel))!.Bytes);
        Assert.Null(await bucket.FindAsync("not/here", Cancel));
        Assert.Null(await bucket.ReadAsync("not/here", 0, 10, Cancel));
    }

    [Fact]
    public async Task Pages_follow_each_other_to_the_end()
    {
        var (storage, credentials) = await MakeAsync();
        var bucket = Open(storage, credentials);
        for (var number = 0; number < 7; number++)
        {
            await bucket.WriteAsync($"f/{number}", new MemoryStream([1]), Cancel);
        }

        var seen = new List<string>();
        string? next = null;
        do
        {
            var page = await bucket.ListAsync("f/", deep: true, next, 3, Cancel);
            Assert.InRange(page.Objects.Count, 0, 3);
            seen.AddRange(page.Objects.Select(file => file.Key));
            next = page.Next;
        }
        while (next is not null);

        Assert.Equal(Enumerable.Range(0, 7).Select(number => $"f/{number}"), seen);
    }

    [Fact]
    public async Task A_large_file_goes_there_and_comes_back_by_seeking()
    {
        var (storage, credentials) = await MakeAsync();
        var bucket = Open(storage, credentials);
        var content = new byte[(33 << 20) + 17];
        new Random(7).NextBytes(content);
        await bucket.WriteAsync("large", new MemoryStream(content), Cancel);

        await using var stream = (await CloudFiles.OpenAsync(bucket, "large", Cancel))!;
        Assert.Equal(content.Length, stream.Length);
        var end = new byte[100];
        stream.Seek(-100, SeekOrigin.End);
        await stream.ReadExactlyAsync(end, Cancel);
        Assert.Equal(content[^100..], end);
        stream.Position = 0;
        using var whole = new MemoryStream();
        await stream.CopyToAsync(whole, Cancel);
        Assert.True(whole.ToArray().AsSpan().SequenceEqual(content));
    }

    [Fact]
    public async Task An_empty_file_is_empty()
    {
        var (storage, credentials) = await MakeAsync();
        var bucket = Open(storage, credentials);
        await bucket.WriteAsync("empty", new MemoryStream(), Cancel);

        await using var stream = (await CloudFiles.OpenAsync(bucket, "empty", Cancel))!;
        Assert.Equal(0, stream.Length);
        Assert.Equal(0, await stream.ReadAsync(new byte[1], Cancel));
    }

    public virtual async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class S3BucketTests : BucketContract
{
    private S3Server? _server;

    protected override async Task<(CloudStorage, CloudCredentials)> MakeAsync()
    {
        _server = await S3Server.StartAsync("photos");
        var storage = new CloudStorage
        {
            ProviderType = CloudProviders.S3, Resource = "photos", CredentialsType = CredentialsTypes.KeyPair, SpecificAttributes = _server.Attributes,
        };
        return (storage, new CloudCredentials(S3Server.Key, S3Server.Secret));
    }

    protected override CloudCredentials Wrong(CloudCredentials right) => right with { SecretKey = "wrong" };

    [Theory]
    [InlineData("../other/secret")]
    [InlineData("a/../../other/secret")]
    [InlineData("./a")]
    public async Task A_key_cannot_step_into_another_bucket(string key)
    {
        var (storage, credentials) = await MakeAsync();
        var bucket = Open(storage, credentials);

        Assert.Null(await bucket.ReadAsync(key, 0, 10, Cancel));
        Assert.Null(await bucket.FindAsync(key, Cancel));
        await Assert.ThrowsAsync<CloudStorageException>(() => bucket.WriteAsync(key, new MemoryStream([1]), Cancel));
        Assert.Empty(_server!.Requests);
    }

    [Fact]
    public async Task What_a_broken_service_says_reaches_nobody()
    {
        var (storage, credentials) = await MakeAsync();
        _server!.Broken = System.Net.HttpStatusCode.InternalServerError;

        var error = await Assert.ThrowsAsync<CloudStorageException>(() => Open(storage, credentials).ListAsync("", true, null, 10, Cancel));

        Assert.Equal(CloudFailure.Unreachable, error.Failure);
        Assert.DoesNotContain("inside-secret", error.ToString());
        Assert.Equal(3, _server.Requests.Count);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        await base.DisposeAsync();
    }
}

/// <summary>Google Cloud Storage by its S3-compatible interface, with an HMAC key.</summary>
public sealed class GoogleBucketTests : BucketContract
{
    private S3Server? _server;

    protected override async Task<(CloudStorage, CloudCredentials)> MakeAsync()
    {
        _server = await S3Server.StartAsync(google: true, "photos");
        var storage = new CloudStorage
        {
            ProviderType = CloudProviders.Google, Resource = "photos", CredentialsType = CredentialsTypes.KeyPair, SpecificAttributes = _server.Attributes,
        };
        return (storage, new CloudCredentials(S3Server.Key, S3Server.Secret));
    }

    protected override CloudCredentials Wrong(CloudCredentials right) => right with { SecretKey = "wrong" };

    public override async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        await base.DisposeAsync();
    }
}

public sealed class AzureContainerTests(AzuriteServer azurite) : BucketContract
{
    protected override async Task<(CloudStorage, CloudCredentials)> MakeAsync()
    {
        var connection = await azurite.ConnectionStringAsync();
        var name = "photos-" + Guid.CreateVersion7().ToString("N");
        await new BlobServiceClient(connection, new BlobClientOptions(BlobClientOptions.ServiceVersion.V2026_06_06)).CreateBlobContainerAsync(name, cancellationToken: Cancel);
        var storage = new CloudStorage { ProviderType = CloudProviders.Azure, Resource = name, CredentialsType = CredentialsTypes.ConnectionString };
        return (storage, new CloudCredentials(ConnectionString: connection));
    }

    protected override CloudCredentials Wrong(CloudCredentials right) =>
        right with { ConnectionString = right.ConnectionString!.Replace("Eby8", "Abc8", StringComparison.Ordinal) };
}
