using System.Reflection;
using System.Text.Json.Serialization;
using Annotator.Api.CloudStorages;
using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Api.Lists;
using Annotator.Core.Media.Sources;
using Annotator.Formats;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Annotator.Api.Server;

/// <summary>What the server is and can do.</summary>
internal static class ServerEndpoints
{
    /// <summary>
    /// The version of the contract that is spoken here, not of Annotator. Clients compare it with their own and accept only
    /// the same minor version and the next; no single answer suits all, but a mismatch is a logged warning and nothing more,
    /// in clients of 2.15 as in those of 2.80, as long as it parses as a PEP 440 version. It names the last version whose
    /// whole behaviour is known and followed, which keeps the generation that is most in use quiet.
    /// </summary>
    public const string ContractVersion = "2.54.1";

    public static void MapServer(this IEndpointRouteBuilder api)
    {
        var server = api.MapGroup("/server").WithTags("Server");
        server.MapGet("/about", About).WithName("server_retrieve_about").AllowAnonymous().WithMetadata(new IgnoreOrganization());
        server.MapGet("/health", HealthAsync).WithName("server_retrieve_health").AllowAnonymous().WithMetadata(new IgnoreOrganization());
        server.MapGet("/annotation/formats", AnnotationFormats).WithName("server_retrieve_annotation_formats").WithMetadata(new IgnoreOrganization());
        server.MapGet("/plugins", () => new Plugins(false, false, false, false)).WithName("server_retrieve_plugins").WithMetadata(new IgnoreOrganization());
        server.MapGet("/share", Share).WithName("server_list_share").RequireScope("server", "list:content");
        api.MapSpace();
        api.MapOpenApi("/schema").AllowAnonymous().WithMetadata(new IgnoreOrganization());
    }

    private static AboutServer About(Links links) => new(
        "Annotator",
        $"Annotator {Product} labels images and video. It speaks CVAT's REST contract.",
        ContractVersion,
        links.To("/icon.svg"),
        "Label images and video");

    private static string Product =>
        typeof(ServerEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    /// <summary>Which parts work: 200 when all of them do, 500 when one does not, as deployments of the contract poll it.</summary>
    private static async Task<IResult> HealthAsync(HealthCheckService checks, CancellationToken cancel)
    {
        var report = await checks.CheckHealthAsync(cancel);
        var parts = report.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Status == HealthStatus.Healthy ? "working" : "not working");
        return Results.Json(parts, statusCode: report.Status == HealthStatus.Unhealthy ? StatusCodes.Status500InternalServerError : StatusCodes.Status200OK);
    }

    private static FormatLists AnnotationFormats() => new(
        [.. DatasetFormats.Importers.Select(importer => FormatView.Of(importer.Format))],
        [.. DatasetFormats.Exporters.Select(exporter => FormatView.Of(exporter.Format))]);

    /// <summary>What is in a folder of the mounted share; nothing where none is connected.</summary>
    /// <param name="search">Only names that begin with it.</param>
    private static Results<Ok<List<FileInfoRead>>, ProblemHttpResult> Share(MountedShare share, string? directory = "/", string? search = null)
    {
        if (!share.IsConnected)
        {
            return TypedResults.Ok<List<FileInfoRead>>([]);
        }

        return share.List(directory ?? "", search ?? "") is { } entries
            ? TypedResults.Ok(entries.Select(entry => Path.GetFileName(entry.Path) is var name && entry.IsFolder ? FileInfoRead.Folder(name) : FileInfoRead.File(name)).ToList())
            : Problems.Invalid("directory", $"{directory} is not a folder of the share.");
    }

    private sealed record AboutServer(string Name, string Description, string Version, string LogoUrl, string Subtitle);

    private sealed record FormatLists(IReadOnlyList<FormatView> Importers, IReadOnlyList<FormatView> Exporters);

    /// <param name="Ext">What files of the format end in.</param>
    private sealed record FormatView(string Name, string Ext, string Version, bool Enabled, string Dimension)
    {
        public static FormatView Of(DatasetFormat format) => new(format.Name, format.Extensions, format.Version, true, format.Dimension);
    }

    /// <summary>Clients up to 2.54 need all four names; the first and the last are history.</summary>
    private sealed record Plugins(
        [property: JsonPropertyName("GIT_INTEGRATION")] bool GitIntegration,
        [property: JsonPropertyName("ANALYTICS")] bool Analytics,
        [property: JsonPropertyName("MODELS")] bool Models,
        [property: JsonPropertyName("PREDICT")] bool Predict);
}
