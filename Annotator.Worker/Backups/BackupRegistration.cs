using Annotator.Core.Operations;

namespace Annotator.Worker.Backups;

internal static class BackupRegistration
{
    public static IServiceCollection AddBackups(this IServiceCollection services)
    {
        services.AddScoped<BackupArchive>();
        services.AddOperationHandler<ExportBackup>();
        return services;
    }
}
