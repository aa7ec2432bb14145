using System.Text.Json;
using System.Text.Json.Serialization;
using Annotator.Core.Models;

namespace Annotator.Api.Models;

/// <summary>A class of a function, as the contract lists it.</summary>
/// <param name="Type">The kind of shape that it gives.</param>
internal sealed record LambdaLabel(string Name, string Type, IReadOnlyList<LambdaAttribute> Attributes);

internal sealed record LambdaAttribute(string Name, string InputType, IReadOnlyList<string> Values);

/// <summary>A model as the contract's clients see it.</summary>
/// <param name="Kind">detector, interactor, tracker or reid; a classifier is a detector of tags.</param>
internal sealed record LambdaFunction(
    string Id, string Kind, [property: JsonPropertyName("labels_v2")] IReadOnlyList<LambdaLabel> Labels, string Description, string Name, int Version)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MinPosPoints { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MinNegPoints { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? StartswithBox { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? StartswithBoxOptional { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? HelpMessage { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AnimatedGif { get; init; }

    public static LambdaFunction Of(AnnotationModel model)
    {
        var function = new LambdaFunction(
            LambdaEndpoints.IdOf(model.Id), model.Kind == "classifier" ? "detector" : model.Kind, LabelsOf(model.Description), model.Notes, model.Name, model.Version);
        return model.Kind != "interactor" ? function : function with
        {
            MinPosPoints = 1,
            MinNegPoints = 0,
            StartswithBox = false,
            StartswithBoxOptional = true,
            HelpMessage = "Click on the object; click beside it with the right button to take something away.",
            AnimatedGif = "",
        };
    }

    private static List<LambdaLabel> LabelsOf(string? description)
    {
        if (description is null)
        {
            return [];
        }

        using var json = JsonDocument.Parse(description);
        var root = json.RootElement;
        var task = root.TryGetProperty("task", out var word) ? word.GetString() : null;
        return root.TryGetProperty("labels", out var labels) && labels.ValueKind == JsonValueKind.Array
            ? [.. labels.EnumerateArray().Select(label => new LambdaLabel(label.GetProperty("name").GetString() ?? "", ShapeOf(task), AttributesOf(task)))]
            : [];
    }

    private static string ShapeOf(string? task) => task switch
    {
        "detect" or "obb" => "rectangle",
        "segment" or "semantic" => "mask",
        "pose" => "skeleton",
        "classify" => "tag",
        "text" => "polygon",
        _ => "any",
    };

    private static IReadOnlyList<LambdaAttribute> AttributesOf(string? task) => task == "text" ? [new LambdaAttribute("text", "text", [""])] : [];
}
