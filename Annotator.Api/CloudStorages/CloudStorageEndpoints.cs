using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Api.Lists;
using Annotator.Api.Media;
using Annotator.Core;
using Annotator.Core.CloudStorages;
using Annotator.Core.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.CloudStorages;

/// <summary>Cloud storages: list, make, read, change, delete, and a look at what is in them.</summary>
internal static class CloudStorageEndpoints
{
    private static readonly ListFields<CloudStorage> Fields = new ListFields<CloudStorage>()
        .Number("id", storage => storage.Id, parameter: false)
        .Text("name", storage => storage.DisplayName, searched: true)
        .Text("resource", storage => storage.Resource, searched: true)
        .Text("owner", storage => storage.Owner!.UserName, searched: true)
        .Text("description", storage => storage.Description, searched: true)
        .Word("provider_type", storage => storage.ProviderType)
        .Word("credentials_type", storage => storage.CredentialsType)
        .Date("updated_date", storage => storage.UpdatedDate)
        .Date("created_date", storage => storage.CreatedDate);

    public static IServiceCollection AddCloudStorageFeature(this IServiceCollection services) => services
        .AddExceptionHandler<CloudFailures>()
        .AddScoped<CloudStorageChange>()
        .AddScoped<CloudContent>()
        .AddScoped<NamedStorages>();

    public static void MapCloudStorages(this IEndpointRouteBuilder routes)
    {
        var storages = routes.MapGroup("/cloudstorages").WithTags("Cloud storages");
        storages.MapGet("/", ListAsync).RequireScope("cloudstorages", "list").WithName("cloudstorages_list");
        storages.MapPost("/", CreateAsync).RequireScope("cloudstorages", "create").WithName("cloudstorages_create");
        storages.MapGet("/{id:int}", ReadAsync).RequireCloudStorage("view").WithName("cloudstorages_retrieve");
        storages.MapPatch("/{id:int}", PatchAsync).RequireCloudStorage("update").WithName("cloudstorages_partial_update");
        storages.MapDelete("/{id:int}", DeleteAsync).RequireCloudStorage("delete").WithName("cloudstorages_destroy");
        storages.MapGet("/{id:int}/status", StatusAsync).RequireCloudStorage("view").WithName("cloudstorages_retrieve_status");
        storages.MapGet("/{id:int}/actions", ActionsAsync).RequireCloudStorage("view").WithName("cloudstorages_retrieve_actions");
        storages.MapGet("/{id:int}/content-v2", ContentAsync).RequireCloudStorage("list:content").WithName("cloudstorages_retrieve_content_v2");
        storages.MapGet("/{id:int}/preview", PreviewAsync).RequireCloudStorage("view").WithName("cloudstorages_retrieve_preview");
    }

    private static Task<Results<Ok<Page<CloudStorageRead>>, ProblemHttpResult>> ListAsync(
        [AsParameters] ListQuery query, Listing listing, AnnotatorDbContext db, CurrentUser user, Links links, CancellationToken cancel) =>
        listing.AnswerAsync(db.CloudStorages.VisibleTo(user), Fields, query, CloudStorageRow.Select, row => row.Write(links), cancel);

    private static async Task<Ok<CloudStorageRead>> ReadAsync(int id, AnnotatorDbContext db, Links links, HttpResponse response, CancellationToken cancel)
    {
        var row = await db.CloudStorages.AsNoTracking().Where(storage => storage.Id == id).Select(CloudStorageRow.Select).SingleAsync(cancel);
        response.Headers.ETag = RowTag.Of(row.RowVersion);
        return TypedResults.Ok(row.Write(links));
    }

    private static async Task<Results<Created<CloudStorageRead>, ProblemHttpResult>> CreateAsync(
        CloudStorageWriteRequest body, CloudStorageChange change, AnnotatorDbContext db, Links links, HttpResponse response, CancellationToken cancel)
    {
        var (storage, refused) = await change.CreateAsync(body, cancel);
        return storage is null
            ? refused!
            : TypedResults.Created((string?)null, (await ReadAsync(storage.Id, db, links, response, cancel)).Value);
    }

    private static async Task<Results<Ok<CloudStorageRead>, ProblemHttpResult>> PatchAsync(
        int id, CloudStorageWriteRequest body, CloudStorageChange change, AnnotatorDbContext db, Links links, HttpContext http, CancellationToken cancel) =>
        await change.ChangeAsync(id, body, http.Request, cancel) is { } refused ? refused : await ReadAsync(id, db, links, http.Response, cancel);

    /// <summary>Objects in the storage stay as they are; tasks that refer to them say from then on that it is gone.</summary>
    private static async Task<NoContent> DeleteAsync(int id, AnnotatorDbContext db, CancellationToken cancel)
    {
        await db.CloudStorages.Where(storage => storage.Id == id).ExecuteDeleteAsync(cancel);
        return TypedResults.NoContent();
    }

    /// <summary>AVAILABLE, FORBIDDEN or NOT_FOUND; a service that does not answer is not found.</summary>
    private static async Task<Ok<string>> StatusAsync(int id, CloudBuckets buckets, CancellationToken cancel)
    {
        try
        {
            return TypedResults.Ok(Word(await (await buckets.OpenAsync(id, cancel)).Bucket.StatusAsync(cancel)));
        }
        catch (CloudStorageException error)
        {
            return TypedResults.Ok(Word(error.Failure == CloudFailure.Forbidden ? CloudStatus.Forbidden : CloudStatus.NotFound));
        }
    }

    /// <summary>
    /// What can be done with its content: <c>read,write</c>, or <c>read</c> where nobody proves who we are. Whether credentials may write
    /// is only known by writing, and nothing is written to find out.
    /// </summary>
    private static async Task<Ok<string>> ActionsAsync(int id, AnnotatorDbContext db, CloudBuckets buckets, CancellationToken cancel)
    {
        var (storage, bucket) = await buckets.OpenAsync(id, cancel);
        return TypedResults.Ok(await bucket.StatusAsync(cancel) != CloudStatus.Available ? "" : storage.CredentialsType == CredentialsTypes.Anonymous ? "read" : "read,write");
    }

    private static async Task<Results<Ok<CloudStorageContent>, ProblemHttpResult>> ContentAsync(
        int id, CloudContent content, CancellationToken cancel, string? manifest_path = null, string? prefix = null, string? next_token = null, int? page_size = null)
    {
        if (page_size is < 1)
        {
            return Problems.Invalid("page_size", "Must be at least 1.");
        }

        var (page, refused) = await content.ReadAsync(id, manifest_path, prefix, next_token, Math.Min(page_size ?? CloudContent.MaxPage, CloudContent.MaxPage), cancel);
        return page is null ? refused! : TypedResults.Ok(page);
    }

    /// <summary>A small picture of the first image that is found; Worker makes it.</summary>
    private static async Task<IResult> PreviewAsync(int id, WorkerMedia worker, CancellationToken cancel)
    {
        var (content, refused) = await worker.MakeStoragePreviewAsync(id, cancel);
        return refused ?? Results.Stream(content!, "image/jpeg");
    }

    private static string Word(CloudStatus status) => status switch
    {
        CloudStatus.Available => "AVAILABLE",
        CloudStatus.Forbidden => "FORBIDDEN",
        _ => "NOT_FOUND",
    };
}
