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

    /// <summary>What Hugging Face's files beside the model say of its input. Null for none.</summary>
    public HuggingFaceConfig? Config { get; init; }

    internal ImageInputs? Image => ImageInputs.Find(File.Inputs);

    /// <summary>The outputs as the trial run gave them, or as the file promises.</summary>
    internal IReadOnlyList<ProbedOutput> Outputs => Probe?.Outputs ?? [.. File.Outputs.Select(ProbedOutput.Of)];

    internal ProbedOutput? Output(params string[] names) => names.Select(name => Outputs.FirstOrDefault(output => output.Name == name)).FirstOrDefault(output => output is not null);

    internal bool HasInput(string name) => File.Inputs.Any(input => input.Name == name);

    internal bool HasOutput(string name) => File.Outputs.Any(output => output.Name == name);

    /// <summary>The size that the model is run at: its own, or that of the trial run.</summary>
    internal (int Height, int Width) Size =>
        (Image?.Height > 0 ? Image.Height : Probe?.Height ?? 640, Image?.Width > 0 ? Image.Width : Probe?.Width ?? 640);

    /// <summary>Names from beside the model, from its metadata, or from its configuration; null for none.</summary>
    internal IReadOnlyList<string>? Names(InferenceLimits limits) =>
        Labels
        ?? (File.Metadata.TryGetValue("names", out var names) ? LabelFiles.OfPython(names, limits.MaxLabels) : null)
        ?? Config?.Labels;

    /// <summary>An input of the usual kind: its name, layout and size from the file.</summary>
    internal ImageInput Input(ResizeRule resize) => new()
    {
        Name = Image?.Value.Name ?? "",
        Layout = Image?.Layout ?? TensorLayout.Nchw,
        Size = [Size.Height, Size.Width],
        Dynamic = Image is { } image && (image.Height == 0 || image.Width == 0),
        Resize = resize,
    };
}
