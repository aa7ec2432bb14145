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
        var file = new Argument<string>("FILE") { Description = "Where to put the archive" };
        var format = new Option<string>("--format", "-f") { Description = "The format's name, such as COCO 1.0; a clear part of it is enough", HelpName = "FORMAT", Required = true };
        format.CompletionSources.Add([.. FormatNames.Writable]);
        var images = new Option<bool>("--save-images") { Description = "With the images" };
        var onlyAnnotated = new Option<bool>("--only-annotated") { Description = "Only frames that have annotations" };
        var onlyKeyframes = new Option<bool>("--only-keyframes") { Description = "Tracks on their keyframes only, not on the frames between" };
        var jobs = new Option<string?>("--jobs") { Description = "Of all jobs, or only of completed or accepted ones" };
        jobs.AcceptOnlyFromAmong("all", "completed", "accepted");
        var labels = new Option<string[]>("--label") { Description = "Only this label; may be repeated", DefaultValueFactory = _ => [] };
        var force = new Option<bool>("--force") { Description = "Write over what is there" };
        return new Command("export", $"Export a {what} into a file") { id, file, format, images, onlyAnnotated, onlyKeyframes, jobs, labels, force }.Speaking(async (context, client, cancel) =>
        {
            var path = Path.GetFullPath(context.Get(file));
            ThrowIfThere(path, context.Get(force));

            var started = await client.Datasets.ExportAsync(target, context.Get(id), new ExportOptions
            {
                Format = FormatNames.Exporter(context.Get(format)!).Format.Name,
                SaveImages = context.Get(images),
                OnlyAnnotated = context.Get(onlyAnnotated),
                OnlyKeyframes = context.Get(onlyKeyframes),
                Jobs = context.Get(jobs),
                Labels = context.Get(labels) is { Length: > 0 } named ? named : null,
            }, cancel);
            var request = await client.FinishAsync(context, started.RqId, cancel);
            await DownloadAsync(context, client, request, path, context.Get(force), "", cancel);
            context.Done(new { File = path, Bytes = new FileInfo(path).Length, request.Report }, $"{context.Get(file)}: {new FileInfo(path).Length} bytes");
            WriteIssues(context, request.Report);
            return ExitCodes.Done;
        });
    }

    public static Command Import(DatasetTarget target)
    {
        var what = target.ToString().ToLowerInvariant();
        var id = new Argument<int>("ID");
        var file = new Argument<string>("FILE") { Description = "An annotation file or an archive" };
        var format = new Option<string?>("--format", "-f") { Description = "The format's name; the server tells it from the content where left out", HelpName = "FORMAT" };
        format.CompletionSources.Add([.. FormatNames.Readable]);
        var mode = new Option<string>("--mode") { Description = "replace what is there, append to it, or merge what overlaps", DefaultValueFactory = _ => "replace" };
        mode.AcceptOnlyFromAmong("replace", "append", "merge");
        var match = new Option<string>("--match") { Description = "How images are found", DefaultValueFactory = _ => "automatic" };
        match.AcceptOnlyFromAmong("automatic", "path", "name", "stem", "number");
        var create = new Option<bool>("--create-labels") { Description = "Make labels that are missing" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only tell what would happen" };
        var oneBased = new Option<bool>("--one-based") { Description = "PASCAL VOC and MOT with pixels counted from 1" };
        return new Command("import", $"Import annotations into a {what}") { id, file, format, mode, match, create, dryRun, oneBased }.Speaking(async (context, client, cancel) =>
        {
            if (!File.Exists(context.Get(file)))
            {
                throw CommandException.NotFound($"There is no file {context.Get(file)}.");
            }

            await using var content = File.OpenRead(context.Get(file));
            var upload = await client.Uploads.UploadAsync(DatasetsApi.ImportAddress(target, context.Get(id)), Path.GetFileName(context.Get(file)), content, cancel);
            var started = await client.Datasets.ImportUploadedAsync(target, context.Get(id), upload, new ImportOptions
            {
                Format = context.Get(format) is { } name ? FormatNames.Importer(name).Format.Name : null,
                Mode = context.Get(mode)!,
                Matching = context.Get(match)!,
                CreateLabels = context.Get(create),
                DryRun = context.Get(dryRun),
                OneBased = context.Get(oneBased),
            }, cancel);
            var request = await client.FinishAsync(context, started.RqId, cancel);
            var report = ImportReport.Of(request.Report);
            if (context.Get(dryRun) && report?.UploadId is { } waiting)
            {
                await client.Datasets.DiscardAsync(target, context.Get(id), waiting, cancel);
            }

            context.Done(new { Request = request.Id, request.Report }, $"{(context.Get(dryRun) ? "Would import" : "Imported")} {context.Get(file)}{(report is null ? "" : $": {ReportOutput.Counts(report.Added)}; {report.Removed} removed, {report.Frames?.Unmatched ?? 0} images not found")}");
            WriteIssues(context, request.Report);
            return ExitCodes.Done;
        });
    }

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
