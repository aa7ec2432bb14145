using Annotator.Client.Jobs;
using MudBlazor;

namespace Annotator.Web.Jobs;

/// <summary>A job's stage and state as people read them: a word, a shape and a colour.</summary>
internal static class JobWords
{
    public static readonly IReadOnlyList<(string Value, string Text)> Stages =
    [
        (JobStages.Annotation, "Annotation"),
        (JobStages.Validation, "Validation"),
        (JobStages.Acceptance, "Acceptance"),
    ];

    public static readonly IReadOnlyList<(string Value, string Text)> States =
    [
        (JobStates.New, "New"),
        (JobStates.InProgress, "In progress"),
        (JobStates.Completed, "Completed"),
        (JobStates.Rejected, "Rejected"),
    ];

    public static string Text(IReadOnlyList<(string Value, string Text)> words, string value) =>
        words.FirstOrDefault(word => word.Value == value).Text ?? value;

    public static (string Icon, string Look) Shape(string state) => state switch
    {
        JobStates.InProgress => (Icons.Material.Outlined.Timelapse, "accent"),
        JobStates.Completed => (Icons.Material.Outlined.CheckCircle, "ok"),
        JobStates.Rejected => (Icons.Material.Outlined.Undo, "danger"),
        _ => (Icons.Material.Outlined.Circle, "plain"),
    };

    /// <summary>Whether the job has nothing left to do.</summary>
    public static bool IsDone(Job job) => job.Stage == JobStages.Acceptance && job.State == JobStates.Completed;
}
