using Annotator.Core.Models;
using Annotator.Core.Operations;
using Annotator.Inference;
using Annotator.Inference.Sessions;
using Annotator.Worker.Models.Connectors;
using Annotator.Worker.Queues;
using Annotator.Worker.Tracking;
using Microsoft.Extensions.Options;

namespace Annotator.Worker.Models;

internal static class ModelRegistration
{
    public static IServiceCollection AddModels(this IServiceCollection services)
    {
        services.AddOptions<ModelOptions>().BindConfiguration(ModelOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<InferenceLimits>().BindConfiguration(InferenceLimits.Section);
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<InferenceLimits>>().Value);
        services.AddSingleton(provider => provider.GetRequiredService<IConfiguration>().GetSection(SessionSettings.Section).Get<SessionSettings>() ?? new SessionSettings());
        services.AddSingleton<ConnectorSecrets>();
        services.AddSingleton<RemoteCalls>();
        services.AddSingleton<RemoteModels>();
        services.AddSingleton<ModelHosts>();
        services.AddSingleton<ModelEmbeddings>();
        services.AddScoped<FramePictures>();
        services.AddOperationHandler<CheckModel>();
        services.AddOperationHandler<AutoAnnotate>();
        services.AddOperationHandler<QueueFrames>();
        services.AddOperationHandler<TrackObjects>();
        services.AddHostedService<ModelTidying>();
        services.AddHostedService<IncludedModelRows>();
        return services;
    }
}

/// <summary>Puts models away that nobody uses any more.</summary>
internal sealed class ModelTidying(ModelHosts hosts, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await hosts.TidyAsync(stoppingToken);
        }
    }
}
