namespace Annotator.Client.Server;

/// <summary>What the server is.</summary>
public sealed record About(string Name, string Description, string Version);

/// <summary>A dataset format.</summary>
public sealed record DatasetFormat
{
    public string Name { get; init; } = "";

    /// <summary>File name extensions that it has, such as <c>ZIP</c> or <c>JSON, ZIP</c>.</summary>
    public string Ext { get; init; } = "";
    public string Version { get; init; } = "";
    public bool Enabled { get; init; }
}

/// <summary>The formats that can be read and written.</summary>
public sealed record DatasetFormats(IReadOnlyList<DatasetFormat> Importers, IReadOnlyList<DatasetFormat> Exporters);

/// <summary>The server itself.</summary>
public sealed class ServerApi
{
    private readonly ApiConnection _api;

    internal ServerApi(ApiConnection api) => _api = api;

    public Task<About> AboutAsync(CancellationToken cancel) => _api.GetAsync<About>("api/server/about", cancel);

    public Task<DatasetFormats> FormatsAsync(CancellationToken cancel) =>
        _api.GetAsync<DatasetFormats>("api/server/annotation/formats", cancel);

    /// <summary>What uses room on the server; for administrators.</summary>
    public Task<SpaceUse> SpaceAsync(CancellationToken cancel) => _api.GetAsync<SpaceUse>("api/server/space", cancel);

    /// <summary>Frees what can be spared, for administrators, and tells how many bytes it took.</summary>
    /// <param name="kind">made: media that are made again when somebody asks; exports: files of finished exports.</param>
    public async Task<long> EmptySpaceAsync(string kind, CancellationToken cancel) =>
        (await _api.ReadAsync<FreedSpace>(HttpMethod.Delete, $"api/server/space/{kind}", null, cancel)).Bytes;

    private sealed record FreedSpace(long Bytes);
}
