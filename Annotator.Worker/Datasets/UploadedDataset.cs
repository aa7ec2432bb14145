using System.Text.Json;
using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.CloudStorages;
using Annotator.Core.Datasets;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Formats;
using Annotator.Formats.Archives;
using Annotator.Formats.Recognition;
using Annotator.Formats.Tools.Shapes;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Datasets;

/// <summary>The file that an import reads: found by its upload, opened as often as needed, gone afterwards.</summary>
internal sealed class UploadedDataset(AnnotatorDbContext db, IBlobStore blobs, CloudBuckets clouds)
{
    private const int RememberedImports = 20;

    /// <summary>The upload's row.</summary>
    /// <exception cref="OperationFailedException">It is gone: thrown away, or left alone too long. Or it has not arrived whole.</exception>
    public async Task<Upload> FindAsync(ImportArguments arguments, CancellationToken cancel)
    {
        var upload = await db.Uploads.AsNoTracking().SingleOrDefaultAsync(upload => upload.Id == arguments.UploadId, cancel)
            ?? throw new OperationFailedException($"{arguments.FileName} is no longer there; please upload it again.");
        if (upload.Offset < upload.Length && arguments.CloudStorageId is { } storage)
        {
            await FetchAsync(upload, storage, cancel);
        }

        return upload.Offset == upload.Length
            ? upload
            : throw new OperationFailedException($"{upload.FileName} has not arrived whole: {upload.Offset} of {upload.Length} bytes.");
    }

    /// <summary>Brings the bytes of a file in a cloud storage here; a second run after a killed one finds them.</summary>
    private async Task FetchAsync(Upload upload, int storageId, CancellationToken cancel)
    {
        if ((await blobs.FindAsync(upload.BlobKey, cancel))?.Length != upload.Length)
        {
            await using var content = await CloudFiles.OpenAsync((await clouds.OpenAsync(storageId, cancel)).Bucket, upload.FileName, cancel)
                ?? throw new OperationFailedException($"{upload.FileName} is no longer in its cloud storage.");
            if (content.Length != upload.Length)
            {
                throw new OperationFailedException($"{upload.FileName} was changed in its cloud storage since the import began; begin again.");
            }

            await blobs.WriteAsync(upload.BlobKey, content, cancel);
        }

        await db.Uploads.Where(row => row.Id == upload.Id).ExecuteUpdateAsync(row => row.SetProperty(u => u.Offset, u => u.Length), cancel);
        upload.Offset = upload.Length;
    }

    /// <summary>
    /// The format that was asked for, else the one that the content speaks for; a dry run tells all that it speaks for. The
    /// operation's row gets what was found.
    /// </summary>
    /// <exception cref="OperationFailedException">The format is unknown, or the content is of none.</exception>
    public async Task<(DatasetImporter Importer, ImportReport Report)> RecogniseAsync(
        Operation operation, Upload upload, ImportArguments arguments, CancellationToken cancel)
    {
        var report = ImportReport.Of(arguments);
        var named = operation.Format is { } name
            ? DatasetFormats.FindImporter(name) ?? throw new OperationFailedException($"There is no import format \"{name}\".")
            : null;
        if (named is not null && !arguments.DryRun)
        {
            return (named, report);
        }

        await using var archive = await OpenAsync(upload, cancel);
        var found = await DatasetFormats.RecogniseAsync(archive, cancel);
        report = report with
        {
            Recognised = named is null,
            Formats = [.. found.Select(one => new PossibleFormat(one.Importer.Format.Name, one.Match.ToString().ToLowerInvariant()))],
        };
        if (named is null)
        {
            named = found.Count > 0
                ? found[0].Importer
                : throw new OperationFailedException(await UnreadFormats.DescribeAsync(archive, cancel) is { } looksLike
                    ? $"{upload.FileName} is of no format that is read. {looksLike}"
                    : $"{upload.FileName} is of no format that can be recognised. Choose the format that it is of.");
            await db.Operations.Where(row => row.Id == operation.Id).ExecuteUpdateAsync(row => row.SetProperty(o => o.Format, named.Format.Name), cancel);
        }

        return (named, report);
    }

    /// <summary>What labels of a file became in the last imports into a project, or into a task that stands alone.</summary>
    public async Task<IReadOnlyDictionary<string, string?>> RememberedAsync(int? projectId, int? taskId, CancellationToken cancel)
    {
        var asked = await db.Operations.AsNoTracking()
            .Where(row => row.State == OperationState.Finished && EF.Functions.Like(row.Type, "import:%")
                && (projectId != null ? row.ProjectId == projectId : row.ProjectId == null && row.TaskId == taskId))
            .OrderByDescending(row => row.CreatedDate).Select(row => row.Arguments).Take(RememberedImports).ToListAsync(cancel);
        var remembered = new Dictionary<string, string?>();
        foreach (var (name, target) in asked.SelectMany(text => JsonSerializer.Deserialize<ImportArguments>(text, JsonSerializerOptions.Web)?.LabelMap ?? remembered))
        {
            remembered.TryAdd(name, target);
        }

        return remembered;
    }

    public static ImportArguments Arguments(Operation operation) =>
        JsonSerializer.Deserialize<ImportArguments>(operation.Arguments, JsonSerializerOptions.Web)!;

    /// <summary>Opens the file; damaged and hostile ones are refused.</summary>
    public async Task<DatasetArchive> OpenAsync(Upload upload, CancellationToken cancel)
    {
        var content = await blobs.OpenReadAsync(upload.BlobKey, cancel)
            ?? throw new OperationFailedException(upload.Length == 0
                ? $"{upload.FileName} is empty (0 bytes)."
                : $"{upload.FileName} is no longer there; please upload it again.");
        return await DatasetArchive.OpenAsync(content, upload.FileName, DatasetLimits.Default, cancel);
    }

    /// <summary>Opens the dataset in an archive as the import wants it; what cannot be carried goes to the report.</summary>
    public static async Task<IDatasetSource> ReadAsync(
        IDatasetReader reader, DatasetArchive archive, ImportArguments arguments, DatasetReport report, CancellationToken cancel)
    {
        var source = await reader.OpenAsync(archive, new DatasetReadOptions { OneBased = arguments.OneBased, FramesBy = arguments.FramesBy }, report, cancel);
        return arguments.ConvertMasksToPolygons ? ShapeChange.MasksToPolygons(source, report) : source;
    }

    /// <summary>
    /// Does the work on an upload, whose bytes go after success. After a failure the file stays, so that the same can be tried
    /// again when the reason is gone, and after a dry run, so that it can be imported; files that nobody comes back to are
    /// removed as all abandoned uploads are.
    /// </summary>
    /// <exception cref="OperationFailedException">The file cannot be imported; the report goes with it.</exception>
    public async Task UseAsync(Upload upload, bool dryRun, Func<string> report, Func<Task> work, CancellationToken cancel)
    {
        try
        {
            await work();
        }
        catch (Exception error) when (error is DatasetException or InvalidAnnotationsException)
        {
            throw new OperationFailedException(error.Message) { Report = report() };
        }
        catch (OperationFailedException error) when (error.Report is null)
        {
            throw new OperationFailedException(error.Message) { Report = report() };
        }

        if (!dryRun)
        {
            await blobs.DeleteAsync(upload.BlobKey, cancel);
        }
    }

    /// <summary>Deletes the upload's row; call it in the transaction that writes what was read.</summary>
    public Task DeleteRowAsync(Guid uploadId, CancellationToken cancel) =>
        db.Uploads.Where(upload => upload.Id == uploadId).ExecuteDeleteAsync(cancel);
}
