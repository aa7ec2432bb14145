using System.Globalization;
using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Server;

/// <summary>What uses how much room; bytes.</summary>
/// <param name="Originals">What people uploaded as data of tasks, files that are not frames yet included.</param>
/// <param name="Made">Smaller frames, chunks, tiles: made again when somebody asks.</param>
/// <param name="Unfinished">Uploads that no frames were made of so far; a part of the originals and of the imports.</param>
/// <param name="Other">Previews, indexes of videos, and what has no kind.</param>
/// <param name="Tasks">The largest, at most 100.</param>
internal sealed record SpaceUse(
    long Originals, long Made, long Exports, long Imports, long Models, long Other, long Unfinished, long Database, int TaskCount, IReadOnlyList<TaskSpace> Tasks)
{
    private const int MostTasks = 100;

    /// <summary>Walks through the store once.</summary>
    public static async Task<SpaceUse> ReadAsync(AnnotatorDbContext db, IBlobStore blobs, CancellationToken cancel)
    {
        var tasksByData = await db.TaskData.Select(data => new { data.Id, data.TaskId }).ToDictionaryAsync(data => data.Id, data => data.TaskId, cancel);
        var kinds = new Dictionary<BlobKind, long>();
        var tasks = new Dictionary<int, (long Originals, long Made)>();
        foreach (var prefix in new[] { "data/", "tasks/", "exports/", "uploads/", "models/" })
        {
            await foreach (var blob in blobs.ListAsync(prefix, cancel))
            {
                var kind = BlobKinds.Of(blob.Key);
                kinds[kind] = kinds.GetValueOrDefault(kind) + blob.Length;
                if (TaskOf(blob.Key, tasksByData) is { } task)
                {
                    var (originals, made) = tasks.GetValueOrDefault(task);
                    tasks[task] = kind == BlobKind.Original ? (originals + blob.Length, made) : (originals, made + blob.Length);
                }
            }
        }

        var largest = tasks.OrderByDescending(task => task.Value.Originals + task.Value.Made).Take(MostTasks).ToList();
        var ids = largest.ConvertAll(task => task.Key);
        var names = await db.Tasks.Where(task => ids.Contains(task.Id))
            .Select(task => new { task.Id, task.Name, task.ProjectId, ProjectName = task.Project!.Name, Frames = task.Data!.Size })
            .ToDictionaryAsync(task => task.Id, cancel);
        return new SpaceUse(
            kinds.GetValueOrDefault(BlobKind.Original),
            kinds.GetValueOrDefault(BlobKind.Made),
            kinds.GetValueOrDefault(BlobKind.Export),
            kinds.GetValueOrDefault(BlobKind.Import),
            kinds.GetValueOrDefault(BlobKind.Model),
            kinds.GetValueOrDefault(BlobKind.Index) + kinds.GetValueOrDefault(BlobKind.Other),
            await db.Uploads.SumAsync(upload => upload.Offset, cancel),
            await db.Database.SqlQuery<long>($"SELECT pg_database_size(current_database()) AS \"Value\"").SingleAsync(cancel),
            tasks.Count,
            [
                .. largest.Where(task => names.ContainsKey(task.Key)).Select(task =>
                {
                    var about = names[task.Key];
                    return new TaskSpace(about.Id, about.Name, about.ProjectId, about.ProjectName, about.Frames, task.Value.Originals, task.Value.Made);
                }),
            ]);
    }

    /// <summary>Deletes what can be made again, or exports; the answer is the bytes that it took.</summary>
    public static async Task<long> EmptyAsync(IBlobStore blobs, string prefix, BlobKind kind, Func<string, bool> wanted, CancellationToken cancel)
    {
        var freed = 0L;
        await foreach (var blob in blobs.ListAsync(prefix, cancel))
        {
            if (BlobKinds.Of(blob.Key) == kind && wanted(blob.Key))
            {
                await blobs.DeleteAsync(blob.Key, cancel);
                freed += blob.Length;
            }
        }

        return freed;
    }

    /// <summary>Exports that are done: their files go, and their rows say that they are no more.</summary>
    public static async Task<long> EmptyExportsAsync(AnnotatorDbContext db, IBlobStore blobs, DateTimeOffset now, CancellationToken cancel)
    {
        var done = await db.Operations
            .Where(operation => operation.ResultKey != null && operation.State == OperationState.Finished)
            .Select(operation => operation.ResultKey!)
            .ToHashSetAsync(StringComparer.Ordinal, cancel);
        await db.Operations
            .Where(operation => operation.ResultKey != null && operation.State == OperationState.Finished)
            .ExecuteUpdateAsync(operation => operation.SetProperty(row => row.ExpiryDate, now), cancel);
        return await EmptyAsync(blobs, "exports/", BlobKind.Export, done.Contains, cancel);
    }

    private static int? TaskOf(string key, Dictionary<int, int> tasksByData)
    {
        var parts = key.Split('/');
        if (parts.Length < 3 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return null;
        }

        return parts[0] switch
        {
            "tasks" => id,
            "data" when tasksByData.TryGetValue(id, out var task) => task,
            _ => null,
        };
    }
}

/// <summary>A task's room, in bytes.</summary>
/// <param name="Made">All that is not original, previews and indexes included.</param>
internal sealed record TaskSpace(int Id, string Name, int? ProjectId, string? ProjectName, int Frames, long Originals, long Made);
