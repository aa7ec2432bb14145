using System.IO.Compression;
using System.Runtime.CompilerServices;
using Annotator.Formats;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Tests.Formats;

/// <summary>Fixtures, archives made in memory, and the short way through a reader or a writer.</summary>
internal static class DatasetFiles
{
    public static string Fixture(params string[] path) =>
        Path.Combine([AppContext.BaseDirectory, "Formats", "Fixtures", .. path]);

    public static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var output = new MemoryStream();
        using (var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return output.ToArray();
    }

    public static List<(string Name, byte[] Content)> Unzip(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        return [.. archive.Entries.Select(entry =>
        {
            using var content = entry.Open();
            using var copy = new MemoryStream();
            content.CopyTo(copy);
            return (entry.FullName, copy.ToArray());
        })];
    }

    /// <summary>The header of a bitmap of that size; no reader of datasets looks at more of a photo.</summary>
    public static byte[] Bitmap(int width, int height) =>
        [(byte)'B', (byte)'M', .. new byte[16], .. BitConverter.GetBytes(width), .. BitConverter.GetBytes(height), 1, 0, 24, 0, .. new byte[24]];

    public static byte[] ZipFolder(string folder) =>
        Zip([.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => (Path.GetRelativePath(folder, file).Replace('\\', '/'), File.ReadAllBytes(file)))]);

    public static async Task<(DatasetInfo Info, List<DatasetItem> Items, DatasetReport Report)> ReadAsync(
        string format, byte[] content, string fileName = "upload.zip", DatasetLimits? limits = null, Func<DatasetItem, Task>? visit = null)
    {
        var cancel = TestContext.Current.CancellationToken;
        var report = new DatasetReport();
        await using var archive = await DatasetArchive.OpenAsync(new MemoryStream(content), fileName, limits ?? DatasetLimits.Default, cancel);
        await using var source = await DatasetFormats.FindImporter(format)!.Reader.OpenAsync(archive, DatasetReadOptions.Default, report, cancel);
        var items = new List<DatasetItem>();
        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            items.Add(item);
            if (visit is not null)
            {
                await visit(item);
            }
        }

        return (source.Info, items, report);
    }

    /// <summary>Tracks only; the file is read by itself, not by way of its frames.</summary>
    public static async Task<(List<DatasetTrack> Tracks, DatasetReport Report)> TracksAsync(string format, byte[] content, string fileName = "upload.zip")
    {
        var cancel = TestContext.Current.CancellationToken;
        var report = new DatasetReport();
        await using var archive = await DatasetArchive.OpenAsync(new MemoryStream(content), fileName, DatasetLimits.Default, cancel);
        await using var source = await DatasetFormats.FindImporter(format)!.Reader.OpenAsync(archive, DatasetReadOptions.Default, report, cancel);
        return (await source.ReadTracksAsync(cancel).ToListAsync(cancel), report);
    }

    public static async Task<(byte[] Content, DatasetReport Report)> WriteAsync(
        string format, DatasetInfo info, IReadOnlyList<DatasetItem> items, DatasetWriteOptions? options = null, IReadOnlyList<DatasetTrack>? tracks = null)
    {
        var report = new DatasetReport();
        using var output = new MemoryStream();
        await DatasetFormats.FindExporter(format)!.Writer.WriteAsync(
            new ListSource(info, items, tracks), output, options ?? new DatasetWriteOptions(), report, TestContext.Current.CancellationToken);
        return (output.ToArray(), report);
    }

    public static string Entry(byte[] zip, string name)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        using var reader = new StreamReader(archive.GetEntry(name)!.Open());
        return reader.ReadToEnd();
    }

    /// <summary>Counts by kind over all items: rectangle … tag.</summary>
    public static Dictionary<string, int> Counts(IEnumerable<DatasetItem> items) =>
        items.SelectMany(item => item.Shapes.Select(shape => Words.Of(shape.Kind)).Concat(item.Tags.Select(_ => "tag")))
            .GroupBy(kind => kind).ToDictionary(group => group.Key, group => group.Count());
}

/// <summary>A dataset out of a list, or out of anything that gives items one by one.</summary>
internal sealed class ListSource(DatasetInfo info, IEnumerable<DatasetItem> items, IReadOnlyList<DatasetTrack>? tracks = null) : IDatasetSource
{
    public DatasetInfo Info => info;
    public bool HasTracks => tracks is not null;

    public async IAsyncEnumerable<DatasetItem> ReadItemsAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        foreach (var item in items)
        {
            cancel.ThrowIfCancellationRequested();
            yield return item;
        }
    }

    public async IAsyncEnumerable<DatasetTrack> ReadTracksAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        foreach (var track in tracks ?? [])
        {
            yield return track;
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
