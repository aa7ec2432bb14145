using Annotator.Api.Errors;
using Annotator.Api.Json;
using Annotator.Core;
using Annotator.Core.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Users;

/// <summary>Naming somebody as owner or assignee. Every method answers null for yes.</summary>
internal sealed class People(AnnotatorDbContext db, CurrentUser user)
{
    /// <summary>
    /// Whether <paramref name="id"/> may be put into <paramref name="field"/>: it names an active user whom the current user may
    /// see, and outside organizations people see themselves only. Whoever is named already stays nameable.
    /// </summary>
    public async Task<ProblemHttpResult?> RefusalAsync(string field, int? id, int? already, CancellationToken cancel)
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

    /// <summary>Whether a PATCH may put somebody else into the field.</summary>
    /// <param name="mayChange">Asked only when the field changes.</param>
    public async Task<ProblemHttpResult?> ChangeRefusalAsync(
        string field, Sent<int?> wanted, int? current, Func<Task<ProblemHttpResult?>> mayChange, CancellationToken cancel) =>
        wanted.IsSent && wanted.Value != current
            ? await mayChange() ?? await RefusalAsync(field, wanted.Value, current, cancel)
            : null;
}
