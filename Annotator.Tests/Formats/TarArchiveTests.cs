using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Annotator.Formats;
using Annotator.Formats.Archives;

namespace Annotator.Tests.Formats;

/// <summary>Tar archives, packed ones, and archives within archives.</summary>
public sealed class TarArchiveTests
{
    private static readonly (string Name, byte[] Content)[] _files = [("ds/a.txt", "one"u8.ToArray()), ("ds/b/c.txt", "two"u8.ToArray())];

    [Theory]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    [InlineData(TarEntryFormat.V7)]
    public async Task Files_of_a_tar_archive_are_read_packed_or_not(TarEntryFormat format)
    {
        var tar = Tar(format, _files);

        Assert.Equal("ds/a.txt=one ds/b/c.txt=two", await ContentAsync(tar, "ds.tar"));
        Assert.Equal("ds/a.txt=one ds/b/c.txt=two", await ContentAsync(Gzip(tar), "ds.tar.gz"));
    }

    [Fact]
    public async Task A_packed_file_that_is_no_archive_is_that_file()
    {
        Assert.Equal("a.json={}", await ContentAsync(Gzip("{}"u8.ToArray()), "a.json.gz"));
    }

    [Fact]
    public async Task Archives_of_archives_are_read_as_folders_and_a_single_one_as_itself()
    {
        var train = DatasetFiles.Zip(("images/a.txt", "one"u8.ToArray()));
        var val = Gzip(Tar(TarEntryFormat.Pax, ("images/a.txt", "two"u8.ToArray())));

        Assert.Equal("README.md=x train/images/a.txt=one val/images/a.txt=two", await ContentAsync(DatasetFiles.Zip(("train.zip", train), ("val.tar.gz", val), ("README.md", "x"u8.ToArray())), "all.zip"));
        Assert.Equal("images/a.txt=one", await ContentAsync(DatasetFiles.Zip(("parts/train.zip", train)), "all.zip"));
        Assert.Equal("images/a.txt=one", await ContentAsync(DatasetFiles.Zip(("outer.zip", DatasetFiles.Zip(("train.zip", train)))), "all.zip"));
    }

    [Fact]
    public async Task Archives_beside_other_files_and_archives_too_deep_stay_packed()
    {
        var zip = DatasetFiles.Zip(("a.txt", "one"u8.ToArray()));
        Assert.Equal(["a.json", "more.zip"], await NamesAsync(DatasetFiles.Zip(("a.json", "{}"u8.ToArray()), ("more.zip", zip))));

        for (var i = 0; i < 3; i++)
        {
            zip = DatasetFiles.Zip(("inner.zip", zip));
        }

        Assert.Equal(["inner.zip"], await NamesAsync(zip));
    }

    [Fact]
    public async Task Links_are_left_out_and_named()
    {
        var tar = Tar(
            new PaxTarEntry(TarEntryType.SymbolicLink, "etc.txt") { LinkName = "/etc/passwd" },
            new PaxTarEntry(TarEntryType.RegularFile, "a.txt") { DataStream = new MemoryStream("one"u8.ToArray()) });
        await using var archive = await OpenAsync(tar, "ds.tar");

        Assert.Equal(["a.txt"], archive.Entries.Select(entry => entry.Path));
        Assert.Equal(["etc.txt"], archive.Skipped);
    }

    [Theory]
    [InlineData("../a.txt", "archive-unsafe-name")]
    [InlineData("/etc/a.txt", "archive-unsafe-name")]
    public async Task Names_that_leave_the_archive_are_refused(string name, string code)
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => OpenAsync(Tar(TarEntryFormat.Pax, (name, "x"u8.ToArray())), "ds.tar"));

        Assert.Equal(code, error.Code);
    }

    [Fact]
    public async Task A_bomb_is_refused_before_it_is_unpacked_whole()
    {
        var limits = DatasetLimits.Default with { RatioFreeBytes = 1 << 20, MaxRatio = 20 };

        var error = await Assert.ThrowsAsync<DatasetException>(() => OpenAsync(Gzip(new byte[4 << 20]), "ds.tar.gz", limits));

        Assert.Equal("archive-ratio", error.Code);
    }

    [Fact]
    public async Task A_cut_archive_is_a_named_error_or_has_the_files_before_the_cut()
    {
        var tar = Tar(TarEntryFormat.Pax, _files);
        var packed = Gzip(tar);
        for (var length = 1; length < tar.Length; length += 97)
        {
            await TryAsync(tar[..length], "ds.tar");
        }

        for (var length = 1; length < packed.Length; length++)
        {
            await TryAsync(packed[..length], "ds.tar.gz");
        }
    }

    [Fact]
    public async Task Changed_bytes_are_a_named_error_or_files_that_can_be_read_to_their_end()
    {
        var tar = Tar(TarEntryFormat.Pax, _files);
        var random = new Random(7);
        for (var i = 0; i < 2000; i++)
        {
            var changed = tar.ToArray();
            for (var j = 0; j < 3; j++)
            {
                changed[random.Next(Math.Min(changed.Length, 3000))] = (byte)random.Next(256);
            }

            await TryAsync(changed, "ds.tar");
        }
    }

    [Fact]
    public async Task A_dataset_in_a_packed_archive_is_told_by_its_content()
    {
        var tar = Gzip(Tar(TarEntryFormat.Gnu, ("ds/instances_val.json", """{"images": [{"id": 1, "file_name": "a.jpg"}], "annotations": [], "categories": []}"""u8.ToArray()), ("ds/a.jpg", DatasetFiles.Bitmap(64, 48))));
        await using var archive = await OpenAsync(tar, "ds.tgz");
        var told = (await DatasetFormats.RecogniseAsync(archive, TestContext.Current.CancellationToken))[0];

        Assert.Equal("COCO 1.0", told.Importer.Format.Name);
        var (_, items, _) = await DatasetFiles.ReadAsync("COCO 1.0", tar, "ds.tgz");
        Assert.Equal("a.jpg", Assert.Single(items).Name);
        Assert.NotNull(items[0].OpenImage);
    }

    private static async Task TryAsync(byte[] content, string name)
    {
        try
        {
            await ContentAsync(content, name);
        }
        catch (DatasetException error)
        {
            Assert.NotEmpty(error.Code);
        }
    }

    private static async Task<string> ContentAsync(byte[] content, string name)
    {
        await using var archive = await OpenAsync(content, name);
        var texts = new List<string>();
        foreach (var entry in archive.Entries)
        {
            using var reader = new StreamReader(archive.Open(entry), Encoding.Latin1);
            texts.Add($"{entry.Path}={await reader.ReadToEndAsync(TestContext.Current.CancellationToken)}");
        }

        return string.Join(' ', texts.Order(StringComparer.Ordinal));
    }

    private static async Task<List<string>> NamesAsync(byte[] content)
    {
        await using var archive = await OpenAsync(content, "all.zip");
        return [.. archive.Entries.Select(entry => entry.Path)];
    }

    private static Task<DatasetArchive> OpenAsync(byte[] content, string name, DatasetLimits? limits = null) =>
        DatasetArchive.OpenAsync(new MemoryStream(content), name, limits ?? DatasetLimits.Default, TestContext.Current.CancellationToken);

    private static byte[] Tar(TarEntryFormat format, params (string Name, byte[] Content)[] files) => Tar([.. files.Select(file => Entry(format, file.Name, file.Content))]);

    private static TarEntry Entry(TarEntryFormat format, string name, byte[] content)
    {
        TarEntry entry = format switch
        {
            TarEntryFormat.V7 => new V7TarEntry(TarEntryType.V7RegularFile, name),
            TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, name),
            TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, name),
            _ => new PaxTarEntry(TarEntryType.RegularFile, name),
        };
        entry.DataStream = new MemoryStream(content);
        return entry;
    }

    private static byte[] Tar(params TarEntry[] entries)
    {
        var output = new MemoryStream();
        using (var writer = new TarWriter(output, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                writer.WriteEntry(entry);
            }
        }

        return output.ToArray();
    }

    private static byte[] Gzip(byte[] content)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return output.ToArray();
    }
}
