namespace Annotator.Client.Jobs;

/// <summary>Jobs.</summary>
public sealed class JobsApi
{
    private readonly ApiConnection _api;

    internal JobsApi(ApiConnection api) => _api = api;

    public Task<ResultPage<Job>> ListAsync(ListQuery query, CancellationToken cancel) =>
        _api.GetAsync<ResultPage<Job>>(query.AppendTo("api/jobs"), cancel);

    public Task<Job> GetAsync(int id, CancellationToken cancel) => _api.GetAsync<Job>($"api/jobs/{id}", cancel);

    /// <param name="changes"><c>assignee</c> (a user's id or null), <c>stage</c>, <c>state</c>; only what is named changes.</param>
    public Task<Job> UpdateAsync(int id, IReadOnlyDictionary<string, object?> changes, CancellationToken cancel) =>
        _api.ReadAsync<Job>(HttpMethod.Patch, $"api/jobs/{id}", changes, cancel);
}
