using System.Text.Json;
using Annotator.Core;
using Annotator.Core.Datasets;
using Annotator.Core.Operations;
using Annotator.Formats;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Datasets;

/// <summary>
/// <c>import:annotations</c> into a task or a job. Everything is written in one transaction that also deletes the upload's
/// row: either the whole file is in, or nothing is, and a second run sees which.
/// </summary>
internal sealed class ImportAnnotations(AnnotatorDbContext db, AnnotationImport import, UploadedDataset uploaded) : IOperationHandler
{
    public IReadOnlyCollection<string> Types { get; } = ["import:annotations"];

    public async Task RunAsync(Operation operation, OperationContext context)
    {
        var cancel = context.Cancel;
        var arguments = UploadedDataset.Arguments(operation);
        var importer = UploadedDataset.Importer(operation);
        var taskId = operation.TaskId ?? await db.Jobs.Where(job => job.Id == operation.JobId).Select(job => (int?)job.TaskId).SingleOrDefaultAsync(cancel)
            ?? throw new OperationFailedException($"The {operation.Target} was deleted.");
        if (await uploaded.FindAsync(arguments, cancel) is not { } upload)
        {
            context.Message = "The file was imported.";
            return;
        }

        var report = new DatasetReport { Format = importer.Format.Name };
        await uploaded.UseAsync(upload, report, ImportAsync, cancel);
        context.SetReport(JsonSerializer.Deserialize<JsonElement>(report.ToJson()));
        context.Message = ReportSummary.Of(report, "imported");

        async Task ImportAsync()
        {
            await using var archive = await uploaded.OpenAsync(upload, cancel);
            await using var source = await importer.Reader.OpenAsync(archive, DatasetReadOptions.Default, report, cancel);
            await using var prepared = await import.PrepareAsync(taskId, operation.Target == "job" ? operation.JobId : null, source, report, context);
            await db.Database.CreateExecutionStrategy().ExecuteAsync(async token =>
            {
                await using var transaction = await db.Database.BeginTransactionAsync(token);
                await context.HoldAsync(db);
                await import.WriteAsync(prepared, operation.OwnerId, arguments.Append, context);
                await uploaded.DeleteRowAsync(upload.Id, token);
                await transaction.CommitAsync(token);
            }, cancel);
        }
    }
}
