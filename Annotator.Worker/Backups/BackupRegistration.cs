using Annotator.Core.Operations;

namespace Annotator.Worker.Backups;

internal static class BackupRegistration
{
    public static IServiceCollection AddBackups(this IServiceCollection services)
    {
        services.AddScoped<BackupArchive>();
        services.AddScoped<RestoredTasks>();
        services.AddOperationHandler<ExportBackup>();
        services.AddOperationHandler<RestoreBackup>();
        return services;
    }
}
