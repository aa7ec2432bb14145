using Annotator.Inference.Descriptions;
using Annotator.Inference.Onnx;

namespace Annotator.Inference.Recognition;

/// <summary>Everything that is known of one ONNX file before its family is.</summary>
public sealed record ModelEvidence
{
    /// <summary>The file's name, without folders.</summary>
    public required string FileName { get; init; }
    public required OnnxFile File { get; init; }

    /// <summary>Null where the model was not, or could not be, run.</summary>
    public ProbeResult? Probe { get; init; }

    /// <summary>Names of classes from a file beside the model, which outweigh those in its metadata. Null for none.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>The file that <see cref="Labels"/> stand in; empty for none.</summary>
    public string LabelsFile { get; init; } = "";

    /// <summary>What a configuration of X-AnyLabeling calls the model's kind, such as <c>yolov8_obb</c>; empty where none is beside.</summary>
    public string Kind { get; init; } = "";

    /// <summary>What Hugging Face's files beside the model say of its input. Null for none.</summary>
    public HuggingFaceConfig? Config { get; init; }

    /// <summary>Whether its metadata, or a configuration beside it, say that it does that task.</summary>
    internal bool Is(string task) => File.Metadata.GetValueOrDefault("task") == task || Kind.EndsWith("_" + task, StringComparison.Ordinal);

    internal ImageInputs? Image => ImageInputs.Find(File.Inputs);

    /// <summary>The outputs as the trial run gave them, or as the file promises.</summary>
    internal IReadOnlyList<ProbedOutput> Outputs => Probe?.Outputs ?? [.. File.Outputs.Select(ProbedOutput.Of)];

    internal ProbedOutput? Output(params string[] names) => names.Select(name => Outputs.FirstOrDefault(output => Bare(output.Name) == name)).FirstOrDefault(output => output is not null);

    internal bool HasInput(string name) => File.Inputs.Any(input => Bare(input.Name) == name);

    internal bool HasOutput(string name) => File.Outputs.Any(output => Bare(output.Name) == name);

    /// <summary>The size that the outputs were given for: the model's own, or that of the trial run.</summary>
    internal (int Height, int Width) Size =>
        (Image?.Height > 0 ? Image.Height : Probe?.Height ?? 640, Image?.Width > 0 ? Image.Width : Probe?.Width ?? 640);

    /// <summary>Names from the model's own metadata; null for none.</summary>
    internal IReadOnlyList<string>? OwnNames(InferenceLimits limits) => LabelFiles.OfMetadata(File.Metadata, limits.MaxLabels);

    /// <summary>All lists of names that are there: from beside the model, from its metadata, from its configuration. The earlier outweighs the later.</summary>
    internal IEnumerable<IReadOnlyList<string>> NameLists(InferenceLimits limits) =>
        new[] { Labels, OwnNames(limits), Config?.Labels }.OfType<IReadOnlyList<string>>().Where(names => names.Count > 0);

    /// <summary>The list that outweighs the others; null for none.</summary>
    internal IReadOnlyList<string>? Names(InferenceLimits limits) => NameLists(limits).FirstOrDefault();

    /// <summary>Whether one of the lists has so many names.</summary>
    internal bool HasNames(int count, InferenceLimits limits) => NameLists(limits).Any(names => LabelQuestions.Fitting(names, count) is not null);

    /// <summary>An input of the usual kind: its name, layout and size from the file.</summary>
    internal ImageInput Input(ResizeRule resize) => new()
    {
        Name = Image?.Value.Name ?? "",
        Layout = Image?.Layout ?? TensorLayout.Nchw,
        Size = IsDynamic && StatedSize is { } stated ? stated : [Size.Height, Size.Width],
        Dynamic = IsDynamic,
        Resize = resize,
    };

    /// <summary>Whether the model takes pictures of more than one size.</summary>
    internal bool IsDynamic => Image is { } image && (image.Height == 0 || image.Width == 0);

    /// <summary>Height and width that the file's metadata name for a model that would take others too.</summary>
    private int[]? StatedSize =>
        File.Metadata.TryGetValue("imgsz", out var text) && PythonLiteral.TryParse(text, out var value) && value is List<object?> { Count: 2 } pair
        && pair[0] is double height and >= 32 and <= 8192 && pair[1] is double width and >= 32 and <= 8192
            ? [(int)height, (int)width]
            : null;

    /// <summary>TensorFlow's converter appends the number of a tensor to its name: <c>detection_boxes:0</c>.</summary>
    private static string Bare(string name) => name.EndsWith(":0", StringComparison.Ordinal) ? name[..^2] : name;
}
