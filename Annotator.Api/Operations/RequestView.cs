using System.Text.Json;
using System.Text.Json.Serialization;
using Annotator.Api.Lists;
using Annotator.Api.Models;
using Annotator.Core.Identity;
using Annotator.Core.Models;
using Annotator.Core.Operations;

namespace Annotator.Api.Operations;

/// <summary>The contract's <c>Request</c>: one piece of background work, as its owner sees it.</summary>
/// <param name="Status">queued, started, failed or finished; work that was cancelled has failed, with a message that says so.</param>
/// <param name="Progress">0 to 1.</param>
/// <param name="ResultUrl">Where an export's file is; null otherwise.</param>
/// <param name="ResultId">The id of what was made, where that is one object.</param>
/// <param name="Report">Ours: what could not be carried; absent when there is nothing to say.</param>
/// <param name="Cancelled">Ours: whether it failed because somebody called it off.</param>
internal sealed record RequestView(
    string Status,
    string Message,
    string Id,
    RequestOperation Operation,
    double Progress,
    DateTimeOffset CreatedDate,
    DateTimeOffset? StartedDate,
    DateTimeOffset? FinishedDate,
    DateTimeOffset? ExpiryDate,
    RequestOwner Owner,
    string? ResultUrl,
    int? ResultId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? Report,
    bool Cancelled)
{
    public static RequestView Of(Operation operation, double progress, string message, User owner, Links links)
    {
        var finished = operation.State == OperationState.Finished;
        return new RequestView(
            operation.State switch
            {
                OperationState.Queued => "queued",
                OperationState.Started => "started",
                OperationState.Finished => "finished",
                OperationState.Failed or OperationState.Cancelled => "failed",
                _ => throw new InvalidOperationException($"Operation {operation.Id} has the unknown state {operation.State}."),
            },
            operation.State == OperationState.Cancelled && message.Length == 0 ? "Cancelled." : message,
            operation.Key,
            new RequestOperation(operation.Type, operation.Target, operation.ProjectId, operation.TaskId, operation.JobId, operation.Format)
            {
                FunctionId = operation.Type == "autoannotate:task"
                    ? LambdaEndpoints.IdOf(JsonSerializer.Deserialize<AutoAnnotateArguments>(operation.Arguments, JsonSerializerOptions.Web)!.ModelId)
                    : null,
                DryRun = RequestKeys.IsDryRun(operation.Key),
                Objects = operation.Type == "track:job"
                    ? [.. JsonSerializer.Deserialize<TrackObjectsArguments>(operation.Arguments, JsonSerializerOptions.Web)!.Objects.Select(one => new RequestObject(one.Type, one.Id))]
                    : null,
            },
            finished ? 1 : Math.Clamp(progress, 0, 1),
            operation.CreatedDate,
            operation.StartedDate,
            operation.FinishedDate,
            operation.ExpiryDate,
            new RequestOwner(owner.Id, owner.UserName!),
            finished && operation.ResultKey is not null && DownloadPath(operation) is { } path ? links.To(path) : null,
            finished ? operation.ResultId : null,
            operation.Report is { } report ? JsonSerializer.Deserialize<JsonElement>(report) : null,
            operation.State == OperationState.Cancelled);
    }

    private static string? DownloadPath(Operation operation)
    {
        if (!operation.Type.StartsWith("export:", StringComparison.Ordinal))
        {
            return null;
        }

        if (operation.Target == "selection")
        {
            return $"/api/datasets/download?rq_id={Uri.EscapeDataString(operation.Key)}";
        }

        var (collection, id) = operation.Target switch
        {
            "project" => ("projects", operation.ProjectId),
            "task" => ("tasks", operation.TaskId),
            "job" => ("jobs", operation.JobId),
            _ => ("", null),
        };
        var kind = operation.Type == "export:backup" ? "backup" : "dataset";
        return id is null ? null : FormattableString.Invariant($"/api/{collection}/{id}/{kind}/download?rq_id={Uri.EscapeDataString(operation.Key)}");
    }
}

/// <summary>What a request does, and to what; ids of the object and of those above it.</summary>
internal sealed record RequestOperation(string Type, string Target, int? ProjectId, int? TaskId, int? JobId, string? Format)
{
    /// <summary>The contract's name of the model, where one is run.</summary>
    public string? FunctionId { get; init; }
    public bool? Lightweight => null;
    public int? OrgId => null;

    /// <summary>Ours: nothing is written; the report says what would be.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool DryRun { get; init; }

    /// <summary>Ours: the objects that are followed, as far as that is what the request does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RequestObject>? Objects { get; init; }
}

/// <param name="Type">track or shape.</param>
internal sealed record RequestObject(string Type, long Id);

internal sealed record RequestOwner(int Id, string Username);
