using System.Text.Json;
using Annotator.Core;
using Annotator.Core.Datasets;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Formats;
using Annotator.Formats.Model;
using Annotator.Formats.Selection;
using Annotator.Worker.CloudStorages;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Datasets;

/// <summary>
/// <c>export:dataset</c> and <c>export:annotations</c> of a job, task, project or a selection of them: one file in one of the formats, written
/// while the tables are read. It appears when it is whole; a second run writes it anew under the same key.
/// </summary>
internal sealed class ExportDataset(AnnotatorDbContext db, DatasetCatalog catalog, RemadeImages remade, IBlobStore blobs, ExportDelivery delivery) : IOperationHandler
{
    public IReadOnlyCollection<string> Types { get; } = ["export:dataset", "export:annotations"];

    public async Task RunAsync(Operation operation, OperationContext context)
    {
        var cancel = context.Cancel;
        var arguments = JsonSerializer.Deserialize<ExportArguments>(operation.Arguments, JsonSerializerOptions.Web)!;
        var exporter = DatasetFormats.FindExporter(operation.Format ?? "")
            ?? throw new OperationFailedException($"There is no export format \"{operation.Format}\".");
        var choices = arguments.Choices;
        await using var source = await OpenAsync(operation, choices, cancel)
            ?? throw new OperationFailedException($"The {operation.Target} was deleted.");
        if (source.Frames == 0 && choices.Jobs != ExportedJobs.All)
        {
            throw new OperationFailedException($"No job is {choices.Jobs.ToString().ToLowerInvariant()} yet, so that there is nothing to export.");
        }

        var report = new DatasetReport { Format = exporter.Format.Name };
        var key = $"exports/{operation.Id:N}";
        await using (var output = await blobs.CreateAsync(key, cancel))
        {
            try
            {
                await using var chosen = await ChosenAsync(source, arguments, report, cancel);
                var options = new DatasetWriteOptions
                {
                    SaveImages = arguments.SaveImages,
                    MasksAsCrowd = choices.MasksAsCrowd,
                    OneBased = choices.OneBased,
                    OfficialWiderFace = choices.OfficialWiderFace,
                };
                await exporter.Writer.WriteAsync(new WatchedSource(chosen, source.Frames, context), output, options, report, cancel);
            }
            catch (DatasetException error)
            {
                throw new OperationFailedException(error.Message) { Report = report.ToJson() };
            }

            output.Complete();
        }

        var subresource = operation.Type["export:".Length..];
        var delivered = await delivery.DeliverAsync(arguments, key, arguments.FileName is { Length: > 0 } wished
            ? ExportNames.Wished(wished)
            : ExportNames.Usual(operation.Target, operation.Target == "selection" ? null : TargetId(operation), subresource, await UpdatedAsync(operation, cancel), exporter.Format.Name), context);
        context.SetReport(JsonSerializer.Deserialize<JsonElement>(report.ToJson()));
        context.Message = (delivered + ReportSummary.Of(report)).TrimEnd();
    }

    private async Task<StoreDataset?> OpenAsync(Operation operation, ExportChoices choices, CancellationToken cancel) => operation.Target switch
    {
        "job" => await catalog.OpenJobAsync(TargetId(operation), cancel),
        "task" => await catalog.OpenTaskAsync(TargetId(operation), choices, cancel),
        "project" => await catalog.OpenProjectAsync(TargetId(operation), choices, cancel),
        "selection" => await catalog.OpenSelectionAsync(choices, cancel),
        _ => throw new OperationFailedException($"A {operation.Target} cannot be exported."),
    };

    /// <summary>What was chosen of the dataset, in the form that was chosen.</summary>
    private async Task<IDatasetSource> ChosenAsync(StoreDataset source, ExportArguments arguments, DatasetReport report, CancellationToken cancel)
    {
        var choices = arguments.Choices;
        var selection = new DatasetSelection
        {
            Labels = choices.Labels.ToHashSet(StringComparer.Ordinal),
            Subsets = choices.Subsets.ToHashSet(StringComparer.Ordinal),
            OnlyAnnotated = choices.OnlyAnnotated,
            OnlyKeyframes = choices.OnlyKeyframes,
        };
        IDatasetSource chosen = selection.IsAll ? source : new SelectedSource(source, selection);
        return arguments.SaveImages && choices.Images is { } images ? remade.Of(chosen, images, await source.SizesAsync(cancel), report) : chosen;
    }

    private static int TargetId(Operation operation) => operation.Target switch
    {
        "job" => operation.JobId,
        "task" => operation.TaskId,
        _ => operation.ProjectId,
    } ?? throw new OperationFailedException($"The operation does not say which {operation.Target} it is for.");

    private async Task<DateTimeOffset> UpdatedAsync(Operation operation, CancellationToken cancel)
    {
        var id = operation.Target == "selection" ? 0 : TargetId(operation);
        return operation.Target switch
        {
            "selection" => operation.CreatedDate,
            "job" => await db.Jobs.Where(job => job.Id == id).Select(job => job.UpdatedDate).SingleOrDefaultAsync(cancel),
            "task" => await db.Tasks.Where(task => task.Id == id).Select(task => task.UpdatedDate).SingleOrDefaultAsync(cancel),
            _ => await db.Projects.Where(project => project.Id == id).Select(project => project.UpdatedDate).SingleOrDefaultAsync(cancel),
        };
    }

    /// <summary>Tells how far the export is as its frames pass by.</summary>
    private sealed class WatchedSource(IDatasetSource source, long frames, OperationContext context) : IDatasetSource
    {
        private const double WriteShare = 0.98;

        public DatasetInfo Info => source.Info;
        public bool HasTracks => source.HasTracks;

        public async IAsyncEnumerable<DatasetItem> ReadItemsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
        {
            long done = 0;
            await foreach (var item in source.ReadItemsAsync(cancel))
            {
                yield return item;
                done++;
                context.ReportProgress(WriteShare * Math.Min(1, (double)done / Math.Max(1, frames)), $"{done} frames written");
            }
        }

        public IAsyncEnumerable<DatasetTrack> ReadTracksAsync(CancellationToken cancel) => source.ReadTracksAsync(cancel);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
