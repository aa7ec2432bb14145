using Annotator.Core;
using Annotator.Core.Datasets;
using Annotator.Core.Operations;
using Annotator.Formats;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Datasets;

/// <summary>
/// Brings a dataset with its images into a project: a task for each subset, and the annotations on them. A project without
/// labels gets those of the dataset. Either all of it is there in the end, or nothing.
/// </summary>
internal sealed class ProjectImport(AnnotatorDbContext db, AnnotationImport import, MadeTasks tasks, MadeObjects made)
{
    /// <param name="open">Opens the archive; it is read more than once.</param>
    /// <param name="name">What a task without a subset is called.</param>
    /// <param name="commit">What else belongs into the last transaction.</param>
    public async Task RunAsync(
        Operation operation, int projectId, IDatasetReader reader, Func<CancellationToken, Task<DatasetArchive>> open, string name,
        Func<CancellationToken, Task> commit, DatasetReport report, OperationContext context)
    {
        var labels = new List<int>();
        try
        {
            await ImportAsync(operation, projectId, reader, open, name, commit, report, labels, context);
        }
        catch (Exception error) when (error is not OperationCanceledException || context.Cancel.IsCancellationRequested)
        {
            // A worker that is stopping still tidies up; if it is killed before, the next run does.
            await made.RemoveAsync(CancellationToken.None);
            await db.Labels.Where(label => labels.Contains(label.Id)).ExecuteDeleteAsync(CancellationToken.None);
            throw;
        }
    }

    private async Task ImportAsync(
        Operation operation, int projectId, IDatasetReader reader, Func<CancellationToken, Task<DatasetArchive>> open, string name,
        Func<CancellationToken, Task> commit, DatasetReport report, List<int> labels, OperationContext context)
    {
        var cancel = context.Cancel;
        Dictionary<string, int> bySubset;
        await using (var archive = await open(cancel))
        await using (var source = await reader.OpenAsync(archive, DatasetReadOptions.Default, new DatasetReport(), cancel))
        {
            labels.AddRange(await AddLabelsAsync(projectId, source.Info.Labels, cancel));
            bySubset = await tasks.UploadAsync(source, projectId, operation.OwnerId, name, report, context);
        }

        if (bySubset.Count == 0)
        {
            throw new OperationFailedException("The dataset holds no images, so that no task can be made of it. Import its annotations into a task that has the images.") { Report = report.ToJson() };
        }

        foreach (var taskId in bySubset.Values)
        {
            context.ReportProgress(0, "Preparing the images");
            await tasks.PrepareAsync(operation, taskId, context);
        }

        var prepared = new List<PreparedImport>();
        try
        {
            foreach (var (subset, taskId) in bySubset)
            {
                // The reader's own losses are the same in each pass: they count once.
                var readerReport = prepared.Count == 0 ? report : new DatasetReport();
                await using var archive = await open(cancel);
                await using var source = await reader.OpenAsync(archive, DatasetReadOptions.Default, readerReport, cancel);
                prepared.Add(await import.PrepareAsync(taskId, null, source, report, context, item => item.Subset == subset));
            }

            await db.Database.CreateExecutionStrategy().ExecuteAsync(async token =>
            {
                await using var transaction = await db.Database.BeginTransactionAsync(token);
                await context.HoldAsync(db);
                foreach (var one in prepared)
                {
                    await import.WriteAsync(one, operation.OwnerId, append: true, context);
                }

                await commit(token);
                await made.CompleteAsync(token);
                await transaction.CommitAsync(token);
            }, cancel);
        }
        finally
        {
            foreach (var one in prepared)
            {
                await one.DisposeAsync();
            }
        }
    }

    /// <summary>Gives a project without labels those of the dataset; the ids of what was added.</summary>
    private async Task<List<int>> AddLabelsAsync(int projectId, IReadOnlyList<DatasetLabel> labels, CancellationToken cancel)
    {
        if (await db.Labels.AnyAsync(label => label.ProjectId == projectId, cancel))
        {
            return [];
        }

        var added = NewLabels.Of(labels, projectId);
        db.Labels.AddRange(added);
        await db.SaveChangesAsync(cancel);
        db.ChangeTracker.Clear();
        return [.. added.Select(label => label.Id)];
    }
}
