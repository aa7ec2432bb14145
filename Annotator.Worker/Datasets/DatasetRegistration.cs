using Annotator.Core.Datasets;
using Annotator.Core.Operations;

namespace Annotator.Worker.Datasets;

internal static class DatasetRegistration
{
    /// <summary>Exports, imports and the sample project.</summary>
    public static IServiceCollection AddDatasets(this IServiceCollection services)
    {
        services.AddScoped<DatasetCatalog>();
        services.AddScoped<UploadedDataset>();
        services.AddScoped<MadeObjects>();
        services.AddScoped<MadeTasks>();
        services.AddScoped<ProjectImport>();
        services.AddScoped<ScopeImport>();
        services.AddSingleton<RemadeImages>();
        services.AddOperationHandler<ExportDataset>();
        services.AddOperationHandler<ImportAnnotations>();
        services.AddOperationHandler<ImportProject>();
        services.AddOperationHandler<CreateSample>();
        return services;
    }
}
