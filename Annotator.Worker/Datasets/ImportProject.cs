using System.Text.Json;
using Annotator.Core;
using Annotator.Core.Datasets;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Formats;

namespace Annotator.Worker.Datasets;

/// <summary><c>import:dataset</c> into a project: tasks of the file's images, or its annotations on tasks that are there.</summary>
internal sealed class ImportProject(AnnotatorDbContext db, ProjectImport import, ScopeImport intoTasks, UploadedDataset uploaded, MadeObjects made) : IOperationHandler
{
    public IReadOnlyCollection<string> Types { get; } = ["import:dataset"];

    public async Task RunAsync(Operation operation, OperationContext context)
    {
        var cancel = context.Cancel;
        var arguments = UploadedDataset.Arguments(operation);
        var projectId = operation.ProjectId ?? throw new OperationFailedException("The operation does not say which project it is for.");
        await made.BeginAsync(operation, cancel);
        if (made.Done)
        {
            context.Message = "The dataset was imported.";
            return;
        }

        var upload = await uploaded.FindAsync(arguments, cancel);
        if (arguments.IntoTasks)
        {
            await intoTasks.RunAsync(operation, arguments, upload, token => ImportScope.OfProjectAsync(db, projectId, token), context);
            return;
        }

        var report = new DatasetReport();
        var described = ImportReport.Of(arguments);
        await uploaded.UseAsync(upload, arguments.DryRun, () => described.AddTo(report), () => MakeTasksAsync(upload), cancel);
        context.SetReport(JsonSerializer.Deserialize<JsonElement>(described.AddTo(report)));
        context.Message = ReportSummary.Of(described, report);

        async Task MakeTasksAsync(Upload file)
        {
            (var importer, described) = await uploaded.RecogniseAsync(operation, file, arguments, cancel);
            report.Format = importer.Format.Name;
            var asked = new ProjectImport.Request(
                projectId, importer.Reader, token => uploaded.OpenAsync(file, token), Path.GetFileNameWithoutExtension(file.FileName), arguments, described);
            described = arguments.DryRun
                ? await import.TryAsync(asked, report, context) with { Remembered = await uploaded.RememberedAsync(projectId, null, cancel) }
                : await import.RunAsync(operation, asked, token => uploaded.DeleteRowAsync(file.Id, token), report, context);
        }
    }
}
