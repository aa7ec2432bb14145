using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Api.Lists;
using Annotator.Core;
using Annotator.Core.Identity;
using Annotator.Core.Media;
using Annotator.Core.Models;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Annotator.Api.Models;

/// <summary>The registry of models: list, make, read, change, delete. docs/models.md tells the life of a model.</summary>
internal static class ModelEndpoints
{
    private static readonly ListFields<AnnotationModel> Fields = new ListFields<AnnotationModel>()
        .Number("id", model => model.Id, parameter: false)
        .Number("series_id", model => model.SeriesId ?? model.Id)
        .Text("name", model => model.Name, searched: true)
        .Text("owner", model => model.Owner!.UserName, searched: true)
        .Word("kind", model => model.Kind)
        .Date("created_date", model => model.CreatedDate)
        .Date("updated_date", model => model.UpdatedDate);

    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        var models = routes.MapGroup("/models").WithTags("Models");
        models.MapGet("/", ListAsync).RequireScope("models", "list").WithName("models_list");
        models.MapPost("/", CreateAsync).RequireScope("models", "create").WithName("models_create");
        models.MapGet("/{id:int}", ReadAsync).RequireModel("view").WithName("models_retrieve");
        models.MapPatch("/{id:int}", PatchAsync).RequireModel("update").WithName("models_partial_update");
        models.MapDelete("/{id:int}", DeleteAsync).RequireModel("delete").WithName("models_destroy");
        models.MapModelFiles();
        models.MapModelRuns();
        models.MapAssistance();
        routes.MapObjectWork();
    }

    private static Task<Results<Ok<Page<ModelRead>>, ProblemHttpResult>> ListAsync(
        [AsParameters] ListQuery query, Listing listing, AnnotatorDbContext db, CurrentUser user, Links links, CancellationToken cancel) =>
        listing.AnswerAsync(db.Models.VisibleTo(user), Fields, query, ModelRow.Select, row => row.Write(links), cancel);

    private static async Task<Ok<ModelRead>> ReadAsync(int id, AnnotatorDbContext db, Links links, HttpResponse response, CancellationToken cancel)
    {
        var row = await RowAsync(db, id, cancel);
        response.Headers.ETag = RowTag.Of(row.RowVersion);
        return TypedResults.Ok(row.Write(links));
    }

    /// <summary>Makes a model without files; they follow, and finishing their upload starts the check. One behind a connector is checked at once.</summary>
    private static async Task<Results<Created<ModelRead>, ProblemHttpResult>> CreateAsync(
        ModelWriteRequest body, AnnotatorDbContext db, CurrentUser user, IOptions<ModelOptions> options, ConnectorSecrets secrets, ModelChecks modelChecks, TimeProvider time, Links links, HttpResponse response, CancellationToken cancel)
    {
        if (!user.IsAdmin && !options.Value.UsersMayAdd)
        {
            return Problems.Forbidden("Only administrators may add models here: a model is a program that the server runs. The setting Models:UsersMayAdd lets others.");
        }

        var checks = new Checks();
        checks.Required("name", body.Name, 128);
        checks.AtMost("license", body.License, 1024);
        checks.AtMost("notes", body.Notes, 4096);
        checks.That(body.Visibility is null || ModelWords.Visibility(body.Visibility) is not null, "visibility", "Say owner or everyone.");
        if (body.Connector is not null)
        {
            checks.Check(body.Connector);
        }

        if (!checks.Passed)
        {
            return checks.Problem();
        }

        var model = new AnnotationModel
        {
            Name = body.Name!,
            OwnerId = user.Id,
            Visibility = ModelWords.Visibility(body.Visibility) ?? ModelVisibility.Owner,
            License = body.License ?? "",
            Notes = body.Notes ?? "",
            CreatedDate = time.GetUtcNow(),
            UpdatedDate = time.GetUtcNow(),
        };
        if (body.SeriesId is { } series)
        {
            var versions = await db.Models.Where(other => (other.SeriesId ?? other.Id) == series && (user.IsAdmin || other.OwnerId == user.Id))
                .Select(other => other.Version).ToListAsync(cancel);
            if (versions.Count == 0)
            {
                return Problems.Invalid("series_id", $"You have no model {series} that this could be a version of.");
            }

            (model.SeriesId, model.Version) = (series, versions.Max() + 1);
        }

        if (body.Connector is not null)
        {
            model.Apply(body.Connector, secrets);
        }

        db.Models.Add(model);
        try
        {
            await db.SaveChangesAsync(cancel);
            if (body.Connector is not null)
            {
                await modelChecks.StartAsync(model, corrected: false, cancel);
            }
        }
        catch (DbUpdateException failure) when (failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return Problems.Conflict("urn:annotator:version-exists", $"Version {model.Version} is being added by somebody else; try again.");
        }

        var row = await RowAsync(db, model.Id, cancel);
        response.Headers.ETag = RowTag.Of(row.RowVersion);
        var answer = row.Write(links);
        return TypedResults.Created(answer.Url, answer);
    }

    private static async Task<Results<Ok<ModelRead>, ProblemHttpResult>> PatchAsync(
        int id, PatchedModelWriteRequest body, ModelChange change, AnnotatorDbContext db, Links links, HttpContext http, CancellationToken cancel) =>
        await change.TryAsync(id, body, http.Request, cancel) is { } refusal ? refusal : await ReadAsync(id, db, links, http.Response, cancel);

    /// <summary>What it made stays: annotations are the job's, not the model's.</summary>
    private static async Task<NoContent> DeleteAsync(int id, AnnotatorDbContext db, IBlobStore blobs, CancellationToken cancel)
    {
        await db.Uploads.Where(upload => upload.Purpose == UploadPurpose.ModelFile && upload.TargetId == id).ExecuteDeleteAsync(cancel);
        await db.Models.Where(model => model.Id == id).ExecuteDeleteAsync(cancel);

        // The rows are gone, and with them the way back: a client that hangs up now must not stop the cleaning.
        await blobs.DeletePrefixAsync(DataKeys.ModelFiles(id), CancellationToken.None);
        return TypedResults.NoContent();
    }

    internal static Task<ModelRow> RowAsync(AnnotatorDbContext db, int id, CancellationToken cancel) =>
        db.Models.AsNoTracking().Where(model => model.Id == id).Select(ModelRow.Select).SingleAsync(cancel);
}
