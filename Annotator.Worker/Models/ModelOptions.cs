using System.ComponentModel.DataAnnotations;

namespace Annotator.Worker.Models;

/// <summary>Running models in this worker: configuration section <c>Models</c>.</summary>
internal sealed class ModelOptions
{
    public const string Section = "Models";

    /// <summary>Models that are loaded at once, each in a process of its own; the longest unused goes first.</summary>
    [Range(1, 64)]
    public int MaxLoaded { get; init; } = 2;

    /// <summary>
    /// Sessions of one model, each in a process of its own with its own memory: calls that come at the same time run beside each
    /// other. 0 for what pays: on the CPU two of half the threads for models that go through many pictures, else one.
    /// </summary>
    [Range(0, 16)]
    public int Sessions { get; init; }

    /// <summary>Minutes after which a model that nobody uses is put away.</summary>
    [Range(1, 1440)]
    public int IdleMinutes { get; init; } = 10;

    /// <summary>Embeddings of pictures that are kept for the next click, in bytes.</summary>
    [Range(0, 1L << 40)]
    public long EmbeddingBytes { get; init; } = 512L << 20;

    /// <summary>Seconds within which a model behind a connector has to answer one request.</summary>
    [Range(1, 3600)]
    public int RemoteSeconds { get; init; } = 120;

    /// <summary>Bytes of one answer of a model behind a connector.</summary>
    [Range(1024, 1L << 31)]
    public long RemoteAnswerBytes { get; init; } = 256L << 20;

    /// <summary>Where models lie while they are loaded.</summary>
    public string Folder { get; init; } = Path.Join(Path.GetTempPath(), "annotator-models");
}
