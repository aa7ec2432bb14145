using Annotator.Core.Annotations;
using Annotator.Core.Datasets;
using Annotator.Core.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Annotator.Core;

/// <summary>What every service that works with the tables registers beside the <see cref="AnnotatorDbContext"/>.</summary>
public static class CoreServices
{
    public static IServiceCollection AddAnnotatorCore(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<JobSignals>();
        services.TryAddSingleton<IJobEvents, SignalledJobEvents>();
        services.AddSingleton<AdvancedJobs>();
        services.ConfigureDbContext<AnnotatorDbContext>((provider, options) => options.AddInterceptors(provider.GetRequiredService<AdvancedJobs>()));
        services.AddScoped<AnnotationStore>();
        services.AddScoped<TaskRelabelling>();
        services.AddScoped<AnnotationImport>();
        return services;
    }
}
