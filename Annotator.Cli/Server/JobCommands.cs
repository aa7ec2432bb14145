using System.CommandLine;
using System.Globalization;
using Annotator.Cli.Output;
using Annotator.Client.Datasets;
using Annotator.Client.Jobs;

namespace Annotator.Cli.Server;

/// <summary><c>annotator job</c></summary>
internal static class JobCommands
{
    public static Command Create()
    {
        var command = new Command("job", "Jobs: runs of frames that one person works on")
        {
            List(), Show(), Assign(), Move(), Transfers.Export(DatasetTarget.Job), Transfers.Import(DatasetTarget.Job), TrackCommand.Create(),
        };
        command.Aliases.Add("jobs");
        return command;
    }

    private static Command List()
    {
        var task = new Option<int?>("--task") { Description = "Only those of this task", HelpName = "ID" };
        var project = new Option<int?>("--project") { Description = "Only those of this project", HelpName = "ID" };
        var assignee = new Option<string?>("--assignee") { Description = "Only those of this user", HelpName = "NAME" };
        var stage = new Option<string?>("--stage") { Description = string.Join(", ", JobStages.All) };
        stage.AcceptOnlyFromAmong([.. JobStages.All]);
        var state = new Option<string?>("--state") { Description = string.Join(", ", JobStates.All) };
        state.AcceptOnlyFromAmong([.. JobStates.All]);
        var command = new Command("list", "List jobs") { task, project, assignee, stage, state };
        var options = new ListOptions(command);
        return command.Speaking(async (context, client, cancel) => context.List(
            await options.ReadAsync(context, client.Jobs.ListAsync, new Dictionary<string, string?>
            {
                ["task_id"] = context.Get(task)?.ToString(CultureInfo.InvariantCulture),
                ["project_id"] = context.Get(project)?.ToString(CultureInfo.InvariantCulture),
                ["assignee"] = context.Get(assignee),
                ["stage"] = context.Get(stage),
                ["state"] = context.Get(state),
            }, cancel),
            new TextTable("id", "task", "frames", "stage", "state", "assignee"),
            job => [job.Id, job.TaskId, $"{job.StartFrame}-{job.StopFrame}", job.Stage, job.State, job.Assignee?.Username]));
    }

    private static Command Show()
    {
        var id = new Argument<int>("ID");
        return new Command("show", "Show one job") { id }.Speaking(async (context, client, cancel) =>
        {
            var job = await client.Jobs.GetAsync(context.Get(id), cancel);
            return context.One(
                job,
                ("id", job.Id), ("task", job.TaskId), ("project", job.ProjectId), ("type", job.Type), ("frames", $"{job.StartFrame}-{job.StopFrame}"), ("stage", job.Stage), ("state", job.State),
                ("assignee", job.Assignee?.Username), ("issues", job.Issues.Count), ("updated", job.UpdatedDate));
        });
    }

    private static Command Assign()
    {
        var ids = new Argument<int[]>("ID") { Arity = ArgumentArity.OneOrMore };
        var to = new Option<string>("--to") { Description = "A user's name or number, or nobody", HelpName = "USER", Required = true };
        return new Command("assign", "Give jobs to somebody") { ids, to }.Speaking(async (context, client, cancel) =>
            await ChangeAsync(context, client, context.Get(ids), new Dictionary<string, object?> { ["assignee"] = await Users.FindAsync(client, context.Get(to)!, cancel) }, cancel));
    }

    private static Command Move()
    {
        var ids = new Argument<int[]>("ID") { Arity = ArgumentArity.OneOrMore };
        var stage = new Option<string?>("--stage") { Description = "Where the job goes" };
        stage.AcceptOnlyFromAmong([.. JobStages.All]);
        var state = new Option<string?>("--state") { Description = "How far the work of the stage is" };
        state.AcceptOnlyFromAmong([.. JobStates.All]);
        return new Command("move", "Move jobs to another stage or state") { ids, stage, state }.Speaking((context, client, cancel) =>
        {
            var changes = new Dictionary<string, object?>();
            if (context.Get(stage) is { } toStage)
            {
                changes["stage"] = toStage;
            }

            if (context.Get(state) is { } toState)
            {
                changes["state"] = toState;
            }

            return changes.Count > 0 ? ChangeAsync(context, client, context.Get(ids), changes, cancel) : throw CommandException.BadUsage("Nothing to change: use --stage or --state.");
        });
    }

    private static async Task<int> ChangeAsync(CommandContext context, Client.AnnotatorClient client, int[] ids, Dictionary<string, object?> changes, CancellationToken cancel)
    {
        var jobs = new List<Job>();
        foreach (var id in ids)
        {
            jobs.Add(await client.Jobs.UpdateAsync(id, changes, cancel));
            context.Progress.Show("jobs changed", jobs.Count, ids.Length);
        }

        return context.List(jobs, new TextTable("id", "stage", "state", "assignee"), job => [job.Id, job.Stage, job.State, job.Assignee?.Username]);
    }
}
