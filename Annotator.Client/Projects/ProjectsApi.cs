using Annotator.Client.Operations;

namespace Annotator.Client.Projects;

/// <summary>Projects.</summary>
public sealed class ProjectsApi
{
    private readonly ApiConnection _api;

    internal ProjectsApi(ApiConnection api) => _api = api;

    public Task<ResultPage<Project>> ListAsync(ListQuery query, CancellationToken cancel) =>
        _api.GetAsync<ResultPage<Project>>(query.AppendTo("api/projects"), cancel);

    public Task<Project> GetAsync(int id, CancellationToken cancel) =>
        _api.GetAsync<Project>($"api/projects/{id}", cancel);

    public Task<Project> CreateAsync(NewProject project, CancellationToken cancel) =>
        _api.ReadAsync<Project>(HttpMethod.Post, "api/projects", project, cancel);

    /// <summary>Starts making the labelled example; the finished request's <c>result_id</c> is the new project.</summary>
    public Task<RequestId> CreateSampleAsync(CancellationToken cancel) =>
        _api.ReadAsync<RequestId>(HttpMethod.Post, "api/projects/sample", null, cancel);

    /// <param name="changes">Fields of the API by name, such as <c>name</c> or <c>labels</c>; only these change.</param>
    public Task<Project> UpdateAsync(int id, IReadOnlyDictionary<string, object?> changes, CancellationToken cancel) =>
        _api.ReadAsync<Project>(HttpMethod.Patch, $"api/projects/{id}", changes, cancel);

    public Task DeleteAsync(int id, CancellationToken cancel) =>
        _api.DoAsync(HttpMethod.Delete, $"api/projects/{id}", null, cancel);
}
