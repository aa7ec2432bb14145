namespace Annotator.Client.Identity;

/// <summary>Accounts.</summary>
public sealed class UsersApi
{
    private readonly ApiConnection _api;

    internal UsersApi(ApiConnection api) => _api = api;

    public Task<Account> SelfAsync(CancellationToken cancel) => _api.GetAsync<Account>("api/users/self", cancel);

    public Task<ResultPage<Account>> ListAsync(ListQuery query, CancellationToken cancel) =>
        _api.GetAsync<ResultPage<Account>>(query.AppendTo("api/users"), cancel);

    public Task<Account> GetAsync(int id, CancellationToken cancel) => _api.GetAsync<Account>($"api/users/{id}", cancel);

    /// <summary>For administrators.</summary>
    public Task<Account> CreateAsync(NewAccount account, CancellationToken cancel) =>
        _api.ReadAsync<Account>(HttpMethod.Post, "api/users", account, cancel);

    /// <param name="changes">Fields of the API by name; only these change.</param>
    public Task<Account> UpdateAsync(int id, IReadOnlyDictionary<string, object?> changes, CancellationToken cancel) =>
        _api.ReadAsync<Account>(HttpMethod.Patch, $"api/users/{id}", changes, cancel);

    public Task DeleteAsync(int id, CancellationToken cancel) =>
        _api.DoAsync(HttpMethod.Delete, $"api/users/{id}", null, cancel);
}
