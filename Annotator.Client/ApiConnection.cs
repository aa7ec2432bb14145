using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Annotator.Client;

/// <summary>Sends requests, reads replies, and raises <see cref="AnnotatorApiException"/> for every refusal.</summary>
internal sealed class ApiConnection(HttpClient http, Action<HttpRequestMessage>? authenticate)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    private readonly HttpClient _http = http;
    private readonly Action<HttpRequestMessage>? _authenticate = authenticate;

    public async Task<T> ReadAsync<T>(HttpMethod method, string path, object? body, CancellationToken cancel)
    {
        using var response = await SendAsync(method, path, JsonBody(body), cancel);
        return await response.Content.ReadFromJsonAsync<T>(Json, cancel)
            ?? throw new AnnotatorApiException(response.StatusCode, "The server sent an empty reply.");
    }

    public Task<T> GetAsync<T>(string path, CancellationToken cancel) => ReadAsync<T>(HttpMethod.Get, path, null, cancel);

    public async Task DoAsync(HttpMethod method, string path, object? body, CancellationToken cancel)
    {
        using var response = await SendAsync(method, path, JsonBody(body), cancel);
    }

    /// <summary>The reply's headers are read, its body is not; the caller disposes it.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancel) =>
        SendAsync(method, path, content, null, cancel);

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, Action<HttpRequestMessage>? configure, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        configure?.Invoke(request);
        _authenticate?.Invoke(request);
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            throw await ProblemReader.ReadAsync(response, cancel);
        }
    }

    /// <summary>
    /// A dictionary sends exactly its keys, nulls too (a PATCH changes what it names); a record leaves its nulls out.
    /// </summary>
    public static HttpContent? JsonBody(object? body) => body switch
    {
        null => null,
        IReadOnlyDictionary<string, object?> => JsonContent.Create(body, body.GetType(), options: Json),
        _ => JsonContent.Create(body, body.GetType(), options: WithoutNulls),
    };

    private static readonly JsonSerializerOptions WithoutNulls = new(Json)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
}
