using System.Security.Cryptography;
using Annotator.Core.Media;
using Annotator.Core.Media.Blobs;
using Annotator.Tests.Support;
using Azure.Storage.Blobs;

namespace Annotator.Tests.Data.Blobs;

public sealed class FolderStore : BlobStoreContract, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("annotator-blobs-");

    protected override Task<IBlobStore> OpenAsync() => Task.FromResult<IBlobStore>(new FolderBlobStore(_folder.FullName));

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_a_crash_left_aside_is_never_listed_and_goes_in_time()
    {
        var store = new FolderBlobStore(_folder.FullName);
        var abandoned = await store.CreateAsync("data/1/original/0", Cancel);
        await abandoned.WriteAsync(new byte[10], Cancel);

        Assert.Empty(await ListAsync(store, ""));
        store.RemoveAbandoned(DateTimeOffset.MaxValue);
        Assert.Empty(_folder.GetFiles("*", SearchOption.AllDirectories));
        await abandoned.DisposeAsync();
    }
}

public sealed class AzureStore(AzuriteServer azurite) : BlobStoreContract
{
    protected override async Task<IBlobStore> OpenAsync()
    {
        var options = new BlobClientOptions(BlobClientOptions.ServiceVersion.V2026_06_06);
        return new AzureBlobStore(new BlobServiceClient(await azurite.ConnectionStringAsync(), options));
    }
}

/// <summary>What every blob store promises.</summary>
public abstract class BlobStoreContract
{
    // Stores of one emulator share a container; a test keeps to its own folder.
    private readonly string _folder = $"tests-{Guid.CreateVersion7():N}";

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    protected abstract Task<IBlobStore> OpenAsync();

    [Fact]
    public async Task A_blob_reads_as_it_was_written_and_can_be_replaced()
    {
        var store = await OpenAsync();
        var large = RandomNumberGenerator.GetBytes(9_000_000);

        await store.WriteAsync(Key("a/b"), new MemoryStream(large), Cancel);
        Assert.Equal(large, await ReadAsync(store, Key("a/b")));
        await store.WriteAsync(Key("a/b"), new MemoryStream([7]), Cancel);

        Assert.Equal([7], await ReadAsync(store, Key("a/b")));
        Assert.Equal(1, (await store.FindAsync(Key("a/b"), Cancel))!.Length);
    }

    [Fact]
    public async Task Reading_can_start_anywhere()
    {
        var store = await OpenAsync();
        await store.WriteAsync(Key("x"), new MemoryStream([0, 1, 2, 3, 4, 5]), Cancel);

        await using var stream = (await store.OpenReadAsync(Key("x"), Cancel))!;
        stream.Seek(4, SeekOrigin.Begin);

        Assert.Equal(6, stream.Length);
        Assert.Equal(4, stream.ReadByte());
    }

    [Fact]
    public async Task What_is_not_there_is_null_and_deleting_it_is_no_error()
    {
        var store = await OpenAsync();

        Assert.Null(await store.OpenReadAsync(Key("nothing"), Cancel));
        Assert.Null(await store.FindAsync(Key("nothing"), Cancel));
        await store.DeleteAsync(Key("no/thing"), Cancel);
        await store.DeletePrefixAsync(Key("no/"), Cancel);
    }

    [Fact]
    public async Task Nothing_is_visible_of_a_write_that_broke_off()
    {
        var store = await OpenAsync();
        await store.WriteAsync(Key("kept"), new MemoryStream([1]), Cancel);

        await Assert.ThrowsAsync<IOException>(() => store.WriteAsync(Key("kept"), new BreakingStream(100_000), Cancel));
        await using (var half = await store.CreateAsync(Key("half"), Cancel))
        {
            await half.WriteAsync(new byte[10], Cancel);
        }

        Assert.Equal([1], await ReadAsync(store, Key("kept")));
        Assert.Null(await store.FindAsync(Key("half"), Cancel));
    }

    [Fact]
    public async Task Appending_goes_on_where_it_stopped()
    {
        var store = await OpenAsync();

        Assert.Equal(3, await store.AppendAsync(Key("up"), 0, new MemoryStream([0, 1, 2]), Cancel));
        Assert.Equal(5, await store.AppendAsync(Key("up"), 3, new MemoryStream([3, 4]), Cancel));

        Assert.Equal([0, 1, 2, 3, 4], await ReadAsync(store, Key("up")));
    }

    [Fact]
    public async Task A_repeated_append_adds_only_what_is_missing()
    {
        var store = await OpenAsync();
        await store.AppendAsync(Key("again"), 0, new MemoryStream([0, 1, 2, 3]), Cancel);

        Assert.Equal(4, await store.AppendAsync(Key("again"), 1, new MemoryStream([1, 2, 3]), Cancel));
        Assert.Equal(6, await store.AppendAsync(Key("again"), 2, new MemoryStream([2, 3, 4, 5]), Cancel));

        Assert.Equal([0, 1, 2, 3, 4, 5], await ReadAsync(store, Key("again")));
    }

    [Fact]
    public async Task An_append_past_the_end_is_refused_and_changes_nothing()
    {
        var store = await OpenAsync();
        await store.AppendAsync(Key("gap"), 0, new MemoryStream([0]), Cancel);

        await Assert.ThrowsAsync<InvalidOperationException>(() => store.AppendAsync(Key("gap"), 2, new MemoryStream([2]), Cancel));

        Assert.Equal([0], await ReadAsync(store, Key("gap")));
    }

    [Fact]
    public async Task What_arrived_before_a_connection_broke_is_kept()
    {
        var store = await OpenAsync();

        await Assert.ThrowsAsync<IOException>(() => store.AppendAsync(Key("broken"), 0, new BreakingStream(100_000), Cancel));

        Assert.Equal(100_000, (await store.FindAsync(Key("broken"), Cancel))!.Length);
    }

    [Fact]
    public async Task Listing_and_deleting_by_prefix_keep_to_the_prefix()
    {
        var store = await OpenAsync();
        foreach (var key in new[] { "data/1/a", "data/1/b/c", "data/12/a" })
        {
            await store.WriteAsync(Key(key), new MemoryStream([1]), Cancel);
        }

        Assert.Equal([Key("data/1/a"), Key("data/1/b/c")], await ListAsync(store, Key("data/1/")));
        await store.DeletePrefixAsync(Key("data/1/"), Cancel);

        Assert.Equal([Key("data/12/a")], await ListAsync(store, Key("data/")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/etc/passwd")]
    [InlineData("../secret")]
    [InlineData("data/../../secret")]
    [InlineData("data//x")]
    [InlineData("data/.writing")]
    [InlineData("data\\x")]
    [InlineData("data/x\0")]
    [InlineData("data/x\n")]
    [InlineData("C:/x")]
    public async Task A_key_that_could_lead_elsewhere_is_refused(string key)
    {
        var store = await OpenAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => store.WriteAsync(key, Stream.Null, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => store.AppendAsync(key, 0, Stream.Null, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => store.OpenReadAsync(key, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => store.DeleteAsync(key, Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() => store.DeletePrefixAsync(key + "/", Cancel));
    }

    [Fact]
    public async Task A_prefix_without_a_slash_is_refused()
    {
        var store = await OpenAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => store.DeletePrefixAsync("data/1", Cancel));
    }

    protected static async Task<List<string>> ListAsync(IBlobStore store, string prefix)
    {
        var keys = new List<string>();
        await foreach (var blob in store.ListAsync(prefix, Cancel))
        {
            keys.Add(blob.Key);
        }

        return [.. keys.Order(StringComparer.Ordinal)];
    }

    private string Key(string name) => $"{_folder}/{name}";

    private static async Task<byte[]> ReadAsync(IBlobStore store, string key)
    {
        await using var stream = (await store.OpenReadAsync(key, Cancel))!;
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, Cancel);
        return content.ToArray();
    }

    /// <summary>Gives some bytes and then breaks, as a lost connection does.</summary>
    private sealed class BreakingStream(int length) : MemoryStream(new byte[length])
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            return read > 0 ? read : throw new IOException("The connection is gone.");
        }

        public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
        {
            await destination.WriteAsync(ToArray(), cancellationToken);
            throw new IOException("The connection is gone.");
        }
    }
}
