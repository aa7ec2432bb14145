namespace Annotator.Client.CloudStorages;

/// <summary>Cloud storages, what is in them, and the server's mounted share.</summary>
public sealed class CloudStoragesApi
{
    private readonly ApiConnection _api;

    internal CloudStoragesApi(ApiConnection api) => _api = api;

    public Task<ResultPage<CloudStorage>> ListAsync(ListQuery query, CancellationToken cancel) =>
        _api.GetAsync<ResultPage<CloudStorage>>(query.AppendTo("api/cloudstorages"), cancel);

    public Task<CloudStorage> GetAsync(int id, CancellationToken cancel) => _api.GetAsync<CloudStorage>($"api/cloudstorages/{id}", cancel);

    /// <param name="fields">Fields of the API by name, such as <c>provider_type</c>, <c>resource</c> and <c>secret_key</c>.</param>
    public Task<CloudStorage> CreateAsync(IReadOnlyDictionary<string, object?> fields, CancellationToken cancel) =>
        _api.ReadAsync<CloudStorage>(HttpMethod.Post, "api/cloudstorages", fields, cancel);

    /// <param name="changes">Fields of the API by name; only these change.</param>
    public Task<CloudStorage> UpdateAsync(int id, IReadOnlyDictionary<string, object?> changes, CancellationToken cancel) =>
        _api.ReadAsync<CloudStorage>(HttpMethod.Patch, $"api/cloudstorages/{id}", changes, cancel);

    public Task DeleteAsync(int id, CancellationToken cancel) => _api.DoAsync(HttpMethod.Delete, $"api/cloudstorages/{id}", null, cancel);

    /// <summary>AVAILABLE, FORBIDDEN or NOT_FOUND.</summary>
    public Task<string> StatusAsync(int id, CancellationToken cancel) => _api.GetAsync<string>($"api/cloudstorages/{id}/status", cancel);

    /// <summary>Folders and files of one level.</summary>
    /// <param name="prefix">What the keys begin with; a folder ends in a slash, and empty is the top.</param>
    /// <param name="next">From the page before; null for the first.</param>
    public Task<StorageContent> ContentAsync(int id, string prefix, string? next, CancellationToken cancel) => _api.GetAsync<StorageContent>(
        $"api/cloudstorages/{id}/content-v2?prefix={Uri.EscapeDataString(prefix)}" + (next is null ? "" : $"&next_token={Uri.EscapeDataString(next)}"), cancel);

    /// <summary>What is in a folder of the mounted share; nothing where none is connected.</summary>
    public Task<IReadOnlyList<StorageFile>> ShareAsync(string directory, CancellationToken cancel) =>
        _api.GetAsync<IReadOnlyList<StorageFile>>($"api/server/share?directory={Uri.EscapeDataString(directory)}", cancel);
}
