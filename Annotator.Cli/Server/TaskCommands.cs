using System.CommandLine;
using Annotator.Cli.Output;
using Annotator.Client.Datasets;

namespace Annotator.Cli.Server;

/// <summary><c>annotator task</c></summary>
internal static class TaskCommands
{
    public static Command Create()
    {
        var command = new Command("task", "Tasks: media to be labelled, cut into jobs")
        {
            List(), Show(), TaskCreation.Create(), TaskCreation.CreateUpload(), TaskCreation.CreateAppend(), Update(), Delete(), Transfers.Export(DatasetTarget.Task), Transfers.Import(DatasetTarget.Task), Backups.Create(DatasetTarget.Task), Backups.Restore(DatasetTarget.Task), TaskFrames.Create(),
        };
        command.Aliases.Add("tasks");
        return command;
    }

    private static Command List()
    {
        var project = new Option<int?>("--project") { Description = "Only those of this project", HelpName = "ID" };
        var status = new Option<string?>("--status") { Description = "Only those that are so far" };
        status.AcceptOnlyFromAmong("annotation", "validation", "completed");
        var command = new Command("list", "List tasks") { project, status };
        var options = new ListOptions(command);
        return command.Speaking(async (context, client, cancel) => context.List(
            await options.ReadAsync(context, client.Tasks.ListAsync, new Dictionary<string, string?> { ["project_id"] = context.Get(project)?.ToString(System.Globalization.CultureInfo.InvariantCulture), ["status"] = context.Get(status) }, cancel),
            new TextTable("id", "name", "project", "frames", "jobs", "status", "subset", "assignee"),
            task => [task.Id, task.Name, task.ProjectId, task.Size, task.Jobs.Count, task.Status, task.Subset, task.Assignee?.Username]));
    }

    private static Command Show()
    {
        var id = new Argument<int>("ID");
        return new Command("show", "Show one task") { id }.Speaking(async (context, client, cancel) =>
        {
            var task = await client.Tasks.GetAsync(context.Get(id), cancel);
            return context.One(
                task,
                ("id", task.Id), ("name", task.Name), ("project", task.ProjectId), ("mode", task.Mode), ("status", task.Status), ("subset", task.Subset), ("frames", task.Size),
                ("jobs", $"{task.Jobs.Count}, {task.Jobs.Completed ?? 0} completed"), ("owner", task.Owner?.Username), ("assignee", task.Assignee?.Username), ("updated", task.UpdatedDate));
        });
    }

    private static Command Update()
    {
        var id = new Argument<int>("ID");
        var changes = new Changes().Text("--name", "name").User("--assignee", "assignee_id").Text("--subset", "subset").Text("--bug-tracker", "bug_tracker");
        return changes.AddTo(new Command("update", "Change a task") { id }).Speaking(async (context, client, cancel) =>
        {
            var task = await client.Tasks.UpdateAsync(context.Get(id), await changes.ReadAsync(context, client, cancel), cancel);
            return context.Done(task, $"Task {task.Id} was changed.");
        });
    }

    private static Command Delete() => Deleting.Command("task", "Delete a task with its media and annotations", (client, id, cancel) => client.Tasks.DeleteAsync(id, cancel));
}
