using System.CommandLine;
using System.Globalization;
using Annotator.Cli.Output;
using Annotator.Formats;
using Annotator.Formats.Archives;
using Annotator.Formats.Recognition;
using Annotator.Formats.Tools;

namespace Annotator.Cli.Datasets;

/// <summary>The options by which a command reads datasets.</summary>
internal sealed class InputOptions
{
    private readonly Option<string?> _from = new("--from") { Description = "The format to read, where the content shall not tell it", HelpName = "FORMAT" };
    private readonly Option<string?> _images = new("--images") { Description = "A folder or archive with images that the dataset lacks", HelpName = "PATH" };
    private readonly Option<string?> _size = new("--image-size") { Description = "Width and height for images whose size nothing tells, such as 640x480", HelpName = "WxH" };
    private readonly ReadOptions _read = new();

    public InputOptions(Command command)
    {
        _from.CompletionSources.Add([.. FormatNames.Readable]);
        command.Add(_from);
        command.Add(_images);
        command.Add(_size);
        _read.AddTo(command);
    }

    /// <exception cref="CommandException">Nothing there, or of no known format.</exception>
    public Task<DatasetInput> OpenAsync(CommandContext context, string path, CancellationToken cancel)
    {
        var importer = context.Get(_from) is { } name ? FormatNames.Importer(name) : null;
        return DatasetInput.OpenAsync(path, importer, context.Get(_images), Size(context.Get(_size)), _read.Read(context), cancel);
    }

    private static (int, int)? Size(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var parts = text.Split('x', 'X');
        return parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var width)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var height) && width > 0 && height > 0
            ? (width, height)
            : throw CommandException.BadUsage($"--image-size: \"{text}\" is no size such as 640x480.");
    }
}

/// <summary>The options by which formats are read in another way than usual, here and by a server.</summary>
internal sealed class ReadOptions
{
    private readonly Option<bool> _oneBased = new("--one-based") { Description = "Read PASCAL VOC and MOT with pixels counted from 1" };
    private readonly Option<string?> _framesBy = new("--frames-by") { Description = "MOT: whether frame 12 is the 12th image (order) or the one called 12 (number)", HelpName = "order|number" };

    public void AddTo(Command command)
    {
        _framesBy.AcceptOnlyFromAmong("order", "number");
        command.Add(_oneBased);
        command.Add(_framesBy);
    }

    public DatasetReadOptions Read(CommandContext context) => new()
    {
        OneBased = context.Get(_oneBased),
        FramesBy = context.Get(_framesBy) switch
        {
            "order" => FrameNumbering.Order,
            "number" => FrameNumbering.Number,
            _ => FrameNumbering.Told,
        },
    };
}

/// <summary>A dataset that was opened for reading; every frame has its size where anything tells it.</summary>
internal sealed class DatasetInput : IAsyncDisposable
{
    /// <summary>What lies on one's own disk may be larger than what strangers may upload.</summary>
    private static readonly DatasetLimits _limits = DatasetLimits.Default with
    {
        MaxEntries = 20_000_000,
        MaxDirectoryBytes = 2L << 30,
        MaxTotalBytes = 64L << 40,
    };

    private readonly DatasetArchive _archive;
    private readonly DatasetArchive? _images;

    private DatasetInput(DatasetArchive archive, DatasetArchive? images, RecognisedFormat format, IDatasetSource source, DatasetReport report)
    {
        (_archive, _images, Format, Source, Report) = (archive, images, format, source, report);
    }

    public RecognisedFormat Format { get; }
    public IDatasetSource Source { get; }
    public DatasetReport Report { get; }

    public static async Task<DatasetInput> OpenAsync(
        string path, DatasetImporter? importer, string? images, (int, int)? size, DatasetReadOptions options, CancellationToken cancel)
    {
        var archive = await DatasetArchive.OpenPathAsync(path, _limits, cancel);
        DatasetArchive? folder = null;
        try
        {
            folder = images is null ? null : await DatasetArchive.OpenPathAsync(images, _limits, cancel);
            var (format, source, report) = await OpenAsync(archive, path, importer, options, cancel);
            report.Format = format.Importer.Format.Name;
            foreach (var link in archive.Skipped)
            {
                report.Loss("link-left-out", "Links out of the folder, and what is no plain file, were left out", link);
            }

            return new DatasetInput(archive, folder, format, new SizedSource(source, report, folder, size), report);
        }
        catch
        {
            await archive.DisposeAsync();
            if (folder is not null)
            {
                await folder.DisposeAsync();
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await _archive.DisposeAsync();
        if (_images is not null)
        {
            await _images.DisposeAsync();
        }
    }

    /// <summary>Formats of one family are ways to read the same files.</summary>
    private static string Family(RecognisedFormat format) => format.Importer.Format.Name.Split(' ')[0] switch
    {
        "Ultralytics" or "YOLO" => "YOLO",
        "PASCAL" or "Segmentation" => "PASCAL VOC",
        var name => name,
    };

    /// <summary>Tries what the archive may be, the surest first: a guess that cannot be opened is no good one.</summary>
    private static async Task<(RecognisedFormat, IDatasetSource, DatasetReport)> OpenAsync(
        DatasetArchive archive, string path, DatasetImporter? importer, DatasetReadOptions options, CancellationToken cancel)
    {
        var candidates = importer is null ? await DatasetFormats.RecogniseAsync(archive, cancel) : [new RecognisedFormat(importer, FormatMatch.Certain)];
        DatasetException? first = null;
        foreach (var candidate in candidates)
        {
            try
            {
                var report = new DatasetReport();
                foreach (var other in candidates.Where(other => other.Match == FormatMatch.Certain && candidate.Match == FormatMatch.Certain && Family(other) != Family(candidate)))
                {
                    report.Note("further-format", "What the input holds in another format was not read; --from reads that", other.Importer.Format.Name);
                }

                var source = await candidate.Importer.Reader.OpenAsync(archive, options, report, cancel);
                return (candidate, source.Info.Labels.Count > 0 ? source : await UsedLabels.DeclareAsync(source, candidate.Importer.Reader, archive, options, cancel), report);
            }
            catch (DatasetException error)
            {
                // A wild guess that was wrong says nothing about the file.
                first ??= candidate.Match > FormatMatch.Possible ? error : null;
                if (candidate.Match == FormatMatch.Certain)
                {
                    break;
                }
            }
        }

        var looksLike = await UnreadFormats.DescribeAsync(archive, cancel);
        if (first is not null)
        {
            throw new CommandException(ExitCodes.Failed, $"{path}: {first.Message}{(looksLike is null || first.Code == "json-damaged" ? "" : " " + looksLike)}");
        }

        throw new CommandException(ExitCodes.Failed, looksLike is not null
            ? $"{path} is of no format that is read. {looksLike} (`annotator dataset formats` lists those that are.)"
            : $"{path} is of no known format; if you know it, say it with --from. There are: {string.Join(", ", FormatNames.Readable)}.");
    }
}
