using System.Text.RegularExpressions;
using Annotator.Cli.Datasets;
using Annotator.Cli.Output;
using Annotator.Client;
using Annotator.Client.Tasks;

namespace Annotator.Cli.Server;

/// <summary><c>annotator task create TEMPLATE FILE … --bulk</c>: many tasks, sorted and named as the page for several tasks does.</summary>
public static partial class BulkTasks
{
    private const string Photos = "photos";

    /// <summary>
    /// Each archive and each video is a task of its own, wherever it lies; a folder, named or found by a pattern, is one of the
    /// photos in it; loose photos go together. In the order of the arguments.
    /// </summary>
    /// <exception cref="CommandException">Nothing is there, or two files of one task would have one name.</exception>
    public static IReadOnlyList<(string Title, IReadOnlyList<UploadFile> Files)> Find(IEnumerable<string> arguments)
    {
        var groups = new Dictionary<string, (string Title, List<(string Name, string Path)> Files)>(StringComparer.Ordinal);
        foreach (var argument in arguments)
        {
            var folder = Directory.Exists(argument) ? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(argument))) : null;
            foreach (var (name, path) in MediaFiles.Named(argument))
            {
                var slash = name.IndexOf('/', StringComparison.Ordinal);
                var (key, title) = Alone().IsMatch(name) ? ("file " + Path.GetFullPath(path), Path.GetFileNameWithoutExtension(name))
                    : folder is not null ? ("folder " + Path.GetFullPath(argument), folder)
                    : slash > 0 ? ("folder " + Path.GetFullPath(path)[..^(name.Length - slash)], name[..slash])
                    : (Photos, Photos);
                if (!groups.TryGetValue(key, out var group))
                {
                    groups[key] = group = (title, []);
                }

                group.Files.Add((Alone().IsMatch(name) ? Path.GetFileName(path) : name, path));
            }
        }

        return [.. groups.Values.Select(group => (group.Title, MediaFiles.Together(group.Files)))];
    }

    /// <summary>Makes them one after the other. One that fails does not keep the others.</summary>
    /// <param name="template">What they all are; its name is the template of theirs.</param>
    internal static async Task<int> CreateAsync(
        CommandContext context, AnnotatorClient client, NewTask template, IReadOnlyList<(string Title, IReadOnlyList<UploadFile> Files)> groups, MediaOptions media, CancellationToken cancel)
    {
        var outcomes = new List<Outcome>();
        foreach (var (number, (title, files)) in groups.Index())
        {
            var outcome = await MakeAsync(context, client, template with { Name = TaskNameTemplate.Apply(template.Name, title, number + 1) }, files, media, cancel);
            outcomes.Add(outcome);
            if (!context.Json)
            {
                context.Write($"{number + 1}/{groups.Count} {outcome.Words}");
            }
        }

        var failed = outcomes.Count(outcome => outcome.Error is not null);
        context.Done(outcomes, $"{ReportOutput.Number(outcomes.Count - failed, "task")} made of {ReportOutput.Number(groups.Sum(group => group.Files.Count), "file")}{(failed > 0 ? $", {failed} failed" : "")}.");
        return failed > 0 ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static async Task<Outcome> MakeAsync(
        CommandContext context, AnnotatorClient client, NewTask task, IReadOnlyList<UploadFile> files, MediaOptions media, CancellationToken cancel)
    {
        int? id = null;
        try
        {
            id = (await client.Tasks.CreateAsync(task, cancel)).Id;
            var request = await media.UploadAsync(context, client, id.Value, files, cancel);
            if (media.NoWait(context))
            {
                return new Outcome(id, task.Name, null, request, null);
            }

            await client.FinishAsync(context, request, cancel);
            return new Outcome(id, task.Name, (await client.Tasks.GetAsync(id.Value, cancel)).Size, null, null);
        }
        catch (Exception error) when (error is CommandException or IOException || (error is AnnotatorApiException refused && (int)refused.Status is not (401 or 403)))
        {
            return new Outcome(id, task.Name, null, null, ReportOutput.Printable(error.Message));
        }
        catch (Exception error) when (id is not null && error is OperationCanceledException or HttpRequestException)
        {
            await context.Host.Error.WriteLineAsync($"annotator: task {id} is there, its files are not all; go on with: annotator task upload {id} FILE …");
            throw;
        }
    }

    [GeneratedRegex(@"\.(zip|mp4|m4v|mov|avi|mkv|webm|mpe?g)$", RegexOptions.IgnoreCase)]
    private static partial Regex Alone();

    /// <summary>What became of one of the tasks.</summary>
    /// <param name="Id">Null when it could not be made.</param>
    /// <param name="Frames">Null while they are made, or when that failed.</param>
    /// <param name="Request">What makes the frames, when nobody waits for it.</param>
    private sealed record Outcome(int? Id, string Name, int? Frames, string? Request, string? Error)
    {
        internal string Words => Error is not null ? $"{Name}: {Error}{(Id is null ? "" : $" Task {Id} stays; try again with: annotator task upload {Id} FILE …")}"
            : Request is not null ? $"task {Id}: {Name}, all files are there; see annotator watch \"{Request}\""
            : $"task {Id}: {Name}, {ReportOutput.Number(Frames ?? 0, "frame")}";
    }
}
