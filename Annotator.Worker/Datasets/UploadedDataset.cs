using System.Text.Json;
using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.Datasets;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Formats;
using Annotator.Formats.Archives;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Datasets;

/// <summary>The file that an import reads: found by its upload, opened as often as needed, gone afterwards.</summary>
internal sealed class UploadedDataset(AnnotatorDbContext db, IBlobStore blobs)
{
    /// <summary>
    /// The upload's row, or null when it is gone: then a run before this one has done the work, because the row is deleted in
    /// the transaction that writes the annotations.
    /// </summary>
    public async Task<Upload?> FindAsync(ImportArguments arguments, CancellationToken cancel)
    {
        var upload = await db.Uploads.AsNoTracking().SingleOrDefaultAsync(upload => upload.Id == arguments.UploadId, cancel);
        return upload is null || upload.Offset == upload.Length
            ? upload
            : throw new OperationFailedException($"{upload.FileName} has not arrived whole: {upload.Offset} of {upload.Length} bytes.");
    }

    /// <exception cref="OperationFailedException">The format is unknown.</exception>
    public static DatasetImporter Importer(Operation operation) => DatasetFormats.FindImporter(operation.Format ?? "")
        ?? throw new OperationFailedException($"There is no import format \"{operation.Format}\".");

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

    /// <summary>
    /// Does the work on an upload and deletes it when it is of no more use: after success, and after a failure for good. A
    /// failure that may pass keeps it for the next run.
    /// </summary>
    /// <exception cref="OperationFailedException">The file cannot be imported; the report goes with it.</exception>
    public async Task UseAsync(Upload upload, DatasetReport report, Func<Task> work, CancellationToken cancel)
    {
        try
        {
            await work();
        }
        catch (Exception error) when (error is DatasetException or InvalidAnnotationsException or OperationFailedException)
        {
            await DeleteRowAsync(upload.Id, cancel);
            await blobs.DeleteAsync(upload.BlobKey, cancel);
            throw error as OperationFailedException ?? new OperationFailedException(error.Message) { Report = report.ToJson() };
        }

        await blobs.DeleteAsync(upload.BlobKey, cancel);
    }

    /// <summary>Deletes the upload's row; call it in the transaction that writes what was read.</summary>
    public Task DeleteRowAsync(Guid uploadId, CancellationToken cancel) =>
        db.Uploads.Where(upload => upload.Id == uploadId).ExecuteDeleteAsync(cancel);
}
