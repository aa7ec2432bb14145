using System.CommandLine;
using Annotator.Cli.Datasets;
using Annotator.Cli.Output;
using Annotator.Client;
using Annotator.Client.Tasks;

namespace Annotator.Cli.Server;

/// <summary>How media are sent and made into frames.</summary>
internal sealed class MediaOptions
{
    private const int UsualAtOnce = 4;

    private readonly Option<int> _quality = new("--quality") { Description = "JPEG quality of the frames that annotators see, 0 to 100", DefaultValueFactory = _ => 70 };
    private readonly Option<string?> _sorting = new("--sorting") { Description = "The order of the frames" };
    private readonly Option<int?> _start = new("--start-frame") { Description = "The first frame of the source to take" };
    private readonly Option<int?> _stop = new("--stop-frame") { Description = "The last frame of the source to take" };
    private readonly Option<int?> _step = new("--step") { Description = "Take every so manieth frame" };
    private readonly Option<int> _atOnce = new("--parallel") { Description = "Files on their way at the same time", DefaultValueFactory = _ => UsualAtOnce };
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

    public async Task<int> SendAsync(CommandContext context, AnnotatorClient client, int taskId, IReadOnlyList<UploadFile> files, CancellationToken cancel) =>
        await FinishAsync(context, client, taskId, await UploadAsync(context, client, taskId, files, cancel), cancel);

    /// <summary>Sends files and asks for frames of them.</summary>
    /// <returns>The id of the request that makes the frames.</returns>
    public async Task<string> UploadAsync(CommandContext context, AnnotatorClient client, int taskId, IReadOnlyList<UploadFile> files, CancellationToken cancel)
    {
        Check(context);
        var sent = new Bytes(context.Progress, files.Sum(file => file.Length));
        return (await client.Uploads.UploadTaskDataAsync(taskId, files, Options(context), context.Get(_atOnce), sent, cancel)).RqId;
    }

    /// <summary>Whether to be done when everything is sent.</summary>
    public bool NoWait(CommandContext context) => context.Get(_noWait);

    /// <summary>To be called before anything is made.</summary>
    /// <exception cref="CommandException">A number is out of its range.</exception>
    public void Check(CommandContext context)
    {
        if (!_append && context.Get(_quality) is not (>= 0 and <= 100))
        {
            throw CommandException.BadUsage("--quality is 0 to 100.");
        }

        if (context.Get(_atOnce) is not (>= 1 and <= 64))
        {
            throw CommandException.BadUsage("--parallel is 1 to 64.");
        }
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
        if (NoWait(context))
        {
            return context.Done(new { TaskId = taskId, Request = request }, $"Task {taskId}: all files are there; see annotator watch \"{request}\"");
        }

        await client.FinishAsync(context, request, cancel);
        var task = await client.Tasks.GetAsync(taskId, cancel);
        return context.Done(task, $"Task {task.Id} is ready: {task.Name}, {ReportOutput.Number(task.Size ?? 0, "frame")}, {ReportOutput.Number(task.Jobs.Count, "job")}");
    }
}

/// <summary>Files that nobody uploads.</summary>
internal sealed class SourceOptions
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

file sealed class Bytes(ProgressLine line, long total) : IProgress<long>
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
