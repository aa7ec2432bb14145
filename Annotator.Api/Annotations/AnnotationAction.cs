using Annotator.Api.Errors;
using Annotator.Core.Annotations;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Annotator.Api.Annotations;

/// <summary>The contract's <c>PATCH …/annotations?action=</c>.</summary>
internal enum AnnotationAction
{
    Create,
    Update,
    Delete,
}

internal static class AnnotationActions
{
    extension(AnnotationAction)
    {
        /// <summary>The action of the query; null when it names none.</summary>
        public static AnnotationAction? Of(IQueryCollection query) => query["action"].ToString() switch
        {
            "create" => AnnotationAction.Create,
            "update" => AnnotationAction.Update,
            "delete" => AnnotationAction.Delete,
            _ => null,
        };

        public static ProblemHttpResult Missing => Problems.Invalid("action", "Must be create, update or delete.");
    }

    /// <summary>
    /// What is asked of ids. Servers up to 2.40 ignore the ids of objects to create, and scripts of that time send back what
    /// they have read; later servers refuse them, and clients of that time send none. Ignoring them serves both.
    /// </summary>
    public static IdRule Ids(this AnnotationAction action) => action switch
    {
        AnnotationAction.Create => IdRule.Ignored,
        AnnotationAction.Update => IdRule.Optional,
        AnnotationAction.Delete => IdRule.Required,
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, null),
    };

    public static Task<JobAnnotations> ApplyAsync(
        this AnnotationStore store, AnnotationAction action, int jobId, int userId, JobAnnotations body, int? expected, CancellationToken cancel) => action switch
        {
            AnnotationAction.Create => store.CreateAsync(jobId, userId, body, expected, cancel),
            AnnotationAction.Update => store.UpdateAsync(jobId, userId, body, expected, cancel),
            AnnotationAction.Delete => store.DeleteAsync(jobId, userId, body, expected, cancel),
            _ => throw new ArgumentOutOfRangeException(nameof(action), action, null),
        };
}
