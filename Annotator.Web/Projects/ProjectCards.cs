using Annotator.Client;
using Annotator.Client.Projects;

namespace Annotator.Web.Projects;

/// <summary>Projects with the progress of their jobs, which the API tells by task.</summary>
public static class ProjectCards
{
    private const int MaxTasks = 100;

    /// <param name="Jobs">Jobs of the project's newest hundred tasks.</param>
    public sealed record Model(Project Project, int Jobs, int Completed, int Validation);

    public static async Task<IReadOnlyList<Model>> ReadAsync(AnnotatorClient client, IReadOnlyList<Project> projects, CancellationToken cancel) =>
        await Task.WhenAll(projects.Select(async project =>
        {
            if (project.Tasks.Count == 0)
            {
                return new Model(project, 0, 0, 0);
            }

            var tasks = await client.Tasks.ListAsync(
                new ListQuery { PageSize = MaxTasks, Where = new Dictionary<string, string?> { ["project_id"] = $"{project.Id}" } }, cancel);
            return new Model(
                project,
                tasks.Results.Sum(task => task.Jobs.Count),
                tasks.Results.Sum(task => task.Jobs.Completed ?? 0),
                tasks.Results.Sum(task => task.Jobs.Validation ?? 0));
        }));
}
