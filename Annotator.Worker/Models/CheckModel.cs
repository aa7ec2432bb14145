using System.Text.Json;
using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Core.Models;
using Annotator.Core.Operations;
using Annotator.Inference;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Processes;
using Annotator.Inference.Recognition;
using Annotator.Inference.Sessions;
using Annotator.Worker.Models.Connectors;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Annotator.Worker.Models;

/// <summary>
/// <c>check:model</c>: looks what uploaded files are. Each ONNX file is read without being loaded, then run once in a process of
/// its own; what it is is recognised, and what cannot be known becomes a question. A refusal is the model's, not the operation's.
/// </summary>
internal sealed class CheckModel(
    AnnotatorDbContext db, IBlobStore blobs, InferenceLimits limits, SessionSettings settings, RemoteModels remote, IOptions<ModelOptions> options, TimeProvider time) : IOperationHandler
{
    public IReadOnlyCollection<string> Types { get; } = ["check:model"];

    public async Task RunAsync(Operation operation, OperationContext context)
    {
        var arguments = JsonSerializer.Deserialize<CheckModelArguments>(operation.Arguments, JsonSerializerOptions.Web)!;
        var cancel = context.Cancel;
        var model = await db.Models.AsNoTracking().Include(model => model.Files).SingleOrDefaultAsync(model => model.Id == arguments.ModelId, cancel)
            ?? throw new OperationFailedException("The model was deleted.");
        var uploads = await db.Uploads.AsNoTracking()
            .Where(upload => upload.Purpose == UploadPurpose.ModelFile && upload.TargetId == model.Id && upload.Offset == upload.Length)
            .ToListAsync(cancel);
        var sent = uploads.Select(upload => new ModelFile { ModelId = model.Id, Name = Path.GetFileName(upload.FileName.Replace('\\', '/')), BlobKey = upload.BlobKey, ByteLength = upload.Length })
            .DistinctBy(file => file.Name, StringComparer.Ordinal).ToList();
        List<ModelFile> files = [.. model.Files.Where(file => !sent.Exists(one => one.Name == file.Name)), .. sent];
        var verdict = new ModelVerdict();
        try
        {
            verdict = await LookAsync(model, files, arguments.Corrected, context);
        }
        catch (ModelException error)
        {
            verdict = new ModelVerdict { State = ModelState.Refused, Message = error.Message };
        }
        catch (FileNotFoundException error)
        {
            verdict = new ModelVerdict { State = ModelState.Refused, Message = error.Message };
        }

        await PublishAsync(model.Id, files, verdict, arguments.Corrected, context);
        context.Message = verdict.State switch
        {
            ModelState.Ready => "The model is ready.",
            ModelState.Asking => "The model was recognised, and has questions.",
            _ => $"The model was refused. {verdict.Message}",
        };
    }

    private async Task<ModelVerdict> LookAsync(AnnotationModel model, List<ModelFile> files, bool corrected, OperationContext context)
    {
        if (model.Connector is not null)
        {
            context.ReportProgress(0.1, "Asking the model what it is");
            var (answer, ran) = await remote.CheckAsync(model, corrected && model.Description is not null ? ModelJson.Read(model.Description, limits) : null, context.Cancel);
            return new ModelVerdict { State = StateOf(answer), Description = answer.Best!.Description, Found = answer, Loaded = ran };
        }

        context.ReportProgress(0.05, "Reading the files");
        using var folder = await ModelFolder.CopyAsync(blobs, options.Value, files, null, context.Cancel);
        foreach (var file in files)
        {
            file.Sha256 = await folder.Sha256Async(file.Name, context.Cancel);
        }

        context.ReportProgress(0.3, "Running it once");
        await using var process = new InferenceProcess(limits, settings);
        var found = corrected && model.Description is not null
            ? new RecognisedModel([new Guess(ModelJson.Read(model.Description, limits), 1, "As it was corrected by hand.", [])])
            : await new ModelReader(limits).ReadAsync(folder, files, process, context.Cancel);
        var description = found.Best!.Description;
        context.ReportProgress(0.7, "Loading it as it was understood");
        await File.WriteAllTextAsync(folder.FileOf(ModelDescription.FileName), ModelJson.Write(description), context.Cancel);
        var loaded = await process.LoadAsync(folder.Path, context.Cancel);
        return new ModelVerdict
        {
            State = StateOf(found),
            Description = description,
            Found = found,
            Loaded = loaded,
        };
    }

    private static ModelState StateOf(RecognisedModel found) => found.Best!.Questions.Count == 0 ? ModelState.Ready : ModelState.Asking;

    private async Task PublishAsync(int modelId, List<ModelFile> files, ModelVerdict verdict, bool corrected, OperationContext context) =>
        await db.Database.CreateExecutionStrategy().ExecuteAsync(async () =>
        {
            db.ChangeTracker.Clear();
            await using var transaction = await db.Database.BeginTransactionAsync(context.Cancel);
            await context.HoldAsync(db);
            var row = await db.Models.Include(model => model.Files).SingleOrDefaultAsync(model => model.Id == modelId, context.Cancel)
                ?? throw new OperationFailedException("The model was deleted.");
            row.Files.Clear();
            await db.SaveChangesAsync(context.Cancel);
            row.Files.AddRange(files.Select(file => new ModelFile { ModelId = modelId, Name = file.Name, BlobKey = file.BlobKey, ByteLength = file.ByteLength, Sha256 = file.Sha256 }));
            (row.State, row.Message, row.UpdatedDate) = (verdict.State, verdict.Message, time.GetUtcNow());
            if (verdict.Description is { } description)
            {
                row.Description = ModelJson.Write(description);
                row.Kind = KindOf(description.Task);
                row.License = row.License.Length > 0 ? row.License : description.License ?? "";
                (row.MillisecondsPerImage, row.Device, row.DeviceReason) =
                    (verdict.Loaded!.Run > TimeSpan.Zero ? verdict.Loaded.Run.TotalMilliseconds : null, verdict.Loaded.Provider, verdict.Loaded.Reason);
            }

            // What a person has said about it outlives the refusal of one try; what was guessed does not.
            row.Findings = verdict.Found is { } found && !corrected ? ModelFindings.Write(found) : corrected ? row.Findings : null;
            await db.Uploads.Where(upload => upload.Purpose == UploadPurpose.ModelFile && upload.TargetId == modelId).ExecuteDeleteAsync(context.Cancel);
            await db.SaveChangesAsync(context.Cancel);
            await transaction.CommitAsync(context.Cancel);
        });

    public static string KindOf(ModelTask task) => task switch
    {
        ModelTask.Interactive => "interactor",
        ModelTask.Track => "tracker",
        ModelTask.Classify => "classifier",
        ModelTask.Embed => "embedder",
        _ => "detector",
    };

    private sealed record ModelVerdict
    {
        public ModelState State { get; init; } = ModelState.Refused;
        public string Message { get; init; } = "";
        public ModelDescription? Description { get; init; }
        public RecognisedModel? Found { get; init; }
        public LoadedModel? Loaded { get; init; }
    }
}
