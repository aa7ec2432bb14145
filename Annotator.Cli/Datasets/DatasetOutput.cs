using System.CommandLine;
using System.IO.Compression;
using Annotator.Cli.Output;
using Annotator.Formats;

namespace Annotator.Cli.Datasets;

/// <summary>The options by which a command writes a dataset.</summary>
internal sealed class OutputOptions
{
    private readonly Option<string?> _to;
    private readonly Option<bool> _saveImages = new("--save-images") { Description = "Copy the images too, byte for byte" };
    private readonly Option<bool> _force = new("--force") { Description = "Write over what is there" };
    private readonly WriteOptions _write = new();

    public OutputOptions(Command command, bool formatRequired)
    {
        _to = new Option<string?>("--to")
        {
            Description = formatRequired ? "The format to write" : "The format to write; that of the input where left out",
            HelpName = "FORMAT",
            Required = formatRequired,
        };
        _to.CompletionSources.Add([.. FormatNames.Writable]);
        command.Add(_to);
        command.Add(_saveImages);
        command.Add(_force);
        _write.AddTo(command);
    }

    /// <exception cref="CommandException">No such format, or something is there already.</exception>
    public DatasetOutput Prepare(CommandContext context, string path, DatasetInput first)
    {
        var exporter = context.Get(_to) is { } name
            ? FormatNames.Exporter(name)
            : FormatNames.Same(first.Format.Importer, first.Source.HasTracks)
                ?? throw CommandException.BadUsage($"{first.Format.Importer.Format.Name} can be read only; say what to write with --to.");
        var options = _write.Read(context) with { SaveImages = context.Get(_saveImages) };
        return new DatasetOutput(path, exporter, options, context.Get(_force));
    }
}

/// <summary>The options by which formats are written in another way than usual, here and by a server.</summary>
internal sealed class WriteOptions
{
    private readonly Option<bool> _oneBased = new("--write-one-based") { Description = "Write PASCAL VOC and MOT with pixels counted from 1" };
    private readonly Option<bool> _noCrowd = new("--no-crowd") { Description = "COCO: write masks as plain objects instead of crowds" };
    private readonly Option<bool> _officialWider = new("--wider-official") { Description = "WIDER Face: write the benchmark's own lines, without labels" };

    public void AddTo(Command command)
    {
        command.Add(_oneBased);
        command.Add(_noCrowd);
        command.Add(_officialWider);
    }

    public DatasetWriteOptions Read(CommandContext context) => new()
    {
        OneBased = context.Get(_oneBased),
        MasksAsCrowd = !context.Get(_noCrowd),
        OfficialWiderFace = context.Get(_officialWider),
    };
}

/// <summary>A zip archive or a folder that a dataset is written to; nothing is there until all of it is.</summary>
internal sealed class DatasetOutput
{
    private readonly DatasetExporter _exporter;
    private readonly DatasetWriteOptions _options;
    private readonly bool _force;

    public DatasetOutput(string path, DatasetExporter exporter, DatasetWriteOptions options, bool force)
    {
        (Path, _exporter, _options, _force) = (path, exporter, options, force);
        Report = new DatasetReport { Format = exporter.Format.Name };
        if (!force && (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())))
        {
            throw new CommandException(ExitCodes.Failed, $"{path} is there already; --force writes over it.");
        }
    }

    public string Path { get; }
    public string Format => _exporter.Format.Name;
    public DatasetReport Report { get; }

    private bool IsFolder => !Path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);

    public async Task WriteAsync(IDatasetSource source, CommandContext context, CancellationToken cancel)
    {
        var target = System.IO.Path.GetFullPath(Path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
        var partial = System.IO.Path.Combine(System.IO.Path.GetDirectoryName(target)!, $".{System.IO.Path.GetFileName(target)}-{System.IO.Path.GetRandomFileName()}.partial");
        try
        {
            await using (var output = new FileStream(partial, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16))
            {
                await _exporter.Writer.WriteAsync(new WatchedSource(source, context.Progress), output, _options, Report, cancel);
            }

            if (IsFolder)
            {
                await UnpackAsync(partial, target, cancel);
            }
            else
            {
                File.Move(partial, target, overwrite: _force);
            }
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private static async Task UnpackAsync(string zip, string folder, CancellationToken cancel)
    {
        var root = System.IO.Path.TrimEndingDirectorySeparator(folder) + System.IO.Path.DirectorySeparatorChar;
        Directory.CreateDirectory(root);
        await using var content = File.OpenRead(zip);
        await using var archive = await ZipArchive.CreateAsync(content, ZipArchiveMode.Read, leaveOpen: true, null, cancel);
        foreach (var entry in archive.Entries)
        {
            var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(root, entry.FullName));
            if (!path.StartsWith(root, StringComparison.Ordinal))
            {
                throw new DatasetException("archive-unsafe-name", $"{entry.FullName} would be written outside of {folder}.");
            }

            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            await using var from = await entry.OpenAsync(cancel);
            await using var to = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
            await from.CopyToAsync(to, cancel);
        }
    }
}
