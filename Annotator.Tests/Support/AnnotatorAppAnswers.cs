using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Annotator.Tests.Support;

/// <summary>What the Api answered, read to its end.</summary>
/// <param name="Body">Undefined when the answer had none, or none in JSON.</param>
public sealed record Answer(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Response)
{
    /// <summary>A field of the body, which must be there.</summary>
    public JsonElement this[string field] =>
        Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty(field, out var value)
            ? value
            : throw new Xunit.Sdk.XunitException($"The answer {(int)Status} has no {field}: {Body}");

    public string Detail => this["detail"].GetString()!;

    public IEnumerable<JsonElement> Results => this["results"].EnumerateArray();

    /// <summary>Fails the test, and shows the body, unless the status is this one.</summary>
    public Answer Is(HttpStatusCode status)
    {
        Assert.True(Status == status, $"{(int)status} was expected, {(int)Status} came: {Body}");
        return this;
    }
}

/// <summary>JSON requests in one line, under the test's own cancellation.</summary>
public static class HttpAnswers
{
    public static Task<Answer> Get(this HttpClient client, string path, params (string Name, string Value)[] headers) =>
        client.Send(HttpMethod.Get, path, null, headers);

    public static Task<Answer> Post(this HttpClient client, string path, object? body = null, params (string Name, string Value)[] headers) =>
        client.Send(HttpMethod.Post, path, body, headers);

    public static Task<Answer> Patch(this HttpClient client, string path, object body, params (string Name, string Value)[] headers) =>
        client.Send(HttpMethod.Patch, path, body, headers);

    public static Task<Answer> Delete(this HttpClient client, string path, params (string Name, string Value)[] headers) =>
        client.Send(HttpMethod.Delete, path, null, headers);

    public static async Task<Answer> Send(
        this HttpClient client, HttpMethod method, string path, object? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = body as HttpContent ?? JsonContent.Create(body);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        var cancel = TestContext.Current.CancellationToken;
        var response = await client.SendAsync(request, cancel);
        var text = await response.Content.ReadAsStringAsync(cancel);
        var isJson = text.Length > 0 && response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        return new Answer(response.StatusCode, isJson ? JsonSerializer.Deserialize<JsonElement>(text) : default, response);
    }
}
