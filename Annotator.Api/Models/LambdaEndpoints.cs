using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Core;
using Annotator.Core.Identity;
using Annotator.Core.Models;
using Annotator.Core.Operations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Models;

/// <summary>
/// The contract's functions: our models as existing clients see them. A function's id is <c>model-7</c>; a run over a task is
/// one of our operations.
/// </summary>
internal static class LambdaEndpoints
{
    private const string Prefix = "model-";
    private const int MostListed = 500;

    public static void MapLambda(this IEndpointRouteBuilder api)
    {
        var lambda = api.MapGroup("/lambda").WithTags("Lambda");
        lambda.MapGet("/functions", ListAsync).RequireScope("models", "list").WithName("lambda_list_functions");
        lambda.MapGet("/functions/{functionId}", ReadAsync).RequireScope("models", "list").WithName("lambda_retrieve_functions");
        lambda.MapPost("/functions/{functionId}", CallAsync).RequireScope("models", "list").WithName("lambda_create_functions");
        lambda.MapGet("/requests", ListRequestsAsync).RequireScope("models", "list").WithName("lambda_list_requests");
        lambda.MapPost("/requests", RequestAsync).RequireScope("models", "list").WithName("lambda_create_requests");
        lambda.MapGet("/requests/{requestId:guid}", ReadRequestAsync).RequireScope("models", "list").WithName("lambda_retrieve_requests");
        lambda.MapDelete("/requests/{requestId:guid}", CancelAsync).RequireScope("models", "list").WithName("lambda_delete_requests");
    }

    private static IQueryable<AnnotationModel> Functions(AnnotatorDbContext db, CurrentUser user) =>
        db.Models.AsNoTracking().VisibleTo(user).Where(model => model.State == ModelState.Ready && model.Kind != "embedder");

    private static async Task<IResult> ListAsync(AnnotatorDbContext db, CurrentUser user, CancellationToken cancel)
    {
        var models = await Functions(db, user).OrderBy(model => model.Name).ThenBy(model => model.Id).ToListAsync(cancel);
        return TypedResults.Ok(models.Select(LambdaFunction.Of));
    }

    private static async Task<IResult> ReadAsync(string functionId, AnnotatorDbContext db, CurrentUser user, CancellationToken cancel) =>
        await FindAsync(functionId, db, user, cancel) is { } model ? TypedResults.Ok(LambdaFunction.Of(model)) : NoFunction(functionId);

    /// <summary>One frame, at once. A detector answers with annotations in the labels of the job or task, as newer servers of the contract do.</summary>
    private static async Task<IResult> CallAsync(
        string functionId, LambdaCall body, AnnotatorDbContext db, CurrentUser user, ModelAnswers answers, WorkerModels worker, LambdaAnnotations annotations, CancellationToken cancel)
    {
        if (await FindAsync(functionId, db, user, cancel) is not { } model)
        {
            return NoFunction(functionId);
        }

        var (positive, negative) = (body.PosPoints ?? [], body.NegPoints ?? []);
        var checks = new Checks();
        checks.That(body.Frame is >= 0, "frame", "This field is required.");
        checks.That(positive.Concat(negative).All(point => point is [_, _]), "pos_points", "A point is [x, y].");
        var box = body.ObjBbox is [[var left, var top], [var right, var bottom]] ? new[] { left, top, right, bottom } : null;
        checks.That(body.ObjBbox is null or { Length: 0 } || box is not null, "obj_bbox", "A box is [[left, top], [right, bottom]].");
        var (taskId, refused) = await answers.TaskOfAsync(model.Id, body.Job, body.Job is null ? body.Task : null, checks, cancel);
        if (refused is not null)
        {
            return refused;
        }

        if (model.Kind == "interactor")
        {
            var labels = positive.Select(_ => 1).Concat(negative.Select(_ => 0));
            var (found, silent) = await worker.AskAsync(model.Id, "interact", new { taskId, body.Frame, points = positive.Concat(negative), labels, box }, cancel);
            return silent ?? LambdaAnnotations.Mask(found);
        }

        var (seen, failed) = await worker.AskAsync(model.Id, "predict", new { taskId, body.Frame, body.Threshold, tiles = false }, cancel);
        return failed ?? TypedResults.Ok(await annotations.OfAsync(taskId, body.Frame!.Value, seen, body.Mapping ?? [], cancel));
    }

    private static async Task<IResult> RequestAsync(
        LambdaRun body, AnnotatorDbContext db, CurrentUser user, ModelRuns runs, CancellationToken cancel)
    {
        if (body.Function is null || await FindAsync(body.Function, db, user, cancel) is not { } model)
        {
            return NoFunction(body.Function ?? "");
        }

        if (body.Task is null && body.Job is null)
        {
            return Problems.Invalid("task", "This field is required.");
        }

        var run = new ModelRunRequest(
            null,
            body.Job is null ? body.Task : null,
            body.Job,
            body.Mapping?.ToDictionary(pair => pair.Key, pair => new LabelChoiceBody(pair.Value.Name, null, pair.Value.Attributes), StringComparer.Ordinal),
            body.Threshold,
            null,
            OnlyMissing: false,
            Replace: body.Cleanup,
            MasksToPolygons: body.ConvertMasks ?? body.ConvertMasksOld);
        var (operation, refused) = await runs.StartAsync(model.Id, run, cancel);
        return operation is null ? refused! : TypedResults.Ok(LambdaRequest.Of(operation, body.Function, body.Threshold, 0));
    }

    private static async Task<IResult> ListRequestsAsync(AnnotatorDbContext db, CurrentUser user, OperationService operations, CancellationToken cancel)
    {
        var mine = await Runs(db, user).OrderByDescending(row => row.CreatedDate).ThenBy(row => row.Id).Take(MostListed).ToListAsync(cancel);
        var list = new List<LambdaRequest>();
        foreach (var operation in mine)
        {
            list.Add(await ViewAsync(operation, operations, cancel));
        }

        return TypedResults.Ok(list);
    }

    private static async Task<IResult> ReadRequestAsync(Guid requestId, AnnotatorDbContext db, CurrentUser user, OperationService operations, CancellationToken cancel) =>
        await Runs(db, user).SingleOrDefaultAsync(row => row.Id == requestId, cancel) is { } operation
            ? TypedResults.Ok(await ViewAsync(operation, operations, cancel))
            : Problems.NotFound($"There is no request {requestId}.");

    private static async Task<IResult> CancelAsync(Guid requestId, AnnotatorDbContext db, CurrentUser user, OperationService operations, CancellationToken cancel)
    {
        if (!await Runs(db, user).AnyAsync(row => row.Id == requestId, cancel))
        {
            return Problems.NotFound($"There is no request {requestId}.");
        }

        await operations.CancelAsync(requestId, cancel);
        return TypedResults.NoContent();
    }

    private static IQueryable<Operation> Runs(AnnotatorDbContext db, CurrentUser user) =>
        db.Operations.AsNoTracking().Where(row => row.Type == "autoannotate:task" && (user.IsAdmin || row.OwnerId == user.Id));

    private static async Task<LambdaRequest> ViewAsync(Operation operation, OperationService operations, CancellationToken cancel)
    {
        var arguments = JsonSerializer.Deserialize<AutoAnnotateArguments>(operation.Arguments, JsonSerializerOptions.Web)!;
        var (progress, _) = await operations.ReadProgressAsync(operation, cancel);
        return LambdaRequest.Of(operation, IdOf(arguments.ModelId), arguments.Threshold, progress);
    }

    private static Task<AnnotationModel?> FindAsync(string functionId, AnnotatorDbContext db, CurrentUser user, CancellationToken cancel) =>
        functionId.StartsWith(Prefix, StringComparison.Ordinal) && int.TryParse(functionId.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? Functions(db, user).SingleOrDefaultAsync(model => model.Id == id, cancel)
            : Task.FromResult<AnnotationModel?>(null);

    internal static string IdOf(int modelId) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{modelId}");

    private static ProblemHttpResult NoFunction(string id) => Problems.NotFound($"There is no function '{id}'.");
}

/// <summary>The contract's call of a function on one frame.</summary>
/// <param name="ObjBbox">[[left, top], [right, bottom]].</param>
internal sealed record LambdaCall(
    int? Job, int? Task, int? Frame, double? Threshold, Dictionary<string, LambdaChoice>? Mapping, double[][]? PosPoints, double[][]? NegPoints, double[][]? ObjBbox);

/// <summary>The contract's run of a function over a task or job.</summary>
/// <param name="Cleanup">Remove what is there first.</param>
internal sealed record LambdaRun(
    string? Function,
    int? Task,
    int? Job,
    double? Threshold,
    Dictionary<string, LambdaChoice>? Mapping,
    [property: JsonPropertyName("conv_mask_to_poly")] bool? ConvertMasks,
    [property: JsonPropertyName("convMaskToPoly")] bool ConvertMasksOld = false,
    bool Cleanup = false);

/// <param name="Name">The label's.</param>
/// <param name="Attributes">The label's attribute by the model's.</param>
internal sealed record LambdaChoice(string? Name, Dictionary<string, string>? Attributes);

/// <summary>What a function was called with. Clients of the contract insist on the first three, null or not, and on a job that is not null.</summary>
/// <param name="Job">Absent for a run over a whole task.</param>
internal sealed record LambdaParameters(string Id, int? Task, double? Threshold, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Job);

/// <summary>The contract's <c>FunctionCall</c>.</summary>
/// <param name="Progress">Percent.</param>
internal sealed record LambdaRequest(
    string Id, LambdaParameters Function, string Status, int Progress, DateTimeOffset Enqueued, DateTimeOffset? Started, DateTimeOffset? Ended, string? ExcInfo)
{
    public static LambdaRequest Of(Operation operation, string functionId, double? threshold, double progress) => new(
        operation.Id.ToString(),
        new LambdaParameters(functionId, operation.TaskId, threshold, operation.JobId),
        operation.State switch
        {
            OperationState.Queued => "queued",
            OperationState.Started => "started",
            OperationState.Finished => "finished",
            _ => "failed",
        },
        (int)(100 * (operation.State == OperationState.Finished ? 1 : progress)),
        operation.CreatedDate,
        operation.StartedDate,
        operation.FinishedDate,
        operation.State is OperationState.Failed or OperationState.Cancelled ? operation.Message : null);
}
