using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Core;
using Annotator.Core.Models;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Models;

/// <param name="Items">At most 500.</param>
internal sealed record WorkRequest(WorkItemBody[]? Items);

/// <summary>What one object took.</summary>
/// <param name="Outcome">drawn, accepted, edited or rejected; none when that was undone.</param>
/// <param name="Seconds">Of work, without pauses.</param>
/// <param name="Score">The suggestion's, 0 to 1.</param>
/// <param name="Before">The suggestion, of one that was edited or rejected.</param>
/// <param name="After">What became of it, where it was edited.</param>
internal sealed record WorkItemBody(
    long ObjectId, string? Outcome, double Seconds, int Frame, int LabelId, double? Score, WorkedShapeBody? Before, WorkedShapeBody? After);

/// <param name="Type">The contract's word for the kind of shape.</param>
/// <param name="Points">As annotations have them.</param>
internal sealed record WorkedShapeBody(string? Type, double[]? Points, double Rotation);

/// <summary>
/// What objects took, as the editor tells it: whole objects and no strokes, and not who it was. It serves to say whether a model saves
/// time, and what it need not suggest again.
/// </summary>
internal static class ObjectWorkEndpoints
{
    private const int MaxItems = 500;
    private const long MaxBytes = 16 << 20;
    private const double LongestWork = 24 * 60 * 60;

    public static void MapObjectWork(this IEndpointRouteBuilder routes) => routes.MapGroup("/jobs/{id:int}").WithTags("Models")
        .MapPost("/work", KeepAsync).WithName("jobs_create_work").RequireJob("update:annotations").WithBodyLimit(MaxBytes);

    /// <summary>Keeps the last word on each object. Sending the same again changes nothing.</summary>
    private static async Task<Results<Ok<object>, ProblemHttpResult>> KeepAsync(int id, WorkRequest body, AnnotatorDbContext db, TimeProvider time, CancellationToken cancel)
    {
        var items = body.Items ?? [];
        var checks = new Checks();
        checks.That(items.Length <= MaxItems, "items", $"At most {MaxItems} items.");
        checks.That(items.All(item => item.ObjectId > 0 && item.Frame >= 0), "items", "An item names its object and frame.");
        checks.That(items.All(item => item.Outcome is "drawn" or "accepted" or "edited" or "rejected" or "none"), "items", "An outcome is drawn, accepted, edited, rejected or none.");
        checks.That(items.All(item => item.Seconds is >= 0 and <= LongestWork), "items", $"Seconds are from 0 to {LongestWork}.");
        checks.That(items.All(item => item.Score is null or (>= 0 and <= 1)), "items", "A score is from 0 to 1.");
        if (!checks.Passed)
        {
            return checks.Problem();
        }

        var labels = await db.Jobs.Where(job => job.Id == id)
            .SelectMany(job => db.Labels.Where(label => job.Task.ProjectId == null ? label.TaskId == job.TaskId : label.ProjectId == job.Task.ProjectId)).Select(label => label.Id)
            .ToListAsync(cancel);
        foreach (var item in items.DistinctBy(item => item.ObjectId).OrderBy(item => item.ObjectId))
        {
            if (item.Outcome == "none")
            {
                await db.ObjectWork.Where(row => row.JobId == id && row.ObjectId == item.ObjectId).ExecuteDeleteAsync(cancel);
            }
            else if (labels.Contains(item.LabelId))
            {
                await PutAsync(id, item, db, time.GetUtcNow(), cancel);
            }
        }

        return TypedResults.Ok<object>(new { kept = items.Length });
    }

    private static Task<int> PutAsync(int jobId, WorkItemBody item, AnnotatorDbContext db, DateTimeOffset now, CancellationToken cancel)
    {
        var outcome = Enum.Parse<WorkOutcome>(item.Outcome!, ignoreCase: true);
        var box = outcome == WorkOutcome.Rejected && item.Before is { } gone ? ShapeOverlap.BoxOf(gone.Type ?? "", gone.Points ?? [], gone.Rotation) : null;
        var corners = box is { } around ? new[] { (float)around.Left, (float)around.Top, (float)around.Right, (float)around.Bottom } : null;
        var iou = outcome switch
        {
            WorkOutcome.Accepted => 1f,
            WorkOutcome.Edited when item is { Before: { } before, After: { } after } =>
                (float?)ShapeOverlap.Of(before.Type ?? "", before.Points ?? [], before.Rotation, after.Type ?? "", after.Points ?? [], after.Rotation),
            _ => null,
        };
        return db.Database.ExecuteSqlAsync(
            $"""
            insert into object_work (job_id, object_id, model_id, label_id, frame, outcome, seconds, iou, score, box, date)
            values ({jobId}, {item.ObjectId},
                case when {(short)outcome} = 0 then null else
                    (select model_id from suggested_objects where job_id = {jobId} and first_id <= {item.ObjectId} and last_id >= {item.ObjectId} order by first_id desc limit 1) end,
                {item.LabelId}, {item.Frame}, {(short)outcome}, {(float)item.Seconds}, {iou}, {(float?)item.Score}, {corners}, {now})
            on conflict (job_id, object_id) do update set label_id = excluded.label_id, outcome = excluded.outcome, seconds = greatest(object_work.seconds, excluded.seconds),
                iou = excluded.iou, score = coalesce(excluded.score, object_work.score), box = excluded.box, date = excluded.date
            """,
            cancel);
    }
}
