using System.CommandLine;
using Annotator.Cli.Output;
using Annotator.Client;
using Annotator.Client.Tasks;

namespace Annotator.Cli.Server;

/// <summary><c>annotator task create NAME FILE …</c> and <c>task upload ID FILE …</c>, which goes on with what was broken off.</summary>
internal static class TaskCreation
{
    private const int AtOnce = 4;

    public static Command Create()
    {
        var name = new Argument<string>("NAME");
        var files = Files();
        var project = new Option<int?>("--project") { Description = "The project whose labels it has; else it needs labels of its own", HelpName = "ID" };
        var subset = new Option<string?>("--subset") { Description = "A part of the dataset, such as train" };
        var segment = new Option<int?>("--segment-size") { Description = "Frames of a job; all in one job where left out" };
        var overlap = new Option<int?>("--overlap") { Description = "Frames that neighbouring jobs share" };
        var command = new Command("create", "Make a task of images, folders, patterns, a video or an archive") { name, files, project, subset, segment, overlap };
        var labels = new LabelOptions(command);
        var media = new MediaOptions(command);
        var source = new SourceOptions(command);
        return command.Speaking(async (context, client, cancel) =>
        {
            var sent = MediaFiles.Find(context.Get(files));
            source.Read(context, sent.Count);
            var own = labels.Read(context);
            var task = await client.Tasks.CreateAsync(new NewTask
            {
                Name = context.Get(name),
                ProjectId = context.Get(project),
                Labels = context.Get(project) is null || own.Count > 0 ? own : null,
                Subset = context.Get(subset),
                SegmentSize = context.Get(segment),
                Overlap = context.Get(overlap),
            }, cancel);
            if (source.Read(context, sent.Count) is { } elsewhere)
            {
                return await media.StartAsync(context, client, task.Id, elsewhere, cancel);
            }

            try
            {
                return sent.Count == 0 ? context.Done(task, $"Task {task.Id} was made, without media.") : await media.SendAsync(context, client, task.Id, sent, cancel);
            }
            catch (Exception error) when (error is OperationCanceledException or HttpRequestException or IOException)
            {
                await context.Host.Error.WriteLineAsync($"annotator: task {task.Id} is there, its files are not all; go on with: annotator task upload {task.Id} FILE …");
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
        files.Arity = ArgumentArity.OneOrMore;
        var command = new Command("append", "Add media to a task that has some; frames, jobs and annotations that are there stay, and new frames come in new jobs") { id, files };
        var media = new MediaOptions(command, append: true);
        return command.Speaking((context, client, cancel) => media.SendAsync(context, client, context.Get(id), MediaFiles.Find(context.Get(files)), cancel));
    }

    private static Argument<string[]> Files() => new("FILE") { Description = "Files, folders, or patterns such as 'photos/**/*.jpg'", Arity = ArgumentArity.ZeroOrMore };

    /// <summary>How media are sent and made into frames.</summary>
    private sealed class MediaOptions
    {
        private readonly Option<int> _quality = new("--quality") { Description = "JPEG quality of the frames that annotators see, 1 to 100", DefaultValueFactory = _ => 70 };
        private readonly Option<string?> _sorting = new("--sorting") { Description = "The order of the frames" };
        private readonly Option<int?> _start = new("--start-frame") { Description = "The first frame of the source to take" };
        private readonly Option<int?> _stop = new("--stop-frame") { Description = "The last frame of the source to take" };
        private readonly Option<int?> _step = new("--step") { Description = "Take every so manieth frame" };
        private readonly Option<int> _atOnce = new("--parallel") { Description = "Files on their way at the same time", DefaultValueFactory = _ => AtOnce };
        private readonly Option<bool> _noWait = new("--no-wait") { Description = "Do not wait until the frames are made" };

        private readonly bool _append;

        /// <param name="append">The task has media, which say quality and step.</param>
        public MediaOptions(Command command, bool append = false)
        {
            _append = append;
            _sorting.AcceptOnlyFromAmong("lexicographical", "natural", "predefined", "random");
            foreach (var option in append ? new Option[] { _sorting, _atOnce, _noWait } : [_quality, _sorting, _start, _stop, _step, _atOnce, _noWait])
            {
                command.Add(option);
            }
        }

        public async Task<int> SendAsync(CommandContext context, AnnotatorClient client, int taskId, IReadOnlyList<UploadFile> files, CancellationToken cancel)
        {
            if (context.Get(_atOnce) is not (>= 1 and <= 64))
            {
                throw CommandException.BadUsage("--parallel is 1 to 64.");
            }

            var started = await client.Uploads.UploadTaskDataAsync(taskId, files, Options(context), context.Get(_atOnce), new Bytes(context.Progress, files.Sum(file => file.Length)), cancel);
            return await FinishAsync(context, client, taskId, started.RqId, cancel);
        }

        /// <summary>Makes frames of files that are elsewhere.</summary>
        public async Task<int> StartAsync(CommandContext context, AnnotatorClient client, int taskId, DataSource source, CancellationToken cancel)
        {
            var started = await client.Tasks.StartDataAsync(
                taskId,
                new DataSource(Options(context)) { ServerFiles = source.ServerFiles, CloudStorageId = source.CloudStorageId, CopyData = source.CopyData, RemoteFiles = source.RemoteFiles },
                cancel);
            return await FinishAsync(context, client, taskId, started.RqId, cancel);
        }

        private DataOptions Options(CommandContext context) => _append ? new DataOptions { SortingMethod = context.Get(_sorting), Append = true } : new DataOptions
        {
            ImageQuality = context.Get(_quality),
            SortingMethod = context.Get(_sorting),
            StartFrame = context.Get(_start),
            StopFrame = context.Get(_stop),
            FrameFilter = context.Get(_step) is { } step ? $"step={step}" : null,
        };

        private async Task<int> FinishAsync(CommandContext context, AnnotatorClient client, int taskId, string request, CancellationToken cancel)
        {
            if (context.Get(_noWait))
            {
                return context.Done(new { TaskId = taskId, Request = request }, $"Task {taskId}: all files are there; see annotator watch \"{request}\"");
            }

            await client.FinishAsync(context, request, cancel);
            var task = await client.Tasks.GetAsync(taskId, cancel);
            return context.Done(task, $"Task {task.Id} is ready: {task.Name}, {task.Size} frames, {task.Jobs.Count} jobs");
        }
    }

    /// <summary>Files that nobody uploads.</summary>
    private sealed class SourceOptions
    {
        private readonly Option<string[]> _server = new("--server-files") { Description = "Files and folders (photos/) of the server's share, or of --from-storage", AllowMultipleArgumentsPerToken = true };
        private readonly Option<int?> _storage = new("--from-storage") { Description = "The cloud storage that --server-files are in", HelpName = "ID" };
        private readonly Option<string[]> _urls = new("--urls") { Description = "Web addresses that the server fetches files from", AllowMultipleArgumentsPerToken = true };
        private readonly Option<bool> _copy = new("--copy") { Description = "Copy --server-files into the server's own store" };

        public SourceOptions(Command command)
        {
            foreach (var option in new Option[] { _server, _storage, _urls, _copy })
            {
                command.Add(option);
            }
        }

        /// <summary>Null when files are uploaded, or none are named.</summary>
        public DataSource? Read(CommandContext context, int uploaded)
        {
            string[] server = context.Get(_server) ?? [];
            string[] urls = context.Get(_urls) ?? [];
            var kinds = (uploaded > 0 ? 1 : 0) + (server.Length > 0 ? 1 : 0) + (urls.Length > 0 ? 1 : 0);
            if (kinds > 1)
            {
                throw CommandException.BadUsage("Take files of one kind: FILE …, --server-files or --urls.");
            }

            if (context.Get(_storage) is not null && server.Length == 0)
            {
                throw CommandException.BadUsage("Say with --server-files which files of the storage to take.");
            }

            return server.Length + urls.Length == 0
                ? null
                : new DataSource
                {
                    ServerFiles = server.Length > 0 ? server : null,
                    CloudStorageId = context.Get(_storage),
                    CopyData = context.Get(_copy),
                    RemoteFiles = urls.Length > 0 ? urls : null,
                };
        }
    }

    private sealed class Bytes(ProgressLine line, long total) : IProgress<long>
    {
        private long _sent;

        /// <summary>Files report from several threads; a line that is drawn twice is no harm, one that is torn is.</summary>
        public void Report(long value)
        {
            var sent = Interlocked.Add(ref _sent, value);
            lock (line)
            {
                line.Show("uploaded", sent, total);
            }
        }
    }
}
