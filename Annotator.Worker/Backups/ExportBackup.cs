using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Annotator.Core;
using Annotator.Core.Datasets;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Formats;
using Annotator.Worker.CloudStorages;
using Annotator.Worker.Datasets;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Backups;

/// <summary>
/// <c>export:backup</c> of a task or project: an archive of its settings, jobs, annotations and originals, written while it is
/// read. It appears when it is whole; a second run writes it anew under the same key.
/// </summary>
internal sealed class ExportBackup(AnnotatorDbContext db, DatasetCatalog catalog, BackupArchive archive, IBlobStore blobs, ExportDelivery delivery) : IOperationHandler
{
    public IReadOnlyCollection<string> Types { get; } = ["export:backup"];

    public async Task RunAsync(Operation operation, OperationContext context)
    {
        var arguments = JsonSerializer.Deserialize<ExportArguments>(operation.Arguments, JsonSerializerOptions.Web)!;
        var report = new DatasetReport { Format = "CVAT backup 1.0" };
        var key = $"exports/{operation.Id:N}";
        (string Name, DateTimeOffset Updated) about;
        await using (var output = await blobs.CreateAsync(key, context.Cancel))
        {
            await using (var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
            {
                about = operation switch
                {
                    { Target: "task", TaskId: { } id } => await WriteTaskAsync(zip, id, report, context),
                    { Target: "project", ProjectId: { } id } => await WriteProjectAsync(zip, id, report, context),
                    _ => throw new OperationFailedException($"A {operation.Target} has no backup."),
                };
            }

            output.Complete();
        }

        var delivered = await delivery.DeliverAsync(arguments, key, arguments.FileName is { Length: > 0 } wished
            ? ExportNames.Wished(wished)
            : ExportNames.Backup(operation.Target, about.Name, about.Updated), context);
        context.SetReport(JsonSerializer.Deserialize<JsonElement>(report.ToJson()));
        context.Message = (delivered + ReportSummary.OfBackup(report)).TrimEnd();
    }

    private async Task<(string Name, DateTimeOffset Updated)> WriteTaskAsync(ZipArchive zip, int id, DatasetReport report, OperationContext context)
    {
        var task = await archive.FindAsync(id, context.Cancel) ?? throw new OperationFailedException("The task was deleted.");
        if (task.Data is not { Size: > 0 })
        {
            throw new OperationFailedException("The task has no data: there is nothing to back up.");
        }

        await archive.WriteAsync(zip, "", task, await catalog.LabelsAsync(task, context.Cancel), report, context, (0, 1));
        return (task.Name, task.UpdatedDate);
    }

    private async Task<(string Name, DateTimeOffset Updated)> WriteProjectAsync(ZipArchive zip, int id, DatasetReport report, OperationContext context)
    {
        var cancel = context.Cancel;
        var project = await db.Projects.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancel) ?? throw new OperationFailedException("The project was deleted.");
        var labels = new DatasetLabels(await db.Labels.AsNoTracking().Include(label => label.Attributes).Where(label => label.ProjectId == id).ToListAsync(cancel));
        var ids = await db.Tasks.Where(task => task.ProjectId == id && !task.IsBeingMade).OrderBy(task => task.Id).Select(task => task.Id).ToListAsync(cancel);
        await BackupJson.WriteProjectAsync(zip, project, labels.Described, await archive.StatusAsync(id, cancel), cancel);
        var number = 0;
        foreach (var taskId in ids)
        {
            // A task that was deleted since is none of the project's.
            if (await archive.FindAsync(taskId, cancel) is not { } task)
            {
                continue;
            }

            if (task.Data is not { Size: > 0 })
            {
                report.Loss("task-without-data", "Tasks without data were left out: there is nothing in them", task.Name);
            }
            else
            {
                var folder = string.Create(CultureInfo.InvariantCulture, $"task_{number}/");
                await archive.WriteAsync(zip, folder, task, labels, report, context, ((double)number / ids.Count, 1.0 / ids.Count));
                number++;
            }
        }

        return (project.Name, project.UpdatedDate);
    }
}
