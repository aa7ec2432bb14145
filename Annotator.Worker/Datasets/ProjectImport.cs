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
    private const int UnknownSide = 1000;

    /// <summary>What to import.</summary>
    /// <param name="Open">Opens the archive; it is read more than once.</param>
    /// <param name="Name">What a task without a subset is called.</param>
    /// <param name="Report">What is known already.</param>
    public sealed record Request(
        int ProjectId, IDatasetReader Reader, Func<CancellationToken, Task<DatasetArchive>> Open, string Name, ImportArguments Choices, ImportReport Report);

    /// <param name="commit">What else belongs into the last transaction.</param>
    public async Task<ImportReport> RunAsync(
        Operation operation, Request asked, Func<CancellationToken, Task> commit, DatasetReport report, OperationContext context)
    {
        var labels = new List<int>();
        try
        {
            return await ImportAsync(operation, asked, commit, report, labels, context);
        }
        catch (Exception error) when (error is not OperationCanceledException || context.Cancel.IsCancellationRequested)
        {
            // A worker that is stopping still tidies up; if it is killed before, the next run does.
            await made.RemoveAsync(CancellationToken.None);
            await db.Labels.Where(label => labels.Contains(label.Id)).ExecuteDeleteAsync(CancellationToken.None);
            throw;
        }
    }

    /// <summary>What <see cref="RunAsync"/> would do.</summary>
    public async Task<ImportReport> TryAsync(Request asked, DatasetReport report, OperationContext context)
    {
        var cancel = context.Cancel;
        await using var archive = await asked.Open(cancel);
        await using var source = await UploadedDataset.ReadAsync(asked.Reader, archive, asked.Choices, report, cancel);
        var labels = await ImportLabels.LoadAsync(db, asked.ProjectId, null, source.Info.Labels, await ChoicesAsync(asked, cancel), cancel);
        var (images, missing) = (new SortedDictionary<string, long>(StringComparer.Ordinal), new Dictionary<string, long>());
        var read = 0L;
        await foreach (var found in source.ReadItemsAsync(cancel))
        {
            context.ReportProgress(0, $"{++read} images read");

            // Shapes in fractions of an image whose size nobody says: their number and labels are what matters here.
            var item = found.AtSize?.Invoke(Side(found.Width), Side(found.Height)) ?? found;
            foreach (var label in item.Tags.Select(tag => tag.Label).Concat(item.Shapes.Select(shape => shape.Label)))
            {
                labels.Use(label);
            }

            images[item.Subset] = images.GetValueOrDefault(item.Subset) + (item.OpenImage is null ? 0 : 1);
            if (item.OpenImage is null)
            {
                missing[item.Subset] = missing.GetValueOrDefault(item.Subset) + 1;
                report.Loss("image-missing", "Images that the archive does not hold are left out, with their annotations", item.Name);
            }
        }

        return asked.Report.With(labels) with
        {
            Added = new Dictionary<string, long>(report.Counts),
            Tasks = [.. images.Select(pair => new ImportedSubset(
                pair.Key.Length > 0 ? pair.Key : asked.Name, pair.Key, pair.Value, missing.GetValueOrDefault(pair.Key)))],
        };
    }

    private async Task<ImportReport> ImportAsync(
        Operation operation, Request asked, Func<CancellationToken, Task> commit, DatasetReport report, List<int> addedLabels, OperationContext context)
    {
        var cancel = context.Cancel;
        Dictionary<string, int> bySubset;
        IReadOnlyList<DatasetLabel> declared;
        await using (var archive = await asked.Open(cancel))
        await using (var source = await UploadedDataset.ReadAsync(asked.Reader, archive, asked.Choices, new DatasetReport(), cancel))
        {
            declared = source.Info.Labels;
            addedLabels.AddRange(await AddLabelsAsync(asked, declared, cancel));
            bySubset = await tasks.UploadAsync(source, asked.ProjectId, operation.OwnerId, asked.Name, report, context);
        }

        if (bySubset.Count == 0)
        {
            throw new OperationFailedException("The dataset holds no images, so that no task can be made of it. Import its annotations into tasks that have the images.")
            {
                Report = asked.Report.AddTo(report),
            };
        }

        foreach (var taskId in bySubset.Values)
        {
            context.ReportProgress(0, "Preparing the images");
            await tasks.PrepareAsync(operation, taskId, context);
        }

        var labels = await ImportLabels.LoadAsync(db, asked.ProjectId, null, declared, asked.Choices, cancel);
        var prepared = new List<PreparedImport>();
        try
        {
            foreach (var (subset, taskId) in bySubset)
            {
                // The reader's own losses are the same in each pass: they count once.
                var readerReport = prepared.Count == 0 ? report : new DatasetReport();
                await using var archive = await asked.Open(cancel);
                await using var source = await UploadedDataset.ReadAsync(asked.Reader, archive, asked.Choices, readerReport, cancel);
                var scope = await ImportScope.OfTaskAsync(db, taskId, null, cancel);
                prepared.Add(await import.PrepareAsync(scope, source, labels, FrameMatching.Automatic, report, context, item => item.Subset == subset));
                AnnotationImport.Refuse(prepared[^1], report, asked.Report);
            }

            var outcome = await WriteAsync(operation, labels, prepared, commit, context);
            return asked.Report.With(labels) with
            {
                Added = outcome.Added,
                Tasks = [.. bySubset.Keys.Zip(prepared, (subset, one) => new ImportedSubset(subset.Length > 0 ? subset : asked.Name, subset, one.Frames.Matched, one.Frames.Unmatched))],
            };
        }
        finally
        {
            foreach (var one in prepared)
            {
                await one.DisposeAsync();
            }
        }
    }

    private Task<ImportOutcome> WriteAsync(
        Operation operation, ImportLabels labels, List<PreparedImport> prepared, Func<CancellationToken, Task> commit, OperationContext context) =>
        db.Database.CreateExecutionStrategy().ExecuteAsync(async token =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(token);
            var ids = await labels.MakeAsync(db, token);
            var outcome = new ImportOutcome();
            foreach (var one in prepared)
            {
                outcome.Add(await import.WriteAsync(one, operation.OwnerId, ImportMode.Append, 1, ids, context));
            }

            await context.HoldAsync(db);
            await commit(token);
            await made.CompleteAsync(token);
            await transaction.CommitAsync(token);
            return outcome;
        }, context.Cancel);

    /// <summary>A project without labels gets those of the dataset unasked.</summary>
    private async Task<ImportArguments> ChoicesAsync(Request asked, CancellationToken cancel) =>
        await db.Labels.AnyAsync(label => label.ProjectId == asked.ProjectId, cancel) ? asked.Choices : asked.Choices with { CreateLabels = true };

    /// <summary>Gives a project without labels those of the dataset; the ids of what was added.</summary>
    private async Task<List<int>> AddLabelsAsync(Request asked, IReadOnlyList<DatasetLabel> labels, CancellationToken cancel)
    {
        if (await db.Labels.AnyAsync(label => label.ProjectId == asked.ProjectId, cancel))
        {
            return [];
        }

        var added = NewLabels.Of(labels.Where(label => !asked.Choices.LabelMap.ContainsKey(label.Name)), asked.ProjectId);
        db.Labels.AddRange(added);
        await db.SaveChangesAsync(cancel);
        db.ChangeTracker.Clear();
        return [.. added.Select(label => label.Id)];
    }

    private static int Side(int pixels) => pixels > 0 ? pixels : UnknownSide;
}
