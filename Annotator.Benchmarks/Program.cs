using Annotator.Benchmarks;

// dotnet run -c Release --project Annotator.Benchmarks -- NAME [--json FILE]
var benchmarks = new Dictionary<string, Func<Figures, CancellationToken, Task>>
{
    ["editor"] = EditorBenchmark.RunAsync,
    ["export"] = ExportBenchmark.RunAsync,
    ["start"] = StartBenchmark.RunAsync,
    ["store"] = StoreBenchmark.RunAsync,
};

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};

if (args is not [var name, ..] || !benchmarks.TryGetValue(name, out var benchmark) || args is not ([_] or [_, "--json", _]))
{
    await Console.Error.WriteLineAsync($"Usage: NAME [--json FILE], where NAME is one of {string.Join(", ", benchmarks.Keys.Order())}.");
    return 2;
}

var figures = new Figures();
await benchmark(figures, stop.Token);
figures.PrintTable();
if (args is [_, "--json", var path])
{
    await figures.WriteJsonAsync(path, stop.Token);
}

return 0;
