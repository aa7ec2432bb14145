using System.CommandLine;
using Annotator.Cli.Output;
using Annotator.Client.Datasets;
using Annotator.Client.Projects;

namespace Annotator.Cli.Server;

/// <summary><c>annotator project</c></summary>
internal static class ProjectCommands
{
    public static Command Create()
    {
        var command = new Command("project", "Projects: tasks that share labels and people")
        {
            List(), Show(), CreateOne(), Update(), Delete(), Transfers.Export(DatasetTarget.Project), Transfers.Import(DatasetTarget.Project), Backups.Create(DatasetTarget.Project), Backups.Restore(DatasetTarget.Project),
        };
        command.Aliases.Add("projects");
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "List projects");
        var options = new ListOptions(command);
        return command.Speaking(async (context, client, cancel) => context.List(
            await options.ReadAsync(context, client.Projects.ListAsync, new Dictionary<string, string?>(), cancel),
            new TextTable("id", "name", "tasks", "status", "owner"),
            project => [project.Id, project.Name, project.Tasks.Count, project.Status, project.Owner?.Username]));
    }

    private static Command Show()
    {
        var id = new Argument<int>("ID");
        return new Command("show", "Show one project") { id }.Speaking(async (context, client, cancel) =>
        {
            var project = await client.Projects.GetAsync(context.Get(id), cancel);
            var labels = context.Json ? [] : await client.Labels.OfProjectAsync(project.Id, cancel);
            return context.One(
                project,
                ("id", project.Id), ("name", project.Name), ("status", project.Status), ("owner", project.Owner?.Username), ("assignee", project.Assignee?.Username),
                ("tasks", project.Tasks.Count), ("subsets", string.Join(", ", project.TaskSubsets)), ("labels", string.Join(", ", labels.Select(label => label.Name))), ("updated", project.UpdatedDate));
        });
    }

    private static Command CreateOne()
    {
        var name = new Argument<string>("NAME");
        var command = new Command("create", "Make a project") { name };
        var labels = new LabelOptions(command);
        return command.Speaking(async (context, client, cancel) =>
        {
            var project = await client.Projects.CreateAsync(new NewProject(context.Get(name), labels.Read(context)), cancel);
            return context.Done(project, $"Project {project.Id} was made: {project.Name}");
        });
    }

    private static Command Update()
    {
        var id = new Argument<int>("ID");
        var changes = new Changes().Text("--name", "name").User("--assignee", "assignee_id").Text("--bug-tracker", "bug_tracker");
        return changes.AddTo(new Command("update", "Change a project") { id }).Speaking(async (context, client, cancel) =>
        {
            var project = await client.Projects.UpdateAsync(context.Get(id), await changes.ReadAsync(context, client, cancel), cancel);
            return context.Done(project, $"Project {project.Id} was changed.");
        });
    }

    private static Command Delete() => Deleting.Command("project", "Delete a project with all of its tasks and annotations", (client, id, cancel) => client.Projects.DeleteAsync(id, cancel));
}
