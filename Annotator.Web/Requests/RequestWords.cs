using System.Text.Json;
using Annotator.Client.Operations;
using MudBlazor;

namespace Annotator.Web.Requests;

/// <summary>Background work in the words of the people who asked for it.</summary>
internal static class RequestWords
{
    public static string What(RequestOperation operation) => operation.Type switch
    {
        _ when operation.DryRun => "Look at an import",
        _ when operation.Target == "selection" => "Export of several",
        "create:task" => "Make frames",
        "create:project" or "create:sample" => "Make the sample project",
        "export:dataset" => "Export with images",
        "export:annotations" => "Export annotations",
        "export:backup" => "Backup",
        "autoannotate:task" => "Auto-annotate",
        "queue:task" => "Find what to label next",
        "check:model" => "Check a model",
        "import:backup" => "Restore from a backup",
        "import:annotations" => "Import annotations",
        "import:dataset" => "Import dataset",
        _ => operation.Type.Replace(':', ' '),
    };

    /// <summary>Where an import that was only looked at is gone on with, and where a model's suggestions are looked through; null for other work.</summary>
    public static string? ReviewHref(BackgroundRequest request) => request.Operation switch
    {
        { DryRun: true, Target: "job", JobId: { } job } => $"/jobs/{job}/annotations?{Check(request)}",
        { DryRun: true, Target: "task", TaskId: { } task } => $"/tasks/{task}?tab=annotations&{Check(request)}",
        { DryRun: true, ProjectId: { } project } => $"/projects/{project}?tab=data&{Check(request)}",
        { DryRun: true } => $"/requests?{Check(request)}",
        { Type: "autoannotate:task", Target: "job", JobId: { } job } => $"/jobs/{job}",
        { Type: "autoannotate:task", Target: "task", TaskId: { } task } => $"/tasks/{task}?tab=next",
        { Type: "autoannotate:task", Target: "project", ProjectId: { } project } => $"/projects/{project}",
        _ => null,
    };

    /// <summary>Words and address of what the work is about.</summary>
    public static (string Text, string Href)? About(RequestOperation operation) => operation switch
    {
        { Target: "job", JobId: { } job } => ($"job {job}", $"/jobs/{job}"),
        { Target: "task", TaskId: { } task } => ($"task {task}", $"/tasks/{task}"),
        { ProjectId: { } project } => ($"project {project}", $"/projects/{project}"),
        _ => null,
    };

    public static (string Icon, string Look, string Text) State(BackgroundRequest request) => request.Status switch
    {
        RequestStatuses.Finished => (Icons.Material.Outlined.CheckCircle, "ok", "Finished"),
        RequestStatuses.Failed when request.Cancelled =>
            (Icons.Material.Outlined.Cancel, "plain", "Cancelled"),
        RequestStatuses.Failed => (Icons.Material.Outlined.ErrorOutline, "danger", "Failed"),
        RequestStatuses.Started => (Icons.Material.Outlined.Timelapse, "accent", "Running"),
        _ => (Icons.Material.Outlined.HourglassEmpty, "plain", "Waiting"),
    };

    /// <summary>How long it will still take if it goes on as it went; null while that is a guess.</summary>
    public static TimeSpan? TimeLeft(BackgroundRequest request, DateTimeOffset now)
    {
        if (request is not { Status: RequestStatuses.Started, StartedDate: { } started, Progress: >= 0.02 and < 1 } || now <= started)
        {
            return null;
        }

        return (now - started) * ((1 - request.Progress.Value) / request.Progress.Value);
    }

    /// <summary>What a report says was changed, left out or refused: its lists <c>lines</c>, <c>notes</c> and <c>refused</c>.</summary>
    public static IReadOnlyList<string> ReportLines(JsonElement? report) => report is not { ValueKind: JsonValueKind.Object } root
        ? []
        : [.. Lists
            .Where(name => root.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array)
            .SelectMany(name => root.GetProperty(name).EnumerateArray())
            .Select(Line)
            .OfType<string>()];

    private static string Check(BackgroundRequest request) => $"check={Uri.EscapeDataString(request.Id)}";

    private static readonly string[] Lists = ["lines", "refused", "notes"];

    private static string? Line(JsonElement item) => item.ValueKind switch
    {
        JsonValueKind.String => item.GetString(),
        JsonValueKind.Object when Text(item, "name") is { } name => $"{name}: {Text(item, "reason")}",
        JsonValueKind.Object when Text(item, "message") is { } message => message + Count(item) + Places(item),
        _ => null,
    };

    private static string? Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Count(JsonElement item) =>
        item.TryGetProperty("count", out var count) && count.ValueKind == JsonValueKind.Number ? $": {count.GetRawText()}" : "";

    private static string Places(JsonElement item) =>
        item.TryGetProperty("places", out var places) && places.ValueKind == JsonValueKind.Array && places.GetArrayLength() > 0
            ? $" (such as {string.Join(", ", places.EnumerateArray().Where(place => place.ValueKind == JsonValueKind.String).Select(place => place.GetString()))})"
            : "";
}
