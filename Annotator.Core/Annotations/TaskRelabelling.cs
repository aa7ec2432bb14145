using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Core.Annotations;

/// <summary>Carries a task's annotations into a project with labels of its own: each object gets the label there that has its label's name.</summary>
public sealed class TaskRelabelling(AnnotatorDbContext db, AnnotationStore store, IServiceScopeFactory scopes)
{
    /// <summary>Which of the task's labels go to which of the project's, and the names of those that objects have and the project has not.</summary>
    public async Task<(LabelMatch Match, IReadOnlyList<string> Missing)> MatchAsync(int taskId, int? from, int to, CancellationToken cancel)
    {
        var labels = db.Labels.AsNoTracking().AsSplitQuery()
            .Include(label => label.Attributes)
            .Include(label => label.Sublabels).ThenInclude(node => node.Attributes)
            .Where(label => label.ParentId == null)
            .OrderBy(label => label.Id);
        var own = await (from is null ? labels.Where(label => label.TaskId == taskId) : labels.Where(label => label.ProjectId == from)).ToListAsync(cancel);
        var match = new LabelMatch(own, await labels.Where(label => label.ProjectId == to).ToListAsync(cancel));
        var used = await db.Database
            .SqlQuery<int>($"""
                SELECT DISTINCT label_count.label_id AS "Value" FROM label_count JOIN jobs ON jobs.id = label_count.job_id
                WHERE jobs.task_id = {taskId} AND (label_count.shapes > 0 OR label_count.tracks > 0)
                """)
            .ToListAsync(cancel);
        return (match, [.. own.Where(label => used.Contains(label.Id) && !match.Has(label.Id)).Select(label => label.Name)]);
    }

    /// <summary>
    /// Writes every object of the task anew with its new label, job by job. Call it in the transaction in which the task has become the
    /// project's; what was there is read from outside of it, so that memory is a few thousand objects.
    /// </summary>
    /// <exception cref="InvalidAnnotationsException">An object is of a kind that its new label does not allow.</exception>
    public async Task WriteAsync(int taskId, int userId, LabelMatch match, CancellationToken cancel)
    {
        var jobs = await db.Jobs.Where(job => job.TaskId == taskId).OrderBy(job => job.Id).Select(job => job.Id).ToListAsync(cancel);
        await store.AppendAllAsync(userId, jobs.Select(job => (job, ReadAsync(job, match, cancel))), replace: true, cancel);
    }

    private async IAsyncEnumerable<AnnotationObject> ReadAsync(int jobId, LabelMatch match, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var before = scope.ServiceProvider.GetRequiredService<AnnotationStore>();
        await foreach (var frame in before.ReadFramesAsync(jobId, cancel))
        {
            foreach (var annotation in frame.Tags.Concat<AnnotationObject>(frame.Shapes))
            {
                yield return match.Apply(annotation);
            }
        }

        await foreach (var track in before.ReadTracksAsync(jobId, cancel))
        {
            yield return match.Apply(track);
        }
    }
}
