namespace Annotator.Core.Queues;

/// <summary>What is known of a frame's looks: a perceptual hash, or a model's vector. It is made once and kept.</summary>
public sealed class FrameLook
{
    public int DataId { get; set; }
    public int Frame { get; set; }

    /// <summary>The model that made the vector; 0 for the hash, which needs none.</summary>
    public int ModelId { get; set; }

    /// <summary>Eight bytes of hash, or 32-bit floats of length 1, both little-endian.</summary>
    public byte[] Vector { get; set; } = [];
}

/// <summary>How unsure the last model that looked at a frame was.</summary>
public sealed class FrameDoubt
{
    public int TaskId { get; set; }
    public int Frame { get; set; }
    public int ModelId { get; set; }

    /// <summary>0 (sure, or nothing seen) to 1 (a coin's throw).</summary>
    public float Doubt { get; set; }
    public DateTimeOffset Date { get; set; }
}

/// <summary>Frames of a task in the order in which labelling them teaches most, and those that look alike, as they were last worked out.</summary>
public sealed class LabelQueue
{
    public int TaskId { get; set; }

    /// <summary>The model whose vectors were compared; null for perceptual hashes.</summary>
    public int? ModelId { get; set; }

    /// <summary>JSON of <see cref="QueueContent"/>.</summary>
    public string Content { get; set; } = "{}";
    public DateTimeOffset Date { get; set; }
}

/// <summary>What a queue holds.</summary>
/// <param name="Frames">Most useful first.</param>
/// <param name="Duplicates">Groups of frames that look alike.</param>
public sealed record QueueContent(IReadOnlyList<QueuedFrame> Frames, IReadOnlyList<DuplicateGroup> Duplicates);

/// <summary>One frame of a queue.</summary>
/// <param name="Difference">How little it looks like anything that is labelled or stands before it in the queue, 0 to 1.</param>
public sealed record QueuedFrame(int Frame, double Difference);

/// <summary>Frames that look alike.</summary>
/// <param name="Frame">The one to keep: the first, or the first that has annotations.</param>
/// <param name="Like">The others.</param>
public sealed record DuplicateGroup(int Frame, IReadOnlyList<int> Like);
