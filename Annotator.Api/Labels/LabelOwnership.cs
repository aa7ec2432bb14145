using System.Linq.Expressions;
using Annotator.Api.Errors;
using Annotator.Core;
using Annotator.Core.Projects;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Annotator.Api.Labels;

/// <summary>What projects and tasks do with their lists of labels.</summary>
internal static class LabelOwnership
{
    /// <summary>Points labels and their sublabels at a new owner that has no id yet.</summary>
    public static void Give(IEnumerable<Label> labels, Action<Label> give)
    {
        foreach (var label in labels)
        {
            give(label);
            Give(label.Sublabels, give);
        }
    }

    /// <summary>
    /// Applies a list of labels to the owner's. New ones are added to the context, removed ones marked; returns the removed,
    /// sublabels included, whose annotations must go in the same transaction.
    /// </summary>
    public static async Task<IReadOnlyList<Label>> ApplyAsync(
        AnnotatorDbContext db, Expression<Func<Label, bool>> isOwned, LabelRequest[] requests, int? projectId, int? taskId, Checks checks, CancellationToken cancel)
    {
        var labels = await db.Labels
            .Where(isOwned)
            .Where(label => label.ParentId == null)
            .Include(label => label.Attributes)
            .Include(label => label.Sublabels).ThenInclude(sublabel => sublabel.Attributes)
            .OrderBy(label => label.Id)
            .AsSplitQuery()
            .ToListAsync(cancel);
        var set = new LabelSet(labels, projectId, taskId, checks);
        set.Apply(requests);
        if (!checks.Passed)
        {
            return [];
        }

        db.Labels.AddRange(labels.Where(label => label.Id == 0));
        db.Labels.RemoveRange(set.Removed);
        return [.. set.Removed, .. set.Removed.SelectMany(label => label.Sublabels)];
    }

    /// <summary>
    /// Answers a PATCH of an object that has labels: tried again when somebody saved between its read and its write, so that
    /// <c>If-Match</c> is judged by what stands now.
    /// </summary>
    /// <param name="tryAsync">One attempt in a transaction of its own; null when it was saved.</param>
    /// <param name="readAsync">Reads what was saved.</param>
    public static async Task<Results<Ok<T>, ProblemHttpResult>> PatchAsync<T>(
        AnnotatorDbContext db, Func<Task<ProblemHttpResult?>> tryAsync, Func<Task<Ok<T>>> readAsync)
    {
        var strategy = db.Database.CreateExecutionStrategy();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await strategy.ExecuteAsync(tryAsync) is { } refusal ? refusal : await readAsync();
            }
            catch (DbUpdateConcurrencyException) when (attempt < 5)
            {
                // Look again.
            }
            catch (DbUpdateException exception) when (IsTaken(exception))
            {
                return Problems.Invalid("labels", "Somebody has just added a label of the same name.");
            }
        }
    }

    /// <summary>Whether saving failed because another request has just added a label of the same name.</summary>
    public static bool IsTaken(DbUpdateException exception) =>
        exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "labels" };
}
