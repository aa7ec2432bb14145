using Annotator.Core;
using Annotator.Core.Identity;
using Annotator.Core.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Annotations;

/// <summary>Asks for a user outside of a request, whose group or activity may have changed since the connection was made.</summary>
internal sealed class AccessOf(AnnotatorDbContext db)
{
    /// <summary>The user, as others in the job see them, and the job's revision; null when the job is not theirs to see.</summary>
    public async Task<(PresentUser User, int Revision)?> ViewerOfJobAsync(int userId, int jobId, CancellationToken cancel)
    {
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(row => row.Id == userId && row.IsActive, cancel);
        if (user is null)
        {
            return null;
        }

        var revision = await db.Jobs.VisibleTo(CurrentUser.Of(user)).Where(job => job.Id == jobId).Select(job => (int?)job.Revision).SingleOrDefaultAsync(cancel);
        return revision is { } known ? (new PresentUser(user.Id, user.UserName!), known) : null;
    }
}
