using Annotator.Core;
using Annotator.Inference;

namespace Annotator.Worker.Models;

/// <summary>How unsure a model was of a frame: what it saw with a score near one half is worth a person's look.</summary>
internal static class FrameDoubts
{
    /// <summary>The doubt of the most doubtful thing on the frame, 0 to 1; 0 when there is nothing on it.</summary>
    public static double Of(IReadOnlyList<Prediction> found) => found.Count == 0 ? 0 : found.Max(one => Entropy(one.Score));

    /// <summary>Keeps the last run's word on each frame.</summary>
    public static async Task KeepAsync(AnnotatorDbContext db, int taskId, int modelId, IReadOnlyDictionary<int, double> doubts, DateTimeOffset now, CancellationToken cancel)
    {
        if (doubts.Count > 0)
        {
            await Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.ExecuteSqlAsync(
                db.Database,
                $"""
                insert into frame_doubts (task_id, frame, model_id, doubt, date)
                select {taskId}, frame, {modelId}, doubt, {now} from unnest({doubts.Keys.ToArray()}, {doubts.Values.Select(doubt => (float)doubt).ToArray()}) as told(frame, doubt)
                on conflict (task_id, frame) do update set model_id = excluded.model_id, doubt = excluded.doubt, date = excluded.date
                """,
                cancel);
        }
    }

    /// <summary>Of a coin that falls on one side so often, in bits.</summary>
    private static double Entropy(double score) => score is <= 0 or >= 1 ? 0 : -(score * Math.Log2(score)) - ((1 - score) * Math.Log2(1 - score));
}
