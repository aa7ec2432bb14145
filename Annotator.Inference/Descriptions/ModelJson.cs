using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Annotator.Inference.Descriptions;

/// <summary>Reads and writes <c>model.json</c>.</summary>
public static class ModelJson
{
    private static readonly JsonSerializerOptions _options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        PropertyNameCaseInsensitive = true,
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = 16,
        RespectNullableAnnotations = true,
    };

    /// <summary>Keys whose values are words of a list.</summary>
    private static readonly Dictionary<string, Type> _words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["task"] = typeof(ModelTask),
        ["layout"] = typeof(TensorLayout),
        ["color"] = typeof(ChannelOrder),
        ["resize"] = typeof(ResizeRule),
        ["interp"] = typeof(Resampling),
        ["box_format"] = typeof(BoxFormat),
        ["activation"] = typeof(Activation),
        ["background"] = typeof(BackgroundClass),
        ["mode"] = typeof(SuppressionMode),
    };

    public static string Write(ModelDescription description) => JsonSerializer.Serialize(description, _options);

    /// <exception cref="ModelException"><c>description-damaged</c> or <c>description-invalid</c>, with the place and what is wrong.</exception>
    public static ModelDescription Read(string json, InferenceLimits limits)
    {
        if (json.Length > limits.MaxSidecarBytes)
        {
            throw new ModelException("description-too-long", $"{ModelDescription.FileName} has more than {limits.MaxSidecarBytes:N0} characters.");
        }

        try
        {
            var description = JsonSerializer.Deserialize<ModelDescription>(json, _options)
                ?? throw new ModelException("description-damaged", $"{ModelDescription.FileName} is empty.");
            return DescriptionRules.Violations(description, limits) is [var first, ..] ? throw new ModelException("description-invalid", first) : description;
        }
        catch (JsonException error)
        {
            throw new ModelException("description-damaged", $"{ModelDescription.FileName} cannot be read: {Explain(error)}", error);
        }
    }

    /// <summary>The serialiser's own words name classes of this program; the place is what helps.</summary>
    private static string Explain(JsonException error)
    {
        var line = error.LineNumber + 1;
        if (error.InnerException is JsonException || error.Path is null)
        {
            return $"it is no JSON from line {line} on.";
        }

        var key = error.Path.Split('.')[^1];
        return error.Path != "$" ? $"the value at {error.Path} (line {line}) is of the wrong kind{(_words.TryGetValue(key, out var words) ? $"; it is one of {string.Join(", ", Words(words))}" : "")}."
            : error.Message.Contains("required", StringComparison.Ordinal) ? "it needs task and decoder."
            : $"a JSON object is expected, and a key that is there must not be null (line {line}).";
    }

    private static IEnumerable<string> Words(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? field.Name);
}
