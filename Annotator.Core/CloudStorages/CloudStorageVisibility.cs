using Annotator.Core.Identity;

namespace Annotator.Core.CloudStorages;

public static class CloudStorageVisibility
{
    /// <summary>The storages a user may see: an administrator all, everybody else those owned.</summary>
    public static IQueryable<CloudStorage> VisibleTo(this IQueryable<CloudStorage> storages, CurrentUser user) =>
        user.IsAdmin ? storages : storages.Where(storage => storage.OwnerId == user.Id);
}
