namespace Annotator.Client.Projects;

/// <summary>Labels are read here, and created and changed through their project or task.</summary>
public sealed class LabelsApi
{
    private const int PageSize = 500;
    private readonly ApiConnection _api;

    internal LabelsApi(ApiConnection api) => _api = api;

    public Task<IReadOnlyList<Label>> OfProjectAsync(int projectId, CancellationToken cancel) => AllAsync("project_id", projectId, cancel);

    public Task<IReadOnlyList<Label>> OfTaskAsync(int taskId, CancellationToken cancel) => AllAsync("task_id", taskId, cancel);

    public Task<IReadOnlyList<Label>> OfJobAsync(int jobId, CancellationToken cancel) => AllAsync("job_id", jobId, cancel);

    public Task<Label> GetAsync(int id, CancellationToken cancel) => _api.GetAsync<Label>($"api/labels/{id}", cancel);

    /// <param name="changes">Fields of the API by name, such as <c>name</c> or <c>color</c>; only these change.</param>
    public Task<Label> UpdateAsync(int id, IReadOnlyDictionary<string, object?> changes, CancellationToken cancel) =>
        _api.ReadAsync<Label>(HttpMethod.Patch, $"api/labels/{id}", changes, cancel);

    public Task DeleteAsync(int id, CancellationToken cancel) =>
        _api.DoAsync(HttpMethod.Delete, $"api/labels/{id}", null, cancel);

    private async Task<IReadOnlyList<Label>> AllAsync(string owner, int id, CancellationToken cancel)
    {
        var all = new List<Label>();
        for (var page = 1; ; page++)
        {
            var part = await _api.GetAsync<ResultPage<Label>>($"api/labels?{owner}={id}&page={page}&page_size={PageSize}", cancel);
            all.AddRange(part.Results);
            if (part.Next is null || part.Results.Count == 0)
            {
                return all;
            }
        }
    }
}
