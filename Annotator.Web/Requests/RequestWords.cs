using System.Text.Json;
using Annotator.Client.Operations;
using MudBlazor;

namespace Annotator.Web.Requests;

/// <summary>Background work in the words of the people who asked for it.</summary>
internal static class RequestWords
{
    public static string What(RequestOperation operation) => operation.Type switch
    {
        "create:task" => "Make frames",
        "create:project" or "create:sample" => "Make the sample project",
        "export:dataset" => "Export with images",
        "export:annotations" => "Export annotations",
        "import:annotations" => "Import annotations",
        "import:dataset" => "Import dataset",
        _ => operation.Type.Replace(':', ' '),
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
        RequestStatuses.Failed when request.Message.Contains("cancel", StringComparison.OrdinalIgnoreCase) =>
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

    /// <summary>The lines of a report of what could not be carried.</summary>
    public static IReadOnlyList<string> ReportLines(JsonElement? report)
    {
        var lines = new List<string>();
        if (report is { } root)
        {
            Collect(root, "", lines);
        }

        return lines;
    }

    private static void Collect(JsonElement element, string name, List<string> lines)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object when Message(element) is { } message:
                lines.Add(message);
                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    Collect(property.Value, property.Name, lines);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Collect(item, name, lines);
                }

                break;
            case JsonValueKind.String:
                lines.Add(element.GetString()!);
                break;
            case JsonValueKind.Number when name.Length > 0:
                lines.Add($"{name.Replace('_', ' ')}: {element.GetRawText()}");
                break;
        }
    }

    private static string? Message(JsonElement element)
    {
        foreach (var name in new[] { "message", "text", "reason" })
        {
            if (element.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String)
            {
                return element.TryGetProperty("count", out var count) && count.ValueKind == JsonValueKind.Number
                    ? $"{text.GetString()} ({count.GetRawText()})"
                    : text.GetString();
            }
        }

        return null;
    }
}
