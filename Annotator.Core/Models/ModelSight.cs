using Annotator.Core.Identity;

namespace Annotator.Core.Models;

public static class ModelSight
{
    /// <summary>The models a user may see: their own, and those that everybody may see; an administrator all.</summary>
    public static IQueryable<AnnotationModel> VisibleTo(this IQueryable<AnnotationModel> models, CurrentUser user) =>
        user.IsAdmin ? models : models.Where(model => model.OwnerId == user.Id || model.Visibility == ModelVisibility.Everyone);
}
