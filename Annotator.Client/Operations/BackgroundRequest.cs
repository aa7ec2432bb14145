using System.Net.Http.Json;
using System.Text.Json;

namespace Annotator.Client.Operations;

/// <summary>The id of a piece of background work.</summary>
public sealed record RequestId(string RqId)
{
    internal static async Task<RequestId> FromAsync(HttpResponseMessage response, CancellationToken cancel) =>
        await response.Content.ReadFromJsonAsync<RequestId>(ApiConnection.Json, cancel)
        ?? throw new AnnotatorApiException(response.StatusCode, "The server accepted the work but did not say its id.");
}

/// <summary>The states of background work; the API's words.</summary>
public static class RequestStatuses
{
    public const string Queued = "queued";
    public const string Started = "started";
    public const string Finished = "finished";
    public const string Failed = "failed";
}

/// <summary>What the work is, and of which object.</summary>
public sealed record RequestOperation
{
    /// <summary>Such as create:task, export:dataset, export:annotations, import:annotations, import:dataset.</summary>
    public string Type { get; init; } = "";

    /// <summary>project, task or job.</summary>
    public string Target { get; init; } = "";
    public int? ProjectId { get; init; }
    public int? TaskId { get; init; }
    public int? JobId { get; init; }
    public string? Format { get; init; }

    /// <summary>An import that only says what it would do.</summary>
    public bool DryRun { get; init; }
}

/// <summary>Background work: import, export, preparation of media.</summary>
public sealed record BackgroundRequest
{
    public string Id { get; init; } = "";
    public string Status { get; init; } = RequestStatuses.Queued;

    /// <summary>The step while it runs, the reason when it failed.</summary>
    public string Message { get; init; } = "";
    public RequestOperation Operation { get; init; } = new();

    /// <summary>0 to 1; null where it is not known.</summary>
    public double? Progress { get; init; }
    public DateTimeOffset CreatedDate { get; init; }
    public DateTimeOffset? StartedDate { get; init; }
    public DateTimeOffset? FinishedDate { get; init; }
    public DateTimeOffset? ExpiryDate { get; init; }
    public string? ResultUrl { get; init; }
    public int? ResultId { get; init; }

    /// <summary>What could not be carried, as JSON; null where everything was.</summary>
    public JsonElement? Report { get; init; }

    /// <summary>Somebody called it off; the status says failed.</summary>
    public bool Cancelled { get; init; }

    public bool IsOver => Status is RequestStatuses.Finished or RequestStatuses.Failed;
}
