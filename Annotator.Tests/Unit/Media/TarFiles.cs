using System.Formats.Tar;
using Annotator.Formats;
using Annotator.Tests.Api.Media;

namespace Annotator.Tests.Unit.Media;

/// <summary>Limits on tar archives, which are read from front to back.</summary>
public sealed class TarFiles
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task More_files_than_are_allowed_end_the_reading_where_the_limit_is()
    {
        var tar = Archives.Tar(writer =>
        {
            for (var file = 0; file < 1000; file++)
            {
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"{file}.png"));
            }
        });

        var (read, refused) = await ReadAsync(tar, new DatasetLimits { MaxEntries = 300 });

        Assert.Equal(300, read);
        Assert.Equal("The archive has more than 300 entries.", refused);
    }

    [Fact]
    public async Task Folders_count_as_entries_too()
    {
        var tar = Archives.Tar(writer =>
        {
            for (var folder = 0; folder < 1000; folder++)
            {
                writer.WriteEntry(new UstarTarEntry(TarEntryType.Directory, $"{folder}/"));
            }
        });

        Assert.Equal((0, "The archive has more than 300 entries."), await ReadAsync(tar, new DatasetLimits { MaxEntries = 300 }));
    }

    [Fact]
    public async Task What_unpacks_to_too_much_is_broken_off_wherever_it_lies()
    {
        var tar = Archives.TarGz(("a.png", [1]), ("b.png", new byte[4 << 20]), ("c.png", [1]));

        var (read, refused) = await ReadAsync(tar, new DatasetLimits { RatioFreeBytes = 1 << 20 });

        Assert.Equal(2, read);
        Assert.Contains("unpacks to more than", refused);
    }

    private static async Task<(int Read, string Refused)> ReadAsync(byte[] tar, DatasetLimits limits)
    {
        var read = 0;
        try
        {
            await foreach (var (_, _, content) in Worker.Media.TarFile.ReadAsync(new MemoryStream(tar), limits, Cancel))
            {
                read++;
                await content.CopyToAsync(Stream.Null, Cancel);
            }
        }
        catch (DatasetException error)
        {
            return (read, error.Message);
        }

        return (read, "");
    }
}
