using Annotator.Api.Annotations;
using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Api.Models;
using Annotator.Api.Operations;
using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.Identity;
using Annotator.Core.Models;
using Annotator.Core.Operations;
using Annotator.Core.Tasks;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Tracking;

/// <summary>Objects of a job are followed through its frames: docs/models.md.</summary>
internal static class TrackingEndpoints
{
    private const int MostObjects = 100;

    public static void MapTracking(this IEndpointRouteBuilder api) =>
        api.MapPost("/jobs/{id:int}/trackings", StartAsync).WithTags("Annotations").AddEndpointFilter(AnnotationFailures.AnswerAsync)
            .WithName("jobs_create_tracking").RequireJob("update:annotations");

    /// <summary>202 with the request's id; 409 while the same object is followed.</summary>
    private static async Task<IResult> StartAsync(
        int id, TrackingRequest body, AnnotatorDbContext db, AnnotationStore store, OperationService operations, CurrentUser user, CancellationToken cancel)
    {
        var job = await db.Jobs.AsNoTracking().Include(job => job.Task).SingleAsync(job => job.Id == id, cancel);
        if (Refusal(body, job.Frames) is { } refused)
        {
            return refused;
        }

        if (await ModelRefusalAsync(body, db, user, cancel) is { } model)
        {
            return model;
        }

        var there = await store.ReadAsync(id, new FrameRange(body.Frame!.Value, body.Frame.Value), cancel);
        var known = there.Tracks.Select(track => ("track", track.Id)).Concat(there.Shapes.Select(shape => ("shape", shape.Id))).ToHashSet();
        if (body.Objects!.FirstOrDefault(one => !known.Contains((one.Type!, one.Id))) is { } missing)
        {
            return Problems.Invalid("objects", $"There is no {missing.Type} {missing.Id} on frame {body.Frame}.");
        }

        var first = body.Objects![0];
        var step = body.Backward ? -1 : 1;
        var room = body.Backward ? body.Frame.Value - job.StartFrame : job.StopFrame - body.Frame.Value;
        var last = body.Frame.Value + (step * Math.Min(body.Frames ?? room, room));
        var key = RequestKeys.Track(id, first.Type!, first.Id);
        var operation = await operations.StartAsync(
            new OperationRequest
            {
                Key = key,
                Type = "track:job",
                Target = "job",
                ProjectId = job.Task.ProjectId,
                TaskId = job.TaskId,
                JobId = id,
                OwnerId = user.Id,
                Arguments = new TrackObjectsArguments(
                    [.. body.Objects.Select(one => new ObjectToTrack(one.Type!, one.Id))], body.Frame.Value, last, body.Tracker ?? TrackerNames.Flow, body.ModelId),
            },
            cancel);
        return operation is null ? RequestAnswers.Running(key) : RequestAnswers.Accepted(key);
    }

    private static ProblemHttpResult? Refusal(TrackingRequest body, FrameRange frames)
    {
        var checks = new Checks();
        checks.That(body.Objects is { Length: > 0 and <= MostObjects }, "objects", $"Name 1 to {MostObjects} objects.");
        checks.That(body.Objects?.All(one => one.Type is "track" or "shape") ?? true, "objects", "An object is {type: track or shape, id}.");
        checks.That(body.Frame is { } frame && frames.Contains(frame), "frame", $"Must be a frame of the job, {frames.First} to {frames.Last}.");
        checks.That(body.Frames is null or > 0, "frames", "Must be 1 or more.");
        checks.That(body.Tracker is null || TrackerNames.All.Contains(body.Tracker), "tracker", $"Say {string.Join(", ", TrackerNames.All)}.");
        checks.That(body.ModelId is not null == (body.Tracker == TrackerNames.Model), "model_id", "Name a model for the tracker model, and for no other.");
        checks.That(
            body.Frame is not { } at || (body.Backward ? at > frames.First : at < frames.Last), "frame", "There are no frames in that direction.");
        return checks.Passed ? null : checks.Problem();
    }

    private static async Task<ProblemHttpResult?> ModelRefusalAsync(TrackingRequest body, AnnotatorDbContext db, CurrentUser user, CancellationToken cancel)
    {
        if (body.ModelId is not { } modelId)
        {
            return null;
        }

        var model = await db.Models.VisibleTo(user).Where(model => model.Id == modelId).Select(model => new { model.Name, model.State, model.Kind }).SingleOrDefaultAsync(cancel);
        return model switch
        {
            null => Problems.NotFound($"There is no model {modelId}."),
            { Kind: not "tracker" } => Problems.Invalid("model_id", $"The model '{model.Name}' is of the kind {model.Kind}; trackers follow objects."),
            { State: not ModelState.Ready } => Problems.Conflict("urn:annotator:model-not-ready", $"The model '{model.Name}' is {ModelWords.Of(model.State)}; only one that is ready can be used."),
            _ => null,
        };
    }
}

/// <summary>Which objects are followed, from where, and how far.</summary>
/// <param name="Frame">Where they are as they shall be followed; in the task's numbering.</param>
/// <param name="Frames">How many frames; null for all to the job's end, or to its beginning.</param>
/// <param name="Backward">To earlier frames.</param>
/// <param name="Tracker">flow (the default), correlation or model.</param>
/// <param name="ModelId">The model, where the tracker is one.</param>
internal sealed record TrackingRequest(TrackedObjectBody[]? Objects, int? Frame, int? Frames, string? Tracker, int? ModelId, bool Backward = false);

/// <param name="Type">track or shape; a shape becomes a track.</param>
internal sealed record TrackedObjectBody(string? Type, long Id);
