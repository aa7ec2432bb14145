using System.IO.Compression;
using System.Text.Json;
using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.Datasets;
using Annotator.Core.Media;
using Annotator.Core.Media.Blobs;
using Annotator.Core.Operations;
using Annotator.Core.Tasks;
using Annotator.Formats;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Backups;

/// <summary>Writes one task into a backup, from front to back.</summary>
internal sealed class BackupArchive(AnnotatorDbContext db, AnnotationStore annotations, IBlobStore blobs, IFramePixels pixels)
{
    /// <summary>With its jobs and data; null when there is none.</summary>
    public Task<AnnotationTask?> FindAsync(int taskId, CancellationToken cancel) =>
        db.Tasks.AsNoTracking().Include(task => task.Data).Include(task => task.Jobs).SingleOrDefaultAsync(task => task.Id == taskId, cancel);

    /// <summary>annotation, validation or completed: the least far of the project's jobs.</summary>
    public async Task<string> StatusAsync(int projectId, CancellationToken cancel)
    {
        var jobs = await db.Jobs.Where(job => job.Task.ProjectId == projectId).Select(job => new { job.Stage, job.State }).Distinct().ToListAsync(cancel);
        return BackupJson.Status(jobs.Select(job => (job.Stage, job.State)));
    }

    /// <param name="folder">Empty for a backup of the task itself; in a project's the task's folder, which ends in a slash.</param>
    /// <param name="share">Where this task begins in the whole work, and how much of it it is; 0 to 1.</param>
    public async Task WriteAsync(
        ZipArchive zip, string folder, AnnotationTask task, DatasetLabels labels, DatasetReport report, OperationContext context, (double From, double Part) share)
    {
        var cancel = context.Cancel;
        report.Images += task.Data?.Size ?? 0;
        List<Core.Jobs.AnnotationJob> jobs = [.. task.Jobs.OrderBy(job => job.StartFrame).ThenBy(job => job.Id)];
        await BackupJson.WriteTaskAsync(zip, folder, task, folder.Length == 0 ? labels.Described : null, jobs, cancel);
        await using (var entry = await zip.CreateEntry(folder + "annotations.json", CompressionLevel.Fastest).OpenAsync(cancel))
        await using (var json = new Utf8JsonWriter(entry))
        {
            json.WriteStartArray();
            foreach (var job in jobs)
            {
                await annotations.WriteNamedJsonAsync(job.Id, json, labels, cancel);
            }

            json.WriteEndArray();
        }

        if (task.Data is { } data)
        {
            var media = await BackupMedia.ReadAsync(db, data, report, cancel);
            var written = 0;
            foreach (var file in media.Files)
            {
                await WriteFileAsync(zip, folder + "data/" + file.Path, file, report, cancel);
                written++;
                context.ReportProgress(share.From + share.Part * 0.98 * written / media.Files.Count, $"{task.Name}: {written} of {media.Files.Count} files");
            }

            await using var manifest = await zip.CreateEntry(folder + "data/manifest.jsonl", CompressionLevel.Fastest).OpenAsync(cancel);
            await media.WriteManifestAsync(manifest, cancel);
        }
    }

    private async Task WriteFileAsync(ZipArchive zip, string path, BackupFile file, DatasetReport report, CancellationToken cancel)
    {
        var content = file.Page is { } page ? await pixels.OpenAsync(page, cancel)
            : file.BlobKey.Length == 0 ? null : await blobs.OpenPartAsync(file.BlobKey, file.Offset, file.Length, cancel);
        if (content is null)
        {
            report.Loss("image-missing", "The original is not in the store", file.Path);
            return;
        }

        await using (content)
        {
            // Media are packed already.
            await using var entry = await zip.CreateEntry(path, CompressionLevel.NoCompression).OpenAsync(cancel);
            await content.CopyToAsync(entry, cancel);
        }
    }
}
