using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Core;
using Annotator.Core.Identity;
using Annotator.Core.Models;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Models;

/// <summary>What a model sees on one frame.</summary>
/// <param name="JobId">Or <paramref name="TaskId"/>: whose frame it is.</param>
/// <param name="Frame">In the task's numbering.</param>
/// <param name="Threshold">The least score that is answered, 0 to 1; null for the model's own.</param>
/// <param name="Tiles">Look at large images in overlapping tiles, too.</param>
/// <param name="MasksToPolygons">Answer polygons in place of masks.</param>
internal sealed record PredictRequest(int? JobId, int? TaskId, int? Frame, double? Threshold, bool Tiles = false, bool MasksToPolygons = false);

/// <summary>What clicks and a box select.</summary>
/// <param name="Points">Pixels of the upright picture, x and y.</param>
/// <param name="Labels">1 for a point of the object, 0 for one beside it; as many as points.</param>
/// <param name="Box">Left, top, right, bottom; null for none.</param>
internal sealed record InteractRequest(int? JobId, int? TaskId, int? Frame, double[][]? Points, int[]? Labels, double[]? Box);

/// <summary>Frames that will be worked on next: the slow half of an answer is made ahead.</summary>
internal sealed record PrepareRequest(int? JobId, int? TaskId, int[]? Frames);

/// <summary>Answers that somebody waits for.</summary>
internal sealed class ModelAnswers(AnnotatorDbContext db, CurrentUser user, Access access, WorkerModels worker)
{
    private const int MaxPoints = 1000;
    private const int MaxPrepared = 16;

    public async Task<IResult> PredictAsync(int modelId, PredictRequest body, CancellationToken cancel)
    {
        var checks = new Checks();
        checks.That(body.Frame is >= 0, "frame", "Name a frame in the task's numbering.");
        checks.That(body.Threshold is null or (>= 0 and <= 1), "threshold", "A threshold is from 0 to 1.");
        var (taskId, refused) = await TaskOfAsync(modelId, body.JobId, body.TaskId, checks, cancel);
        return refused ?? await AskAsync(modelId, "predict", new { taskId, body.Frame, body.Threshold, body.Tiles, body.MasksToPolygons }, cancel);
    }

    public async Task<IResult> InteractAsync(int modelId, InteractRequest body, CancellationToken cancel)
    {
        var (points, labels) = (body.Points ?? [], body.Labels ?? []);
        var checks = new Checks();
        checks.That(body.Frame is >= 0, "frame", "Name a frame in the task's numbering.");
        checks.That(points.Length <= MaxPoints, "points", $"At most {MaxPoints} points.");
        checks.That(points.All(point => point is [_, _] && point.All(double.IsFinite)), "points", "A point is [x, y] in pixels.");
        checks.That(labels.Length == points.Length && labels.All(label => label is 0 or 1), "labels", "One label for each point: 1 for the object, 0 for what is beside it.");
        checks.That(body.Box is null || (body.Box.Length == 4 && body.Box.All(double.IsFinite)), "box", "A box is [left, top, right, bottom] in pixels.");
        checks.That(points.Length > 0 || body.Box is not null, "points", "Give at least one point or a box.");
        var (taskId, refused) = await TaskOfAsync(modelId, body.JobId, body.TaskId, checks, cancel);
        return refused ?? await AskAsync(modelId, "interact", new { taskId, body.Frame, points, labels, body.Box }, cancel);
    }

    public async Task<IResult> PrepareAsync(int modelId, PrepareRequest body, CancellationToken cancel)
    {
        var checks = new Checks();
        checks.That(body.Frames is { Length: > 0 and <= MaxPrepared } && body.Frames.All(frame => frame >= 0), "frames", $"Name 1 to {MaxPrepared} frames.");
        var (taskId, refused) = await TaskOfAsync(modelId, body.JobId, body.TaskId, checks, cancel);
        return refused ?? await AskAsync(modelId, "prepare", new { taskId, body.Frames }, cancel);
    }

    /// <summary>The task whose pictures are meant, if its data may be seen and the model can answer.</summary>
    public async Task<(int TaskId, ProblemHttpResult? Refused)> TaskOfAsync(int modelId, int? jobId, int? taskId, Checks checks, CancellationToken cancel)
    {
        checks.That(jobId is null != taskId is null, "job_id", "Name one of job_id and task_id.");
        if (!checks.Passed)
        {
            return (0, checks.Problem());
        }

        var refused = jobId is { } job ? await access.JobAsync(job, "view:data", cancel) : await access.TaskAsync(taskId!.Value, "view:data", cancel);
        if (refused is not null)
        {
            return (0, refused);
        }

        // A model that still asks can be tried: looking at what it gives is how one finds the answers.
        var state = await db.Models.VisibleTo(user).Where(model => model.Id == modelId).Select(model => (ModelState?)model.State).SingleOrDefaultAsync(cancel);
        return state is ModelState.Ready or ModelState.Asking
            ? (taskId ?? await db.Jobs.Where(row => row.Id == jobId).Select(row => row.TaskId).SingleAsync(cancel), null)
            : (0, state is null
                ? Problems.NotFound($"There is no model {modelId}.")
                : Problems.Conflict("urn:annotator:model-not-ready", $"The model is {ModelWords.Of(state.Value)}; it cannot answer."));
    }

    private async Task<IResult> AskAsync(int modelId, string verb, object body, CancellationToken cancel)
    {
        var (answer, refused) = await worker.AskAsync(modelId, verb, body, cancel);
        return refused ?? TypedResults.Ok(answer);
    }
}
