namespace Annotator.Core.Jobs;

/// <summary>What changed about a job itself (not its annotations), in the words of the wire.</summary>
/// <param name="Assignee">Null when nobody is assigned.</param>
public sealed record JobNews(int Id, string Stage, string State, JobNewsAssignee? Assignee);

public sealed record JobNewsAssignee(int Id, string Username);

/// <summary>
/// Tells everybody who has a job open that its stage, state or assignee changed. It is called after the change was
/// committed; an implementation must not throw for a reader that cannot be reached, because the change stands.
/// </summary>
public interface IJobEvents
{
    Task ChangedAsync(JobNews job, CancellationToken cancel);
}
