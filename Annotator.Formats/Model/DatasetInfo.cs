using System.Globalization;

namespace Annotator.Formats.Model;

/// <summary>What is known of a dataset before its first frame.</summary>
public sealed record DatasetInfo
{
    public IReadOnlyList<DatasetLabel> Labels { get; init; } = [];

    /// <summary>The project, when a whole project is exported.</summary>
    public DatasetProject? Project { get; init; }

    /// <summary>The tasks the frames come from; one for a task's or a job's export.</summary>
    public IReadOnlyList<DatasetTask> Tasks { get; init; } = [];

    /// <summary>The job, when a single job is exported; it is described by the fields of a task.</summary>
    public DatasetTask? Job { get; init; }

    /// <summary>When the export was made.</summary>
    public DateTimeOffset Dumped { get; init; }
}

public sealed record DatasetProject
{
    public int Id { get; init; }
    public string Name { get; init; } = "";
    public string BugTracker { get; init; } = "";
    public DateTimeOffset Created { get; init; }
    public DateTimeOffset Updated { get; init; }
    public DatasetUser? Owner { get; init; }
    public DatasetUser? Assignee { get; init; }
}

public sealed record DatasetTask
{
    public int Id { get; init; }
    public string Name { get; init; } = "";

    /// <summary>Frames, deleted ones included.</summary>
    public int Size { get; init; }

    /// <summary><c>annotation</c> for images, <c>interpolation</c> for video.</summary>
    public string Mode { get; init; } = "annotation";
    public int Overlap { get; init; }
    public string BugTracker { get; init; } = "";
    public DateTimeOffset Created { get; init; }
    public DateTimeOffset Updated { get; init; }
    public string Subset { get; init; } = "";

    /// <summary>First and last frame in the numbering of the source media.</summary>
    public int StartFrame { get; init; }
    public int StopFrame { get; init; }
    public string FrameFilter { get; init; } = "";

    /// <summary>How many frames of the source media one step of the task is; at least 1.</summary>
    public int Step => StepOf(FrameFilter);

    /// <summary>Frames that are left out, in the numbering of the source media.</summary>
    public IReadOnlySet<int> DeletedFrames { get; init; } = new HashSet<int>();
    public IReadOnlyList<DatasetSegment> Segments { get; init; } = [];
    public DatasetUser? Owner { get; init; }
    public DatasetUser? Assignee { get; init; }

    /// <summary>The number in a filter such as <c>step=2</c>; 1 where it has none.</summary>
    public static int StepOf(string filter) =>
        filter.StartsWith("step=", StringComparison.Ordinal)
        && int.TryParse(filter.AsSpan("step=".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step)
        && step > 0
            ? step
            : 1;
}

/// <summary>A job's run of frames, both ends included.</summary>
public sealed record DatasetSegment(int Id, int Start, int Stop, string Url);

public sealed record DatasetUser(string Username, string Email);
