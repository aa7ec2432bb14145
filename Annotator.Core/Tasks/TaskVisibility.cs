using Annotator.Core.Identity;

namespace Annotator.Core.Tasks;

public static class TaskVisibility
{
    /// <summary>The tasks a user may see: owned or assigned, by themselves or through their project; an administrator all. Those that are still being made nobody.</summary>
    public static IQueryable<AnnotationTask> VisibleTo(this IQueryable<AnnotationTask> tasks, CurrentUser user) =>
        user.IsAdmin
            ? tasks.Where(task => !task.IsBeingMade)
            : tasks.Where(task => !task.IsBeingMade
                && (task.OwnerId == user.Id
                    || task.AssigneeId == user.Id
                    || task.Project!.OwnerId == user.Id
                    || task.Project!.AssigneeId == user.Id));
}
