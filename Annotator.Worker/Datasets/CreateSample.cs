using System.IO.Compression;
using System.Text.Json;
using Annotator.Core;
using Annotator.Core.Datasets;
using Annotator.Core.Operations;
using Annotator.Core.Projects;
using Annotator.Formats;
using Annotator.Formats.Archives;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Datasets;

/// <summary>
/// <c>create:sample</c>: a project of the user's own with a few photos, labels of several kinds and annotations on them. It is
/// imported from files that come with the program, as any dataset would be. The project is the operation's result.
/// </summary>
internal sealed class CreateSample(AnnotatorDbContext db, ProjectImport import, MadeObjects made, TimeProvider time) : IOperationHandler
{
    private const string ProjectName = "Sample project";

    public IReadOnlyCollection<string> Types { get; } = ["create:sample"];

    public async Task RunAsync(Operation operation, OperationContext context)
    {
        var cancel = context.Cancel;
        await made.BeginAsync(operation, cancel);
        if (made.Done)
        {
            await AssignAsync(made.ProjectId, operation.OwnerId, cancel);
            context.ResultId = made.ProjectId;
            return;
        }

        var report = new DatasetReport { Format = "CVAT 1.1" };
        var projectId = await MakeProjectAsync(operation.OwnerId, cancel);
        var reader = DatasetFormats.FindImporter(report.Format)!.Reader;
        var choices = new ImportArguments(Guid.Empty, "");
        await import.RunAsync(
            operation, new ProjectImport.Request(projectId, reader, OpenAsync, "Photos", choices, ImportReport.Of(choices)), _ => Task.CompletedTask, report, context);
        await AssignAsync(projectId, operation.OwnerId, cancel);
        context.ResultId = projectId;
        context.SetReport(JsonSerializer.Deserialize<JsonElement>(report.ToJson()));
        context.Message = "The sample project is ready.";
    }

    /// <summary>Its jobs are the user's to continue.</summary>
    private async Task AssignAsync(int? projectId, int ownerId, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        await db.Jobs
            .Where(job => job.Task!.ProjectId == projectId && job.AssigneeId == null)
            .ExecuteUpdateAsync(job => job.SetProperty(row => row.AssigneeId, ownerId).SetProperty(row => row.AssigneeUpdatedDate, now), cancel);
    }

    private async Task<int> MakeProjectAsync(int ownerId, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var project = new Project { Name = ProjectName, OwnerId = ownerId, IsBeingMade = true, CreatedDate = now, UpdatedDate = now };
        await db.Database.CreateExecutionStrategy().ExecuteAsync(async token =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(token);
            db.Projects.Add(project);
            await db.SaveChangesAsync(token);
            await made.SetProjectAsync(project.Id, token);
            await transaction.CommitAsync(token);
        }, cancel);
        db.ChangeTracker.Clear();
        return project.Id;
    }

    /// <summary>The shipped files as the archive that a user would have sent.</summary>
    private static async Task<DatasetArchive> OpenAsync(CancellationToken cancel)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Sample");
        var content = new MemoryStream();
        await using (var zip = await ZipArchive.CreateAsync(content, ZipArchiveMode.Create, leaveOpen: true, null, cancel))
        {
            foreach (var file in Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                await zip.CreateEntryFromFileAsync(file, Path.GetRelativePath(folder, file).Replace('\\', '/'), CompressionLevel.NoCompression, cancel);
            }
        }

        return await DatasetArchive.OpenAsync(content, "sample.zip", DatasetLimits.Default, cancel);
    }
}
