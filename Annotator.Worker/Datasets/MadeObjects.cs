using System.Text.Json;
using System.Text.Json.Nodes;
using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Datasets;

/// <summary>
/// What an operation has made so far, kept in its row: a run that follows a killed one removes it and begins anew, or finds
/// that all was done.
/// </summary>
internal sealed class MadeObjects(AnnotatorDbContext db, AnnotationStore store, IBlobStore blobs)
{
    private const string Property = "made";
    private Operation _operation = null!;
    private Made _made = new();

    /// <summary>Everything was committed by a run before this one.</summary>
    public bool Done => _made.Done;
    public int? ProjectId => _made.ProjectId;
    public IReadOnlyList<int> TaskIds => _made.TaskIds;

    /// <summary>Reads what runs before this one have left; removes it unless it is whole.</summary>
    public async Task BeginAsync(Operation operation, CancellationToken cancel)
    {
        _operation = operation;
        var arguments = JsonNode.Parse(operation.Arguments)!.AsObject();
        _made = arguments[Property]?.Deserialize<Made>(JsonSerializerOptions.Web) ?? new Made();
        if (!_made.Done)
        {
            await RemoveAsync(cancel);
        }
    }

    /// <summary>Notes the object; call it in the transaction that makes it.</summary>
    public Task AddTaskAsync(int taskId, CancellationToken cancel) => SaveAsync(_made with { TaskIds = [.. _made.TaskIds, taskId] }, cancel);

    /// <inheritdoc cref="AddTaskAsync"/>
    public Task SetProjectAsync(int projectId, CancellationToken cancel) => SaveAsync(_made with { ProjectId = projectId }, cancel);

    /// <summary>Notes that everything is made, which people see from then on; call it in the last transaction.</summary>
    public async Task CompleteAsync(CancellationToken cancel)
    {
        var (projectId, taskIds) = (_made.ProjectId, _made.TaskIds.ToArray());
        await db.Projects.Where(project => project.Id == projectId).ExecuteUpdateAsync(row => row.SetProperty(project => project.IsBeingMade, false), cancel);
        await db.Tasks.Where(task => taskIds.Contains(task.Id)).ExecuteUpdateAsync(row => row.SetProperty(task => task.IsBeingMade, false), cancel);
        await SaveAsync(_made with { Done = true }, cancel);
    }

    /// <summary>Removes everything that was made: after a failure nothing is left of it.</summary>
    public async Task RemoveAsync(CancellationToken cancel)
    {
        db.ChangeTracker.Clear();
        foreach (var taskId in _made.TaskIds)
        {
            await RemoveTaskAsync(taskId, cancel);
        }

        if (_made.ProjectId is { } projectId)
        {
            await db.Projects.Where(project => project.Id == projectId).ExecuteDeleteAsync(cancel);
        }

        if (_made != new Made())
        {
            await SaveAsync(new Made(), cancel);
        }
    }

    private async Task RemoveTaskAsync(int taskId, CancellationToken cancel)
    {
        foreach (var job in await db.Jobs.Where(job => job.TaskId == taskId).ToListAsync(cancel))
        {
            await store.ClearAsync(job.Id, _operation.OwnerId, null, cancel);
        }

        db.ChangeTracker.Clear();
        var dataId = await db.TaskData.Where(data => data.TaskId == taskId).Select(data => (int?)data.Id).SingleOrDefaultAsync(cancel);
        await db.Uploads.Where(upload => upload.Purpose == UploadPurpose.TaskData && upload.TargetId == taskId).ExecuteDeleteAsync(cancel);
        await db.Tasks.Where(task => task.Id == taskId).ExecuteDeleteAsync(cancel);
        await blobs.DeletePrefixAsync(DataKeys.TaskUploads(taskId), cancel);
        if (dataId is { } id)
        {
            await blobs.DeletePrefixAsync(DataKeys.Prefix(id), cancel);
        }
    }

    private async Task SaveAsync(Made made, CancellationToken cancel)
    {
        _made = made;
        var arguments = JsonNode.Parse(_operation.Arguments)!.AsObject();
        arguments[Property] = JsonSerializer.SerializeToNode(made, JsonSerializerOptions.Web);
        var text = arguments.ToJsonString();
        await db.Operations.Where(row => row.Id == _operation.Id)
            .ExecuteUpdateAsync(row => row.SetProperty(o => o.Arguments, text), cancel);
    }

    private sealed record Made
    {
        public int? ProjectId { get; init; }
        public IReadOnlyList<int> TaskIds { get; init; } = [];
        public bool Done { get; init; }

        public bool Equals(Made? other) =>
            other is not null && ProjectId == other.ProjectId && Done == other.Done && TaskIds.SequenceEqual(other.TaskIds);

        public override int GetHashCode() => HashCode.Combine(ProjectId, TaskIds.Count, Done);
    }
}
