namespace Annotator.Core.Jobs;

/// <summary>What changed about a job itself (not its annotations), in the words of the wire.</summary>
/// <param name="Assignee">Null when nobody is assigned.</param>
public sealed record JobNews(int Id, string Stage, string State, JobNewsAssignee? Assignee);

public sealed record JobNewsAssignee(int Id, string Username);

/// <summary>
/// Tells everybody who has a job open what was committed. An implementation must neither throw nor wait for a reader that
/// cannot be reached, because the change stands.
/// </summary>
public interface IJobEvents
{
    /// <summary>The job's annotations have come to a revision. Called for every commit of <c>AnnotationStore</c>, whoever made it.</summary>
    void Advanced(int jobId, int revision);

    /// <summary>The job's stage, state or assignee changed.</summary>
    void Changed(JobNews job);
}
