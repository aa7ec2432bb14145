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
            throw new ModelException("description-damaged", $"{ModelDescription.FileName} cannot be read: {error.Message}", error);
        }
    }
}
