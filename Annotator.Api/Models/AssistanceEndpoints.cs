using System.Globalization;
using System.Text;
using Annotator.Api.Identity;
using Annotator.Core;
using Annotator.Core.Identity;
using Annotator.Core.Jobs;
using Annotator.Core.Models;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Models;

/// <summary>Whether a model helps.</summary>
/// <param name="Least">Of each kind of work so many objects have to be known before anything is said of time.</param>
/// <param name="Labels">One row for each label that it suggested, in the jobs that the asker sees.</param>
internal sealed record AssistanceRead(int Least, IReadOnlyList<LabelAssistance> Labels);

/// <summary>How a model's suggestions of one label did, beside the same label drawn by hand.</summary>
/// <param name="SecondsPerObject">Of all work on suggestions, the rejected ones too, for each object that stayed; null when none stayed.</param>
/// <param name="MeanIou">Of what was accepted and edited: how much of it stood right away.</param>
/// <param name="DrawnSeconds">Seconds for an object of this label that was drawn by hand; null when none was.</param>
/// <param name="SavedPerObject">Seconds; below 0 where the model costs time. Null while too little is known.</param>
internal sealed record LabelAssistance(
    int LabelId,
    string Label,
    int? ProjectId,
    int? TaskId,
    int Accepted,
    int Edited,
    int Rejected,
    double? SecondsPerObject,
    double? MeanIou,
    int Drawn,
    double? DrawnSeconds,
    double? SavedPerObject);

internal static class AssistanceEndpoints
{
    /// <summary>Fewer objects say nothing about time.</summary>
    private const int Least = 5;

    public static void MapAssistance(this RouteGroupBuilder models) =>
        models.MapGet("/{id:int}/assistance", ReadAsync).RequireModel("view").WithName("models_retrieve_assistance").Produces<AssistanceRead>();

    /// <summary>JSON, or with <c>format=csv</c> a table.</summary>
    private static async Task<IResult> ReadAsync(int id, [FromQuery] string? format, AnnotatorDbContext db, CurrentUser user, CancellationToken cancel)
    {
        var jobs = db.Jobs.VisibleTo(user).Select(job => job.Id);
        var suggested = await db.ObjectWork.Where(row => row.ModelId == id && jobs.Contains(row.JobId))
            .GroupBy(row => row.LabelId)
            .Select(rows => new
            {
                LabelId = rows.Key,
                Accepted = rows.Count(row => row.Outcome == WorkOutcome.Accepted),
                Edited = rows.Count(row => row.Outcome == WorkOutcome.Edited),
                Rejected = rows.Count(row => row.Outcome == WorkOutcome.Rejected),
                Seconds = rows.Sum(row => (double)row.Seconds),
                Iou = rows.Average(row => (double?)row.Iou),
            })
            .ToListAsync(cancel);
        var labels = suggested.ConvertAll(row => row.LabelId);
        var drawn = await db.ObjectWork.Where(row => row.Outcome == WorkOutcome.Drawn && labels.Contains(row.LabelId) && jobs.Contains(row.JobId))
            .GroupBy(row => row.LabelId)
            .Select(rows => new { LabelId = rows.Key, Count = rows.Count(), Seconds = rows.Average(row => (double)row.Seconds) })
            .ToDictionaryAsync(row => row.LabelId, cancel);
        var names = await db.Labels.Where(label => labels.Contains(label.Id)).ToDictionaryAsync(label => label.Id, label => new { label.Name, label.ProjectId, label.TaskId }, cancel);
        var rows = suggested.Select(row =>
        {
            var (kept, hand) = (row.Accepted + row.Edited, drawn.GetValueOrDefault(row.LabelId));
            double? each = kept > 0 ? row.Seconds / kept : null;
            var label = names[row.LabelId];
            return new LabelAssistance(
                row.LabelId, label.Name, label.ProjectId, label.TaskId, row.Accepted, row.Edited, row.Rejected, each, row.Iou, hand?.Count ?? 0, hand?.Seconds,
                kept >= Least && hand?.Count >= Least ? hand.Seconds - each : null);
        }).OrderByDescending(row => row.Accepted + row.Edited + row.Rejected).ThenBy(row => row.LabelId).ToList();
        return format == "csv"
            ? Results.File(Encoding.UTF8.GetBytes(Csv(rows)), "text/csv; charset=utf-8", string.Create(CultureInfo.InvariantCulture, $"assistance-of-model-{id}.csv"))
            : Results.Ok(new AssistanceRead(Least, rows));
    }

    private static string Csv(List<LabelAssistance> rows)
    {
        var text = new StringBuilder("label_id,label,project_id,task_id,accepted,edited,rejected,seconds_per_object,mean_iou,drawn,drawn_seconds,saved_per_object\r\n");
        foreach (var row in rows)
        {
            text.AppendLine(string.Join(
                ',', new object?[] { row.LabelId, Quoted(row.Label), row.ProjectId, row.TaskId, row.Accepted, row.Edited, row.Rejected, row.SecondsPerObject, row.MeanIou, row.Drawn, row.DrawnSeconds, row.SavedPerObject }
                    .Select(value => value is double number ? number.ToString("0.###", CultureInfo.InvariantCulture) : Convert.ToString(value, CultureInfo.InvariantCulture))));
        }

        return text.ToString();
    }

    /// <summary>A name that a table program would take for a formula gets an apostrophe.</summary>
    private static string Quoted(string name) => $"\"{(name.Length > 0 && name[0] is '=' or '+' or '-' or '@' ? "'" : "")}{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
