namespace Annotator.Inference.Sessions;

/// <summary>Where models run. Configuration section <c>Inference:Session</c>.</summary>
public sealed record SessionSettings
{
    public const string Section = "Inference:Session";

    /// <summary>Providers of execution, tried in this order: TensorRT, CUDA, CPU. CPU is tried last in any case.</summary>
    public IReadOnlyList<string> Providers { get; init; } = ["TensorRT", "CUDA", "CPU"];

    /// <summary>The GPU's number.</summary>
    public int DeviceId { get; init; }

    /// <summary>Memory of the GPU that one model may take, in bytes; 0 for no limit.</summary>
    public long GpuMemoryBytes { get; init; }

    /// <summary>Where TensorRT keeps what it builds, minutes of work; empty for nowhere.</summary>
    public string EngineCache { get; init; } = "";

    /// <summary>Threads of one run on the CPU; 0 for all cores. The process itself stands behind others for the cores.</summary>
    public int Threads { get; init; }

    /// <summary>Run once before the first image, so that its time is honest.</summary>
    public bool WarmUp { get; init; } = true;
}
