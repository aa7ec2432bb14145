using Annotator.Formats.Model;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Core.Queues;

/// <summary>Which frames of a task somebody has worked on.</summary>
/// <param name="Judged">Frames that have annotations which are nobody's mere suggestions.</param>
/// <param name="Open">Frames that have suggestions which nobody has judged.</param>
public sealed record LabelledFrames(IReadOnlySet<int> Judged, IReadOnlySet<int> Open)
{
    public static async Task<LabelledFrames> ReadAsync(AnnotatorDbContext db, int taskId, CancellationToken cancel)
    {
        var auto = (short)AnnotationSource.Auto;
        var judged = await db.Database.SqlQuery<int>(
            $"""
            select distinct frame as "Value" from (
                select frame from tag where job_id in (select id from jobs where task_id = {taskId}) and source <> {auto}
                union select frame from shape where job_id in (select id from jobs where task_id = {taskId}) and source <> {auto}
                union select frame from track, generate_series(first_frame, least(last_frame, first_frame + 100000, (select stop_frame from jobs where id = track.job_id))) frame
                    where job_id in (select id from jobs where task_id = {taskId}) and source <> {auto}) frames
            """).ToListAsync(cancel);
        var open = await db.Database.SqlQuery<int>(
            $"""
            select distinct frame as "Value" from (
                select frame from tag where job_id in (select id from jobs where task_id = {taskId}) and source = {auto}
                union select frame from shape where job_id in (select id from jobs where task_id = {taskId}) and source = {auto}) frames
            """).ToListAsync(cancel);
        return new LabelledFrames(judged.ToHashSet(), open.ToHashSet());
    }
}
