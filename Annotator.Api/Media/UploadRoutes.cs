using Annotator.Api.Identity;
using Annotator.Core.Identity;
using Annotator.Core.Media;
using Microsoft.AspNetCore.Mvc;

namespace Annotator.Api.Media;

/// <summary>The parts of TUS that are the same wherever something is uploaded; the base's POST is the feature's own.</summary>
internal static class UploadRoutes
{
    private const string Piece = "/{uploadId:guid}";

    /// <summary>Lets an endpoint take bodies of any size; <see cref="UploadOptions"/> limits them by name.</summary>
    public static TBuilder TakesFiles<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new DisableRequestSizeLimitAttribute());

    public static void MapTaskUploads(this IEndpointRouteBuilder api, string basePath, UploadPurpose purpose, string scope) =>
        Map(api, basePath, purpose).RequireTask(scope);

    public static void MapJobUploads(this IEndpointRouteBuilder api, string basePath, UploadPurpose purpose, string scope) =>
        Map(api, basePath, purpose).RequireJob(scope);

    public static void MapProjectUploads(this IEndpointRouteBuilder api, string basePath, UploadPurpose purpose, string scope) =>
        Map(api, basePath, purpose).RequireProject(scope);

    public static void MapModelUploads(this IEndpointRouteBuilder api, string basePath, UploadPurpose purpose, string scope) =>
        Map(api, basePath, purpose).RequireModel(scope);

    /// <summary>Uploads of what has no object yet, such as a backup; see <see cref="Upload.TargetId"/>.</summary>
    public static void MapUploads(this IEndpointRouteBuilder api, string basePath, UploadPurpose purpose, string resource, string scope)
    {
        var uploads = api.MapGroup(basePath).WithTags("Uploads");
        var target = new UploadTarget(purpose, 0);
        uploads.MapMethods(Piece, [HttpMethods.Head], (Guid uploadId, HttpContext http, CurrentUser user, CancellationToken cancel) =>
            TusProtocol.HeadAsync(http, target, user.Id, uploadId, cancel));
        uploads.MapPatch(Piece, (Guid uploadId, HttpContext http, CurrentUser user, CancellationToken cancel) =>
            TusProtocol.PatchAsync(http, target, user.Id, uploadId, cancel)).TakesFiles();
        uploads.MapDelete(Piece, (Guid uploadId, HttpContext http, CurrentUser user, CancellationToken cancel) =>
            TusProtocol.DeleteAsync(http, target, user.Id, uploadId, cancel));
        uploads.MapMethods("", [HttpMethods.Options], (HttpContext http) => TusProtocol.Options(http, target));
        uploads.MapMethods(Piece, [HttpMethods.Options], (Guid uploadId, HttpContext http) => TusProtocol.Options(http, target));
        uploads.RequireScope(resource, scope);
    }

    private static RouteGroupBuilder Map(IEndpointRouteBuilder api, string basePath, UploadPurpose purpose)
    {
        var uploads = api.MapGroup(basePath).WithTags("Uploads");
        uploads.MapMethods(Piece, [HttpMethods.Head], (int id, Guid uploadId, HttpContext http, CurrentUser user, CancellationToken cancel) =>
            TusProtocol.HeadAsync(http, new UploadTarget(purpose, id), user.Id, uploadId, cancel));
        uploads.MapPatch(Piece, (int id, Guid uploadId, HttpContext http, CurrentUser user, CancellationToken cancel) =>
            TusProtocol.PatchAsync(http, new UploadTarget(purpose, id), user.Id, uploadId, cancel)).TakesFiles();
        uploads.MapDelete(Piece, (int id, Guid uploadId, HttpContext http, CurrentUser user, CancellationToken cancel) =>
            TusProtocol.DeleteAsync(http, new UploadTarget(purpose, id), user.Id, uploadId, cancel));
        uploads.MapMethods("", [HttpMethods.Options], (int id, HttpContext http) => TusProtocol.Options(http, new UploadTarget(purpose, id)));
        uploads.MapMethods(Piece, [HttpMethods.Options], (int id, Guid uploadId, HttpContext http) => TusProtocol.Options(http, new UploadTarget(purpose, id)));
        return uploads;
    }
}
