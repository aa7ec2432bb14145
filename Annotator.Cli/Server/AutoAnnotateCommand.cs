using System.CommandLine;
using System.Globalization;
using Annotator.Cli.Output;
using Annotator.Client;
using Annotator.Client.Models;

namespace Annotator.Cli.Server;

/// <summary><c>annotator auto-annotate</c>: a model is run over a project, a task or a job.</summary>
internal static class AutoAnnotateCommand
{
    public static Command Create()
    {
        var model = new Argument<int>("MODEL") { Description = "The model's number: see annotator model list" };
        var project = new Option<int?>("--project");
        var task = new Option<int?>("--task");
        var job = new Option<int?>("--job");
        var map = new Option<string[]>("--map") { Description = "What a class becomes: cat=animal, or cat=animal@0.4 with its own threshold, or cat= to leave it out; may be repeated. A class that is not named becomes the label of its name", HelpName = "CLASS=LABEL[@SCORE]", DefaultValueFactory = _ => [] };
        var threshold = new Option<double?>("--threshold") { Description = "The least score that counts, 0 to 1; left out, the model's own" };
        var frames = new Option<string?>("--frames") { Description = "Frames of the task, such as 0-99,250", HelpName = "RANGES" };
        var onlyMissing = new Option<bool>("--only-missing") { Description = "Leave frames alone that have annotations" };
        var replace = new Option<bool>("--replace") { Description = "Remove what is on the frames first" };
        var polygons = new Option<bool>("--polygons") { Description = "Make polygons of masks" };
        var tiles = new Option<bool>("--tiles") { Description = "Look at large images in tiles, too" };
        var tracks = new Option<bool>("--tracks") { Description = "Join boxes and polygons of frame after frame to tracks" };
        var noWait = new Option<bool>("--no-wait") { Description = "Do not wait until it is done; annotator watch does" };
        return new Command("auto-annotate", "Have a model annotate a project, a task or a job") { model, project, task, job, map, threshold, frames, onlyMissing, replace, polygons, tiles, tracks, noWait }
            .Speaking(async (context, client, cancel) =>
            {
                var run = new ModelRun
                {
                    ProjectId = context.Get(project),
                    TaskId = context.Get(task),
                    JobId = context.Get(job),
                    Mapping = context.Get(map) is { Length: > 0 } pairs ? Mapping(pairs) : null,
                    Threshold = context.Get(threshold),
                    Frames = context.Get(frames) is { } ranges ? Ranges(ranges) : null,
                    OnlyMissing = context.Get(onlyMissing),
                    Replace = context.Get(replace),
                    MasksToPolygons = context.Get(polygons),
                    Tiles = context.Get(tiles),
                    MakeTracks = context.Get(tracks),
                };
                if (new[] { run.ProjectId, run.TaskId, run.JobId }.Count(id => id is not null) != 1)
                {
                    throw CommandException.BadUsage("Name exactly one of --project, --task and --job.");
                }

                var started = await client.Models.RunAsync(context.Get(model), run, cancel);
                return await FinishedAsync(context, client, started.RqId, context.Get(noWait), cancel);
            });
    }

    /// <summary>Waits for work that writes annotations and tells what came of it, unless nobody wants to wait.</summary>
    public static async Task<int> FinishedAsync(CommandContext context, AnnotatorClient client, string id, bool noWait, CancellationToken cancel)
    {
        if (noWait)
        {
            return context.Done(new { Request = id }, id);
        }

        var request = await client.FinishAsync(context, id, cancel);
        context.Done(new { Request = id, request.Message, request.Report }, Datasets.ReportOutput.Printable(request.Message));
        if (!context.Json && request.Report is { } report && report.TryGetProperty("lines", out var lines))
        {
            foreach (var line in lines.EnumerateArray())
            {
                await context.Host.Error.WriteLineAsync(Datasets.ReportOutput.Printable(line.GetString() ?? ""));
            }
        }

        return ExitCodes.Done;
    }

    private static Dictionary<string, LabelChoice> Mapping(string[] pairs)
    {
        var mapping = new Dictionary<string, LabelChoice>(StringComparer.Ordinal);
        foreach (var pair in pairs)
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            if (at < 1)
            {
                throw CommandException.BadUsage($"\"{pair}\" is no CLASS=LABEL.");
            }

            // A label's name may have an @ of its own: only a number behind the last one is a threshold.
            var (label, mark) = (pair[(at + 1)..], pair.LastIndexOf('@'));
            double? least = mark > at && double.TryParse(pair.AsSpan(mark + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var score) ? score : null;
            label = least is null ? label : pair[(at + 1)..mark];
            mapping[pair[..at]] = new LabelChoice(label.Length > 0 ? label : null, least);
        }

        return mapping;
    }

    private static List<int[]> Ranges(string text)
    {
        var ranges = new List<int[]>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-', 2);
            if (!int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first) || !int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last))
            {
                throw CommandException.BadUsage($"\"{part}\" is no range of frames, such as 0-99.");
            }

            ranges.Add([first, last]);
        }

        return ranges;
    }
}
