using Annotator.Client.CloudStorages;
using Annotator.Client.Identity;
using Annotator.Client.Projects;

namespace Annotator.Client.Tasks;

/// <summary>How many jobs a task has, and how far they are.</summary>
public sealed record JobsSummary
{
    public int Count { get; init; }

    /// <summary>Jobs accepted and completed.</summary>
    public int? Completed { get; init; }

    /// <summary>Jobs that are being validated.</summary>
    public int? Validation { get; init; }
}

/// <summary>One set of media to label, cut into jobs.</summary>
public sealed record AnnotationTask
{
    public int Id { get; init; }
    public string Name { get; init; } = "";
    public int? ProjectId { get; init; }

    /// <summary>annotation for images, interpolation for video, empty without data.</summary>
    public string Mode { get; init; } = "";
    public BasicUser? Owner { get; init; }
    public BasicUser? Assignee { get; init; }
    public string BugTracker { get; init; } = "";
    public DefaultStorage? TargetStorage { get; init; }
    public DefaultStorage? SourceStorage { get; init; }
    public DateTimeOffset CreatedDate { get; init; }
    public DateTimeOffset UpdatedDate { get; init; }
    public int? Overlap { get; init; }
    public int SegmentSize { get; init; }
    public string Status { get; init; } = "";

    /// <summary>Number of frames; 0 while there is no data.</summary>
    public int? Size { get; init; }
    public int? ImageQuality { get; init; }
    public string Subset { get; init; } = "";
    public JobsSummary Jobs { get; init; } = new();
}

/// <summary>A new task; either in a project or with labels of its own.</summary>
public sealed record NewTask
{
    /// <summary>1 to 256 characters.</summary>
    public required string Name { get; init; }
    public int? ProjectId { get; init; }
    public IReadOnlyList<Label>? Labels { get; init; }
    public string? Subset { get; init; }

    /// <summary>Frames of a job; 0 or null makes one job.</summary>
    public int? SegmentSize { get; init; }

    /// <summary>Frames that neighbouring jobs share.</summary>
    public int? Overlap { get; init; }
}

/// <summary>The frames of a task or a job.</summary>
public sealed record DataMeta
{
    public int Size { get; init; }
    public int StartFrame { get; init; }
    public int StopFrame { get; init; }
    public string FrameFilter { get; init; } = "";
    public IReadOnlyList<FrameMeta>? Frames { get; init; }
    public IReadOnlyList<int> DeletedFrames { get; init; } = [];
}

/// <summary>One frame: its size in pixels as shown, and its file's name.</summary>
public sealed record FrameMeta
{
    public int? Width { get; init; }
    public int? Height { get; init; }
    public string Name { get; init; } = "";
}
