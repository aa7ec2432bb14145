using Annotator.Core;
using Annotator.Core.Datasets;
using Annotator.Core.Operations;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Datasets;

/// <summary><c>import:annotations</c> into a task or a job.</summary>
internal sealed class ImportAnnotations(AnnotatorDbContext db, ScopeImport import, UploadedDataset uploaded, MadeObjects made) : IOperationHandler
{
    public IReadOnlyCollection<string> Types { get; } = ["import:annotations"];

    public async Task RunAsync(Operation operation, OperationContext context)
    {
        var cancel = context.Cancel;
        var arguments = UploadedDataset.Arguments(operation);
        var taskId = operation.TaskId ?? await db.Jobs.Where(job => job.Id == operation.JobId).Select(job => (int?)job.TaskId).SingleOrDefaultAsync(cancel)
            ?? throw new OperationFailedException($"The {operation.Target} was deleted.");
        await made.BeginAsync(operation, cancel);
        if (made.Done)
        {
            context.Message = "The file was imported.";
            return;
        }

        var upload = await uploaded.FindAsync(arguments, cancel);
        await import.RunAsync(
            operation, arguments, upload, token => ImportScope.OfTaskAsync(db, taskId, operation.Target == "job" ? operation.JobId : null, token), context);
    }
}
