namespace Annotator.Client.Server;

/// <summary>What uses how much room, in bytes.</summary>
public sealed record SpaceUse
{
    /// <summary>What people uploaded as data of tasks.</summary>
    public long Originals { get; init; }

    /// <summary>Smaller frames, chunks and tiles: made again when somebody asks.</summary>
    public long Made { get; init; }
    public long Exports { get; init; }
    public long Imports { get; init; }
    public long Models { get; init; }

    /// <summary>Previews and indexes of videos.</summary>
    public long Other { get; init; }

    /// <summary>Uploads that nothing was made of so far; counted among originals and imports too.</summary>
    public long Unfinished { get; init; }
    public long Database { get; init; }

    /// <summary>Tasks that have files.</summary>
    public int TaskCount { get; init; }

    /// <summary>The largest tasks, at most 100.</summary>
    public IReadOnlyList<TaskSpace> Tasks { get; init; } = [];
}

/// <summary>A task's room, in bytes.</summary>
public sealed record TaskSpace(int Id, string Name, int? ProjectId, string? ProjectName, int Frames, long Originals, long Made);
