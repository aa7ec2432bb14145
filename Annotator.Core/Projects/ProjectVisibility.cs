using Annotator.Core.Identity;

namespace Annotator.Core.Projects;

public static class ProjectVisibility
{
    /// <summary>The projects a user may see: an administrator all, everybody else those owned or assigned; those that are still being made nobody.</summary>
    public static IQueryable<Project> VisibleTo(this IQueryable<Project> projects, CurrentUser user) =>
        user.IsAdmin
            ? projects.Where(project => !project.IsBeingMade)
            : projects.Where(project => !project.IsBeingMade && (project.OwnerId == user.Id || project.AssigneeId == user.Id));
}
