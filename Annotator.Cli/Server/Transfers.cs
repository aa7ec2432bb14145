using System.CommandLine;
using System.Text.Json;
using Annotator.Cli.Datasets;
using Annotator.Cli.Output;
using Annotator.Client;
using Annotator.Client.Datasets;
using Annotator.Client.Operations;

namespace Annotator.Cli.Server;

/// <summary><c>export</c> and <c>import</c> of projects, tasks and jobs.</summary>
internal static class Transfers
{
    public static Command Export(DatasetTarget target)
    {
        var what = target.ToString().ToLowerInvariant();
        var id = new Argument<int>("ID");
        var tasks = new Option<int[]>("--task") { Description = "Only this task of the project; may be repeated", DefaultValueFactory = _ => [] };
        var command = new Command("export", $"Export a {what} into a file") { id };
        if (target == DatasetTarget.Project)
        {
            command.Add(tasks);
        }

        return Exporting(command, (context, client, options, cancel) => client.Datasets.ExportAsync(
            target, context.Get(id), target == DatasetTarget.Project && context.Get(tasks) is { Length: > 0 } only ? options with { TaskIds = only } : options, cancel));
    }

    /// <summary><c>export</c> without an object before it: several of them into one file.</summary>
    public static Command ExportSeveral()
    {
        var projects = new Option<int[]>("--project") { Description = "A project, whole; may be repeated", DefaultValueFactory = _ => [] };
        var tasks = new Option<int[]>("--task") { Description = "A task; may be repeated", DefaultValueFactory = _ => [] };
        var jobs = new Option<int[]>("--job") { Description = "A job; may be repeated", DefaultValueFactory = _ => [] };
        var command = new Command("export", "Export several projects, tasks and jobs into one file") { projects, tasks, jobs };
        return Exporting(command, (context, client, options, cancel) =>
        {
            int[] p = context.Get(projects) ?? [], t = context.Get(tasks) ?? [], j = context.Get(jobs) ?? [];
            return p.Length + t.Length + j.Length == 0
                ? throw CommandException.BadUsage("Say what to export: --project, --task or --job, each as often as you like.")
                : client.Datasets.ExportSelectionAsync(options with { ProjectIds = p, TaskIds = t, JobIds = j }, cancel);
        });
    }

    /// <summary>Asks for an export, waits for it, and downloads it where it did not go to a cloud storage.</summary>
    private static Command Exporting(Command command, Func<CommandContext, AnnotatorClient, ExportOptions, CancellationToken, Task<RequestId>> ask)
    {
        var file = new Argument<string>("FILE") { Description = "Where to put the archive; with --to-storage its name there" };
        var storage = ToStorage();
        var force = new Option<bool>("--force") { Description = "Write over what is there" };
        command.Add(file);
        var choices = new ExportChoices(command);
        command.Add(storage);
        command.Add(force);
        return command.Speaking(async (context, client, cancel) =>
        {
            var options = choices.Read(context);
            var name = context.Get(file);
            var path = Path.GetFullPath(name);
            if (context.Get(storage) is { } id)
            {
                options = options with { CloudStorageId = id, FileName = name };
            }
            else
            {
                ThrowIfThere(path, context.Get(force));
            }

            var started = await ask(context, client, options, cancel);
            var request = await client.FinishAsync(context, started.RqId, cancel);
            if (options.CloudStorageId is { } stored)
            {
                DoneInStorage(context, request, stored, name);
            }
            else
            {
                await DownloadAsync(context, client, request, path, context.Get(force), "", cancel);
                context.Done(new { File = path, Bytes = new FileInfo(path).Length, request.Report }, $"{name}: {new FileInfo(path).Length} bytes");
            }

            WriteIssues(context, request.Report);
            return ExitCodes.Done;
        });
    }

    public static Command Import(DatasetTarget target)
    {
        var what = target.ToString().ToLowerInvariant();
        var id = new Argument<int>("ID");
        var file = new Argument<string>("FILE") { Description = "An annotation file or an archive; with --from-storage its name there" };
        var format = new Option<string?>("--format", "-f") { Description = "The format's name; the server tells it from the content where left out", HelpName = "FORMAT" };
        format.CompletionSources.Add([.. FormatNames.Readable]);
        var mode = new Option<string>("--mode") { Description = "replace what is there, append to it, or merge what overlaps", DefaultValueFactory = _ => "replace" };
        mode.AcceptOnlyFromAmong("replace", "append", "merge");
        var match = new Option<string>("--match") { Description = "How images are found", DefaultValueFactory = _ => "automatic" };
        match.AcceptOnlyFromAmong("automatic", "path", "name", "stem", "number");
        var create = new Option<bool>("--create-labels") { Description = "Make labels that are missing" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only tell what would happen" };
        var storage = FromStorage();
        var read = new ReadOptions();
        var command = new Command("import", $"Import annotations into a {what}") { id, file, format, mode, match, create, dryRun, storage };
        read.AddTo(command);
        return command.Speaking(async (context, client, cancel) =>
        {
            var reading = read.Read(context);
            var options = new ImportOptions
            {
                Format = context.Get(format) is { } name ? FormatNames.Importer(name).Format.Name : null,
                Mode = context.Get(mode)!,
                Matching = context.Get(match)!,
                CreateLabels = context.Get(create),
                DryRun = context.Get(dryRun),
                OneBased = reading.OneBased,
                FramesBy = reading.FramesBy.ToString().ToLowerInvariant(),
            };
            var started = context.Get(storage) is { } from
                ? await client.Datasets.ImportStoredAsync(target, context.Get(id), from, context.Get(file), options, cancel)
                : await UploadAsync();
            var request = await client.FinishAsync(context, started.RqId, cancel);
            var report = ImportReport.Of(request.Report);
            if (context.Get(dryRun) && report?.UploadId is { } waiting)
            {
                await client.Datasets.DiscardAsync(target, context.Get(id), waiting, cancel);
            }

            context.Done(new { Request = request.Id, request.Report }, $"{(context.Get(dryRun) ? "Would import" : "Imported")} {context.Get(file)}{(report is null ? "" : $": {ReportOutput.Counts(report.Added)}; {report.Removed} removed, {report.Frames?.Unmatched ?? 0} images not found")}");
            WriteIssues(context, request.Report);
            return ExitCodes.Done;

            async Task<RequestId> UploadAsync()
            {
                await using var content = OpenFile(context.Get(file));
                var upload = await client.Uploads.UploadAsync(DatasetsApi.ImportAddress(target, context.Get(id)), Path.GetFileName(context.Get(file)), content, cancel);
                return await client.Datasets.ImportUploadedAsync(target, context.Get(id), upload, options, cancel);
            }
        });
    }

    /// <summary>The option by which a file goes to a cloud storage instead of this computer.</summary>
    public static Option<int?> ToStorage() => new("--to-storage") { Description = "Write the file to this cloud storage instead of here; one of its name there is replaced", HelpName = "ID" };

    /// <summary>The option by which a file is taken from a cloud storage instead of this computer.</summary>
    public static Option<int?> FromStorage() => new("--from-storage") { Description = "The cloud storage that the file is in", HelpName = "ID" };

    /// <summary>Tells that the file is in a cloud storage.</summary>
    public static void DoneInStorage(CommandContext context, BackgroundRequest request, int storage, string name) =>
        context.Done(new { CloudStorage = storage, File = name, request.Report }, $"{name} is in cloud storage {storage}");

    /// <exception cref="CommandException">There is no such file.</exception>
    public static FileStream OpenFile(string path) => File.Exists(path) ? File.OpenRead(path) : throw CommandException.NotFound($"There is no file {path}.");

    /// <exception cref="CommandException">The file is there, and is not to be written over.</exception>
    public static void ThrowIfThere(string path, bool force)
    {
        if (File.Exists(path) && !force)
        {
            throw new CommandException(ExitCodes.Failed, $"{path} is there already; --force writes over it.");
        }
    }

    /// <summary>Downloads what a request made. The file appears when it is whole.</summary>
    /// <param name="place">The file, or a folder, where it gets the name that the server gives it.</param>
    /// <param name="usual">The name in a folder where the server gives none.</param>
    /// <returns>The file.</returns>
    /// <exception cref="CommandException">The file is there, and is not to be written over.</exception>
    public static async Task<string> DownloadAsync(
        CommandContext context, AnnotatorClient client, BackgroundRequest request, string place, bool force, string usual, CancellationToken cancel)
    {
        var isFolder = Directory.Exists(place);
        var partial = isFolder ? Path.Combine(place, $"{Path.GetRandomFileName()}.partial") : $"{place}.{Path.GetRandomFileName()}.partial";
        try
        {
            string? name;
            await using (var output = new FileStream(partial, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                name = await client.Datasets.CopyToAsync(request, output, new Bytes(context.Progress, isFolder ? usual : Path.GetFileName(place)), cancel);
            }

            var path = isFolder ? Path.Combine(place, name is { Length: > 0 } ? name : usual) : place;
            ThrowIfThere(path, force);
            File.Move(partial, path, overwrite: force);
            return path;
        }
        finally
        {
            File.Delete(partial);
        }
    }

    public static void WriteIssues(CommandContext context, JsonElement? report)
    {
        if (context.Json || report is not { ValueKind: JsonValueKind.Object } whole || !whole.TryGetProperty("lines", out var lines) || lines.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        ReportOutput.Write(context, lines.Deserialize<List<Issue>>(CommandContext.JsonForm) ?? []);
    }

    private sealed class Bytes(ProgressLine line, string name) : IProgress<(long Done, long? Total)>
    {
        public void Report((long Done, long? Total) value)
        {
            if (value.Total is { } total)
            {
                line.Show(name, value.Done, total);
            }
            else
            {
                line.Show("bytes of " + name, value.Done);
            }
        }
    }
}
