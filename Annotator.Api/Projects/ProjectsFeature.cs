namespace Annotator.Api.Projects;

internal static class ProjectsFeature
{
    public static IServiceCollection AddProjects(this IServiceCollection services) => services.AddScoped<ProjectChange>();
}
