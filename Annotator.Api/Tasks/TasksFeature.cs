namespace Annotator.Api.Tasks;

internal static class TasksFeature
{
    public static IServiceCollection AddTasks(this IServiceCollection services) =>
        services.AddScoped<TaskChange>().AddScoped<TaskRemoval>();
}
