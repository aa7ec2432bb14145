using System.CommandLine;
using Annotator.Cli.Output;
using Annotator.Client.Operations;

namespace Annotator.Cli.Server;

/// <summary><c>annotator request</c> and <c>annotator watch</c>: work in the background of the server.</summary>
internal static class RequestCommands
{
    public static Command Create()
    {
        var command = new Command("request", "Work in the background: imports, exports, preparing of media") { List(), Show(), Cancel(), Retry() };
        command.Aliases.Add("requests");
        return command;
    }

    public static Command CreateWatch()
    {
        var id = new Argument<string>("REQUEST");
        return new Command("watch", "Wait until a request is over; ends with 1 when it failed") { id }.Speaking(async (context, client, cancel) =>
        {
            var request = await client.WaitAsync(context, context.Get(id), cancel);
            context.Done(request, $"{request.Operation.Type}: {request.Status}{(request.Message.Length > 0 ? ": " + Datasets.ReportOutput.Printable(request.Message) : "")}");
            return request.Status == RequestStatuses.Finished ? ExitCodes.Done : ExitCodes.Failed;
        });
    }

    private static Command List()
    {
        var status = new Option<string?>("--status") { Description = "Only those that are so far" };
        status.AcceptOnlyFromAmong("queued", "started", "finished", "failed");
        var command = new Command("list", "List requests, the newest first") { status };
        var options = new ListOptions(command);
        return command.Speaking(async (context, client, cancel) => context.List(
            await options.ReadAsync(context, client.Requests.ListAsync, new Dictionary<string, string?> { ["status"] = context.Get(status) }, cancel),
            new TextTable("request", "what", "status", "created", "message"),
            request => [request.Id, request.Operation.Type, request.Status, request.CreatedDate, request.Message]));
    }

    private static Command Show()
    {
        var id = new Argument<string>("REQUEST");
        return new Command("show", "Show one request") { id }.Speaking(async (context, client, cancel) =>
        {
            var request = await client.Requests.GetAsync(context.Get(id), cancel);
            return context.One(
                request,
                ("request", request.Id), ("what", request.Operation.Type), ("status", request.Status), ("message", request.Message), ("progress", request.Progress),
                ("created", request.CreatedDate), ("finished", request.FinishedDate), ("result", request.ResultId?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? request.ResultUrl), ("report", request.Report?.ToString()));
        });
    }

    private static Command Cancel()
    {
        var id = new Argument<string>("REQUEST");
        return new Command("cancel", "Call off a request") { id }.Speaking(async (context, client, cancel) =>
        {
            await client.Requests.CancelAsync(context.Get(id), cancel);
            return context.Done(new { Cancelled = context.Get(id) }, $"Request {context.Get(id)} is called off.");
        });
    }

    private static Command Retry()
    {
        var id = new Argument<string>("REQUEST");
        return new Command("retry", "Do once more what failed") { id }.Speaking(async (context, client, cancel) =>
        {
            await client.Requests.RetryAsync(context.Get(id), cancel);
            return context.Done(new { Retried = context.Get(id) }, $"Request {context.Get(id)} is on its way again.");
        });
    }
}
