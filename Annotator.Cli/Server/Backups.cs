using System.CommandLine;
using Annotator.Client;
using Annotator.Client.Datasets;
using Annotator.Client.Operations;

namespace Annotator.Cli.Server;

/// <summary><c>backup</c> and <c>restore</c> of projects and tasks.</summary>
internal static class Backups
{
    public static Command Create(DatasetTarget target)
    {
        var what = target.ToString().ToLowerInvariant();
        var id = new Argument<int>("ID");
        var output = new Option<string?>("--output", "-o") { Description = "Where to put the archive, a file or a folder; left out, here under the server's name for it; with --to-storage its name there", HelpName = "FILE" };
        var storage = Transfers.ToStorage();
        var force = new Option<bool>("--force") { Description = "Write over what is there" };
        return new Command("backup", $"Download a {what} with its settings, jobs, annotations and originals") { id, output, storage, force }.Speaking(async (context, client, cancel) =>
        {
            var usual = $"{what}_{context.Get(id)}_backup.zip";
            if (context.Get(storage) is { } stored)
            {
                var name = context.Get(output) ?? usual;
                var asked = await client.Datasets.BackupAsync(target, context.Get(id), cancel, stored, name);
                Transfers.DoneInStorage(context, await client.FinishAsync(context, asked.RqId, cancel), stored, name);
                return ExitCodes.Done;
            }

            var place = Path.GetFullPath(context.Get(output) ?? ".");
            var named = !Directory.Exists(place);
            if (named)
            {
                Transfers.ThrowIfThere(place, context.Get(force));
            }

            var started = await client.Datasets.BackupAsync(target, context.Get(id), cancel);
            var request = await client.FinishAsync(context, started.RqId, cancel);
            var path = await Transfers.DownloadAsync(context, client, request, place, context.Get(force), usual, cancel);
            context.Done(new { File = path, Bytes = new FileInfo(path).Length, request.Report }, $"{(named ? context.Get(output) : path)}: {new FileInfo(path).Length} bytes");
            Transfers.WriteIssues(context, request.Report);
            return ExitCodes.Done;
        });
    }

    public static Command Restore(DatasetTarget target)
    {
        var what = target.ToString().ToLowerInvariant();
        var file = new Argument<string>("FILE") { Description = $"The backup of a {what}, made here or by CVAT; with --from-storage its name there" };
        var storage = Transfers.FromStorage();
        return new Command("restore", $"Make a new {what} from a backup") { file, storage }.Speaking(async (context, client, cancel) =>
        {
            var path = context.Get(file)!;
            var started = context.Get(storage) is { } from
                ? await client.Datasets.RestoreStoredAsync(target, from, path, cancel)
                : await UploadAsync(client, target, path, cancel);
            var request = await client.FinishAsync(context, started.RqId, cancel);
            context.Done(new { Id = request.ResultId, request.Report }, $"Restored {path} as {what} {request.ResultId}");
            Transfers.WriteIssues(context, request.Report);
            return ExitCodes.Done;
        });
    }

    private static async Task<RequestId> UploadAsync(AnnotatorClient client, DatasetTarget target, string path, CancellationToken cancel)
    {
        await using var content = Transfers.OpenFile(path);
        return await client.Datasets.RestoreAsync(target, Path.GetFileName(path), content, cancel);
    }
}
