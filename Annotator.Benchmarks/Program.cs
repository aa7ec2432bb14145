using Annotator.Benchmarks;

// dotnet run -c Release --project Annotator.Benchmarks -- NAME [--json FILE] [--OPTION VALUE …]
var benchmarks = new Dictionary<string, Func<Figures, Options, CancellationToken, Task>>
{
    ["editor"] = (figures, _, cancel) => EditorBenchmark.RunAsync(figures, "canvas,assist,saving", cancel),
    ["export"] = (figures, _, cancel) => ExportBenchmark.RunAsync(figures, cancel),
    ["formats"] = FormatsBenchmark.RunAsync,
    ["fuzz"] = FuzzBenchmark.RunAsync,
    ["media"] = MediaBenchmark.RunAsync,
    ["register"] = (figures, _, cancel) => RegisterBenchmark.RunAsync(figures, cancel),
    ["inference"] = InferenceBenchmark.RunAsync,
    ["start"] = (figures, _, cancel) => StartBenchmark.RunAsync(figures, cancel),
    ["store"] = (figures, _, cancel) => StoreBenchmark.RunAsync(figures, cancel),
    ["team"] = (figures, _, cancel) => TeamBenchmark.RunAsync(figures, cancel),
};

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};

if (args is not [var name, ..] || !benchmarks.TryGetValue(name, out var benchmark) || Options.Parse(args[1..]) is not { } options)
{
    await Console.Error.WriteLineAsync($"""
        Usage: NAME [--json FILE], where NAME is one of {string.Join(", ", benchmarks.Keys.Order())}.
          formats [--format NAME] [--case 50k-boxes|50k-polygons|1m-boxes]
          inference [--inputs NUMBER]
          media   [--quick] [--clip PATH]
          fuzz    [--seed NUMBER] [--inputs NUMBER] [--input NUMBER]
        """);
    return 2;
}

var figures = new Figures();
await benchmark(figures, options, stop.Token);
figures.PrintTable();
if (options.Text("json") is { } path)
{
    await figures.WriteJsonAsync(path, stop.Token);
}

return figures.Failed ? 1 : 0;
