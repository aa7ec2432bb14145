using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Annotator.Core;
using Annotator.Core.Operations;
using Annotator.Core.Queues;
using Annotator.Inference;
using Annotator.Inference.Duplicates;
using Annotator.Worker.Models;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Queues;

/// <summary>
/// <c>queue:task</c>: looks at every frame once, with an embedder or without any model, and orders them by how little they look like
/// what is labelled. What was looked at stays known: a run that is called off or killed goes on there, and a later one is quick.
/// </summary>
internal sealed class QueueFrames(AnnotatorDbContext db, FramePictures pictures, ModelHosts hosts, TimeProvider time) : IOperationHandler
{
    private const int Hashes = 0;
    private const int AtOnce = 32;

    /// <summary>Frames of the queue: more are not labelled before it is worked out anew.</summary>
    private const int MostQueued = 1000;

    public IReadOnlyCollection<string> Types { get; } = ["queue:task"];

    public async Task RunAsync(Operation operation, OperationContext context)
    {
        var cancel = context.Cancel;
        var arguments = JsonSerializer.Deserialize<QueueArguments>(operation.Arguments, JsonSerializerOptions.Web)!;
        var data = await db.TaskData.AsNoTracking().SingleOrDefaultAsync(data => data.TaskId == operation.TaskId && data.Size > 0, cancel)
            ?? throw new OperationFailedException("There are no frames to look at.");
        var deleted = data.DeletedFrames.ToHashSet();
        List<int> frames = [.. Enumerable.Range(0, data.Size).Where(frame => !deleted.Contains(frame))];
        try
        {
            await LookAsync(data.Id, frames, arguments.ModelId, context);
        }
        catch (ModelException error)
        {
            throw new OperationFailedException(error.Message);
        }

        context.ReportProgress(0.9, "Comparing the frames");
        var labelled = await LabelledFrames.ReadAsync(db, operation.TaskId!.Value, cancel);
        var hashes = await ReadAsync(data.Id, Hashes, deleted, cancel);
        List<(int Frame, ulong Hash)> looks = [.. hashes.Select(look => (look.Frame, BinaryPrimitives.ReadUInt64LittleEndian(look.Vector)))];
        var queue = arguments.ModelId is { } model
            ? Order(await ReadAsync(data.Id, model, deleted, cancel), labelled, cancel)
            : Order([.. looks.Select(look => look.Frame)], (one, other) => FrameOrder.Between(looks[one].Hash, looks[other].Hash), labelled, cancel);
        var content = new QueueContent(queue, FrameOrder.Alike(looks, labelled.Judged, cancel));
        await PublishAsync(operation, arguments.ModelId, content, context);
        context.Message = $"{queue.Count} frames in order, {content.Duplicates.Sum(group => group.Like.Count)} near-duplicates.";
    }

    private static List<QueuedFrame> Order(List<FrameLook> looks, LabelledFrames labelled, CancellationToken cancel)
    {
        var vectors = looks.ConvertAll(look => MemoryMarshal.Cast<byte, float>(look.Vector).ToArray());
        return Order([.. looks.Select(look => look.Frame)], (one, other) => FrameOrder.Between(vectors[one], vectors[other]), labelled, cancel);
    }

    private static List<QueuedFrame> Order(IReadOnlyList<int> frames, Func<int, int, double> distance, LabelledFrames labelled, CancellationToken cancel)
    {
        List<int> known = [.. Enumerable.Range(0, frames.Count).Where(index => labelled.Judged.Contains(frames[index]))];
        return [.. FrameOrder.FarthestFirst(frames.Count, distance, known, MostQueued, cancel).Select(pick => new QueuedFrame(frames[pick.Index], Math.Round(pick.Distance, 4)))];
    }

    /// <summary>Looks at the frames of which the hash, or the model's vector, is not known.</summary>
    private async Task LookAsync(int dataId, List<int> frames, int? modelId, OperationContext context)
    {
        var cancel = context.Cancel;
        var hashed = await KnownAsync(dataId, Hashes, cancel);
        var embedded = modelId is { } id ? await KnownAsync(dataId, id, cancel) : null;
        List<int> open = [.. frames.Where(frame => !hashed.Contains(frame) || embedded?.Contains(frame) == false)];
        if (open.Count == 0)
        {
            return;
        }

        await using var model = modelId is { } used ? await hosts.UseAsync(used, cancel) : null;
        var (done, started) = (0, time.GetUtcNow());
        foreach (var part in open.Chunk(AtOnce))
        {
            var seen = new List<(int Frame, PixelImage Picture)>();
            await foreach (var (frame, picture, _) in pictures.ReadAsync(dataId, part, cancel))
            {
                // A damaged frame has no looks, and is in no queue.
                if (picture is not null)
                {
                    seen.Add((frame, picture));
                }
            }

            foreach (var (frame, picture) in seen.Where(one => !hashed.Contains(one.Frame)))
            {
                var hash = new byte[sizeof(ulong)];
                BinaryPrimitives.WriteUInt64LittleEndian(hash, PerceptualHash.Waves(picture));
                await KeepAsync(dataId, Hashes, frame, hash, cancel);
            }

            if (model is not null && seen.Count > 0)
            {
                var vectors = await model.Process.EmbedAsync([.. seen.Select(one => one.Picture)], cancel);
                foreach (var ((frame, _), vector) in seen.Zip(vectors))
                {
                    await KeepAsync(dataId, modelId!.Value, frame, MemoryMarshal.AsBytes(vector.AsSpan()).ToArray(), cancel);
                }
            }

            done += part.Length;
            var seconds = (time.GetUtcNow() - started).TotalSeconds;
            context.ReportProgress(0.9 * done / open.Count, $"{done} of {open.Count} frames{(seconds > 1 ? $", {done / seconds:0.#} a second" : "")}");
        }
    }

    private async Task<HashSet<int>> KnownAsync(int dataId, int modelId, CancellationToken cancel) =>
        [.. await db.FrameLooks.Where(look => look.DataId == dataId && look.ModelId == modelId).Select(look => look.Frame).ToListAsync(cancel)];

    private Task<List<FrameLook>> ReadAsync(int dataId, int modelId, HashSet<int> deleted, CancellationToken cancel) =>
        db.FrameLooks.AsNoTracking().Where(look => look.DataId == dataId && look.ModelId == modelId && !deleted.Contains(look.Frame)).OrderBy(look => look.Frame).ToListAsync(cancel);

    private Task<int> KeepAsync(int dataId, int modelId, int frame, byte[] vector, CancellationToken cancel) => db.Database.ExecuteSqlAsync(
        $"insert into frame_looks (data_id, model_id, frame, vector) values ({dataId}, {modelId}, {frame}, {vector}) on conflict (data_id, model_id, frame) do update set vector = excluded.vector", cancel);

    private async Task PublishAsync(Operation operation, int? modelId, QueueContent content, OperationContext context)
    {
        var json = JsonSerializer.Serialize(content, JsonSerializerOptions.Web);
        await db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(context.Cancel);
            await context.HoldAsync(db);
            await db.Database.ExecuteSqlAsync(
                $"""
                insert into label_queues (task_id, model_id, content, date) values ({operation.TaskId}, {modelId}, {json}::jsonb, {time.GetUtcNow()})
                on conflict (task_id) do update set model_id = excluded.model_id, content = excluded.content, date = excluded.date
                """,
                context.Cancel);
            await transaction.CommitAsync(context.Cancel);
        });
    }
}
