using System.Text.Json;
using System.Text.Json.Nodes;

namespace Annotator.Web.Models;

/// <summary>
/// Answers to several questions about a model as one description. Each possible answer is a whole description; what it changes in the one
/// that stands is what it means.
/// </summary>
internal static class ModelAnswers
{
    /// <param name="standing">The description as it was understood.</param>
    /// <param name="chosen">The description of each answer.</param>
    /// <param name="names">Names of the classes in the model's order; empty to leave them.</param>
    public static JsonElement Together(JsonElement standing, IEnumerable<JsonElement> chosen, IReadOnlyList<string> names)
    {
        var result = JsonNode.Parse(standing.GetRawText())!.AsObject();
        foreach (var answer in chosen)
        {
            Apply(result, JsonNode.Parse(standing.GetRawText())!.AsObject(), JsonNode.Parse(answer.GetRawText())!.AsObject());
        }

        if (names.Count > 0)
        {
            result["labels"] = new JsonArray([.. names.Select((name, index) => (JsonNode)new JsonObject { ["id"] = index, ["name"] = name })]);
        }

        return JsonSerializer.SerializeToElement(result);
    }

    /// <summary>Brings to <paramref name="target"/> what differs between the other two.</summary>
    private static void Apply(JsonObject target, JsonObject standing, JsonObject answer)
    {
        foreach (var (key, value) in answer)
        {
            if (JsonNode.DeepEquals(value, standing[key]))
            {
                continue;
            }

            if (value is JsonObject inner && standing[key] is JsonObject before && target[key] is JsonObject within)
            {
                Apply(within, before, inner);
            }
            else
            {
                target[key] = value?.DeepClone();
            }
        }

        foreach (var (key, _) in standing)
        {
            if (!answer.ContainsKey(key))
            {
                target.Remove(key);
            }
        }
    }
}
