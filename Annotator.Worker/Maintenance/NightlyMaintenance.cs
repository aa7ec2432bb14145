using System.ComponentModel;
using Annotator.Core.Annotations;
using Annotator.Core.Media;
using Annotator.Core.Media.Blobs;
using Annotator.Core.Media.Sources;
using Hangfire;
using Microsoft.Extensions.Options;

namespace Annotator.Worker.Maintenance;

/// <summary>What Hangfire calls at its hour; it knows this method and no other.</summary>
public interface IMaintenance
{
    /// <summary>Deletes what is past its time. Doing it twice, or at once on several workers, does no harm.</summary>
    [DisplayName("Maintenance")]
    [AutomaticRetry(Attempts = 3)]
    Task RunAsync(CancellationToken cancel);
}

/// <summary>Deletes what is past its time, one kind after the other; one that fails does not keep the others.</summary>
internal sealed partial class NightlyMaintenance(
    AnnotationStore store,
    AbandonedUploads uploads,
    HalfMadeTasks halfMade,
    OrphanedBlobs orphans,
    IBlobStore blobs,
    IOptions<MaintenanceOptions> options,
    TimeProvider time,
    ILogger<NightlyMaintenance> log) : IMaintenance
{
    public async Task RunAsync(CancellationToken cancel)
    {
        var (now, keep) = (time.GetUtcNow(), options.Value);
        var failures = new List<Exception>();
        await TryAsync(async () =>
        {
            var pruned = await store.PruneAsync(new PruningLimits(now - keep.KeepChanges, now - keep.KeepAnswers, now - keep.KeepJournals), cancel);
            LogPruned(pruned.Changes, pruned.RemovedObjects, pruned.Answers);
        });
        await TryAsync(async () => LogUploads(await uploads.RemoveAsync(now - keep.KeepUploads, cancel)));
        await TryAsync(async () => LogHalfMade(await halfMade.RemoveAsync(now - keep.KeepOrphans, cancel)));
        await TryAsync(async () => LogOrphans(await orphans.RemoveAsync(now - keep.KeepOrphans, cancel)));
        ((blobs is SourceBlobStore sources ? sources.Own : blobs) as FolderBlobStore)?.RemoveAbandoned(now - keep.KeepOrphans);
        if (failures.Count > 0)
        {
            throw new AggregateException("Not all of the maintenance was done; what was not is tried again.", failures);
        }

        async Task TryAsync(Func<Task> step)
        {
            try
            {
                await step();
            }
            catch (Exception failure) when (!cancel.IsCancellationRequested)
            {
                failures.Add(failure);
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Pruned {Changes} changes, {Removed} removed objects and {Answers} answers to batches")]
    private partial void LogPruned(long changes, long removed, long answers);

    [LoggerMessage(LogLevel.Information, "Removed {Count} abandoned uploads")]
    private partial void LogUploads(int count);

    [LoggerMessage(LogLevel.Information, "Removed {Count} tasks and projects that were never finished")]
    private partial void LogHalfMade(int count);

    [LoggerMessage(LogLevel.Information, "Removed {Count} blobs that no row knew of")]
    private partial void LogOrphans(int count);
}
