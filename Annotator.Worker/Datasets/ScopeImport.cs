using System.Text.Json;
using Annotator.Core;
using Annotator.Core.Datasets;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Formats;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Datasets;

/// <summary>
/// Puts the annotations of a file on frames that are there. Everything is written in one transaction that also deletes the
/// upload's row and notes that it is done: either the whole file is in, or nothing is, and a second run sees which. A dry run
/// reads and checks the same and writes nothing.
/// </summary>
internal sealed class ScopeImport(AnnotatorDbContext db, AnnotationImport import, UploadedDataset uploaded, MadeObjects made)
{
    /// <param name="open">Finds the frames; called once.</param>
    public async Task RunAsync(
        Operation operation, ImportArguments arguments, Upload upload, Func<CancellationToken, Task<ImportScope>> open, OperationContext context)
    {
        var cancel = context.Cancel;
        var report = new DatasetReport();
        var described = ImportReport.Of(arguments);
        await uploaded.UseAsync(upload, arguments.DryRun, () => described.AddTo(report), ImportAsync, cancel);
        context.SetReport(JsonSerializer.Deserialize<JsonElement>(described.AddTo(report)));
        context.Message = ReportSummary.Of(described, report);

        async Task ImportAsync()
        {
            (var importer, described) = await uploaded.RecogniseAsync(operation, upload, arguments, cancel);
            report.Format = importer.Format.Name;
            await using var archive = await uploaded.OpenAsync(upload, cancel);
            await using var source = await UploadedDataset.ReadAsync(importer.Reader, archive, arguments, report, cancel);
            var scope = await open(cancel);
            var labels = await ImportLabels.LoadAsync(db, scope.ProjectId, scope.TaskId, source.Info.Labels, arguments, cancel);
            await using var prepared = await import.PrepareAsync(scope, source, labels, arguments.Matching, report, context);
            if (arguments.DryRun)
            {
                described = described.With(prepared, await import.TryAsync(prepared, arguments.Mode, arguments.Threshold, context)) with
                {
                    Remembered = await uploaded.RememberedAsync(scope.ProjectId, scope.TaskId, cancel),
                };
                return;
            }

            AnnotationImport.Refuse(prepared, report, described);
            var outcome = await db.Database.CreateExecutionStrategy().ExecuteAsync(async token =>
            {
                await using var transaction = await db.Database.BeginTransactionAsync(token);
                var ids = await labels.MakeAsync(db, token);
                var written = await import.WriteAsync(prepared, operation.OwnerId, arguments.Mode, arguments.Threshold, ids, context);
                await context.HoldAsync(db);
                await uploaded.DeleteRowAsync(upload.Id, token);
                await made.CompleteAsync(token);
                await transaction.CommitAsync(token);
                return written;
            }, cancel);
            described = described.With(prepared, outcome);
        }
    }
}
