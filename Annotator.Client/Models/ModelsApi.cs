using Annotator.Client.Operations;

namespace Annotator.Client.Models;

/// <summary>Models: add, look at, run.</summary>
public sealed class ModelsApi
{
    private readonly ApiConnection _api;

    internal ModelsApi(ApiConnection api) => _api = api;

    public Task<ResultPage<ModelInfo>> ListAsync(ListQuery query, CancellationToken cancel) =>
        _api.GetAsync<ResultPage<ModelInfo>>(query.AppendTo("api/models"), cancel);

    public Task<ModelInfo> GetAsync(int id, CancellationToken cancel) => _api.GetAsync<ModelInfo>($"api/models/{id}", cancel);

    public Task<ModelInfo> CreateAsync(NewModel model, CancellationToken cancel) => _api.ReadAsync<ModelInfo>(HttpMethod.Post, "api/models", model, cancel);

    /// <param name="changes">Fields of the API by name, such as <c>name</c>, <c>visibility</c> or <c>description</c>; only these change.</param>
    public Task<ModelInfo> UpdateAsync(int id, IReadOnlyDictionary<string, object?> changes, CancellationToken cancel) =>
        _api.ReadAsync<ModelInfo>(HttpMethod.Patch, $"api/models/{id}", changes, cancel);

    public Task DeleteAsync(int id, CancellationToken cancel) => _api.DoAsync(HttpMethod.Delete, $"api/models/{id}", null, cancel);

    /// <summary>Says that all files have arrived: the server looks what the model is.</summary>
    public async Task<RequestId> FinishFilesAsync(int id, CancellationToken cancel)
    {
        using var reply = await _api.SendAsync(
            HttpMethod.Post, FilesAddress(id), null, request => request.Headers.TryAddWithoutValidation("Upload-Finish", "true"), cancel);
        return await RequestId.FromAsync(reply, cancel);
    }

    /// <summary>Where a model's files are uploaded to.</summary>
    public static string FilesAddress(int id) => $"api/models/{id}/files";

    public Task<RequestId> RunAsync(int id, ModelRun run, CancellationToken cancel) => _api.ReadAsync<RequestId>(HttpMethod.Post, $"api/models/{id}/runs", run, cancel);

    /// <summary>What the model's classes became the last time, in a task or in a project: name one of the two. Empty before.</summary>
    public Task<Dictionary<string, LabelChoice>> MappingAsync(int id, int? taskId, int? projectId, CancellationToken cancel) =>
        _api.GetAsync<Dictionary<string, LabelChoice>>(taskId is { } task ? $"api/models/{id}/mapping?task_id={task}" : $"api/models/{id}/mapping?project_id={projectId}", cancel);

    /// <summary>Whether the model's suggestions save time, by label.</summary>
    public Task<Assistance> AssistanceAsync(int id, CancellationToken cancel) => _api.GetAsync<Assistance>($"api/models/{id}/assistance", cancel);

    /// <summary>What the model sees on one frame of a task; masks come as polygons.</summary>
    /// <param name="threshold">The least score, 0 to 1; null for the model's own.</param>
    public Task<ModelSight> PredictAsync(int id, int taskId, int frame, double? threshold, CancellationToken cancel) =>
        _api.ReadAsync<ModelSight>(HttpMethod.Post, $"api/models/{id}/predict", new { TaskId = taskId, Frame = frame, Threshold = threshold, MasksToPolygons = true }, cancel);
}
