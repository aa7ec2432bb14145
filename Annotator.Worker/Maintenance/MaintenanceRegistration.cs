using Annotator.Core.Operations;
using Hangfire;
using Microsoft.Extensions.Options;

namespace Annotator.Worker.Maintenance;

internal static class MaintenanceRegistration
{
    /// <summary>Deletes at its hour what is past its time.</summary>
    public static IServiceCollection AddMaintenance(this IServiceCollection services)
    {
        services.AddOptions<MaintenanceOptions>().BindConfiguration(MaintenanceOptions.Section)
            .Validate(options => options.IsSensible, "Maintenance: everything is kept for an hour at least, and journals as long as answers.")
            .ValidateOnStart();
        services.AddScoped<AbandonedUploads>();
        services.AddScoped<HalfMadeTasks>();
        services.AddScoped<OrphanedBlobs>();
        services.AddScoped<IMaintenance, NightlyMaintenance>();
        services.AddHostedService<MaintenanceSchedule>();
        return services;
    }
}

/// <summary>Tells Hangfire when the maintenance runs. Every worker says the same, and one of them does it.</summary>
internal sealed partial class MaintenanceSchedule(
    IRecurringJobManagerV2 recurring, IOptions<MaintenanceOptions> options, TimeProvider time, ILogger<MaintenanceSchedule> log) : BackgroundService
{
    public const string Name = "maintenance";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            try
            {
                recurring.AddOrUpdate<IMaintenance>(
                    Name,
                    OperationQueues.NameOf(OperationQueue.Bulk),
                    maintenance => maintenance.RunAsync(CancellationToken.None),
                    options.Value.Schedule,
                    new RecurringJobOptions { TimeZone = TimeZoneInfo.Utc });
                return;
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogNotScheduled(failure);
                await Task.Delay(TimeSpan.FromSeconds(10), time, stoppingToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The maintenance could not be scheduled; trying again")]
    private partial void LogNotScheduled(Exception failure);
}
