using System.Globalization;
using Annotator.Client;
using Annotator.Client.Jobs;
using Annotator.Client.Projects;

namespace Annotator.Web.Projects;

/// <summary>Projects with the progress of their jobs, counted over all of them.</summary>
public static class ProjectCards
{
    /// <param name="Completed">Jobs accepted and completed.</param>
    public sealed record Model(Project Project, int Jobs, int Completed, int Validation);

    public static async Task<IReadOnlyList<Model>> ReadAsync(AnnotatorClient client, IReadOnlyList<Project> projects, CancellationToken cancel) =>
        await Task.WhenAll(projects.Select(async project =>
        {
            if (project.Tasks.Count == 0)
            {
                return new Model(project, 0, 0, 0);
            }

            var all = CountAsync(client, project, null, null, cancel);
            var completed = CountAsync(client, project, JobStages.Acceptance, JobStates.Completed, cancel);
            var validation = CountAsync(client, project, JobStages.Validation, null, cancel);
            return new Model(project, await all, await completed, await validation);
        }));

    private static async Task<int> CountAsync(AnnotatorClient client, Project project, string? stage, string? state, CancellationToken cancel)
    {
        var query = new ListQuery
        {
            PageSize = 1,
            Where = new Dictionary<string, string?>
            {
                ["project_id"] = project.Id.ToString(CultureInfo.InvariantCulture),
                ["stage"] = stage,
                ["state"] = state,
            },
        };
        return (await client.Jobs.ListAsync(query, cancel)).Count;
    }
}
