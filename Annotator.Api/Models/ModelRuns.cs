using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Api.Operations;
using Annotator.Core;
using Annotator.Core.Identity;
using Annotator.Core.Models;
using Annotator.Core.Operations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Models;

/// <summary>Runs a model over a project, a task or a job: exactly one of the ids.</summary>
/// <param name="Mapping">What each class becomes, by its name; one that is not named becomes the label of the same name.</param>
/// <param name="Threshold">The least score that counts, 0 to 1; null for the model's own.</param>
/// <param name="Frames">Pairs of first and last frame in the task's numbering; null for all. Not for a project.</param>
/// <param name="OnlyMissing">Leave frames alone that have annotations.</param>
/// <param name="Replace">Remove what is on those frames first.</param>
/// <param name="MasksToPolygons">Make polygons of masks.</param>
/// <param name="Tiles">Look at large images in overlapping tiles, too.</param>
/// <param name="MakeTracks">Join boxes and polygons of frame after frame to tracks.</param>
internal sealed record ModelRunRequest(
    int? ProjectId,
    int? TaskId,
    int? JobId,
    Dictionary<string, LabelChoiceBody>? Mapping,
    double? Threshold,
    int[][]? Frames,
    bool OnlyMissing = false,
    bool Replace = false,
    bool MasksToPolygons = false,
    bool Tiles = false,
    bool MakeTracks = false);

/// <param name="Label">A label's name; null leaves the class out.</param>
/// <param name="Threshold">For this class, 0 to 1.</param>
/// <param name="Attributes">Attribute names of the label by the model's.</param>
internal sealed record LabelChoiceBody(string? Label, double? Threshold = null, Dictionary<string, string>? Attributes = null);

/// <summary>Starts a model's run over many frames, whoever asks for it: our own endpoint or the contract's.</summary>
internal sealed class ModelRuns(AnnotatorDbContext db, OperationService operations, CurrentUser user, Access access)
{
    private const int MaxClasses = 100_000;

    /// <summary>The operation; or why there is none.</summary>
    public async Task<(Operation? Operation, ProblemHttpResult? Refused)> StartAsync(int modelId, ModelRunRequest run, CancellationToken cancel)
    {
        if (new[] { run.ProjectId, run.TaskId, run.JobId }.Count(id => id is not null) != 1)
        {
            return (null, Problems.Invalid("task_id", "Name exactly one of project_id, task_id and job_id."));
        }

        if (await RefusalAsync(modelId, run, cancel) is { } refused)
        {
            return (null, refused);
        }

        var (target, id) = run switch
        {
            { JobId: { } job } => ("job", job),
            { TaskId: { } task } => ("task", task),
            _ => ("project", run.ProjectId!.Value),
        };
        var taskId = run.JobId is { } of ? await db.Jobs.Where(job => job.Id == of).Select(job => (int?)job.TaskId).SingleAsync(cancel) : run.TaskId;
        var projectId = run.ProjectId ?? await db.Tasks.Where(task => task.Id == taskId).Select(task => task.ProjectId).SingleAsync(cancel);
        var key = RequestKeys.AutoAnnotate(target, id);
        var operation = await operations.StartAsync(
            new OperationRequest
            {
                Key = key,
                Type = "autoannotate:task",
                Target = target,
                ProjectId = projectId,
                TaskId = taskId,
                JobId = run.JobId,
                OwnerId = user.Id,
                Arguments = new AutoAnnotateArguments(modelId)
                {
                    Mapping = (run.Mapping ?? []).ToDictionary(
                        pair => pair.Key, pair => new LabelChoice(pair.Value.Label, pair.Value.Threshold, pair.Value.Attributes), StringComparer.Ordinal),
                    Threshold = run.Threshold,
                    Frames = run.Frames,
                    OnlyMissing = run.OnlyMissing,
                    Replace = run.Replace,
                    MasksToPolygons = run.MasksToPolygons,
                    Tiles = run.Tiles,
                    MakeTracks = run.MakeTracks,
                },
            },
            cancel);
        return operation is null ? (null, RequestAnswers.Running(key)) : (operation, null);
    }

    private async Task<ProblemHttpResult?> RefusalAsync(int modelId, ModelRunRequest run, CancellationToken cancel)
    {
        // Whoever runs a model writes annotations: it takes the rights of one who imports them.
        var forbidden = run switch
        {
            { JobId: { } job } => await access.JobAsync(job, "update:annotations", cancel),
            { TaskId: { } task } => await access.TaskAsync(task, "update:annotations", cancel),
            _ => await access.ProjectAsync(run.ProjectId!.Value, "import:dataset", cancel),
        };
        if (forbidden is not null)
        {
            return forbidden;
        }

        var model = await db.Models.VisibleTo(user).Where(model => model.Id == modelId).Select(model => new { model.Name, model.State, model.Kind }).SingleOrDefaultAsync(cancel);
        if (model is null)
        {
            return Problems.NotFound($"There is no model {modelId}.");
        }

        if (model.State != ModelState.Ready)
        {
            return Problems.Conflict("urn:annotator:model-not-ready", $"The model '{model.Name}' is {ModelWords.Of(model.State)}; only one that is ready can be run.");
        }

        if (model.Kind is not ("detector" or "classifier"))
        {
            return Problems.Invalid("model", $"The model '{model.Name}' is of the kind {model.Kind}; detectors and classifiers are run over frames.");
        }

        var checks = new Checks();
        checks.That(run.Threshold is null or (>= 0 and <= 1), "threshold", "A threshold is from 0 to 1.");
        checks.That((run.Mapping?.Count ?? 0) <= MaxClasses, "mapping", $"A mapping has at most {MaxClasses} classes.");
        checks.That(run.Mapping?.Values.All(choice => choice.Threshold is null or (>= 0 and <= 1)) ?? true, "mapping", "A threshold is from 0 to 1.");
        checks.That(run.Frames is null || run.ProjectId is null, "frames", "Frames can be chosen in a task or a job, not in a project.");
        checks.That(
            run.Frames?.All(pair => pair is [>= 0, _] && pair[1] >= pair[0]) ?? true, "frames", "Frames are pairs of the first and the last, in the task's numbering.");
        checks.That(!(run.OnlyMissing && run.Replace), "replace", "Frames without annotations have nothing to replace: choose one of only_missing and replace.");
        return checks.Passed ? null : checks.Problem();
    }
}
