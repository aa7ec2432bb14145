using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Api.Media;
using Annotator.Api.Operations;
using Annotator.Core;
using Annotator.Core.Identity;
using Annotator.Core.Media;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Models;

/// <summary>How files get into a model: by TUS or in one multipart request, as everywhere. Nobody looks into them here.</summary>
internal static class ModelFileEndpoints
{
    /// <summary>Bytes of a form around its files.</summary>
    private const int FormRoom = 1 << 20;

    public static void MapModelFiles(this RouteGroupBuilder models)
    {
        const string Base = "/{id:int}/files";
        models.MapPost(Base, PostAsync).RequireModel("update").WithName("models_create_files").TakesFiles();
        models.MapModelUploads(Base, UploadPurpose.ModelFile, "update");
    }

    /// <summary>Begins a TUS upload; takes files of a form; and, with <c>Upload-Finish</c> or after a form, has the model checked: 202 with the request's id.</summary>
    private static async Task<IResult> PostAsync(
        int id, HttpContext http, CurrentUser user, AnnotatorDbContext db, SentBody body, UploadStore uploads, ModelChecks checks, CancellationToken cancel)
    {
        if (await db.Models.AnyAsync(model => model.Id == id && model.Connector != null, cancel))
        {
            return Problems.Conflict("urn:annotator:model-elsewhere", "The model runs elsewhere: it takes no files.");
        }

        var target = new UploadTarget(UploadPurpose.ModelFile, id);
        if (await checks.IsRunningAsync(id, cancel))
        {
            return Problems.Conflict("urn:annotator:model-busy", "The model is being checked; send files when that is over.");
        }

        if (TusProtocol.Begins(http.Request))
        {
            return await TusProtocol.CreateAsync(http, target, user.Id, cancel);
        }

        var step = UploadStep.Of(http.Request);
        if (step == UploadStep.Start)
        {
            return Results.StatusCode(StatusCodes.Status202Accepted);
        }

        // A form that says how long it is need not be read to know that it is too long.
        if (http.Request.ContentLength > uploads.MaxBytes(target) + FormRoom)
        {
            return Problems.Of(
                StatusCodes.Status413PayloadTooLarge, BodyLimit.Type, $"The request has {http.Request.ContentLength} bytes; files of a model have at most {uploads.MaxBytes(target)} together.");
        }

        var sent = await body.ReadAsync(http.Request, target, user.Id, cancel);
        if (sent.Refused is not null)
        {
            return sent.Refused;
        }

        if (step == UploadStep.Multiple)
        {
            return Results.Ok(sent.Uploads.Select(UploadView.Of));
        }

        var files = await db.Uploads.Where(upload => upload.Purpose == UploadPurpose.ModelFile && upload.TargetId == id).ToListAsync(cancel);
        foreach (var file in files)
        {
            file.Offset = await uploads.ReadOffsetAsync(file, cancel);
            if (file.Offset < file.Length)
            {
                return Problems.Invalid("filename", $"'{file.FileName}' is not complete: {file.Offset} of {file.Length} bytes have arrived.");
            }
        }

        var model = await db.Models.Include(model => model.Files).SingleAsync(model => model.Id == id, cancel);
        return files.Count + model.Files.Count > 0
            ? RequestAnswers.Accepted(await checks.StartAsync(model, corrected: false, cancel))
            : Problems.Invalid("filename", "The model has no files yet.");
    }
}
