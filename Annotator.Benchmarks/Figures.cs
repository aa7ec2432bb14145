using System.Globalization;
using System.Text.Json;

namespace Annotator.Benchmarks;

/// <summary>One measured number.</summary>
/// <param name="Target">What docs promise, in words such as <c>&lt; 100</c>; empty where nothing is promised.</param>
internal sealed record Figure(string Name, double Value, string Unit, string Target);

/// <summary>Collects what a benchmark measures; prints it as a table and, when asked, one JSON object per line.</summary>
internal sealed class Figures
{
    private readonly List<Figure> _figures = [];

    /// <summary>Set when what was run is wrong, not just slow; the program then ends with exit code 1.</summary>
    public bool Failed { get; set; }

    public void Add(string name, double value, string unit, string target = "")
    {
        var figure = new Figure(name, value, unit, target);
        _figures.Add(figure);
        Console.WriteLine($"  … {name}: {Format(value)} {unit}");
    }

    public void PrintTable()
    {
        var width = _figures.Select(figure => figure.Name.Length).Append(4).Max();
        Console.WriteLine();
        Console.WriteLine($"{"name".PadRight(width)}  {"value",14}  {"unit",-12} target");
        foreach (var figure in _figures)
        {
            Console.WriteLine($"{figure.Name.PadRight(width)}  {Format(figure.Value),14}  {figure.Unit,-12} {figure.Target}");
        }
    }

    public async Task WriteJsonAsync(string path, CancellationToken cancel) =>
        await File.WriteAllLinesAsync(
            path,
            _figures.Select(figure => JsonSerializer.Serialize(new { name = figure.Name, value = figure.Value, unit = figure.Unit })),
            cancel);

    /// <summary>The value below which the given share (0 to 1) of the samples lies.</summary>
    public static double Percentile(IEnumerable<double> samples, double share)
    {
        var sorted = samples.Order().ToArray();
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    private static string Format(double value) =>
        value.ToString(Math.Abs(value) >= 1000 ? "N0" : "0.###", CultureInfo.InvariantCulture);
}
