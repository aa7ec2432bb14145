using System.Runtime.CompilerServices;
using Annotator.Formats;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Tests.Formats;

/// <summary>Archives of more than four gigabytes, written to a stream that cannot seek as a blob store's cannot.</summary>
public sealed class BigArchivesTests
{
    private const long ImageBytes = 1500L << 20;
    private const int Images = 3;

    [Fact]
    public async Task An_archive_of_more_than_four_gigabytes_is_whole_and_is_read_again()
    {
        var cancel = TestContext.Current.CancellationToken;
        var path = Path.GetTempFileName();
        try
        {
            await using (var output = new SparseFile(path))
            {
                var source = new BigSource();
                await DatasetFormats.FindExporter("CVAT for images 1.1")!.Writer.WriteAsync(source, output, new DatasetWriteOptions { SaveImages = true }, new DatasetReport(), cancel);
            }

            Assert.True(new FileInfo(path).Length > 4L << 30);
            await using var archive = await DatasetArchive.OpenAsync(File.OpenRead(path), "a.zip", DatasetLimits.Default, cancel);
            await using var read = await DatasetFormats.FindImporter("CVAT 1.1")!.Reader.OpenAsync(archive, DatasetReadOptions.Default, new DatasetReport(), cancel);
            var items = new List<DatasetItem>();
            await foreach (var item in read.ReadItemsAsync(cancel))
            {
                items.Add(item);
            }

            Assert.Equal(["0.jpg", "1.jpg", "2.jpg"], items.Select(item => item.Name));
            Assert.All(archive.Entries.Where(entry => entry.Path.EndsWith(".jpg", StringComparison.Ordinal)), entry => Assert.Equal(ImageBytes, entry.Length));
            await using var last = await items[^1].OpenImage!(cancel);
            var start = new byte[4];
            await last.ReadExactlyAsync(start, cancel);
            Assert.Equal("last"u8.ToArray(), start);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private sealed class BigSource : IDatasetSource
    {
        public DatasetInfo Info { get; } = new() { Labels = [new DatasetLabel { Name = "car" }] };
        public bool HasTracks => false;

        public async IAsyncEnumerable<DatasetItem> ReadItemsAsync([EnumeratorCancellation] CancellationToken cancel)
        {
            for (var number = 0; number < Images; number++)
            {
                var start = number == Images - 1 ? "last"u8.ToArray() : [];
                yield return new DatasetItem { Name = $"{number}.jpg", Frame = number, Width = 10, Height = 10, OpenImage = _ => Task.FromResult<Stream>(new Zeros(start)) };
            }

            await Task.CompletedTask;
        }

        public async IAsyncEnumerable<DatasetTrack> ReadTracksAsync([EnumeratorCancellation] CancellationToken cancel)
        {
            await Task.CompletedTask;
            yield break;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>A few bytes, then zeros.</summary>
    private sealed class Zeros(byte[] start) : Stream
    {
        private long _position;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => ImageBytes;
        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            var length = (int)Math.Min(buffer.Length, ImageBytes - _position);
            buffer[..length].Clear();
            if (_position < start.Length)
            {
                length = Math.Min(length, start.Length - (int)_position);
                start.AsSpan((int)_position, length).CopyTo(buffer);
            }

            _position += length;
            return length;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    /// <summary>A file that is written from front to back and in which runs of zeros take no room.</summary>
    private sealed class SparseFile(string path) : Stream
    {
        private readonly FileStream _file = new(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        private long _end;

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (buffer.ContainsAnyExcept((byte)0))
            {
                _file.Position = _end;
                _file.Write(buffer);
            }

            _end += buffer.Length;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
        public override void Flush() { }
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _file.SetLength(_end);
            _file.Dispose();
            base.Dispose(disposing);
        }
    }
}
