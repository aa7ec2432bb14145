using System.Diagnostics;
using System.Text.Json;

namespace Annotator.Benchmarks;

/// <summary>
/// The editor's own measurements in headless Chromium (P-07, P-08, P-11, P-12, P-13, P-20, and what wand, scissors and box to mask take). The script prints one JSON
/// object per figure; everything else it prints is shown as it comes.
/// </summary>
internal static class EditorBenchmark
{
    /// <param name="parts">canvas, assist, saving; some of them, with commas between.</param>
    public static async Task RunAsync(Figures figures, string parts, CancellationToken cancel)
    {
        var editor = Path.Combine(Checkout.Find(), "Annotator.Web", "editor");
        var start = new ProcessStartInfo("node")
        {
            ArgumentList = { Path.Combine("bench", "run.mjs"), "--parts", parts },
            WorkingDirectory = editor,
            RedirectStandardOutput = true,
        };
        using var node = Process.Start(start)!;
        while (await node.StandardOutput.ReadLineAsync(cancel) is { } line)
        {
            if (!line.StartsWith('{'))
            {
                Console.WriteLine(line);
                continue;
            }

            var figure = JsonSerializer.Deserialize<EditorFigure>(line, JsonSerializerOptions.Web)!;
            figures.Add(figure.Name, figure.Value, figure.Unit, figure.Target ?? "");
        }

        await node.WaitForExitAsync(cancel);
        if (node.ExitCode != 0)
        {
            throw new InvalidOperationException($"The editor's benchmark ended with exit code {node.ExitCode}.");
        }
    }

    private sealed record EditorFigure(string Name, double Value, string Unit, string? Target);
}
