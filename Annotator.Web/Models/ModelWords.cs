using System.Text.Json;
using Annotator.Client.Models;
using MudBlazor;

namespace Annotator.Web.Models;

/// <summary>Models in the words of the people who use them.</summary>
internal static class ModelWords
{
    public static (string Icon, string Look, string Text) State(ModelInfo model) => model.State switch
    {
        ModelStates.Ready => (Icons.Material.Outlined.CheckCircle, "ok", "Ready"),
        ModelStates.Asking => (Icons.Material.Outlined.HelpOutline, "warning", "Has questions"),
        ModelStates.Checking => (Icons.Material.Outlined.Timelapse, "accent", "Being checked"),
        ModelStates.Refused => (Icons.Material.Outlined.ErrorOutline, "danger", "Refused"),
        _ => (Icons.Material.Outlined.UploadFile, "plain", "Waits for files"),
    };

    /// <summary>What it does, such as "Finds boxes"; empty until it is known.</summary>
    public static string Does(ModelInfo model) => Text(model.Description, "task") switch
    {
        "detect" => "Finds boxes",
        "obb" => "Finds turned boxes",
        "segment" => "Finds objects with their outlines",
        "semantic" => "Colours regions",
        "pose" => "Finds skeletons",
        "classify" => "Names the whole picture",
        "text" => "Finds and reads text",
        "embed" => "Compares pictures",
        "interactive" => "Cuts out what you click",
        "track" => "Follows objects",
        _ => "",
    };

    /// <summary>The family that it was recognised as, such as <c>yolo-v8</c>.</summary>
    public static string Family(ModelInfo model) => model.Connector?.Kind switch
    {
        "nuclio" => "CVAT function",
        "label-studio" => "Label Studio ML backend",
        "kserve" => $"KServe, {Text(model.Description, "decoder")}",
        _ => Text(model.Description, "decoder") ?? "",
    };

    /// <summary>Names of its classes.</summary>
    public static IReadOnlyList<string> Labels(ModelInfo model) =>
        model.Description is { ValueKind: JsonValueKind.Object } description && description.TryGetProperty("labels", out var labels) && labels.ValueKind == JsonValueKind.Array
            ? [.. labels.EnumerateArray().Select(label => label.GetProperty("name").GetString() ?? "")]
            : [];

    /// <summary>What it says of each object besides its class: attributes of a label may take it.</summary>
    public static IReadOnlyList<string> Says(ModelInfo model) =>
        model.Description is { ValueKind: JsonValueKind.Object } description && description.TryGetProperty("files", out var files) && Text(files, "recogniser") is not null
            ? ["text"]
            : [];

    /// <summary>Whether it can be run over frames.</summary>
    public static bool Runs(ModelInfo model) => model is { State: ModelStates.Ready, Kind: "detector" or "classifier" };

    /// <summary>Whether it finds things by itself, so that it can be tried on pictures.</summary>
    public static bool Predicts(ModelInfo model) => model.Kind is "detector" or "classifier";

    public static string Speed(ModelSpeed speed) => speed.MillisecondsPerImage >= 1000
        ? string.Create(System.Globalization.CultureInfo.CurrentCulture, $"{speed.MillisecondsPerImage / 1000:0.0} s a picture on {speed.Device}")
        : string.Create(System.Globalization.CultureInfo.CurrentCulture, $"{speed.MillisecondsPerImage:0} ms a picture on {speed.Device}");

    public static string? Text(JsonElement? json, string name) =>
        json is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
