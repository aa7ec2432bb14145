using Annotator.Api.Identity;
using Annotator.Api.Media;
using Annotator.Core.Media;

namespace Annotator.Api.Datasets;

/// <summary>Projects and tasks made anew from backups.</summary>
internal static class RestoreEndpoints
{
    private const string Scope = "import:backup";

    public static void MapRestores(this IEndpointRouteBuilder api)
    {
        Map(api, "project", UploadPurpose.ProjectBackup);
        Map(api, "task", UploadPurpose.TaskBackup);
    }

    private static void Map(IEndpointRouteBuilder api, string kind, UploadPurpose purpose)
    {
        var path = $"/{kind}s/backup";
        api.MapPost(path, (HttpContext http, Restores restores, CancellationToken cancel) => restores.PostAsync(kind, new UploadTarget(purpose, 0), http, cancel))
            .WithName(kind + "s_create_backup")
            .WithTags("Datasets")
            .RequireScope(kind + "s", Scope)
            .TakesFiles();
        api.MapUploads(path, purpose, kind + "s", Scope);
    }
}
