using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Annotator.Formats;

namespace Annotator.Benchmarks;

/// <summary>
/// Damaged and hostile files for all readers, made out of the tests' fixtures. Each input is told by the seed and its number,
/// so that one that goes wrong can be made again: <c>fuzz --seed S --input N</c>. A process that is watched does the reading:
/// its heap is limited, and one that dies or hangs is named by the input it was at, and the rest goes on.
/// </summary>
internal static class FuzzBenchmark
{
    private const string HeapLimit = "0x20000000";
    private const int MostDeaths = 50;
    private const double HangSeconds = 60;

    public static async Task RunAsync(Figures figures, Options options, CancellationToken cancel)
    {
        var (seed, inputs, only) = (options.Number("seed", 1), options.Number("inputs", 100_000), options.Number("input", -1));
        if (only >= 0)
        {
            var bench = await FuzzReaders.CreateAsync(seed, cancel);
            var outcome = await bench.ReadAsync(only, cancel);
            Console.WriteLine(outcome.Error ?? (outcome.Refusal is { } code ? $"refused: {code}" : "a dataset"));
            figures.Failed = outcome.IsWrong;
        }
        else if (options.Text("progress") is { } progress)
        {
            await ReadAllAsync(seed, options.Number("from", 0), inputs, progress, options.Text("results")!, cancel);
        }
        else
        {
            await WatchAsync(figures, seed, inputs, cancel);
        }
    }

    /// <summary>Starts the reading process, and again behind an input that ended it.</summary>
    private static async Task WatchAsync(Figures figures, int seed, int inputs, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("annotator-fuzz-");
        try
        {
            var (progress, results) = (Path.Combine(folder.FullName, "progress"), Path.Combine(folder.FullName, "results"));
            var from = 0;

            // A fault of the fixtures shows here, and not as one input's.
            await FuzzReaders.CreateAsync(seed, cancel);
            for (var deaths = 0; from < inputs && deaths < MostDeaths; deaths++)
            {
                await File.WriteAllTextAsync(progress, Text(from), cancel);
                var died = await RunOneAsync(seed, from, inputs, progress, results, cancel);
                if (died is null)
                {
                    break;
                }

                var at = int.Parse(await File.ReadAllTextAsync(progress, cancel), CultureInfo.InvariantCulture);
                figures.Failed = true;
                Console.WriteLine($"WRONG --seed {seed} --input {at}: {died}");
                from = at + 1;
            }

            var lines = File.Exists(results) ? await File.ReadAllLinesAsync(results, cancel) : [];
            Print(figures, lines.Select(line => JsonSerializer.Deserialize<Tally>(line)!));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Null when all inputs were read, else how the process ended.</summary>
    private static async Task<string?> RunOneAsync(int seed, int from, int inputs, string progress, string results, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!);
        start.Environment["DOTNET_GCHeapHardLimit"] = HeapLimit;
        string[] arguments = ["fuzz", "--seed", Text(seed), "--inputs", Text(inputs), "--from", Text(from), "--progress", progress, "--results", results];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var ended = process.WaitForExitAsync(cancel);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        var (last, moved) = ("", Stopwatch.StartNew());
        while (await Task.WhenAny(ended, timer.WaitForNextTickAsync(cancel).AsTask()) != ended)
        {
            var now = await File.ReadAllTextAsync(progress, cancel);
            if (now != last)
            {
                (last, moved) = (now, Stopwatch.StartNew());
            }
            else if (moved.Elapsed.TotalSeconds > HangSeconds)
            {
                process.Kill();
                await ended;
                return $"it took more than {HangSeconds} s and was stopped";
            }
        }

        await ended;
        return process.ExitCode == 0 ? null : $"the process ended with exit code {process.ExitCode}";
    }

    private static async Task ReadAllAsync(int seed, int from, int inputs, string progress, string results, CancellationToken cancel)
    {
        var readers = await FuzzReaders.CreateAsync(seed, cancel);
        var tallies = DatasetFormats.Importers.ToDictionary(importer => importer.Format.Name, importer => new Tally { Format = importer.Format.Name });
        await using var at = new FileStream(progress, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        for (var number = from; number < inputs; number++)
        {
            at.Position = 0;
            at.Write(System.Text.Encoding.ASCII.GetBytes(Text(number)));
            var outcome = await readers.ReadAsync(number, cancel);
            tallies[outcome.Format].Add(number, outcome);
            if (outcome.IsWrong)
            {
                Console.WriteLine($"WRONG --seed {seed} --input {number} ({outcome.Format}, {outcome.Seconds:0.00} s): {outcome.Error}");
            }

            // What was read is kept from time to time, so that an input that ends the process loses little of it.
            if (number % 1000 == 999 || number == inputs - 1)
            {
                await File.AppendAllLinesAsync(results, tallies.Values.Select(tally => JsonSerializer.Serialize(tally)), cancel);
                tallies = tallies.Keys.ToDictionary(name => name, name => new Tally { Format = name });
            }
        }
    }

    private static void Print(Figures figures, IEnumerable<Tally> tallies)
    {
        var all = new Tally { Format = "all" };
        Console.WriteLine();
        Console.WriteLine($"{"format",-45} {"inputs",8} {"datasets",9} {"refusals",9} {"wrong",6} {"worst s",8}  {"allocated MB",12}  of input");
        foreach (var parts in tallies.GroupBy(tally => tally.Format))
        {
            var sum = new Tally { Format = parts.Key };
            foreach (var part in parts)
            {
                sum.Add(part);
                all.Add(part);
            }

            sum.Print();
        }

        all.Print();
        figures.Failed |= all.Wrong > 0;
        figures.Add("fuzz.inputs", all.Inputs, "inputs");
        figures.Add("fuzz.datasets", all.Datasets, "inputs");
        figures.Add("fuzz.refusals", all.Refusals, "inputs");
        figures.Add("fuzz.wrong", all.Wrong, "inputs", "0");
        figures.Add("fuzz.worst", all.Worst, "s", "< 2");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>What came out of the inputs of one format.</summary>
    private sealed class Tally
    {
        public required string Format { get; init; }
        public int Inputs { get; set; }
        public int Datasets { get; set; }
        public int Refusals { get; set; }
        public int Wrong { get; set; }
        public double Worst { get; set; }
        public double Megabytes { get; set; }
        public int WorstInput { get; set; }

        public void Add(int number, FuzzOutcome outcome)
        {
            Inputs++;
            Wrong += outcome.IsWrong ? 1 : 0;
            Refusals += outcome.Refusal is not null ? 1 : 0;
            Datasets += outcome.Refusal is null && outcome.Error is null ? 1 : 0;
            Megabytes = Math.Max(Megabytes, outcome.Megabytes);
            if (outcome.Seconds > Worst)
            {
                (Worst, WorstInput) = (outcome.Seconds, number);
            }
        }

        public void Add(Tally other)
        {
            Inputs += other.Inputs;
            Datasets += other.Datasets;
            Refusals += other.Refusals;
            Wrong += other.Wrong;
            Megabytes = Math.Max(Megabytes, other.Megabytes);
            if (other.Worst > Worst)
            {
                (Worst, WorstInput) = (other.Worst, other.WorstInput);
            }
        }

        public void Print() => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Format,-45} {Inputs,8:N0} {Datasets,9:N0} {Refusals,9:N0} {Wrong,6:N0} {Worst,8:0.000}  {Megabytes,12:0.0}  {WorstInput}"));
    }
}
