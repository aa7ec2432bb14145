using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Core;
using Annotator.Core.Media;

namespace Annotator.Api.Server;

/// <summary>Ours: what uses room on the server, and freeing what can be spared. For administrators.</summary>
internal static class SpaceEndpoints
{
    public static void MapSpace(this IEndpointRouteBuilder api)
    {
        api.MapGet("/server/space", ReadAsync).WithName("server_retrieve_space").WithTags("Server").RequireScope("server", "view:space").WithMetadata(new IgnoreOrganization());
        api.MapDelete("/server/space/{kind}", EmptyAsync).WithName("server_destroy_space").WithTags("Server").RequireScope("server", "delete:space").WithMetadata(new IgnoreOrganization());
    }

    private static Task<SpaceUse> ReadAsync(AnnotatorDbContext db, IBlobStore blobs, CancellationToken cancel) => SpaceUse.ReadAsync(db, blobs, cancel);

    /// <summary>Empties one kind: <c>made</c> media, which are made again when somebody asks, or finished <c>exports</c>.</summary>
    private static async Task<IResult> EmptyAsync(string kind, AnnotatorDbContext db, IBlobStore blobs, TimeProvider time, CancellationToken cancel) => kind switch
    {
        "made" => Results.Ok(new Freed(await SpaceUse.EmptyAsync(blobs, "data/", BlobKind.Made, _ => true, cancel))),
        "exports" => Results.Ok(new Freed(await SpaceUse.EmptyExportsAsync(db, blobs, time.GetUtcNow(), cancel))),
        _ => Problems.Invalid("kind", "Must be made or exports."),
    };

    /// <param name="Bytes">What it took.</param>
    private sealed record Freed(long Bytes);
}
