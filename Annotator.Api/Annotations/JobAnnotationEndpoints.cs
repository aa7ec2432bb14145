using Annotator.Api.Datasets;
using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.Identity;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Annotations;

/// <summary>
/// The contract's way to read and write a job's annotations. Two of the addresses do something else as well when the query
/// has a <c>format</c>: GET exports, PUT tells how far an import is.
/// </summary>
internal static class JobAnnotationEndpoints
{
    public static void MapJobAnnotations(this IEndpointRouteBuilder api)
    {
        const string Path = "/jobs/{id:int}/annotations";
        var annotations = api.MapGroup(Path).WithTags("Annotations").AddEndpointFilter(AnnotationFailures.AnswerAsync)
            .WithBodyLimit(AnnotationLimits.BodyBytes);
        annotations.MapGet("", ReadAsync).WithName("jobs_retrieve_annotations").RequireJob("view:annotations");
        annotations.MapPut("", ReplaceAsync).WithName("jobs_update_annotations").RequireJob("update:annotations");
        annotations.MapPatch("", ChangeAsync).WithName("jobs_partial_update_annotations").RequireJob("update:annotations");
        annotations.MapDelete("", ClearAsync).WithName("jobs_destroy_annotations").RequireJob("delete:annotations");
    }

    private static async Task<IResult> ReadAsync(
        int id, HttpRequest request, AnnotatorDbContext db, AnnotationStore store, Exports exports, Access access, CancellationToken cancel)
    {
        if (request.Query.ContainsKey("format"))
        {
            return await access.JobAsync(id, "export:annotations", cancel) is { } refused
                ? refused
                : await DatasetEndpoints.FollowExportAsync("job", id, request, db, exports, saveImages: false, cancel);
        }

        var job = await db.Jobs.AsNoTracking().SingleAsync(row => row.Id == id, cancel);
        var (frames, invalid) = FrameQuery.Read(request.Query, job.Frames);
        return invalid ?? new StoredAnnotations(store, id, frames);
    }

    private static async Task<IResult> ReplaceAsync(
        int id,
        HttpRequest request,
        AnnotatorDbContext db,
        AnnotationStore store,
        JobEditing editing,
        Imports imports,
        Access access,
        CurrentUser user,
        CancellationToken cancel)
    {
        if (request.Query.ContainsKey("rq_id") || request.Query.ContainsKey("format"))
        {
            return await access.JobAsync(id, "import:annotations", cancel) is { } refused
                ? refused
                : await DatasetEndpoints.FollowImportAsync("job", id, request, db, imports, cancel);
        }

        var body = await AnnotationJson.ReadAsync(request.Body, IdRule.Ignored, cancel);
        var stored = await store.ReplaceAsync(id, user.Id, body, RevisionTag.Expected(request), cancel);
        await editing.CommittedAsync(id, cancel);
        return new AnnotationsResult(stored);
    }

    private static async Task<IResult> ChangeAsync(
        int id, HttpRequest request, AnnotationStore store, JobEditing editing, CurrentUser user, CancellationToken cancel)
    {
        if (AnnotationAction.Of(request.Query) is not { } action)
        {
            return AnnotationAction.Missing;
        }

        var body = await AnnotationJson.ReadAsync(request.Body, action.Ids(), cancel);
        var stored = await store.ApplyAsync(action, id, user.Id, body, RevisionTag.Expected(request), cancel);
        await editing.CommittedAsync(id, cancel);
        return new AnnotationsResult(stored);
    }

    private static async Task<IResult> ClearAsync(
        int id, HttpRequest request, AnnotationStore store, JobEditing editing, CurrentUser user, CancellationToken cancel)
    {
        await store.ClearAsync(id, user.Id, RevisionTag.Expected(request), cancel);
        await editing.CommittedAsync(id, cancel);
        return Results.NoContent();
    }
}
