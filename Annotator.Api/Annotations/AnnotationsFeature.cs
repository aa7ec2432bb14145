using Annotator.Api.Json;
using Annotator.Core.Jobs;

namespace Annotator.Api.Annotations;

/// <summary>Reading and writing annotations, and the live feed of jobs.</summary>
internal static class AnnotationsFeature
{
    private const string HubPath = "/hubs/jobs";

    public static WebApplicationBuilder AddAnnotations(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<JobFeed>();
        services.AddHostedService(provider => provider.GetRequiredService<JobFeed>());
        services.AddSingleton<IJobEvents>(provider => provider.GetRequiredService<JobFeed>());
        services.AddSingleton<Presence>();
        services.AddScoped<JobEditing>();
        services.AddScoped<AccessOf>();
        services.AddScoped<TaskAnnotations>();

        services.AddSignalR().AddJsonProtocol(json => ContractJson.Apply(json.PayloadSerializerOptions));
        return builder;
    }

    /// <summary>
    /// Scripts cannot set headers on a WebSocket: they name their token in the query. Before authentication, and for the hub
    /// alone, because what stands in an address ends up in logs.
    /// </summary>
    public static WebApplication UseHubTokens(this WebApplication app)
    {
        app.Use((http, next) =>
        {
            if (http.Request.Path.StartsWithSegments(HubPath, StringComparison.Ordinal)
                && http.Request.Headers.Authorization.Count == 0
                && http.Request.Query["access_token"].ToString() is { Length: > 0 } token)
            {
                http.Request.Headers.Authorization = $"Bearer {token}";
            }

            return next(http);
        });
        return app;
    }

    public static void MapAnnotations(this IEndpointRouteBuilder api)
    {
        api.MapJobAnnotations();
        api.MapTaskAnnotations();
        api.MapOps();
    }

    public static void MapLive(this IEndpointRouteBuilder routes) => routes.MapHub<JobHub>(HubPath).RequireAuthorization();
}
