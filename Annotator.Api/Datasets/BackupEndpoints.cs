using Annotator.Api.Identity;
using Annotator.Core;

namespace Annotator.Api.Datasets;

/// <summary>
/// Backups of projects and tasks, made like exports and followed like them: POST and <c>/api/requests</c>, or the older GET
/// until it answers 201.
/// </summary>
internal static class BackupEndpoints
{
    private const string Scope = "export:backup";

    public static void MapBackups(this RouteGroupBuilder datasets)
    {
        foreach (var kind in (string[])["project", "task"])
        {
            var path = $"/{kind}s/{{id:int}}/backup";
            DatasetEndpoints.Require(kind, Scope, datasets.MapGet(path, async (int id, HttpRequest request, AnnotatorDbContext db, Exports exports, CancellationToken cancel) =>
                    await exports.FollowBackupAsync(await DatasetObject.ReadAsync(kind, id, db, cancel), request, cancel)))
                .WithName(kind + "s_retrieve_backup");
            DatasetEndpoints.Require(kind, Scope, datasets.MapPost(path + "/export", async (int id, HttpRequest request, AnnotatorDbContext db, Exports exports, CancellationToken cancel) =>
                    await exports.StartBackupAsync(await DatasetObject.ReadAsync(kind, id, db, cancel), request.Query, cancel)))
                .WithName(kind + "s_create_backup_export")
                .WithMetadata(new AllowReadOnlyToken());
            DatasetEndpoints.Require(kind, Scope, datasets.MapGet(path + "/download", async (int id, HttpRequest request, AnnotatorDbContext db, Exports exports, CancellationToken cancel) =>
                    await exports.DownloadAsync(await DatasetObject.ReadAsync(kind, id, db, cancel), request.Query["rq_id"], cancel, backup: true)))
                .WithName(kind + "s_download_backup");
        }
    }
}
