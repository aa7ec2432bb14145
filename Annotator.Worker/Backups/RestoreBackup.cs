using System.Text.Json;
using Annotator.Core;
using Annotator.Core.Datasets;
using Annotator.Core.Operations;
using Annotator.Core.Projects;
using Annotator.Formats;
using Annotator.Formats.Archives;
using Annotator.Formats.CvatJson;
using Annotator.Worker.Datasets;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Backups;

/// <summary>
/// <c>import:backup</c>: makes a project or task anew from an archive, as the property of whoever asked. Either all of it is there
/// in the end, or nothing; a run that follows a killed one begins anew, or finds that all was done.
/// </summary>
internal sealed class RestoreBackup(AnnotatorDbContext db, UploadedDataset uploaded, MadeObjects made, RestoredTasks tasks, TimeProvider time) : IOperationHandler
{
    public IReadOnlyCollection<string> Types { get; } = ["import:backup"];

    public async Task RunAsync(Operation operation, OperationContext context)
    {
        var cancel = context.Cancel;
        var arguments = UploadedDataset.Arguments(operation);
        var report = new DatasetReport { Format = "CVAT backup 1.0" };
        await made.BeginAsync(operation, cancel);
        if (made.Done)
        {
            context.ResultId = ResultOf(operation);
            context.Message = "The backup was restored.";
            return;
        }

        var upload = await uploaded.FindAsync(arguments, cancel);
        await uploaded.UseAsync(upload, false, report.ToJson, RestoreAsync, cancel);
        context.ResultId = ResultOf(operation);
        context.SetReport(JsonSerializer.Deserialize<JsonElement>(report.ToJson()));
        context.Message = ReportSummary.OfRestore(report);

        async Task RestoreAsync()
        {
            await using var archive = await uploaded.OpenAsync(upload, cancel);
            var backup = CvatBackup.Read(archive);
            RefuseOther(operation.Target, backup);
            try
            {
                await RestoreAllAsync(operation, archive, backup, token => uploaded.DeleteRowAsync(upload.Id, token), report, context);
            }
            catch (Exception error) when (error is not OperationCanceledException || cancel.IsCancellationRequested)
            {
                // A worker that is stopping still tidies up; if it is killed before, the next run does.
                await made.RemoveAsync(CancellationToken.None);
                throw;
            }
        }
    }

    private int? ResultOf(Operation operation) => operation.Target == "project" ? made.ProjectId : made.TaskIds.Cast<int?>().FirstOrDefault();

    private static void RefuseOther(string target, CvatBackup backup)
    {
        var found = backup.Project is null ? "task" : "project";
        if (found != target)
        {
            throw new OperationFailedException($"This is the backup of a {found}, and not of a {target}: restore it on the page of {found}s.");
        }
    }

    private async Task RestoreAllAsync(
        Operation operation, DatasetArchive archive, CvatBackup backup, Func<CancellationToken, Task> commit, DatasetReport report, OperationContext context)
    {
        var cancel = context.Cancel;
        var projectId = backup.Project is { } project ? await MakeProjectAsync(project, operation.OwnerId, cancel) : (int?)null;
        var restored = new List<RestoredTask>();
        foreach (var (number, task) in backup.Tasks.Index())
        {
            restored.Add(await tasks.MakeAsync(operation, archive, task, projectId, report, context, (0.95 * number / backup.Tasks.Count, 0.95 / backup.Tasks.Count)));
        }

        report.Add(await db.Database.CreateExecutionStrategy().ExecuteAsync(async token =>
        {
            db.ChangeTracker.Clear();
            await using var transaction = await db.Database.BeginTransactionAsync(token);
            var written = new DatasetReport();
            foreach (var task in restored)
            {
                await tasks.FillAsync(operation, archive, task, written, context);
            }

            await context.HoldAsync(db);
            await commit(token);
            await made.CompleteAsync(token);
            await transaction.CommitAsync(token);
            return written;
        }, cancel));
    }

    private async Task<int> MakeProjectAsync(CvatBackupProject described, int ownerId, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        return await db.Database.CreateExecutionStrategy().ExecuteAsync(async token =>
        {
            db.ChangeTracker.Clear();
            var project = new Project
            {
                Name = RestoredTasks.Name(described.Name, "project"),
                BugTracker = RestoredTasks.BugTracker(described.BugTracker),
                OwnerId = ownerId,
                IsBeingMade = true,
                CreatedDate = now,
                UpdatedDate = now,
            };
            await using var transaction = await db.Database.BeginTransactionAsync(token);
            db.Projects.Add(project);
            await db.SaveChangesAsync(token);
            db.Labels.AddRange(NewLabels.Of(described.Labels, project.Id));
            await db.SaveChangesAsync(token);
            await made.SetProjectAsync(project.Id, token);
            await transaction.CommitAsync(token);
            db.ChangeTracker.Clear();
            return project.Id;
        }, cancel);
    }
}
