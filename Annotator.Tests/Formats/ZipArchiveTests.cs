using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using Annotator.Formats;
using Annotator.Formats.Archives;

namespace Annotator.Tests.Formats;

[Collection(MeasuredAlone.Name)]
public sealed class ZipArchiveTests
{
    private const int DirectoryOffset = 16;
    private const int MethodField = 10;

    [Fact]
    public async Task An_archive_of_very_many_files_costs_little_more_than_their_names()
    {
        const int Files = 100_000;
        var zip = ZipOfEmptyFiles(Files);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await using var archive = await OpenAsync(zip);

        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.Equal(Files, archive.Entries.Count);
        Assert.True(held / Files <= 250, $"{held / Files} bytes for a file");
    }

    /// <summary>By itself, so that nothing of its making is alive, or dies, while the archive is measured.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static MemoryStream ZipOfEmptyFiles(int files) =>
        new(DatasetFiles.Zip([.. Enumerable.Range(0, files).Select(i => ($"images/train/frame_{i:D8}.jpg", Array.Empty<byte>()))]));

    [Fact]
    public async Task Files_may_be_read_in_turn()
    {
        var (one, other) = (Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 9000))), Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(5, 9000))));
        await using var archive = await OpenAsync(new MemoryStream(DatasetFiles.Zip(("one", one), ("other", other))));

        await using var first = archive.Open(archive.Find("one")!);
        await using var second = archive.Open(archive.Find("other")!);
        var (read1, read2) = (new MemoryStream(), new MemoryStream());
        var buffer = new byte[1000];
        int read;
        while ((read = await first.ReadAsync(buffer, TestContext.Current.CancellationToken)) > 0)
        {
            read1.Write(buffer.AsSpan(0, read));
            read2.Write(buffer.AsSpan(0, second.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)));
        }

        await second.CopyToAsync(read2, TestContext.Current.CancellationToken);
        Assert.Equal(one, read1.ToArray());
        Assert.Equal(other, read2.ToArray());
    }

    [Fact]
    public async Task Stored_files_and_numbers_of_64_bits_are_read()
    {
        // A writer that cannot seek, and does not know lengths beforehand, still tells them in the directory.
        using var output = new MemoryStream();
        await using (var zip = new ZipArchive(new UnseekableStream(output), ZipArchiveMode.Create, leaveOpen: true))
        {
            await using var entry = await zip.CreateEntry("a/é車.txt", CompressionLevel.NoCompression).OpenAsync(TestContext.Current.CancellationToken);
            entry.Write("stored"u8);
        }

        var bytes = Large(output.ToArray());
        await using var archive = await OpenAsync(new MemoryStream(bytes));

        var file = Assert.Single(archive.Entries);
        using var reader = new StreamReader(archive.Open(file));
        Assert.Equal(("a/é車.txt", 6L, "stored"), (file.Path, file.Length, await reader.ReadToEndAsync(TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Names_of_old_archives_are_in_the_code_page_of_old_machines()
    {
        var zip = DatasetFiles.Zip(("Strasse.txt", [1]));
        foreach (var at in Enumerable.Range(0, zip.Length - 2).Where(i => zip.AsSpan(i, 2).SequenceEqual("ss"u8)))
        {
            (zip[at], zip[at + 1]) = (0xe1, (byte)'_');
        }

        await using var archive = await OpenAsync(new MemoryStream(zip));

        Assert.Equal("Straß_e.txt", Assert.Single(archive.Entries).Path);
    }

    [Fact]
    public async Task A_name_that_an_archiver_adds_in_unicode_counts()
    {
        var zip = DatasetFiles.Zip(("a.txt", [1]));
        var directory = zip.AsSpan().IndexOf("PK\u0001\u0002"u8);
        byte[] name = [1, 0, 0, 0, 0, .. "фото.txt"u8];
        byte[] extra = [0x75, 0x70, (byte)name.Length, 0, .. name];
        var end = directory + 46 + "a.txt".Length;
        zip = [.. zip[..end], .. extra, .. zip[end..]];
        zip[directory + 30] = (byte)extra.Length;

        await using var archive = await OpenAsync(new MemoryStream(zip));

        Assert.Equal("фото.txt", Assert.Single(archive.Entries).Path);
    }

    [Fact]
    public async Task A_file_that_is_packed_in_another_way_or_is_not_there_is_named()
    {
        var zip = DatasetFiles.Zip(("a.txt", [1, 2, 3]), ("b.txt", [1, 2, 3]));
        var directory = BinaryPrimitives.ReadInt32LittleEndian(zip.AsSpan(zip.Length - 22 + DirectoryOffset));
        var other = zip.ToArray();
        other[directory + 46 + "a.txt".Length + MethodField] = 14;
        var moved = zip.ToArray();
        moved[directory / 2] = (byte)'X';
        foreach (var (bytes, said) in new[] { (other, "method 14"), (moved, "not where") })
        {
            await using var archive = await OpenAsync(new MemoryStream(bytes));
            var error = Assert.Throws<DatasetException>(() => archive.Open(archive.Entries[1]));
            Assert.Equal("archive-damaged", error.Code);
            Assert.Contains(said, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Files_that_lie_over_each_other_are_refused()
    {
        var content = new byte[60_000];
        new Random(1).NextBytes(content);
        var zip = DatasetFiles.Zip(("a", content), ("b", content));
        var directory = BinaryPrimitives.ReadInt32LittleEndian(zip.AsSpan(zip.Length - 22 + DirectoryOffset));
        var one = zip.AsSpan(directory, 47).ToArray();
        var end = zip.AsSpan(zip.Length - 22).ToArray();
        BinaryPrimitives.WriteInt16LittleEndian(end.AsSpan(10), 3);
        BinaryPrimitives.WriteInt32LittleEndian(end.AsSpan(12), 3 * one.Length);
        byte[] Named(char name) => [.. one[..46], (byte)name];
        byte[] bytes = [.. zip[..directory], .. Named('a'), .. Named('b'), .. Named('c'), .. end];

        var error = await Assert.ThrowsAsync<DatasetException>(async () => await (await OpenAsync(new MemoryStream(bytes))).DisposeAsync());

        Assert.Equal("archive-overlapping", error.Code);
    }

    [Fact]
    public async Task Directories_with_changed_bytes_give_files_or_a_named_error_and_nothing_else()
    {
        var random = new Random(4711);
        var zip = DatasetFiles.Zip(("a/b.txt", "one"u8.ToArray()), ("c.txt", "two two two two"u8.ToArray()));
        for (var i = 0; i < 4000; i++)
        {
            var changed = zip.ToArray();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                await using var archive = await OpenAsync(new MemoryStream(changed));
                foreach (var entry in archive.Entries)
                {
                    await using var content = archive.Open(entry);
                    await content.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
                }
            }
            catch (DatasetException error)
            {
                Assert.NotEmpty(error.Code);
            }
        }
    }

    private static Task<DatasetArchive> OpenAsync(MemoryStream zip) =>
        DatasetArchive.OpenAsync(zip, "a.zip", DatasetLimits.Default, TestContext.Current.CancellationToken);

    /// <summary>Moves the lengths and the place of the only file of an archive into an extra field of 64-bit numbers.</summary>
    private static byte[] Large(byte[] zip)
    {
        var end = zip.Length - 22;
        var directory = BinaryPrimitives.ReadInt32LittleEndian(zip.AsSpan(end + DirectoryOffset));
        var entry = zip.AsSpan(directory, end - directory).ToArray();
        var name = BinaryPrimitives.ReadUInt16LittleEndian(entry.AsSpan(28));
        byte[] extra = [1, 0, 24, 0, .. Long(24), .. Long(20), .. Long(42)];
        BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(30), (ushort)extra.Length);
        foreach (var at in new[] { 20, 24, 42 })
        {
            BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(at), uint.MaxValue);
        }

        return [.. zip[..directory], .. entry[..(46 + name)], .. extra, .. zip[end..]];

        byte[] Long(int at) => BitConverter.GetBytes((long)BinaryPrimitives.ReadUInt32LittleEndian(entry.AsSpan(at)));
    }

    private sealed class UnseekableStream(Stream inner) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override void Flush() => inner.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
