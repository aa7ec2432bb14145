using System.CommandLine;
using Annotator.Client;
using Annotator.Client.Tasks;

namespace Annotator.Cli.Server;

/// <summary><c>annotator task create NAME FILE …</c> and <c>task upload ID FILE …</c>, which goes on with what was broken off.</summary>
internal static class TaskCreation
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "Its name; with --bulk of all of them, with {{file_name}} for a file or folder and {{index}} for its number" };
        var files = Files();
        var bulk = new Option<bool>("--bulk") { Description = "Make a task of each archive, video and folder, and one of the photos that are in none" };
        var project = new Option<int?>("--project") { Description = "The project whose labels it has; else it needs labels of its own", HelpName = "ID" };
        var subset = new Option<string?>("--subset") { Description = "A part of the dataset, such as train" };
        var segment = new Option<int?>("--segment-size") { Description = "Frames of a job; all in one job where left out" };
        var overlap = new Option<int?>("--overlap") { Description = "Frames that neighbouring jobs share" };
        var command = new Command("create", "Make a task of images, folders, patterns, a video or an archive, or with --bulk many tasks") { name, files, bulk, project, subset, segment, overlap };
        var labels = new LabelOptions(command);
        var media = new MediaOptions(command);
        var source = new SourceOptions(command);
        return command.Speaking(async (context, client, cancel) =>
        {
            var own = labels.Read(context);
            var task = new NewTask
            {
                Name = context.Get(name),
                ProjectId = context.Get(project),
                Labels = context.Get(project) is null || own.Count > 0 ? own : null,
                Subset = context.Get(subset),
                SegmentSize = context.Get(segment),
                Overlap = context.Get(overlap),
            };
            media.Check(context);
            if (context.Get(bulk))
            {
                if (source.Read(context, context.Get(files).Length) is not null || context.Get(files).Length == 0)
                {
                    throw CommandException.BadUsage("--bulk makes tasks of FILE …: name archives, videos, folders or patterns.");
                }

                return await BulkTasks.CreateAsync(context, client, task, BulkTasks.Find(context.Get(files)), media, cancel);
            }

            var sent = MediaFiles.Find(context.Get(files));
            var elsewhere = source.Read(context, sent.Count);
            var made = await client.Tasks.CreateAsync(task, cancel);
            try
            {
                return elsewhere is not null ? await media.StartAsync(context, client, made.Id, elsewhere, cancel)
                    : sent.Count > 0 ? await media.SendAsync(context, client, made.Id, sent, cancel)
                    : context.Done(made, $"Task {made.Id} was made, without media.");
            }
            catch (Exception error) when (error is OperationCanceledException or HttpRequestException or IOException or AnnotatorApiException)
            {
                await context.Host.Error.WriteLineAsync($"annotator: task {made.Id} is there, its files are not all; go on with: annotator task upload {made.Id} FILE …");
                throw;
            }
        });
    }

    public static Command CreateUpload()
    {
        var id = new Argument<int>("ID");
        var files = Files();
        files.Arity = ArgumentArity.OneOrMore;
        var command = new Command("upload", "Send the media of a task that has none, or go on where that was broken off") { id, files };
        var media = new MediaOptions(command);
        return command.Speaking((context, client, cancel) => media.SendAsync(context, client, context.Get(id), MediaFiles.Find(context.Get(files)), cancel));
    }

    public static Command CreateAppend()
    {
        var id = new Argument<int>("ID");
        var files = Files();
        var command = new Command("append", "Add media to a task that has some; frames, jobs and annotations that are there stay, and new frames come in new jobs") { id, files };
        var media = new MediaOptions(command, append: true);
        var source = new SourceOptions(command);
        return command.Speaking(async (context, client, cancel) =>
        {
            media.Check(context);
            var sent = MediaFiles.Find(context.Get(files));
            var elsewhere = source.Read(context, sent.Count);
            return elsewhere is not null ? await media.StartAsync(context, client, context.Get(id), elsewhere, cancel)
                : sent.Count > 0 ? await media.SendAsync(context, client, context.Get(id), sent, cancel)
                : throw CommandException.BadUsage("Name the media to add: FILE …, --server-files or --urls.");
        });
    }

    private static Argument<string[]> Files() => new("FILE") { Description = "Files, folders, or patterns such as 'photos/**/*.jpg'", Arity = ArgumentArity.ZeroOrMore };
}
