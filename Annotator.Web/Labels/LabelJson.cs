using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Annotator.Client.Projects;

namespace Annotator.Web.Labels;

/// <summary>Labels as the raw editor shows them: the form in which people keep and exchange them.</summary>
internal static class LabelJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        WriteIndented = true,
    };

    public static string Write(IEnumerable<Label> labels) => JsonSerializer.Serialize(labels, Options);

    /// <summary>The labels, or null and why they could not be read.</summary>
    public static IReadOnlyList<Label>? Read(string text, out string? problem)
    {
        try
        {
            var labels = JsonSerializer.Deserialize<IReadOnlyList<Label>>(text, Options);
            problem = labels is null ? "Write a list of labels: [ { \"name\": \"cat\" } ]." : Check(labels);
            return problem is null ? labels : null;
        }
        catch (JsonException error)
        {
            problem = $"This is not valid JSON (line {error.LineNumber + 1}, position {error.BytePositionInLine + 1}). {Place(error)}";
            return null;
        }
    }

    /// <summary>What is wrong with the labels, or null.</summary>
    public static string? Check(IReadOnlyList<Label> labels)
    {
        if (labels.Any(label => label.Deleted != true && string.IsNullOrWhiteSpace(label.Name)))
        {
            return "A label needs a name.";
        }

        if (labels.FirstOrDefault(label => label.Name.Length > 64) is { } longOne)
        {
            return $"The name “{longOne.Name[..20]}…” has {longOne.Name.Length} characters; 64 are allowed.";
        }

        var twice = labels.Where(label => label.Deleted != true).GroupBy(label => label.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            return $"The label “{twice.Key}” stands there twice.";
        }

        return labels.Select(CheckAttributes).FirstOrDefault(problem => problem is not null);
    }

    private static string? CheckAttributes(Label label)
    {
        foreach (var attribute in label.Attributes)
        {
            if (string.IsNullOrWhiteSpace(attribute.Name))
            {
                return $"An attribute of “{label.Name}” needs a name.";
            }

            if (attribute.InputType is "select" or "radio" && attribute.Values.Count == 0)
            {
                return $"The attribute “{attribute.Name}” of “{label.Name}” needs at least one choice.";
            }
        }

        return null;
    }

    private static string Place(JsonException error) => string.IsNullOrEmpty(error.Path) ? "" : $"Look at {error.Path}.";
}
