using Annotator.Api.Datasets;
using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.Tasks;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Annotator.Api.Annotations;

/// <summary>The contract's way to read and write the annotations of a whole task; see <see cref="TaskAnnotations"/>.</summary>
internal static class TaskAnnotationEndpoints
{
    public static void MapTaskAnnotations(this IEndpointRouteBuilder api)
    {
        var annotations = api.MapGroup("/tasks/{id:int}/annotations").WithTags("Annotations").AddEndpointFilter(AnnotationFailures.AnswerAsync)
            .WithBodyLimit(AnnotationLimits.BodyBytes);
        annotations.MapGet("", ReadAsync).WithName("tasks_retrieve_annotations").RequireTask("view:annotations");
        annotations.MapPut("", ReplaceAsync).WithName("tasks_update_annotations").RequireTask("update:annotations");
        annotations.MapPatch("", ChangeAsync).WithName("tasks_partial_update_annotations").RequireTask("update:annotations");
        annotations.MapDelete("", ClearAsync).WithName("tasks_destroy_annotations").RequireTask("delete:annotations");
    }

    private static async Task<IResult> ReadAsync(
        int id, HttpRequest request, AnnotatorDbContext db, TaskAnnotations annotations, Exports exports, Access access, CancellationToken cancel)
    {
        if (request.Query.ContainsKey("format"))
        {
            return await access.TaskAsync(id, "export:annotations", cancel) is { } refused
                ? refused
                : await DatasetEndpoints.FollowExportAsync("task", id, request, db, exports, saveImages: false, cancel);
        }

        var parts = await annotations.ReadPartsAsync(id, cancel);
        var revision = TaskAnnotations.RevisionOf(parts);
        if (RevisionTag.IsKnown(request, revision))
        {
            RevisionTag.Write(request.HttpContext.Response, revision);
            return Results.StatusCode(StatusCodes.Status304NotModified);
        }

        var (frames, invalid) = FrameQuery.Read(request.Query, new FrameRange(0, parts.Count == 0 ? 0 : parts[^1].All.Last));
        return invalid ?? new AnnotationsResult(await annotations.ReadAsync(parts, frames, cancel));
    }

    private static async Task<IResult> ReplaceAsync(
        int id, HttpRequest request, AnnotatorDbContext db, TaskAnnotations annotations, Imports imports, Access access, CancellationToken cancel)
    {
        if (request.Query.ContainsKey("rq_id") || request.Query.ContainsKey("format"))
        {
            return await access.TaskAsync(id, "import:annotations", cancel) is { } refused
                ? refused
                : await DatasetEndpoints.FollowImportAsync("task", id, request, db, imports, cancel);
        }

        var body = await AnnotationJson.ReadAsync(request.Body, IdRule.Ignored, cancel);
        var parts = await annotations.ReadPartsAsync(id, cancel);
        return RefuseStale(request, parts) is { } stale ? stale : new AnnotationsResult(await annotations.ReplaceAsync(parts, body, Insists(request), cancel));
    }

    private static async Task<IResult> ChangeAsync(int id, HttpRequest request, TaskAnnotations annotations, CancellationToken cancel)
    {
        if (AnnotationAction.Of(request.Query) is not { } action)
        {
            return AnnotationAction.Missing;
        }

        var body = await AnnotationJson.ReadAsync(request.Body, action.Ids(), cancel);
        var parts = await annotations.ReadPartsAsync(id, cancel);
        return RefuseStale(request, parts) is { } stale ? stale : new AnnotationsResult(await annotations.ChangeAsync(parts, action, body, Insists(request), cancel));
    }

    private static async Task<IResult> ClearAsync(int id, HttpRequest request, TaskAnnotations annotations, CancellationToken cancel)
    {
        var parts = await annotations.ReadPartsAsync(id, cancel);
        if (RefuseStale(request, parts) is { } stale)
        {
            return stale;
        }

        await annotations.ClearAsync(parts, Insists(request), cancel);
        return Results.NoContent();
    }

    private static bool Insists(HttpRequest request) => RevisionTag.Expected(request) is not null;

    private static ProblemHttpResult? RefuseStale(HttpRequest request, IReadOnlyList<TaskAnnotations.Part> parts)
    {
        var revision = TaskAnnotations.RevisionOf(parts);
        return RevisionTag.Expected(request) is { } expected && expected != revision
            ? AnnotationFailures.Stale(revision, request.HttpContext)
            : null;
    }
}
