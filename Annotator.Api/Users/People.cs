using Annotator.Api.Errors;
using Annotator.Core;
using Annotator.Core.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Users;

/// <summary>Naming somebody as owner or assignee.</summary>
internal static class People
{
    /// <summary>
    /// Null when <paramref name="id"/> may be put into <paramref name="field"/>: it names an active user whom the current user may
    /// see. Whoever is named already stays nameable.
    /// </summary>
    public static async Task<ProblemHttpResult?> RefusalAsync(
        AnnotatorDbContext db, CurrentUser user, string field, int? id, int? already, CancellationToken cancel)
    {
        if (id is null || id == already || id == user.Id)
        {
            return null;
        }

        if (!user.IsAdmin)
        {
            return Problems.Forbidden($"{field}: without an organization you can name only yourself. An administrator can name anybody.");
        }

        return await db.Users.AnyAsync(other => other.Id == id && other.IsActive, cancel)
            ? null
            : Problems.Invalid(field, $"There is no active user with id {id}.");
    }
}
