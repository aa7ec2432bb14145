using System.IO.Compression;
using Annotator.Formats;
using Annotator.Formats.Model;
using Annotator.Tests.Formats;

namespace Annotator.Benchmarks;

/// <summary>A good dataset that inputs are made of: the files of an archive, or one bare file.</summary>
/// <param name="IsBare">There is one file, and it is sent as it is.</param>
internal sealed record FuzzSeed(string Name, (string Path, byte[] Content)[] Files, bool IsBare)
{
    private const int MaxBytes = 200_000;

    private static readonly string[] _bare = [".json", ".xml", ".tfrecord"];

    public string FileName => IsBare ? Path.GetFileName(Files[0].Path) : "upload.zip";

    public byte[] Pack() => IsBare ? Files[0].Content : Zip(Files);

    /// <summary>Every fixture of the tests, and what every writer makes of a small dataset.</summary>
    public static async Task<List<FuzzSeed>> LoadAsync(CancellationToken cancel)
    {
        var root = Path.Combine(Checkout.Find(), "Annotator.Tests", "Formats", "Fixtures");
        var seeds = new List<FuzzSeed>();
        foreach (var folder in Directory.GetDirectories(root).SelectMany(Directory.GetDirectories).Order(StringComparer.Ordinal))
        {
            var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Where(file => !file.EndsWith(".zip", StringComparison.Ordinal))
                .Select(file => (Path.GetRelativePath(folder, file).Replace('\\', '/'), File.ReadAllBytes(file))).ToArray();
            if (files.Length > 0)
            {
                seeds.Add(new FuzzSeed(folder, files, IsBare: false));
            }

            seeds.AddRange(files.Where(file => _bare.Contains(Path.GetExtension(file.Item1))).Take(4).Select(file => new FuzzSeed(folder, [file], IsBare: true)));
        }

        foreach (var file in Directory.GetFiles(root, "*.zip", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            Add(seeds, file, await File.ReadAllBytesAsync(file, cancel));
        }

        foreach (var exporter in DatasetFormats.Exporters)
        {
            using var output = new MemoryStream();
            await exporter.Writer.WriteAsync(new RandomSource(), output, new DatasetWriteOptions { SaveImages = true }, new DatasetReport(), cancel);
            Add(seeds, exporter.Format.Name, output.ToArray());
        }

        return [.. seeds.Where(seed => seed.Files.Sum(file => file.Content.Length) <= MaxBytes)];
    }

    public static byte[] Zip(IEnumerable<(string Path, byte[] Content)> files)
    {
        using var output = new MemoryStream();
        using (var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in files)
            {
                using var entry = zip.CreateEntry(path, CompressionLevel.NoCompression).Open();
                entry.Write(content);
            }
        }

        return output.ToArray();
    }

    private static void Add(List<FuzzSeed> seeds, string name, byte[] content)
    {
        using var archive = new ZipArchive(new MemoryStream(content));
        var files = archive.Entries.Where(entry => !entry.FullName.EndsWith('/')).Select(entry =>
        {
            using var packed = entry.Open();
            using var copy = new MemoryStream();
            packed.CopyTo(copy);
            return (entry.FullName, copy.ToArray());
        }).ToArray();
        if (files.Length > 0)
        {
            seeds.Add(new FuzzSeed(name, files, IsBare: false));
        }
    }

    private sealed class RandomSource : IDatasetSource
    {
        public DatasetInfo Info => RandomDataset.Info;
        public bool HasTracks => false;

        public IAsyncEnumerable<DatasetItem> ReadItemsAsync(CancellationToken cancel) =>
            Enumerable.Range(1, 3).SelectMany(seed => new RandomDataset(seed).Items().Select((item, i) => item with
            {
                Frame = null,
                Name = $"{seed}_{i}.bmp",
                OpenImage = _ => Task.FromResult<Stream>(new MemoryStream(Bitmap(item.Width, item.Height))),
            })).ToAsyncEnumerable();

        public IAsyncEnumerable<DatasetTrack> ReadTracksAsync(CancellationToken cancel) => AsyncEnumerable.Empty<DatasetTrack>();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static byte[] Bitmap(int width, int height) =>
            [(byte)'B', (byte)'M', .. new byte[16], .. BitConverter.GetBytes(width), .. BitConverter.GetBytes(height), 1, 0, 24, 0, .. new byte[24]];
    }
}
