using Annotator.Inference.Descriptions;
using Annotator.Inference.Preprocessing;
using Annotator.Inference.Sessions;

namespace Annotator.Inference.Decoding;

/// <summary>One image's share of a run: what the model gave, where the image lay in the input, and what is wanted.</summary>
/// <param name="Image">The image's number in the batch.</param>
internal sealed record DecodeContext(
    ModelDescription Description, IReadOnlyDictionary<string, ModelTensor> Outputs, int Image, ImagePlacement Placement, PredictionOptions Options)
{
    public OutputRules Rules => Description.Output;

    /// <summary>The lowest score that any label asks for.</summary>
    public float LowestConfidence => (float)Math.Min(
        Confidence,
        Math.Min(
            Options.ConfidenceByLabel is { Count: > 0 } byLabel ? byLabel.Values.Min() : 1,
            Options.Confidence is null && Description.Labels.Count > 0 ? Description.Labels.Min(label => label.Conf ?? 1) : 1));

    public int MaxDetections => Options.MaxDetections ?? Description.Nms.MaxDet;

    private double Confidence => Options.Confidence ?? Description.Nms.Conf;

    /// <summary>Whether a score is a number and reaches what its label asks for.</summary>
    public bool Accepts(int label, float score) => score >= ConfidenceOf(label);

    /// <exception cref="ModelException"><c>output-missing</c>.</exception>
    public ModelTensor Output(string? name)
    {
        // A model with one output needs no name for it.
        if (name is null && Outputs.Count == 1)
        {
            return Outputs.Values.First();
        }

        return name is not null && Outputs.TryGetValue(name, out var found)
            ? found
            : throw new ModelException("output-missing", $"The model gave no output \"{name}\"; it gave {string.Join(", ", Outputs.Keys)}.");
    }

    /// <summary>The output of that name, of at least that rank.</summary>
    /// <exception cref="ModelException"><c>output-missing</c> or <c>output-shape</c>.</exception>
    public ModelTensor Output(string? name, int rank)
    {
        var tensor = Output(name);
        return tensor.Rank == rank ? tensor : throw Shape(tensor, $"{rank} axes");
    }

    public static ModelException Shape(ModelTensor tensor, string expected) =>
        new("output-shape", $"The output \"{tensor.Name}\" has the shape [{string.Join(", ", tensor.Shape)}]; {expected} were expected.");

    /// <summary>Drops overlaps by the description's rule; best first.</summary>
    public List<Candidate> Suppress(List<Candidate> candidates) =>
        Suppression.Apply(candidates, Description.Nms.Mode, Options.Iou ?? Description.Nms.Iou, MaxDetections);

    private double ConfidenceOf(int label) =>
        Options.ConfidenceByLabel is not null && Options.ConfidenceByLabel.TryGetValue(label, out var asked) ? asked
        : Options.Confidence is null && label >= 0 && label < Description.Labels.Count && Description.Labels[label].Conf is { } own ? own
        : Confidence;
}
