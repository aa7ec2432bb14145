using System.Text.Json;
using Annotator.Api.Datasets;
using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Api.Lists;
using Annotator.Core;
using Annotator.Core.Datasets;
using Annotator.Core.Identity;
using Annotator.Core.Operations;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Operations;

/// <summary>Background work as users see it: what runs, how far it is, what came of it, and calling it off.</summary>
internal static class RequestEndpoints
{
    private static readonly ListFields<Operation> Fields = new ListFields<Operation>()
        .Text("id", row => row.Key)
        .Word("status", row => row.State == OperationState.Queued ? "queued"
            : row.State == OperationState.Started ? "started"
            : row.State == OperationState.Finished ? "finished"
            : "failed")
        .Word("action", row => EF.Functions.Like(row.Type, "export:%") ? "export"
            : EF.Functions.Like(row.Type, "import:%") ? "import"
            : EF.Functions.Like(row.Type, "create:%") ? "create"
            : EF.Functions.Like(row.Type, "autoannotate:%") ? "autoannotate"
            : null)
        .Word("subresource", row => EF.Functions.Like(row.Type, "%:dataset") ? "dataset"
            : EF.Functions.Like(row.Type, "%:annotations") ? "annotations"
            : EF.Functions.Like(row.Type, "%:backup") ? "backup"
            : null)
        .Word("target", row => row.Target)
        .Text("format", row => row.Format)
        .Number("project_id", row => row.ProjectId)
        .Number("task_id", row => row.TaskId)
        .Number("job_id", row => row.JobId)
        .Date("created_date", row => row.CreatedDate);

    public static void MapRequests(this IEndpointRouteBuilder api)
    {
        var requests = api.MapGroup("/requests").WithTags("Requests").AddEndpointFilter(ForbidCachingAsync);
        requests.MapGet("", ListAsync).WithName("requests_list");
        requests.MapGet("/{id}", ReadAsync).WithName("requests_retrieve");
        requests.MapPost("/{id}/cancel", CancelAsync).WithName("requests_cancel");
        requests.MapPost("/{id}/retry", RetryAsync).WithName("requests_retry");
    }

    private static async Task<IResult> ListAsync(
        [AsParameters] ListQuery query,
        Listing listing,
        RequestLookup lookup,
        OperationService operations,
        CurrentUser user,
        AnnotatorDbContext db,
        Links links,
        CancellationToken cancel)
    {
        var owner = await db.Users.AsNoTracking().SingleAsync(row => row.Id == user.Id, cancel);
        var answer = await listing.AnswerAsync(
            lookup.Own(), Fields, query, row => row, row => row, cancel, order: "-created_date");
        if (answer.Result is not Microsoft.AspNetCore.Http.HttpResults.Ok<Page<Operation>> { Value: { } page })
        {
            return answer.Result;
        }

        var views = new List<RequestView>(page.Results.Count);
        foreach (var operation in page.Results)
        {
            var (progress, message) = await operations.ReadProgressAsync(operation, cancel);
            views.Add(RequestView.Of(operation, progress, message, owner, links));
        }

        return Results.Ok(new Page<RequestView>(page.Count, page.Next, page.Previous, views));
    }

    private static async Task<IResult> ReadAsync(
        string id, RequestLookup lookup, OperationService operations, AnnotatorDbContext db, Links links, CancellationToken cancel)
    {
        var (operation, refused) = await lookup.FindOwnAsync(id, cancel);
        if (operation is null)
        {
            return refused!;
        }

        var owner = await db.Users.AsNoTracking().SingleAsync(row => row.Id == operation.OwnerId, cancel);
        var (progress, message) = await operations.ReadProgressAsync(operation, cancel);
        return Results.Ok(RequestView.Of(operation, progress, message, owner, links));
    }

    private static async Task<IResult> CancelAsync(string id, RequestLookup lookup, OperationService operations, CancellationToken cancel)
    {
        var (operation, refused) = await lookup.FindOwnAsync(id, cancel);
        if (operation is null)
        {
            return refused!;
        }

        return await operations.CancelAsync(operation.Id, cancel)
            ? Results.Ok()
            : Problems.Of(StatusCodes.Status400BadRequest, "urn:annotator:request-over", "The request is over; there is nothing to cancel.");
    }

    /// <summary>Ours: the same work again, after it failed or was cancelled, if its owner may still have it done.</summary>
    private static async Task<IResult> RetryAsync(
        string id, RequestLookup lookup, OperationService operations, Access access, CurrentUser user, CancellationToken cancel)
    {
        var (operation, refused) = await lookup.FindOwnAsync(id, cancel);
        if (operation is null)
        {
            return refused!;
        }

        if (operation.OwnerId != user.Id)
        {
            return Problems.Forbidden("Only its owner can ask for the same work again.");
        }

        if (operation.State is not (OperationState.Failed or OperationState.Cancelled))
        {
            return Problems.Of(StatusCodes.Status400BadRequest, "urn:annotator:request-not-failed", "Only a request that failed or was cancelled can be tried again.");
        }

        if (await RefuseAsync(operation, access, cancel) is { } forbidden)
        {
            return forbidden;
        }

        var again = await operations.StartAsync(
            new OperationRequest
            {
                Key = operation.Key,
                Type = operation.Type,
                Target = operation.Target,
                ProjectId = operation.ProjectId,
                TaskId = operation.TaskId,
                JobId = operation.JobId,
                Format = operation.Format,
                OwnerId = user.Id,
                Arguments = JsonSerializer.Deserialize<JsonElement>(operation.Arguments),
            },
            cancel);
        return again is null ? RequestAnswers.Running(operation.Key) : RequestAnswers.Accepted(operation.Key);
    }

    private static async Task<IResult?> RefuseAsync(Operation operation, Access access, CancellationToken cancel)
    {
        if (operation.Type == "create:sample")
        {
            return access.Scope("projects", "create");
        }

        var scope = operation.Type == "create:task" ? "upload:data" : operation.Type;
        if (operation.Type.StartsWith("import:", StringComparison.Ordinal) && await RefuseLabelsAsync(operation, access, cancel) is { } refused)
        {
            return refused;
        }

        return operation.Target switch
        {
            "project" => await access.ProjectAsync(operation.ProjectId!.Value, scope, cancel),
            "task" => await access.TaskAsync(operation.TaskId!.Value, scope, cancel),
            "job" => await access.JobAsync(operation.JobId!.Value, scope, cancel),
            DatasetObject.Selection => await ExportRequest.RefuseAsync(
                JsonSerializer.Deserialize<ExportArguments>(operation.Arguments, JsonSerializerOptions.Web)!.Choices, scope, access, cancel),
            _ => Problems.Forbidden($"Work on a {operation.Target} cannot be tried again."),
        };
    }

    /// <summary>An import that adds labels needs the right to, whenever it is asked for.</summary>
    private static async Task<IResult?> RefuseLabelsAsync(Operation operation, Access access, CancellationToken cancel)
    {
        if (JsonSerializer.Deserialize<ImportArguments>(operation.Arguments, JsonSerializerOptions.Web) is not { CreateLabels: true, DryRun: false })
        {
            return null;
        }

        return operation switch
        {
            { ProjectId: { } project } => await access.ProjectAsync(project, "update:desc", cancel),
            { TaskId: { } task } => await access.TaskAsync(task, "update:desc", cancel),
            _ => null,
        };
    }

    private static async ValueTask<object?> ForbidCachingAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        context.HttpContext.Response.Headers.CacheControl = "max-age=0, no-cache, no-store, must-revalidate, private";
        return await next(context);
    }
}
