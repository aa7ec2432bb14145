using System.Text.Json;
using System.Text.Json.Serialization;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Interactive;
using Annotator.Inference.Recognition;
using Annotator.Inference.Sessions;
using Annotator.Inference.Tracking;

namespace Annotator.Inference.Processes;

/// <summary>What the server asks of the process of a model. Which members are set depends on the call.</summary>
internal sealed record InferenceRequest
{
    public required InferenceCall Call { get; init; }
    public InferenceLimits? Limits { get; init; }
    public SessionSettings? Session { get; init; }

    /// <summary>A package's folder, or a file to try.</summary>
    public string? Path { get; init; }

    /// <summary>Width and height of each picture; their pixels follow as bytes.</summary>
    public IReadOnlyList<int[]> Images { get; init; } = [];
    public PredictionOptions? Options { get; init; }

    /// <summary>Of an embedding.</summary>
    public string? Key { get; init; }
    public Prompt? Prompt { get; init; }
}

[JsonConverter(typeof(JsonStringEnumConverter<InferenceCall>))]
internal enum InferenceCall
{
    Probe,
    Load,
    Predict,
    Embed,
    Encode,
    Segment,
    Track,
    Stop,
}

/// <summary>What the process answers; numbers in bulk follow as bytes.</summary>
internal sealed record InferenceAnswer
{
    public string? ErrorCode { get; init; }
    public string? ErrorMessage { get; init; }
    public LoadedModel? Model { get; init; }
    public ProbeResult? Probe { get; init; }
    public IReadOnlyList<IReadOnlyList<Prediction>>? Predictions { get; init; }

    /// <summary>Lengths of vectors.</summary>
    public int[]? Lengths { get; init; }
    public IReadOnlyList<MaskCandidate>? Candidates { get; init; }
    public TrackSight? Sight { get; init; }
}

/// <summary>A model that is loaded and has run once.</summary>
/// <param name="Provider">TensorRT, CUDA or CPU.</param>
/// <param name="Reason">Why this one: what became of those before it.</param>
/// <param name="FirstRun">The first run with its set-up.</param>
/// <param name="Run">A run after it, of one picture of the model's own size; zero where the model was not run to warm up.</param>
public sealed record LoadedModel(ModelDescription Description, string Provider, string Reason, TimeSpan Load, TimeSpan FirstRun, TimeSpan Run);

/// <summary>Both sides write JSON alike.</summary>
internal static class MessageJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };
}
