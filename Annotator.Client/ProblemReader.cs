using System.Net;
using System.Text.Json;

namespace Annotator.Client;

/// <summary>
/// Turns an error reply into words. The API answers problem details, but the contract also allows <c>{"detail": ""}</c>,
/// <c>{"field": ["message"]}</c>, <c>["message"]</c> and plain text; all of them are understood.
/// </summary>
internal static class ProblemReader
{
    private const int MaxTextLength = 2000;

    public static async Task<AnnotatorApiException> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var text = await response.Content.ReadAsStringAsync(cancel);
        var fields = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        var message = Describe(text, response, fields);
        return new AnnotatorApiException(response.StatusCode, message, fields)
        {
            RetryAfter = response.Headers.RetryAfter?.Delta,
        };
    }

    private static string Describe(string text, HttpResponseMessage response, Dictionary<string, IReadOnlyList<string>> fields)
    {
        if (TryParse(text) is { } json)
        {
            using (json)
            {
                if (FromJson(json.RootElement, fields) is { Length: > 0 } words)
                {
                    return words;
                }
            }
        }
        else if (text.Length is > 0 and <= MaxTextLength && response.Content.Headers.ContentType?.MediaType == "text/plain")
        {
            return text;
        }

        return ForStatus(response.StatusCode);
    }

    private static JsonDocument? TryParse(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonDocument.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? FromJson(JsonElement root, Dictionary<string, IReadOnlyList<string>> fields)
    {
        switch (root.ValueKind)
        {
            case JsonValueKind.String:
                return root.GetString();
            case JsonValueKind.Array:
                return string.Join(" ", Strings(root));
            case JsonValueKind.Object:
                CollectFields(root.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Object ? errors : root, fields);
                return Text(root, "detail") ?? FromFields(fields) ?? Text(root, "title");
            default:
                return null;
        }
    }

    private static void CollectFields(JsonElement source, Dictionary<string, IReadOnlyList<string>> fields)
    {
        foreach (var property in source.EnumerateObject().Where(property => property.Value.ValueKind == JsonValueKind.Array))
        {
            var messages = Strings(property.Value).ToList();
            if (messages.Count > 0)
            {
                fields[property.Name] = messages;
            }
        }
    }

    private static string? FromFields(Dictionary<string, IReadOnlyList<string>> fields) => fields.Count == 0
        ? null
        : string.Join(" ", fields.SelectMany(field => field.Value.Select(message =>
            field.Key == "non_field_errors" ? message : $"{field.Key}: {message}")));

    private static IEnumerable<string> Strings(JsonElement array) => array.EnumerateArray()
        .Where(item => item.ValueKind == JsonValueKind.String)
        .Select(item => item.GetString()!);

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string ForStatus(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => "You are not signed in, or your session has ended. Sign in again.",
        HttpStatusCode.Forbidden => "You are not allowed to do this. Ask the owner of the project or task.",
        HttpStatusCode.NotFound => "This does not exist, or you are not allowed to see it.",
        HttpStatusCode.Conflict => "Somebody changed this at the same time. Load it again and repeat your change.",
        HttpStatusCode.RequestEntityTooLarge => "This is larger than the server accepts.",
        HttpStatusCode.TooManyRequests => "Too many requests. Wait a moment and try again.",
        _ => (int)status >= 500
            ? $"The server could not do this now (status {(int)status}). Nothing was changed; try again in a moment."
            : $"The server refused the request (status {(int)status}).",
    };
}
