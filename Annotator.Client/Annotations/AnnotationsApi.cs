using Annotator.Client.Operations;

namespace Annotator.Client.Annotations;

/// <summary>What a partial update does with the objects it carries.</summary>
public enum AnnotationAction
{
    Create,
    Update,
    Delete,
}

/// <summary>Reads and writes the annotations of jobs and tasks.</summary>
public sealed class AnnotationsApi
{
    private readonly ApiConnection _api;

    internal AnnotationsApi(ApiConnection api) => _api = api;

    public Task<LabeledData> OfJobAsync(int jobId, CancellationToken cancel) =>
        _api.GetAsync<LabeledData>($"api/jobs/{jobId}/annotations/", cancel);

    public Task<LabeledData> OfTaskAsync(int taskId, CancellationToken cancel) =>
        _api.GetAsync<LabeledData>($"api/tasks/{taskId}/annotations/", cancel);

    /// <summary>Puts these in the place of all that the job has.</summary>
    public Task<LabeledData> ReplaceJobAsync(int jobId, LabeledData data, CancellationToken cancel) =>
        _api.ReadAsync<LabeledData>(HttpMethod.Put, $"api/jobs/{jobId}/annotations/", data, cancel);

    /// <summary>Creates, updates or deletes the objects given and leaves the others alone.</summary>
    public Task<LabeledData> ChangeJobAsync(int jobId, AnnotationAction action, LabeledData data, CancellationToken cancel) =>
        _api.ReadAsync<LabeledData>(HttpMethod.Patch, $"api/jobs/{jobId}/annotations/?action={Word(action)}", data, cancel);

    /// <summary>Has objects of a job followed through its frames, in the background.</summary>
    public Task<RequestId> TrackAsync(int jobId, Tracking tracking, CancellationToken cancel) =>
        _api.ReadAsync<RequestId>(HttpMethod.Post, $"api/jobs/{jobId}/trackings", tracking, cancel);

    public Task DeleteOfTaskAsync(int taskId, CancellationToken cancel) =>
        _api.DoAsync(HttpMethod.Delete, $"api/tasks/{taskId}/annotations/", null, cancel);

    private static string Word(AnnotationAction action) => action switch
    {
        AnnotationAction.Create => "create",
        AnnotationAction.Update => "update",
        AnnotationAction.Delete => "delete",
        _ => throw new ArgumentOutOfRangeException(nameof(action), action, "Not an action."),
    };
}
