using Annotator.Core.Media;

namespace Annotator.Api.Media;

/// <summary>An upload as its owner sees it.</summary>
/// <param name="Url">Where TUS goes on; null in the answer to a multipart request, whose files are whole.</param>
/// <param name="Purpose">task_data, task_annotations, job_annotations, project_dataset, task_backup or project_backup.</param>
internal sealed record UploadView(
    Guid Id, string? Url, string Purpose, int? TargetId, string Filename, long Length, long Offset, DateTimeOffset CreatedDate, DateTimeOffset UpdatedDate)
{
    public static UploadView Of(Upload upload) => new(
        upload.Id,
        null,
        upload.Purpose switch
        {
            UploadPurpose.TaskData => "task_data",
            UploadPurpose.TaskAnnotations => "task_annotations",
            UploadPurpose.JobAnnotations => "job_annotations",
            UploadPurpose.ProjectDataset => "project_dataset",
            UploadPurpose.TaskBackup => "task_backup",
            UploadPurpose.ProjectBackup => "project_backup",
            _ => throw new InvalidOperationException($"Upload {upload.Id} has the unknown purpose {upload.Purpose}."),
        },
        upload.TargetId,
        upload.FileName,
        upload.Length,
        upload.Offset,
        upload.CreatedDate,
        upload.UpdatedDate);
}
