using System.Globalization;
using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Core.Media.Blobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Annotator.Worker.Media;

/// <summary>Room for media that are made of originals; configuration section <c>MadeMedia</c>.</summary>
internal sealed class MadeMediaOptions
{
    public const string Section = "MadeMedia";

    /// <summary>Bytes of all compressed frames and chunks together, as far as they are kept for the next who asks.</summary>
    public long MaxBytes { get; set; } = 50L << 30;

    public TimeSpan Interval { get; set; } = TimeSpan.FromHours(1);
}

/// <summary>
/// Keeps made media within their room: the oldest go first, and are made again when somebody asks. Takes along what a
/// deletion left behind when its process was killed.
/// </summary>
internal sealed partial class MadeMediaSweeper(
    IServiceScopeFactory scopes, IBlobStore blobs, IOptions<MadeMediaOptions> options, TimeProvider time, ILogger<MadeMediaSweeper> log) : BackgroundService
{
    /// <summary>Deletes what is over the limit; the answer is how many blobs went.</summary>
    public async Task<int> SweepAsync(CancellationToken cancel)
    {
        var made = new List<BlobInfo>();
        var bytes = 0L;
        await foreach (var blob in blobs.ListAsync("data/", cancel))
        {
            if (IsMade(blob.Key))
            {
                made.Add(blob);
                bytes += blob.Length;
            }
        }

        var deleted = 0;
        foreach (var blob in made.OrderBy(blob => blob.LastModified).TakeWhile(_ => bytes > options.Value.MaxBytes))
        {
            await blobs.DeleteAsync(blob.Key, cancel);
            bytes -= blob.Length;
            deleted++;
        }

        return deleted;
    }

    /// <summary>Deletes the blobs of tasks that are no more. Rows are committed before their blobs are written, so none is missed.</summary>
    public async Task RemoveOrphansAsync(CancellationToken cancel)
    {
        var (dataIds, taskIds) = (await IdsAsync("data/", cancel), await IdsAsync("tasks/", cancel));
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
        var liveData = await db.TaskData.Where(data => dataIds.Contains(data.Id)).Select(data => data.Id).ToListAsync(cancel);
        var liveTasks = await db.Tasks.Where(task => taskIds.Contains(task.Id)).Select(task => task.Id).ToListAsync(cancel);
        foreach (var prefix in dataIds.Except(liveData).Select(DataKeys.Prefix).Concat(taskIds.Except(liveTasks).Select(DataKeys.TaskUploads)))
        {
            await blobs.DeletePrefixAsync(prefix, cancel);
        }
    }

    private async Task<HashSet<int>> IdsAsync(string prefix, CancellationToken cancel)
    {
        var ids = new HashSet<int>();
        await foreach (var blob in blobs.ListAsync(prefix, cancel))
        {
            if (int.TryParse(blob.Key.Split('/')[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                ids.Add(id);
            }
        }

        return ids;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
                await RemoveOrphansAsync(stoppingToken);
                (blobs as FolderBlobStore)?.RemoveAbandoned(time.GetUtcNow().AddDays(-1));
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                LogBroken(error);
            }
        }
    }

    /// <summary><c>data/12/compressed…</c>, <c>data/12/upright…</c>, <c>data/12/chunks…</c>; never an original, and previews are too small to matter.</summary>
    private static bool IsMade(string key) => key.Split('/') is [_, _, var kind, ..]
        && (kind == "upright" || kind.StartsWith("compressed", StringComparison.Ordinal) || kind.StartsWith("chunks", StringComparison.Ordinal));

    [LoggerMessage(LogLevel.Error, "Sweeping made media broke; the next round tries again")]
    private partial void LogBroken(Exception error);
}
