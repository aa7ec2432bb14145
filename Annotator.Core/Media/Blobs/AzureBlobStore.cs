using System.Runtime.CompilerServices;
using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace Annotator.Core.Media.Blobs;

/// <summary>Blobs in one container of Azure Storage, or of its emulator. The container is made when it is first needed.</summary>
public sealed class AzureBlobStore(BlobServiceClient service) : IBlobStore
{
    private const string ContainerName = "annotator";
    private readonly BlobContainerClient _container = service.GetBlobContainerClient(ContainerName);
    private volatile bool _exists;

    public async Task WriteAsync(string key, Stream content, CancellationToken cancel)
    {
        await using var blob = await CreateAsync(key, cancel);
        await content.CopyToAsync(blob, cancel);
        blob.Complete();
    }

    public async Task<BlobWriteStream> CreateAsync(string key, CancellationToken cancel)
    {
        await EnsureContainerAsync(cancel);
        return new AzureBlobWriteStream(new BlockWriter(_container.GetBlockBlobClient(BlobKey.Check(key))));
    }

    public async Task<Stream?> OpenReadAsync(string key, CancellationToken cancel)
    {
        try
        {
            return await _container.GetBlobClient(BlobKey.Check(key)).OpenReadAsync(cancellationToken: cancel);
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            return null;
        }
    }

    public async Task<BlobInfo?> FindAsync(string key, CancellationToken cancel)
    {
        try
        {
            var properties = (await _container.GetBlobClient(BlobKey.Check(key)).GetPropertiesAsync(cancellationToken: cancel)).Value;
            return new BlobInfo(key, properties.ContentLength, properties.LastModified);
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            return null;
        }
    }

    public async Task<long> AppendAsync(string key, long offset, Stream content, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        await EnsureContainerAsync(cancel);
        var blob = _container.GetAppendBlobClient(BlobKey.Check(key));
        await blob.CreateIfNotExistsAsync(cancellationToken: cancel);
        var length = (await blob.GetPropertiesAsync(cancellationToken: cancel)).Value.ContentLength;
        if (length < offset)
        {
            throw new InvalidOperationException($"The blob '{key}' has {length} bytes; {offset} were expected.");
        }

        await AppendReader.CopyAsync(content, length - offset, AppendBlockAsync, cancel);
        return length;

        async ValueTask AppendBlockAsync(ReadOnlyMemory<byte> block, CancellationToken token)
        {
            // The position makes a lost answer harmless: the same block is never appended twice.
            var conditions = new AppendBlobRequestConditions { IfAppendPositionEqual = length };
            using var body = new MemoryStream(block.ToArray(), writable: false);
            await blob.AppendBlockAsync(body, new AppendBlobAppendBlockOptions { Conditions = conditions }, token);
            length += block.Length;
        }
    }

    public async Task DeleteAsync(string key, CancellationToken cancel)
    {
        try
        {
            await _container.DeleteBlobIfExistsAsync(BlobKey.Check(key), cancellationToken: cancel);
        }
        catch (RequestFailedException error) when (error.Status == 404)
        {
            // There is not even a container.
        }
    }

    public async Task DeletePrefixAsync(string prefix, CancellationToken cancel) =>
        await Parallel.ForEachAsync(
            ListAsync(BlobKey.CheckFolder(prefix), cancel),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = cancel },
            async (blob, token) => await DeleteAsync(blob.Key, token));

    public async IAsyncEnumerable<BlobInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancel)
    {
        await EnsureContainerAsync(cancel);
        await foreach (var blob in _container.GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, cancel))
        {
            yield return new BlobInfo(blob.Name, blob.Properties.ContentLength ?? 0, blob.Properties.LastModified ?? default);
        }
    }

    private async Task EnsureContainerAsync(CancellationToken cancel)
    {
        if (!_exists)
        {
            await _container.CreateIfNotExistsAsync(cancellationToken: cancel);
            _exists = true;
        }
    }

    private sealed class AzureBlobWriteStream(BlockWriter writer) : WrappedWriteStream(writer)
    {
        // Blocks that are never committed are dropped by the service after a week.
        protected override async ValueTask EndAsync(Stream inner, bool complete)
        {
            if (complete)
            {
                await writer.CommitAsync();
            }

            await inner.DisposeAsync();
        }
    }

    /// <summary>Stages blocks; committing their list makes the blob appear, whole.</summary>
    private sealed class BlockWriter(BlockBlobClient blob) : Stream
    {
        private const int BlockSize = 8 * 1024 * 1024;
        private readonly MemoryStream _block = new();
        private readonly List<string> _ids = [];
        private readonly string _writer = $"{Guid.CreateVersion7():N}";
        private long _length;

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => _length;

        public override long Position
        {
            get => _length;
            set => throw new NotSupportedException();
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (!buffer.IsEmpty)
            {
                var part = buffer[..(int)Math.Min(buffer.Length, BlockSize - _block.Length)];
                _block.Write(part.Span);
                _length += part.Length;
                buffer = buffer[part.Length..];
                if (_block.Length == BlockSize)
                {
                    await StageAsync(cancellationToken);
                }
            }
        }

        public override void Write(byte[] buffer, int offset, int count) =>
            WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

        public async Task CommitAsync()
        {
            await StageAsync(CancellationToken.None);
            await blob.CommitBlockListAsync(_ids);
        }

        // A block is sent when it is full; the service has no smaller step.
        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _block.Dispose();
            base.Dispose(disposing);
        }

        private async Task StageAsync(CancellationToken cancel)
        {
            if (_block.Length == 0)
            {
                return;
            }

            // Ids of one blob must have one length; the writer's own part keeps two writers of a key apart.
            var id = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{_writer}{_ids.Count:D8}"));
            _block.Position = 0;
            await blob.StageBlockAsync(id, _block, cancellationToken: cancel);
            _ids.Add(id);
            _block.SetLength(0);
        }
    }
}
