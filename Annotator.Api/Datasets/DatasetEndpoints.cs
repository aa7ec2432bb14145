using Annotator.Api.Identity;
using Annotator.Api.Media;
using Annotator.Core;
using Annotator.Core.Media;

namespace Annotator.Api.Datasets;

/// <summary>
/// Exports and imports of projects, tasks and jobs, in the way of newer clients (POST, then <c>/api/requests</c>) and in that
/// of older ones (the same GET or PUT until it answers 201). Reading and writing annotations themselves share some of the
/// addresses: see <c>AnnotationEndpoints</c>.
/// </summary>
internal static class DatasetEndpoints
{
    public static WebApplicationBuilder AddDatasets(this WebApplicationBuilder builder)
    {
        builder.Services.AddScoped<ExportPlaces>();
        builder.Services.AddScoped<Exports>();
        builder.Services.AddScoped<CloudImports>();
        builder.Services.AddScoped<Imports>();
        builder.Services.AddScoped<Restores>();
        return builder;
    }

    public static void MapDatasets(this IEndpointRouteBuilder api)
    {
        var datasets = api.MapGroup("").WithTags("Datasets");
        foreach (var kind in (string[])["project", "task", "job"])
        {
            MapExports(datasets, kind);
            MapImports(datasets, kind);
        }

        datasets.MapBackups();

        datasets.MapGet("/projects/{id:int}/annotations", (int id, HttpRequest request, AnnotatorDbContext db, Exports exports, CancellationToken cancel) =>
            FollowExportAsync("project", id, request, db, exports, saveImages: false, cancel)).WithName("projects_retrieve_annotations").RequireProject("export:annotations");
        datasets.MapGet("/projects/{id:int}/dataset", ReadProjectDatasetAsync).WithName("projects_retrieve_dataset").RequireProject("view");
        datasets.MapGet("/tasks/{id:int}/dataset", (int id, HttpRequest request, AnnotatorDbContext db, Exports exports, CancellationToken cancel) =>
            FollowExportAsync("task", id, request, db, exports, saveImages: true, cancel)).WithName("tasks_retrieve_dataset").RequireTask("export:dataset");
        datasets.MapGet("/jobs/{id:int}/dataset", (int id, HttpRequest request, AnnotatorDbContext db, Exports exports, CancellationToken cancel) =>
            FollowExportAsync("job", id, request, db, exports, saveImages: true, cancel)).WithName("jobs_retrieve_dataset").RequireJob("export:dataset");

        datasets.MapPost("/datasets/export", StartSelectionAsync).WithName("datasets_create_export").WithMetadata(new AllowReadOnlyToken());
        datasets.MapGet("/datasets/download", (HttpRequest request, Exports exports, CancellationToken cancel) =>
            exports.DownloadAsync(DatasetObject.OfSelection, request.Query["rq_id"], cancel)).WithName("datasets_download");

        api.MapProjectUploads("/projects/{id:int}/dataset", UploadPurpose.ProjectDataset, "import:dataset");
        api.MapTaskUploads("/tasks/{id:int}/annotations", UploadPurpose.TaskAnnotations, "import:annotations");
        api.MapJobUploads("/jobs/{id:int}/annotations", UploadPurpose.JobAnnotations, "import:annotations");
        api.MapRestores();
        api.MapSample();
    }

    private static void MapExports(RouteGroupBuilder datasets, string kind)
    {
        var path = $"/{kind}s/{{id:int}}/dataset";

        // Whether images go along is in the query, and the handler asks for the scope that belongs to it.
        Require(kind, "view", datasets.MapPost(
                path + "/export",
                (int id, ExportRequest? body, HttpRequest request, AnnotatorDbContext db, Exports exports, Access access, CancellationToken cancel) =>
                    StartExportAsync(kind, id, body, request, db, exports, access, cancel)))
            .WithName(kind + "s_create_dataset_export")
            .WithMetadata(new AllowReadOnlyToken());
        Require(kind, "view", datasets.MapGet(path + "/download", (int id, HttpRequest request, AnnotatorDbContext db, Exports exports, CancellationToken cancel) =>
                DownloadAsync(kind, id, request, db, exports, cancel)))
            .WithName(kind + "s_download_dataset");
    }

    private static void MapImports(RouteGroupBuilder datasets, string kind)
    {
        var what = kind == "project" ? "dataset" : "annotations";
        Require(kind, "import:" + what, datasets.MapPost($"/{kind}s/{{id:int}}/{what}", (int id, HttpContext http, AnnotatorDbContext db, Imports imports, CancellationToken cancel) =>
                ImportAsync(kind, id, http, db, imports, cancel)))
            .WithName($"{kind}s_create_{what}")
            .TakesFiles();
    }

    internal static RouteHandlerBuilder Require(string kind, string scope, RouteHandlerBuilder endpoint) => kind switch
    {
        "project" => endpoint.RequireProject(scope),
        "task" => endpoint.RequireTask(scope),
        _ => endpoint.RequireJob(scope),
    };

    private static async Task<IResult> StartExportAsync(
        string kind, int id, ExportRequest? body, HttpRequest request, AnnotatorDbContext db, Exports exports, Access access, CancellationToken cancel)
    {
        var saveImages = SavesImages(request);
        if (await access.ObjectAsync(kind + "s", id, saveImages ? "export:dataset" : "export:annotations", cancel) is { } refused)
        {
            return refused;
        }

        var (choices, invalid) = (body ?? new ExportRequest()).ToChoices(kind);
        return choices is null
            ? invalid!
            : await exports.StartAsync(await DatasetObject.ReadAsync(kind, id, db, cancel), request.Query, saveImages, choices, cancel);
    }

    /// <summary>Several projects, tasks and jobs in one file, if each of them may be exported.</summary>
    private static async Task<IResult> StartSelectionAsync(ExportRequest body, HttpRequest request, Exports exports, Access access, CancellationToken cancel)
    {
        var saveImages = SavesImages(request);
        var (choices, invalid) = body.ToChoices(DatasetObject.Selection);
        if (choices is null)
        {
            return invalid!;
        }

        return await ExportRequest.RefuseAsync(choices, saveImages ? "export:dataset" : "export:annotations", access, cancel)
            ?? await exports.StartAsync(DatasetObject.OfSelection, request.Query, saveImages, choices, cancel);
    }

    private static bool SavesImages(HttpRequest request) => request.Query["save_images"].ToString().Equals("true", StringComparison.OrdinalIgnoreCase);

    private static async Task<IResult> DownloadAsync(
        string kind, int id, HttpRequest request, AnnotatorDbContext db, Exports exports, CancellationToken cancel) =>
        await exports.DownloadAsync(await DatasetObject.ReadAsync(kind, id, db, cancel), request.Query["rq_id"], cancel);

    /// <summary>The older way to export: see <see cref="Exports.FollowAsync(DatasetObject, HttpRequest, bool, CancellationToken)"/>.</summary>
    internal static async Task<IResult> FollowExportAsync(
        string kind, int id, HttpRequest request, AnnotatorDbContext db, Exports exports, bool saveImages, CancellationToken cancel) =>
        await exports.FollowAsync(await DatasetObject.ReadAsync(kind, id, db, cancel), request, saveImages, cancel);

    /// <summary>The older way to follow an import: see <see cref="Imports.FollowAsync"/>.</summary>
    internal static async Task<IResult> FollowImportAsync(
        string kind, int id, HttpRequest request, AnnotatorDbContext db, Imports imports, CancellationToken cancel) =>
        await imports.FollowAsync(await DatasetObject.ReadAsync(kind, id, db, cancel), request.Query, cancel);

    private static async Task<IResult> ImportAsync(
        string kind, int id, HttpContext http, AnnotatorDbContext db, Imports imports, CancellationToken cancel) =>
        await imports.PostAsync(await DatasetObject.ReadAsync(kind, id, db, cancel), http, cancel);

    /// <summary>Two older questions at one address: the state of an import, or an export with images.</summary>
    private static async Task<IResult> ReadProjectDatasetAsync(
        int id, HttpRequest request, AnnotatorDbContext db, Exports exports, Imports imports, Access access, CancellationToken cancel)
    {
        var asksForImport = request.Query["action"] == "import_status";
        if (await access.ProjectAsync(id, asksForImport ? "import:dataset" : "export:dataset", cancel) is { } refused)
        {
            return refused;
        }

        return asksForImport
            ? await FollowImportAsync("project", id, request, db, imports, cancel)
            : await FollowExportAsync("project", id, request, db, exports, saveImages: true, cancel);
    }
}
