using System.Globalization;
using Annotator.Client.Operations;

namespace Annotator.Client.Tasks;

/// <summary>Tasks and their media's description.</summary>
public sealed class TasksApi
{
    private readonly ApiConnection _api;

    internal TasksApi(ApiConnection api) => _api = api;

    public Task<ResultPage<AnnotationTask>> ListAsync(ListQuery query, CancellationToken cancel) =>
        _api.GetAsync<ResultPage<AnnotationTask>>(query.AppendTo("api/tasks"), cancel);

    public Task<AnnotationTask> GetAsync(int id, CancellationToken cancel) =>
        _api.GetAsync<AnnotationTask>($"api/tasks/{id}", cancel);

    public Task<AnnotationTask> CreateAsync(NewTask task, CancellationToken cancel) =>
        _api.ReadAsync<AnnotationTask>(HttpMethod.Post, "api/tasks", task, cancel);

    /// <param name="changes">Fields of the API by name, such as <c>name</c>, <c>subset</c> or <c>labels</c>; only these change.</param>
    public Task<AnnotationTask> UpdateAsync(int id, IReadOnlyDictionary<string, object?> changes, CancellationToken cancel) =>
        _api.ReadAsync<AnnotationTask>(HttpMethod.Patch, $"api/tasks/{id}", changes, cancel);

    public Task DeleteAsync(int id, CancellationToken cancel) =>
        _api.DoAsync(HttpMethod.Delete, $"api/tasks/{id}", null, cancel);

    /// <summary>Starts making frames of files that nobody uploads: those of a storage, of the share or of the web.</summary>
    public Task<RequestId> StartDataAsync(int id, DataSource source, CancellationToken cancel) =>
        _api.ReadAsync<RequestId>(HttpMethod.Post, $"api/tasks/{id}/data{(source.Append ? "?append=true" : "")}", source, cancel);

    public Task<DataMeta> GetDataMetaAsync(int id, CancellationToken cancel) =>
        _api.GetAsync<DataMeta>($"api/tasks/{id}/data/meta", cancel);

    /// <summary>Copies the picture of a frame, of an image as of a video.</summary>
    /// <param name="number">In the task's numbering, from 0.</param>
    /// <param name="quality">original or compressed.</param>
    /// <returns>Its media type, such as <c>image/jpeg</c>.</returns>
    /// <exception cref="AnnotatorApiException">429 when the picture is not ready yet.</exception>
    public async Task<string> CopyFrameAsync(int id, int number, string quality, Stream target, CancellationToken cancel)
    {
        using var response = await _api.SendAsync(
            HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"api/tasks/{id}/data?type=frame&number={number}&quality={quality}"), null, cancel);
        await response.Content.CopyToAsync(target, cancel);
        return response.Content.Headers.ContentType?.MediaType ?? "";
    }

    /// <summary>The same with only some of the frames listed, both ends included.</summary>
    public Task<DataMeta> GetDataMetaAsync(int id, int firstFrame, int lastFrame, CancellationToken cancel) =>
        _api.GetAsync<DataMeta>($"api/tasks/{id}/data/meta?frame_from={firstFrame}&frame_to={lastFrame}", cancel);

    /// <summary>Says which frames are removed; all others come back.</summary>
    /// <summary>Which frames to label next.</summary>
    /// <param name="by">uncertainty or diversity; null for what there is.</param>
    public Task<LabelQueue> QueueAsync(int id, string? by, CancellationToken cancel) =>
        _api.GetAsync<LabelQueue>(by is null ? $"api/tasks/{id}/queue" : $"api/tasks/{id}/queue?by={by}", cancel);

    /// <summary>Compares the frames anew.</summary>
    /// <param name="modelId">The embedder whose vectors are compared; null for perceptual hashes.</param>
    public Task<RequestId> StartQueueAsync(int id, int? modelId, CancellationToken cancel) =>
        _api.ReadAsync<RequestId>(HttpMethod.Post, $"api/tasks/{id}/queue", new { ModelId = modelId }, cancel);

    /// <summary>Frames that look alike, as they were last compared.</summary>
    public Task<NearDuplicates> DuplicatesAsync(int id, CancellationToken cancel) => _api.GetAsync<NearDuplicates>($"api/tasks/{id}/duplicates", cancel);

    public Task<DataMeta> SetDeletedFramesAsync(int id, IReadOnlyCollection<int> frames, CancellationToken cancel) =>
        _api.ReadAsync<DataMeta>(HttpMethod.Patch, $"api/tasks/{id}/data/meta", new Dictionary<string, object?> { ["deleted_frames"] = frames }, cancel);

    /// <summary>Cuts the task into jobs anew; jobs that are begun or assigned stay.</summary>
    public Task<SplitOutcome> SplitAsync(int id, int segmentSize, int overlap, CancellationToken cancel) => _api.ReadAsync<SplitOutcome>(
        HttpMethod.Put, $"api/tasks/{id}/jobs", new Dictionary<string, object?> { ["segment_size"] = segmentSize, ["overlap"] = overlap }, cancel);
}

/// <summary>What became of a task's jobs.</summary>
/// <param name="Made">New jobs.</param>
/// <param name="Removed">Jobs that they take the place of.</param>
/// <param name="Kept">Ids of jobs that stay as they are, because somebody has begun them or was given them.</param>
public sealed record SplitOutcome(int Made, int Removed, IReadOnlyList<int> Kept);
