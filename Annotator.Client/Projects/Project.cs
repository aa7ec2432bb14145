using Annotator.Client.CloudStorages;
using Annotator.Client.Identity;

namespace Annotator.Client.Projects;

/// <summary>How many there are of something.</summary>
public sealed record Summary(int Count);

/// <summary>Tasks that share labels and people.</summary>
public sealed record Project
{
    public int Id { get; init; }
    public string Name { get; init; } = "";
    public BasicUser? Owner { get; init; }
    public BasicUser? Assignee { get; init; }
    public string BugTracker { get; init; } = "";
    public IReadOnlyList<string> TaskSubsets { get; init; } = [];
    public DefaultStorage? TargetStorage { get; init; }
    public DefaultStorage? SourceStorage { get; init; }
    public DateTimeOffset CreatedDate { get; init; }
    public DateTimeOffset UpdatedDate { get; init; }

    /// <summary>annotation, validation or completed.</summary>
    public string Status { get; init; } = "";
    public Summary Tasks { get; init; } = new(0);
}

/// <summary>A new project.</summary>
public sealed record NewProject(string Name, IReadOnlyList<Label> Labels);
