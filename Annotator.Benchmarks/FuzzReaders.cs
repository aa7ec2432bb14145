using System.Diagnostics;
using Annotator.Formats;
using Annotator.Formats.Archives;

namespace Annotator.Benchmarks;

/// <summary>What a reader made of one input: a dataset, a refusal with its code, or something that must not be.</summary>
/// <param name="Megabytes">Allocated on the way, freed or not.</param>
internal sealed record FuzzOutcome(string Format, string? Refusal, string? Error, double Seconds, double Megabytes)
{
    public bool IsWrong => Error is not null;
}

/// <summary>All readers with the files that each of them accepts, which the inputs are made of.</summary>
internal sealed class FuzzReaders
{
    private const double MaxSeconds = 2;
    private const double MaxMegabytes = 384;
    private const double Megabyte = 1 << 20;

    /// <summary>An item's shapes are asked for at this size where the file does not tell it.</summary>
    private const int Side = 640;

    private readonly int _seed;
    private readonly List<FuzzSeed> _all;
    private readonly List<FuzzSeed>[] _accepted;

    private FuzzReaders(int seed, List<FuzzSeed> all)
    {
        _seed = seed;
        _all = all;
        _accepted = [.. DatasetFormats.Importers.Select(_ => new List<FuzzSeed>())];
    }

    /// <summary>Reads every fixture with every reader once, to know which seed is whose.</summary>
    public static async Task<FuzzReaders> CreateAsync(int seed, CancellationToken cancel)
    {
        var readers = new FuzzReaders(seed, await FuzzSeed.LoadAsync(cancel));
        for (var i = 0; i < DatasetFormats.Importers.Count; i++)
        {
            foreach (var file in readers._all)
            {
                var outcome = await TryAsync(DatasetFormats.Importers[i], file.Pack(), file.FileName, recognise: false, cancel);
                if (outcome is { Refusal: null, Error: null })
                {
                    readers._accepted[i].Add(file);
                }
            }

            if (readers._accepted[i].Count == 0)
            {
                throw new InvalidOperationException($"No fixture is read by {DatasetFormats.Importers[i].Format.Name}.");
            }
        }

        return readers;
    }

    /// <summary>Makes the input of that number and reads it.</summary>
    public async Task<FuzzOutcome> ReadAsync(int number, CancellationToken cancel)
    {
        var random = new Random(HashCode(_seed, number));
        var reader = number % DatasetFormats.Importers.Count;
        var choice = random.Next(20) == 0 ? _all : _accepted[reader];
        var (content, name) = new FuzzMutation(random, _all).Of(choice[random.Next(choice.Count)]);
        return await TryAsync(DatasetFormats.Importers[reader], content, name, recognise: random.Next(4) == 0, cancel);
    }

    private static async Task<FuzzOutcome> TryAsync(DatasetImporter importer, byte[] content, string name, bool recognise, CancellationToken cancel)
    {
        var format = importer.Format.Name;
        var before = GC.GetTotalAllocatedBytes();
        var clock = Stopwatch.StartNew();
        string? refusal = null;
        string? error = null;
        try
        {
            await using var archive = await DatasetArchive.OpenAsync(new MemoryStream(content), name, DatasetLimits.Default, cancel);
            if (recognise)
            {
                await RecogniseAsync(archive, cancel);
            }

            await ReadAsync(importer, archive, tracksFirst: content.Length % 2 == 0, cancel);
        }
        catch (DatasetException refused)
        {
            refusal = refused.Code;
        }
        catch (Exception other) when (other is not OperationCanceledException)
        {
            error = other.ToString();
        }

        var (seconds, megabytes) = (clock.Elapsed.TotalSeconds, (GC.GetTotalAllocatedBytes() - before) / Megabyte);
        error ??= seconds > MaxSeconds ? $"took more than {MaxSeconds} s" : megabytes > MaxMegabytes ? $"allocated {megabytes:0} MB" : null;
        return new FuzzOutcome(format, refusal, error, seconds, megabytes);
    }

    /// <summary>Nothing may come out of recognition but an answer, not even a refusal.</summary>
    private static async Task RecogniseAsync(DatasetArchive archive, CancellationToken cancel)
    {
        try
        {
            await DatasetFormats.RecogniseAsync(archive, cancel);
        }
        catch (DatasetException refused)
        {
            throw new InvalidOperationException("The file was refused while its format was looked for.", refused);
        }
    }

    private static async Task ReadAsync(DatasetImporter importer, DatasetArchive archive, bool tracksFirst, CancellationToken cancel)
    {
        await using var source = await importer.Reader.OpenAsync(archive, DatasetReadOptions.Default, new DatasetReport(), cancel);
        if (tracksFirst)
        {
            await TracksAsync(source, cancel);
        }

        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            item.AtSize?.Invoke(Side, Side);
        }

        if (!tracksFirst)
        {
            await TracksAsync(source, cancel);
        }
    }

    private static async Task TracksAsync(IDatasetSource source, CancellationToken cancel)
    {
        await foreach (var track in source.ReadTracksAsync(cancel))
        {
            _ = track.FirstFrame;
        }
    }

    /// <summary>The same on every machine, unlike the runtime's own hashes.</summary>
    private static int HashCode(int seed, int number) => unchecked((seed * 397 ^ number) * (int)2654435761);
}
