using Annotator.Core;
using Annotator.Core.Operations;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Maintenance;

/// <summary>
/// Tasks and projects that an import or a restore has begun to make and that nobody goes on with: their operation was given up
/// when it had killed too many workers. Nobody has ever seen them. Their blobs are found as those of no row.
/// </summary>
internal sealed class HalfMadeTasks(AnnotatorDbContext db)
{
    /// <summary>Deletes those begun before <paramref name="before"/> whose owner has no work running, and returns how many.</summary>
    public async Task<int> RemoveAsync(DateTimeOffset before, CancellationToken cancel)
    {
        var running = db.Operations.Where(operation => operation.State == OperationState.Queued || operation.State == OperationState.Started);
        return await db.Tasks
                .Where(task => task.IsBeingMade && task.CreatedDate < before && !running.Any(operation => operation.OwnerId == task.OwnerId))
                .ExecuteDeleteAsync(cancel)
            + await db.Projects
                .Where(project => project.IsBeingMade && project.CreatedDate < before && !running.Any(operation => operation.OwnerId == project.OwnerId))
                .ExecuteDeleteAsync(cancel);
    }
}
