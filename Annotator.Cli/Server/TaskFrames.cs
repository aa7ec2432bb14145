using System.CommandLine;
using System.Globalization;
using System.Net;
using Annotator.Client;

namespace Annotator.Cli.Server;

/// <summary><c>annotator task frames</c>: pictures of a task's frames as files, of images and of videos alike.</summary>
internal static class TaskFrames
{
    private const int Tries = 10;
    private const int MostAtOnce = 4;
    private static readonly TimeSpan _usualPause = TimeSpan.FromSeconds(2);

    public static Command Create()
    {
        var id = new Argument<int>("ID");
        var folder = new Option<string>("--out", "-o") { Description = "The folder for the pictures", HelpName = "DIR", Required = true };
        var frames = new Option<string?>("--frames") { Description = "Only these, such as 0-9,20,30-; all where left out", HelpName = "FRAMES" };
        var quality = new Option<string>("--quality") { Description = "original or compressed", DefaultValueFactory = _ => "original" };
        quality.AcceptOnlyFromAmong("original", "compressed");
        var force = new Option<bool>("--force") { Description = "Write over what is there; without it such frames are left out" };
        return new Command("frames", "Download a task's frames as pictures") { id, folder, frames, quality, force }.Speaking(async (context, client, cancel) =>
        {
            var task = await client.Tasks.GetAsync(context.Get(id), cancel);
            var meta = await client.Tasks.GetDataMetaAsync(task.Id, cancel);
            var asked = Numbers(context.Get(frames) ?? "0-", meta.Size).Except(meta.DeletedFrames).ToList();
            var path = Path.GetFullPath(context.Get(folder)!);
            Directory.CreateDirectory(path);
            var there = context.Get(force) ? [] : Directory.EnumerateFiles(path).Select(Path.GetFileNameWithoutExtension).ToHashSet(StringComparer.Ordinal);
            var wanted = asked.Where(number => !there.Contains(NameOf(number))).ToList();
            var done = 0;
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = cancel };
            await Parallel.ForEachAsync(wanted, parallel, async (number, stop) =>
            {
                await DownloadAsync(client, task.Id, number, context.Get(quality)!, path, stop);
                context.Progress.Show("of the frames", Interlocked.Increment(ref done), wanted.Count);
            });
            return context.Done(
                new { Folder = path, Frames = wanted.Count, AlreadyThere = asked.Count - wanted.Count },
                wanted.Count == asked.Count ? $"{wanted.Count} frames are in {context.Get(folder)}." : $"{wanted.Count} frames are in {context.Get(folder)}; {asked.Count - wanted.Count} were there already.");
        });
    }

    /// <summary>Frames by ranges, both ends inclusive, in rising order; a range without an end goes to the last frame.</summary>
    /// <exception cref="CommandException">Not of that form, or there is no such frame.</exception>
    public static IReadOnlyList<int> Numbers(string ranges, int size)
    {
        var numbers = new SortedSet<int>();
        foreach (var range in ranges.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var dash = range.IndexOf('-', StringComparison.Ordinal);
            var (from, to) = dash < 0 ? (range, range) : (range[..dash], range[(dash + 1)..]);
            if (!int.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
                || !int.TryParse(to.Length == 0 ? $"{Math.Max(first, size - 1)}" : to, NumberStyles.None, CultureInfo.InvariantCulture, out var last) || last < first)
            {
                throw CommandException.BadUsage($"\"{range}\" is no range of frames; say 7, 0-9 or 30-.");
            }

            if (last >= size)
            {
                throw CommandException.NotFound(size == 0 ? "The task has no frames yet." : $"There is no frame {last}: the task has frames 0 to {size - 1}.");
            }

            numbers.UnionWith(Enumerable.Range(first, last - first + 1));
        }

        return [.. numbers];
    }

    /// <summary>The file appears when it is whole.</summary>
    private static async Task DownloadAsync(AnnotatorClient client, int task, int number, string quality, string folder, CancellationToken cancel)
    {
        var partial = Path.Combine(folder, $"{Path.GetRandomFileName()}.partial");
        try
        {
            string type;
            await using (var file = new FileStream(partial, FileMode.CreateNew, FileAccess.Write))
            {
                type = await CopyAsync(client, task, number, quality, file, cancel);
            }

            File.Move(partial, Path.Combine(folder, $"{NameOf(number)}.{Ending(type)}"), overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }

    /// <summary>A frame that is still being made is asked for again.</summary>
    private static async Task<string> CopyAsync(AnnotatorClient client, int task, int number, string quality, FileStream file, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                file.SetLength(0);
                return await client.Tasks.CopyFrameAsync(task, number, quality, file, cancel);
            }
            catch (AnnotatorApiException error) when (error.Status == HttpStatusCode.TooManyRequests && attempt < Tries)
            {
                await Task.Delay(error.RetryAfter ?? _usualPause, cancel);
            }
        }
    }

    private static string NameOf(int number) => number.ToString("D6", CultureInfo.InvariantCulture);

    private static string Ending(string contentType) => contentType switch
    {
        "image/jpeg" => "jpg",
        "image/svg+xml" => "svg",
        _ when contentType.StartsWith("image/", StringComparison.Ordinal) => contentType["image/".Length..],
        _ => "bin",
    };
}
