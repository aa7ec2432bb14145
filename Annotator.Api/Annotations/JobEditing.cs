using Annotator.Core;
using Annotator.Core.Identity;
using Annotator.Core.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Annotations;

/// <summary>What follows a committed change of a job's annotations: whoever has the job open hears of it, and a new job is begun.</summary>
internal sealed class JobEditing(AnnotatorDbContext db, CurrentUser user, JobFeed feed, IJobEvents events, TimeProvider time)
{
    /// <summary>Tells of one revision. It cannot fail the request: the change stands whether anybody hears of it or not.</summary>
    public async Task CommittedAsync(int jobId, int revision, CancellationToken cancel)
    {
        feed.Announce(jobId, revision);

        // The clients of the contract do this on their assignee's first save; a script's save begins the work just as well.
        var now = time.GetUtcNow();
        var begun = await db.Jobs
            .Where(job => job.Id == jobId && job.State == JobState.New && job.AssigneeId == user.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(job => job.State, JobState.InProgress).SetProperty(job => job.UpdatedDate, now), cancel);
        if (begun > 0)
        {
            var job = await db.Jobs.AsNoTracking().SingleAsync(row => row.Id == jobId, cancel);
            await events.ChangedAsync(new JobNews(jobId, job.Stage.Word(), job.State.Word(), new JobNewsAssignee(user.Id, user.Username)), cancel);
        }
    }
}
