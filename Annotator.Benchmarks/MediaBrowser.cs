using System.Diagnostics;
using System.Text.Json;

namespace Annotator.Benchmarks;

/// <summary>A headless Chromium that is signed in and does what it is told; what it measures goes to the figures.</summary>
internal sealed class MediaBrowser(Process node, Figures figures) : IAsyncDisposable
{
    public static MediaBrowser Start(LoadedSystem system, Figures figures)
    {
        var told = JsonSerializer.Serialize(new { url = system.Url, user = "admin", password = LoadedSystem.Password }, JsonSerializerOptions.Web);
        return new MediaBrowser(
            Process.Start(new ProcessStartInfo("node")
            {
                ArgumentList = { Path.Combine("bench", "media.mjs"), told },
                WorkingDirectory = Path.Combine(Checkout.Find(), "Annotator.Web", "editor"),
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!,
            figures);
    }

    /// <summary>Sends a command of <c>bench/media.mjs</c> and waits until it is done.</summary>
    public async Task DoAsync(object command, CancellationToken cancel)
    {
        await node.StandardInput.WriteLineAsync(JsonSerializer.Serialize(command, JsonSerializerOptions.Web).AsMemory(), cancel);
        await node.StandardInput.FlushAsync(cancel);
        while (await node.StandardOutput.ReadLineAsync(cancel) is { } line)
        {
            if (line.StartsWith('{'))
            {
                var said = JsonSerializer.Deserialize<Said>(line, JsonSerializerOptions.Web)!;
                if (said.Done)
                {
                    return;
                }

                figures.Add(said.Name!, said.Value, said.Unit!, said.Target ?? "");
                figures.Failed |= said is { Target: "0", Value: > 0 };
            }
        }

        await node.WaitForExitAsync(cancel);
        throw new InvalidOperationException($"The browser's part ended with exit code {node.ExitCode}.");
    }

    public async ValueTask DisposeAsync()
    {
        node.StandardInput.Close();
        await node.WaitForExitAsync();
        node.Dispose();
    }

    private sealed record Said(string? Name, double Value, string? Unit, string? Target, bool Done);
}
