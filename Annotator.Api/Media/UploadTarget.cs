using System.Globalization;
using Annotator.Core.Media;

namespace Annotator.Api.Media;

/// <summary>What an upload belongs to: a purpose and the task, job, project or model whose URL it was sent to.</summary>
internal readonly record struct UploadTarget(UploadPurpose Purpose, int Id)
{
    /// <summary>The URL under which the object's uploads live, without host and without trailing slash.</summary>
    public string BasePath => Purpose switch
    {
        UploadPurpose.TaskData => string.Create(CultureInfo.InvariantCulture, $"/api/tasks/{Id}/data"),
        UploadPurpose.TaskAnnotations => string.Create(CultureInfo.InvariantCulture, $"/api/tasks/{Id}/annotations"),
        UploadPurpose.JobAnnotations => string.Create(CultureInfo.InvariantCulture, $"/api/jobs/{Id}/annotations"),
        UploadPurpose.ProjectDataset => string.Create(CultureInfo.InvariantCulture, $"/api/projects/{Id}/dataset"),
        UploadPurpose.TaskBackup => "/api/tasks/backup",
        UploadPurpose.ProjectBackup => "/api/projects/backup",
        UploadPurpose.ModelFile => string.Create(CultureInfo.InvariantCulture, $"/api/models/{Id}/files"),
        _ => throw new ArgumentOutOfRangeException(nameof(Purpose)),
    };

    /// <summary>Whether files keep their names (task data, models) or are known by the upload's id (everything else).</summary>
    public bool KeepsNames => Purpose is UploadPurpose.TaskData or UploadPurpose.ModelFile;

    public string BlobKey(Guid uploadId) => Purpose switch
    {
        UploadPurpose.TaskData => DataKeys.TaskUpload(Id, uploadId),
        UploadPurpose.ModelFile => DataKeys.ModelFile(Id, uploadId),
        _ => DataKeys.Import(uploadId),
    };

    /// <summary>The contract's <c>Upload-Filename</c>: the name by which a finish request refers to the file.</summary>
    public string NameOf(Upload upload) => KeepsNames ? upload.FileName : upload.Id.ToString();
}
