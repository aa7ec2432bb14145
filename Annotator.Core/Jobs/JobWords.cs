namespace Annotator.Core.Jobs;

/// <summary>The words that the contract uses for stages, states, types and the status derived from them.</summary>
public static class JobWords
{
    public static string Word(this JobStage stage) => stage switch
    {
        JobStage.Annotation => "annotation",
        JobStage.Validation => "validation",
        JobStage.Acceptance => "acceptance",
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, null),
    };

    public static string Word(this JobState state) => state switch
    {
        JobState.New => "new",
        JobState.InProgress => "in progress",
        JobState.Completed => "completed",
        JobState.Rejected => "rejected",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, null),
    };

    public static string Word(this JobType type) => type switch
    {
        JobType.Annotation => "annotation",
        JobType.GroundTruth => "ground_truth",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    /// <summary>The stage of that word; null when there is none.</summary>
    public static JobStage? Stage(string word) =>
        Enum.GetValues<JobStage>().Cast<JobStage?>().FirstOrDefault(stage => stage!.Value.Word() == word);

    /// <summary>The state of that word; null when there is none.</summary>
    public static JobState? State(string word) =>
        Enum.GetValues<JobState>().Cast<JobState?>().FirstOrDefault(state => state!.Value.Word() == word);

    /// <summary>
    /// The older single word for stage and state together: annotation, validation or completed. Only an accepted job that
    /// is complete is completed.
    /// </summary>
    public static string Status(JobStage stage, JobState state) => (stage, state) switch
    {
        (JobStage.Annotation, _) => "annotation",
        (JobStage.Acceptance, JobState.Completed) => "completed",
        _ => "validation",
    };
}
