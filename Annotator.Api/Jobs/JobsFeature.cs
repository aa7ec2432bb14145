using Annotator.Core.Jobs;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Annotator.Api.Jobs;

internal static class JobsFeature
{
    /// <summary>Live updates register their own <see cref="IJobEvents"/> before this; without them nobody listens.</summary>
    public static IServiceCollection AddJobs(this IServiceCollection services)
    {
        services.TryAddSingleton<IJobEvents, NobodyListens>();
        return services;
    }

    private sealed class NobodyListens : IJobEvents
    {
        public Task ChangedAsync(JobNews job, CancellationToken cancel) => Task.CompletedTask;
    }
}
