using Annotator.Core.Identity;

namespace Annotator.Core.Jobs;

public static class JobVisibility
{
    /// <summary>The jobs a user may see: assigned, or part of a task that is theirs; an administrator all. Those of tasks that are still being made nobody.</summary>
    public static IQueryable<AnnotationJob> VisibleTo(this IQueryable<AnnotationJob> jobs, CurrentUser user) =>
        user.IsAdmin
            ? jobs.Where(job => !job.Task.IsBeingMade)
            : jobs.Where(job => !job.Task.IsBeingMade
                && (job.AssigneeId == user.Id
                    || job.Task.OwnerId == user.Id
                    || job.Task.AssigneeId == user.Id
                    || job.Task.Project!.OwnerId == user.Id
                    || job.Task.Project!.AssigneeId == user.Id));
}
