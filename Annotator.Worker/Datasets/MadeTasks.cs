using System.Text.Json;
using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Core.Tasks;
using Annotator.Formats;
using Annotator.Formats.Model;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Datasets;

/// <summary>Makes tasks out of a dataset's images: one for each subset.</summary>
internal sealed class MadeTasks(AnnotatorDbContext db, IBlobStore blobs, MadeObjects made, IServiceScopeFactory scopes, TimeProvider time)
{
    private const int LongestName = 1024;
    private const int SaveEvery = 200;

    /// <summary>Copies every image of the dataset into uploads of new tasks. The tasks' ids by subset.</summary>
    /// <param name="name">What a task without a subset is called.</param>
    public async Task<Dictionary<string, int>> UploadAsync(
        IDatasetSource source, int projectId, int ownerId, string name, DatasetReport report, OperationContext context)
    {
        var cancel = context.Cancel;
        var tasks = new Dictionary<string, int>(StringComparer.Ordinal);
        var seen = new HashSet<(string, string)>();
        var (pending, read) = (0, 0);
        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            read++;
            context.ReportProgress(0, $"{read} images read");
            var fileName = Plain(item.Name);
            if (!seen.Add((item.Subset, fileName)))
            {
                continue;
            }

            if (item.OpenImage is null)
            {
                report.Loss("image-missing", "Images that the archive does not hold were left out, with their annotations", item.Name);
                continue;
            }

            if (!tasks.TryGetValue(item.Subset, out var taskId))
            {
                tasks[item.Subset] = taskId = await MakeAsync(projectId, ownerId, item.Subset, item.Subset.Length > 0 ? item.Subset : name, cancel);
            }

            db.Uploads.Add(await CopyAsync(item, fileName, taskId, ownerId, cancel));
            if (++pending % SaveEvery == 0)
            {
                await db.SaveChangesAsync(cancel);
                db.ChangeTracker.Clear();
            }
        }

        await db.SaveChangesAsync(cancel);
        db.ChangeTracker.Clear();
        return tasks;
    }

    /// <summary>Makes frames and jobs of a task's uploads, as after an upload by hand.</summary>
    public Task PrepareAsync(Operation operation, int taskId, OperationContext context) =>
        PrepareAsync(operation, taskId, new CreateTaskArguments { SortingMethod = "natural" }, context);

    /// <inheritdoc cref="PrepareAsync(Operation, int, OperationContext)"/>
    public async Task PrepareAsync(Operation operation, int taskId, CreateTaskArguments arguments, OperationContext context)
    {
        // Of its own scope: the handler that does it is one of those that this one belongs to.
        await using var scope = scopes.CreateAsyncScope();
        var handler = scope.ServiceProvider.GetServices<IOperationHandler>().Single(handler => handler.Types.Contains("create:task"));
        var asked = new Operation
        {
            Id = operation.Id,
            Type = "create:task",
            Target = "task",
            TaskId = taskId,
            OwnerId = operation.OwnerId,
            Attempt = operation.Attempt,
            Arguments = JsonSerializer.Serialize(arguments, JsonSerializerOptions.Web),
        };
        await handler.RunAsync(asked, new OperationContext(asked, context.Cancel));
    }

    private async Task<int> MakeAsync(int projectId, int ownerId, string subset, string name, CancellationToken cancel)
    {
        var task = new AnnotationTask
        {
            ProjectId = projectId,
            OwnerId = ownerId,
            Name = name.Length is > 0 and <= 256 ? name : "dataset",
            Subset = subset.Length <= 64 ? subset : subset[..64],
            Data = new TaskData { SortingMethod = "natural" },
        };
        await MakeAsync(task, cancel);
        return task.Id;
    }

    /// <summary>Stores a new task with its data, and notes that this operation makes it: nobody sees it before <see cref="MadeObjects.CompleteAsync"/>.</summary>
    public async Task MakeAsync(AnnotationTask task, CancellationToken cancel)
    {
        task.IsBeingMade = true;
        task.CreatedDate = task.UpdatedDate = task.Data!.ChunksUpdatedDate = time.GetUtcNow();
        await db.Database.CreateExecutionStrategy().ExecuteAsync(async token =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(token);
            db.Tasks.Add(task);
            await db.SaveChangesAsync(token);
            await made.AddTaskAsync(task.Id, token);
            await transaction.CommitAsync(token);
        }, cancel);
    }

    private async Task<Upload> CopyAsync(DatasetItem item, string fileName, int taskId, int ownerId, CancellationToken cancel)
    {
        await using var image = await item.OpenImage!(cancel);
        return await CopyAsync(image, fileName, taskId, ownerId, cancel);
    }

    /// <summary>Copies a file to where uploads of a task lie; the row is not stored yet.</summary>
    public async Task<Upload> CopyAsync(Stream content, string fileName, int taskId, int ownerId, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var key = DataKeys.TaskUpload(taskId, id);
        await blobs.WriteAsync(key, content, cancel);
        var length = (await blobs.FindAsync(key, cancel))?.Length ?? 0;
        return new Upload
        {
            Id = id,
            OwnerId = ownerId,
            Purpose = UploadPurpose.TaskData,
            TargetId = taskId,
            FileName = fileName,
            Length = length,
            Offset = length,
            BlobKey = key,
            CreatedDate = now,
            UpdatedDate = now,
        };
    }

    /// <summary>The name as a frame may have it: folders, but no way out of them.</summary>
    public static string Plain(string name)
    {
        var plain = string.Join('/', name.Replace('\\', '/').Split('/').Where(segment => segment is not ("" or "." or "..")));
        return plain.Length is > 0 and <= LongestName ? plain : plain.Length == 0 ? "image" : plain[^LongestName..];
    }
}
