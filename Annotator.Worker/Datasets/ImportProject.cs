using System.Text.Json;
using Annotator.Core.Operations;
using Annotator.Formats;

namespace Annotator.Worker.Datasets;

/// <summary><c>import:dataset</c> into a project.</summary>
internal sealed class ImportProject(ProjectImport import, UploadedDataset uploaded, MadeObjects made) : IOperationHandler
{
    public IReadOnlyCollection<string> Types { get; } = ["import:dataset"];

    public async Task RunAsync(Operation operation, OperationContext context)
    {
        var cancel = context.Cancel;
        var arguments = UploadedDataset.Arguments(operation);
        var importer = UploadedDataset.Importer(operation);
        var projectId = operation.ProjectId ?? throw new OperationFailedException("The operation does not say which project it is for.");
        await made.BeginAsync(operation, cancel);
        if (made.Done || await uploaded.FindAsync(arguments, cancel) is not { } upload)
        {
            context.Message = "The dataset was imported.";
            return;
        }

        var report = new DatasetReport { Format = importer.Format.Name };
        await uploaded.UseAsync(
            upload,
            report,
            () => import.RunAsync(
                operation, projectId, importer.Reader, token => uploaded.OpenAsync(upload, token), Path.GetFileNameWithoutExtension(upload.FileName),
                token => uploaded.DeleteRowAsync(upload.Id, token), report, context),
            cancel);
        context.SetReport(JsonSerializer.Deserialize<JsonElement>(report.ToJson()));
        context.Message = ReportSummary.Of(report, "imported");
    }
}
