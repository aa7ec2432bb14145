using System.Text.Json;
using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Api.Operations;
using Annotator.Core;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Models;

/// <summary>Using models: over many frames, and which label each class became the last time.</summary>
internal static class ModelRunEndpoints
{
    public static void MapModelRuns(this RouteGroupBuilder models)
    {
        models.MapPost("/{id:int}/runs", RunAsync).RequireModel("view").WithName("models_create_run");
        models.MapPost("/{id:int}/predict", (int id, PredictRequest body, ModelAnswers answers, CancellationToken cancel) => answers.PredictAsync(id, body, cancel))
            .RequireModel("view").WithName("models_create_prediction");
        models.MapPost("/{id:int}/interact", (int id, InteractRequest body, ModelAnswers answers, CancellationToken cancel) => answers.InteractAsync(id, body, cancel))
            .RequireModel("view").WithName("models_create_interaction");
        models.MapPost("/{id:int}/prepare", (int id, PrepareRequest body, ModelAnswers answers, CancellationToken cancel) => answers.PrepareAsync(id, body, cancel))
            .RequireModel("view").WithName("models_prepare_frames");
        models.MapGet("/{id:int}/mapping", MappingAsync).RequireModel("view").WithName("models_retrieve_mapping");
    }

    /// <summary>202 with the request's id; 409 while a model runs over the same object.</summary>
    private static async Task<IResult> RunAsync(int id, ModelRunRequest body, ModelRuns runs, ModelMappings mappings, CancellationToken cancel)
    {
        var (operation, refused) = await runs.StartAsync(id, body, cancel);
        if (operation is null)
        {
            return refused!;
        }

        await mappings.RememberAsync(id, operation, body.Mapping ?? [], cancel);
        return RequestAnswers.Accepted(operation.Key);
    }

    /// <summary>What was chosen last for the labels of a task's project, or of a task that stands alone; an empty object before.</summary>
    private static async Task<Results<Ok<JsonElement>, ProblemHttpResult>> MappingAsync(
        int id, [FromQuery(Name = "task_id")] int? taskId, [FromQuery(Name = "project_id")] int? projectId, Access access, ModelMappings mappings, CancellationToken cancel)
    {
        if (taskId is null == projectId is null)
        {
            return Problems.Invalid("task_id", "Name one of task_id and project_id.");
        }

        var refused = taskId is { } task ? await access.TaskAsync(task, "view", cancel) : await access.ProjectAsync(projectId!.Value, "view", cancel);
        return refused is not null ? refused : TypedResults.Ok(await mappings.ReadAsync(id, projectId, taskId, cancel));
    }
}

/// <summary>Remembers which label each class of a model became, so that it is asked once.</summary>
internal sealed class ModelMappings(AnnotatorDbContext db, TimeProvider time)
{
    public async Task<JsonElement> ReadAsync(int modelId, int? projectId, int? taskId, CancellationToken cancel)
    {
        var (target, targetId) = await OwnerOfLabelsAsync(projectId, taskId, cancel);
        var series = await SeriesAsync(modelId, cancel);
        var choices = await db.ModelMappings.Where(row => row.SeriesId == series && row.Target == target && row.TargetId == targetId)
            .Select(row => row.Choices).SingleOrDefaultAsync(cancel);
        return JsonSerializer.Deserialize<JsonElement>(choices ?? "{}");
    }

    public async Task RememberAsync(int modelId, Core.Operations.Operation operation, Dictionary<string, LabelChoiceBody> mapping, CancellationToken cancel)
    {
        if (mapping.Count == 0)
        {
            return;
        }

        var (target, targetId) = await OwnerOfLabelsAsync(operation.ProjectId, operation.TaskId, cancel);
        var (series, choices, now) = (await SeriesAsync(modelId, cancel), JsonSerializer.Serialize(mapping, SnakeCase), time.GetUtcNow());
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into model_mappings (series_id, target, target_id, choices, updated_date) values ({series}, {target}, {targetId}, {choices}::jsonb, {now})
            on conflict (series_id, target, target_id) do update set choices = excluded.choices, updated_date = excluded.updated_date
            """,
            cancel);
    }

    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private Task<int> SeriesAsync(int modelId, CancellationToken cancel) =>
        db.Models.Where(model => model.Id == modelId).Select(model => model.SeriesId ?? model.Id).SingleAsync(cancel);

    private async Task<(string Target, int Id)> OwnerOfLabelsAsync(int? projectId, int? taskId, CancellationToken cancel)
    {
        projectId ??= await db.Tasks.Where(task => task.Id == taskId).Select(task => task.ProjectId).SingleOrDefaultAsync(cancel);
        return projectId is { } project ? ("project", project) : ("task", taskId!.Value);
    }
}
