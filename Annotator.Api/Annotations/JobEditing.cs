using Annotator.Core;
using Annotator.Core.Identity;
using Annotator.Core.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Annotations;

/// <summary>What follows a committed change of a job's annotations: a new job is begun.</summary>
internal sealed class JobEditing(AnnotatorDbContext db, CurrentUser user, IJobEvents events, TimeProvider time)
{
    /// <summary>The clients of the contract do this on their assignee's first save; a script's save begins the work just as well.</summary>
    public async Task CommittedAsync(int jobId, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var begun = await db.Jobs
            .Where(job => job.Id == jobId && job.State == JobState.New && job.AssigneeId == user.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(job => job.State, JobState.InProgress).SetProperty(job => job.UpdatedDate, now), cancel);
        if (begun > 0)
        {
            var job = await db.Jobs.AsNoTracking().SingleAsync(row => row.Id == jobId, cancel);
            events.Changed(new JobNews(jobId, job.Stage.Word(), job.State.Word(), new JobNewsAssignee(user.Id, user.Username)));
        }
    }
}
