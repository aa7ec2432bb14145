using Annotator.Client.Operations;
using Annotator.Client.Tasks;

namespace Annotator.Client.Datasets;

/// <summary>What an export or import is of.</summary>
public enum DatasetTarget
{
    Project,
    Task,
    Job,
}

/// <summary>Exports and imports, as background work.</summary>
public sealed class DatasetsApi
{
    private const int MaxAttempts = 5;

    private readonly ApiConnection _api;
    private readonly UploadsApi _uploads;

    internal DatasetsApi(ApiConnection api)
    {
        _api = api;
        _uploads = new UploadsApi(api);
    }

    /// <param name="format">A display name of an exporter, such as <c>COCO 1.0</c>.</param>
    public Task<RequestId> ExportAsync(DatasetTarget target, int id, string format, bool saveImages, CancellationToken cancel) =>
        _api.ReadAsync<RequestId>(
            HttpMethod.Post,
            $"api/{Path(target)}/{id}/dataset/export?format={Uri.EscapeDataString(format)}&save_images={(saveImages ? "true" : "false")}&location=local",
            null,
            cancel);

    /// <summary>The same for a part of the object, or in another form.</summary>
    public Task<RequestId> ExportAsync(DatasetTarget target, int id, ExportOptions options, CancellationToken cancel) =>
        _api.ReadAsync<RequestId>(HttpMethod.Post, $"api/{Path(target)}/{id}/dataset/export{options.Query}", options, cancel);

    /// <summary>Exports the projects, tasks and jobs that the options name into one file.</summary>
    public Task<RequestId> ExportSelectionAsync(ExportOptions options, CancellationToken cancel) =>
        _api.ReadAsync<RequestId>(HttpMethod.Post, $"api/datasets/export{options.Query}", options, cancel);

    /// <summary>Makes a backup of a task or project: its settings, jobs, annotations and originals in one archive.</summary>
    /// <param name="target">A task or a project.</param>
    /// <param name="cloudStorageId">The cloud storage to write it to; null for a file to download.</param>
    /// <param name="fileName">The file's name, with folders in a cloud storage, where it is required; null for the usual one.</param>
    public Task<RequestId> BackupAsync(DatasetTarget target, int id, CancellationToken cancel, int? cloudStorageId = null, string? fileName = null) => target == DatasetTarget.Job
        ? throw new ArgumentOutOfRangeException(nameof(target), target, "A job has no backup; its task has.")
        : _api.ReadAsync<RequestId>(
            HttpMethod.Post,
            $"api/{Path(target)}/{id}/backup/export?{Location(cloudStorageId)}{(fileName is { Length: > 0 } ? $"&filename={Uri.EscapeDataString(fileName)}" : "")}",
            null,
            cancel);

    /// <summary>Uploads a backup and starts to make a new task or project of it, whose id the finished request has.</summary>
    /// <param name="target">What the backup is of: a task or a project.</param>
    public async Task<RequestId> RestoreAsync(DatasetTarget target, string fileName, Stream content, CancellationToken cancel)
    {
        var address = RestoreAddress(target);
        var uploaded = await _uploads.UploadAsync(address, fileName, content, cancel);
        using var reply = await _api.SendAsync(
            HttpMethod.Post,
            $"{address}?filename={Uri.EscapeDataString(uploaded)}",
            null,
            request => request.Headers.TryAddWithoutValidation("Upload-Finish", "true"),
            cancel);
        return await RequestId.FromAsync(reply, cancel);
    }

    /// <summary>Starts to make a new task or project of a backup that lies in a cloud storage.</summary>
    /// <param name="target">What the backup is of: a task or a project.</param>
    /// <param name="key">The file's whole name in the storage.</param>
    public Task<RequestId> RestoreStoredAsync(DatasetTarget target, int cloudStorageId, string key, CancellationToken cancel) =>
        _api.ReadAsync<RequestId>(HttpMethod.Post, $"{RestoreAddress(target)}?{Location(cloudStorageId)}&filename={Uri.EscapeDataString(key)}", null, cancel);

    /// <summary>Where backups are uploaded; ends in a slash.</summary>
    /// <param name="target">A task or a project.</param>
    public static string RestoreAddress(DatasetTarget target) => target == DatasetTarget.Job
        ? throw new ArgumentOutOfRangeException(nameof(target), target, "A job has no backup; its task has.")
        : $"api/{Path(target)}/backup/";

    /// <summary>Imports a file that is uploaded already, or, with <see cref="ImportOptions.DryRun"/>, looks what that would do.</summary>
    /// <param name="upload">The name that the server gave the upload.</param>
    public async Task<RequestId> ImportUploadedAsync(DatasetTarget target, int id, string upload, ImportOptions options, CancellationToken cancel)
    {
        using var reply = await _api.SendAsync(
            HttpMethod.Post,
            $"{ImportAddress(target, id)}{options.Query}&filename={Uri.EscapeDataString(upload)}",
            ApiConnection.JsonBody(new Dictionary<string, object?> { ["label_map"] = options.LabelMap }),
            request => request.Headers.TryAddWithoutValidation("Upload-Finish", "true"),
            cancel);
        return await RequestId.FromAsync(reply, cancel);
    }

    /// <summary>Imports a file of a cloud storage, or, with <see cref="ImportOptions.DryRun"/>, looks what that would do.</summary>
    /// <param name="key">The file's whole name in the storage.</param>
    public Task<RequestId> ImportStoredAsync(DatasetTarget target, int id, int cloudStorageId, string key, ImportOptions options, CancellationToken cancel) =>
        _api.ReadAsync<RequestId>(
            HttpMethod.Post,
            $"{ImportAddress(target, id)}{options.Query}&{Location(cloudStorageId)}&filename={Uri.EscapeDataString(key)}",
            new Dictionary<string, object?> { ["label_map"] = options.LabelMap },
            cancel);

    /// <summary>Throws away a file that was uploaded and not imported.</summary>
    public async Task DiscardAsync(DatasetTarget target, int id, string upload, CancellationToken cancel)
    {
        using var reply = await _api.SendAsync(
            HttpMethod.Delete, ImportAddress(target, id) + Uri.EscapeDataString(upload), null,
            request => request.Headers.Add("Tus-Resumable", "1.0.0"), cancel);
    }

    /// <summary>The part of a query that says where a file goes to or comes from.</summary>
    internal static string Location(int? cloudStorageId) => cloudStorageId is { } storage ? $"location=cloud_storage&cloud_storage_id={storage}" : "location=local";

    /// <summary>Where files for an object are uploaded; ends in a slash.</summary>
    public static string ImportAddress(DatasetTarget target, int id) =>
        target == DatasetTarget.Project ? $"api/projects/{id}/dataset/" : $"api/{Path(target)}/{id}/annotations/";

    /// <summary>Uploads a file and starts its import.</summary>
    /// <param name="append">Keep what is there already; otherwise it is replaced.</param>
    public async Task<RequestId> ImportAsync(
        DatasetTarget target, int id, string format, string fileName, Stream content, bool append, CancellationToken cancel)
    {
        var address = ImportAddress(target, id);
        var query = $"?format={Uri.EscapeDataString(format)}&import_mode={(append ? "append" : "replace")}&filename=";
        await _uploads.MarkAsync(address + query + Uri.EscapeDataString(fileName), "Upload-Start", cancel);
        var uploaded = await _uploads.UploadAsync(address, fileName, content, cancel);
        using var reply = await _api.SendAsync(
            HttpMethod.Post,
            address + query + Uri.EscapeDataString(uploaded),
            null,
            request => request.Headers.TryAddWithoutValidation("Upload-Finish", "true"),
            cancel);
        return await RequestId.FromAsync(reply, cancel);
    }

    /// <summary>The finished export's file; the caller disposes the response.</summary>
    public Task<HttpResponseMessage> DownloadAsync(BackgroundRequest finished, CancellationToken cancel) => _api.SendAsync(
        HttpMethod.Get,
        finished.ResultUrl ?? throw new InvalidOperationException("The request has no result to download."),
        null,
        cancel);

    /// <summary>
    /// Copies the finished export's file. A connection that breaks is taken up where it broke, as long as the file is the
    /// same.
    /// </summary>
    /// <param name="progress">Told bytes so far, and of how many; null where the server does not say.</param>
    /// <returns>What the server calls the file, without folders; null where it does not say.</returns>
    public async Task<string?> CopyToAsync(BackgroundRequest finished, Stream output, IProgress<(long Done, long? Total)>? progress, CancellationToken cancel)
    {
        var url = finished.ResultUrl ?? throw new InvalidOperationException("The request has no result to download.");
        long done = 0;
        string? tag = null;
        for (var failures = 0; ;)
        {
            using var response = await _api.SendAsync(HttpMethod.Get, url, null, request =>
            {
                if (done > 0)
                {
                    request.Headers.TryAddWithoutValidation("Range", $"bytes={done}-");
                    request.Headers.TryAddWithoutValidation("If-Range", tag);
                }
            }, cancel);
            if (done > 0 && response.StatusCode != System.Net.HttpStatusCode.PartialContent)
            {
                done = 0;
                output.SetLength(0);
            }

            tag = response.Headers.ETag?.ToString();
            var total = response.Content.Headers.ContentLength is { } rest ? done + rest : (long?)null;
            try
            {
                await using var content = await response.Content.ReadAsStreamAsync(cancel);
                var buffer = new byte[1 << 16];
                int read;
                while ((read = await content.ReadAsync(buffer, cancel)) > 0)
                {
                    await output.WriteAsync(buffer.AsMemory(0, read), cancel);
                    done += read;
                    progress?.Report((done, total));
                }

                return response.Content.Headers.ContentDisposition?.FileName?.Trim('"') is { Length: > 0 } name ? System.IO.Path.GetFileName(name) : null;
            }
            catch (Exception error) when (error is IOException or HttpRequestException && tag is not null && !cancel.IsCancellationRequested && ++failures < MaxAttempts)
            {
                // What came so far stays.
            }
        }
    }

    private static string Path(DatasetTarget target) => target switch
    {
        DatasetTarget.Project => "projects",
        DatasetTarget.Task => "tasks",
        DatasetTarget.Job => "jobs",
        _ => throw new ArgumentOutOfRangeException(nameof(target), target, "Not a target."),
    };
}
