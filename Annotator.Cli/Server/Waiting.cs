using Annotator.Cli.Datasets;
using Annotator.Cli.Output;
using Annotator.Client;
using Annotator.Client.Operations;

namespace Annotator.Cli.Server;

/// <summary>Waits for work in the background of the server, with a bar.</summary>
internal static class Waiting
{
    /// <summary>The request when it is over.</summary>
    public static Task<BackgroundRequest> WaitAsync(this AnnotatorClient client, CommandContext context, string id, CancellationToken cancel) =>
        client.Requests.WaitAsync(id, new Shown(context.Progress), context.Host.Time, cancel);

    /// <exception cref="CommandException">The work failed.</exception>
    public static async Task<BackgroundRequest> FinishAsync(this AnnotatorClient client, CommandContext context, string id, CancellationToken cancel)
    {
        var request = await client.WaitAsync(context, id, cancel);
        return request.Status == RequestStatuses.Finished
            ? request
            : throw new CommandException(ExitCodes.Failed, $"{request.Operation.Type} failed: {ReportOutput.Printable(request.Message)} (request {request.Id})");
    }

    private sealed class Shown(ProgressLine line) : IProgress<BackgroundRequest>
    {
        public void Report(BackgroundRequest value)
        {
            var what = $"{value.Operation.Type} {(value.Message.Length > 0 ? ReportOutput.Printable(value.Message) : value.Status)}";
            line.Show(what.Length <= 70 ? what : what[..70], (long)((value.Progress ?? 0) * 100), 100);
        }
    }
}
