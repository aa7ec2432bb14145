using Annotator.Api.Identity;
using Annotator.Core.Identity;
using Annotator.Core.Media;
using Microsoft.AspNetCore.Mvc;

namespace Annotator.Api.Media;

/// <summary>The parts of TUS that are the same wherever something is uploaded; the base's POST is the feature's own.</summary>
internal static class UploadRoutes
{
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

    private static RouteGroupBuilder Map(IEndpointRouteBuilder api, string basePath, UploadPurpose purpose)
    {
        const string Piece = "/{uploadId:guid}";
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
