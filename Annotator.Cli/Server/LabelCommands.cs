using System.CommandLine;
using Annotator.Cli.Output;

namespace Annotator.Cli.Server;

/// <summary><c>annotator label</c></summary>
internal static class LabelCommands
{
    public static Command Create()
    {
        var command = new Command("label", "Labels of projects and tasks") { List(), Show(), CreateOne(), Update(), Delete() };
        command.Aliases.Add("labels");
        return command;
    }

    private static Command List()
    {
        var project = new Option<int?>("--project") { Description = "Labels of this project", HelpName = "ID" };
        var task = new Option<int?>("--task") { Description = "Labels of this task", HelpName = "ID" };
        var job = new Option<int?>("--job") { Description = "Labels of this job", HelpName = "ID" };
        return new Command("list", "List the labels of a project, task or job") { project, task, job }.Speaking(async (context, client, cancel) =>
        {
            var labels = (context.Get(project), context.Get(task), context.Get(job)) switch
            {
                ({ } id, null, null) => await client.Labels.OfProjectAsync(id, cancel),
                (null, { } id, null) => await client.Labels.OfTaskAsync(id, cancel),
                (null, null, { } id) => await client.Labels.OfJobAsync(id, cancel),
                _ => throw CommandException.BadUsage("Use one of --project, --task and --job."),
            };
            return context.List(
                labels,
                new TextTable("id", "name", "type", "color", "attributes"),
                label => [label.Id, label.Name, label.Type, label.Color, string.Join(", ", label.Attributes.Select(attribute => attribute.Name))]);
        });
    }

    private static Command Show()
    {
        var id = new Argument<int>("ID");
        return new Command("show", "Show one label") { id }.Speaking(async (context, client, cancel) =>
        {
            var label = await client.Labels.GetAsync(context.Get(id), cancel);
            return context.One(
                label,
                [("id", label.Id), ("name", label.Name), ("type", label.Type), ("color", label.Color), .. label.Attributes.Select(attribute => ((string, object?))("attribute", $"{attribute.Name} ({attribute.InputType}): {string.Join(", ", attribute.Values)}"))]);
        });
    }

    private static Command CreateOne()
    {
        var project = new Option<int?>("--project") { Description = "The project that gets them", HelpName = "ID" };
        var task = new Option<int?>("--task") { Description = "The task that gets them", HelpName = "ID" };
        var command = new Command("create", "Add labels to a project or a task") { project, task };
        var options = new LabelOptions(command);
        return command.Speaking(async (context, client, cancel) =>
        {
            var labels = options.Read(context);
            if (labels.Count == 0)
            {
                throw CommandException.BadUsage("No labels: use --label or --labels.");
            }

            var changes = new Dictionary<string, object?> { ["labels"] = labels };
            switch (context.Get(project), context.Get(task))
            {
                case ({ } id, null):
                    await client.Projects.UpdateAsync(id, changes, cancel);
                    break;
                case (null, { } id):
                    await client.Tasks.UpdateAsync(id, changes, cancel);
                    break;
                default:
                    throw CommandException.BadUsage("Use one of --project and --task.");
            }

            return context.Done(labels, $"Added {string.Join(", ", labels.Select(label => label.Name))}.");
        });
    }

    private static Command Update()
    {
        var id = new Argument<int>("ID");
        var changes = new Changes().Text("--name", "name").Text("--color", "color", "A new colour, such as #20a0ff").Text("--type", "type");
        return changes.AddTo(new Command("update", "Change a label") { id }).Speaking(async (context, client, cancel) =>
        {
            var label = await client.Labels.UpdateAsync(context.Get(id), await changes.ReadAsync(context, client, cancel), cancel);
            return context.Done(label, $"Label {label.Id} was changed: {label.Name}");
        });
    }

    private static Command Delete() => Deleting.Command("label", "Delete labels with all annotations that have them", (client, id, cancel) => client.Labels.DeleteAsync(id, cancel));
}
