using NetVips;
using VipsLibrary = NetVips.NetVips;

namespace Annotator.Media;

/// <summary>One place that sets libvips up and turns its faults into reasons.</summary>
internal static class Libvips
{
    static Libvips()
    {
        // Images are worked on in parallel; one image is one thread's work. Nothing is asked for twice, so a cache only costs.
        VipsLibrary.Concurrency = 1;
        Cache.Max = 0;

        // Loaders that libvips itself does not trust with strangers' files stay shut.
        VipsLibrary.BlockUntrusted = true;
    }

    /// <summary>
    /// Does native work on its own thread, within the time limit. The image that <paramref name="open"/> gives is told to
    /// stop when the time is over.
    /// </summary>
    public static async Task<T> RunAsync<T>(
        MediaLimits limits, Func<Image> open, Func<Image, Action<Image>, T> work, CancellationToken cancel)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timer.CancelAfter(limits.Timeout);
        return await Task.Run(
            () =>
            {
                Image? current = null;
                using var kill = timer.Token.Register(() => Kill(current));
                try
                {
                    using var image = open();
                    current = image;
                    var result = work(image, other =>
                    {
                        current = other;
                        timer.Token.ThrowIfCancellationRequested();
                    });
                    current = null;
                    return result;
                }
                catch (VipsException) when (cancel.IsCancellationRequested)
                {
                    throw new OperationCanceledException(cancel);
                }
                catch (Exception error) when (error is VipsException or OperationCanceledException && timer.IsCancellationRequested && !cancel.IsCancellationRequested)
                {
                    throw new UnreadableImageException($"takes longer than {limits.Timeout.TotalSeconds:0} s to decode", error);
                }
                catch (VipsException error)
                {
                    throw new UnreadableImageException($"is damaged ({Reason(error)})", error);
                }
            },
            cancel);
    }

    private static void Kill(Image? image)
    {
        try
        {
            image?.SetKill(true);
        }
        catch (ObjectDisposedException)
        {
            // It was done in the same moment.
        }
    }

    /// <summary>libvips' own last line, without its function names.</summary>
    private static string Reason(VipsException error)
    {
        var lines = error.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var line = lines.LastOrDefault(l => l.Contains(": ", StringComparison.Ordinal)) ?? lines.LastOrDefault() ?? "";
        return line.Length > 0 ? line[(line.LastIndexOf(": ", StringComparison.Ordinal) + 1)..].Trim() : "it cannot be decoded";
    }
}
