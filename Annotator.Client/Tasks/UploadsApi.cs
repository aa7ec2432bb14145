using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Serialization;
using Annotator.Client.Operations;

namespace Annotator.Client.Tasks;

/// <summary>How a task's media are made into frames; what is null is the server's choice.</summary>
public record DataOptions
{
    /// <summary>JPEG quality of compressed frames, 1 to 100.</summary>
    public int ImageQuality { get; init; } = 70;

    /// <summary>lexicographical, natural, predefined, random.</summary>
    public string? SortingMethod { get; init; }

    /// <summary>First frame of the source to take, 0-based.</summary>
    public int? StartFrame { get; init; }

    /// <summary>Last frame of the source to take.</summary>
    public int? StopFrame { get; init; }

    /// <summary><c>step=n</c> takes every n-th frame.</summary>
    public string? FrameFilter { get; init; }

    /// <summary>Adds the files to a task that has data. Goes into the address, not into the body.</summary>
    [JsonIgnore]
    public bool Append { get; init; }
}

/// <summary>The same for files that are somewhere else already.</summary>
public sealed record DataSource : DataOptions
{
    public DataSource()
    {
    }

    /// <param name="options">How the files are made into frames.</param>
    public DataSource(DataOptions options)
        : base(options)
    {
    }

    /// <summary>Files and folders (with a slash at the end) of the cloud storage, or of the share where none is named.</summary>
    public IReadOnlyList<string>? ServerFiles { get; init; }
    public int? CloudStorageId { get; init; }

    /// <summary>Copy the files into the server's own store, rather than refer to them.</summary>
    public bool CopyData { get; init; }

    /// <summary>Web addresses.</summary>
    public IReadOnlyList<string>? RemoteFiles { get; init; }
}

/// <summary>A file to be sent.</summary>
/// <param name="Name">The path that the frame shall have, with forward slashes.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Open">Gives a seekable stream of the file; it is disposed.</param>
public sealed record UploadFile(string Name, long Length, Func<Stream> Open);

/// <summary>A file that the server has received, or a part of it.</summary>
/// <param name="Url">Where the rest goes.</param>
public sealed record PendingUpload(string Filename, string? Url, long Length, long Offset);

/// <summary>Resumable uploads (TUS 1.0.0).</summary>
public sealed class UploadsApi
{
    /// <summary>Bytes of one request; what is lost at most when a connection breaks.</summary>
    public const int PieceLength = 8 * 1024 * 1024;

    private const int MaxAttempts = 5;
    private readonly ApiConnection _api;

    internal UploadsApi(ApiConnection api) => _api = api;

    /// <summary>Uploads files into a task that has no data yet and starts making frames of them.</summary>
    public async Task<RequestId> UploadTaskDataAsync(
        int taskId, IEnumerable<(string Name, Func<Stream> Open)> files, DataOptions options, CancellationToken cancel)
    {
        var address = $"api/tasks/{taskId}/data/";
        await MarkAsync(address + Query(options), "Upload-Start", cancel);
        foreach (var (name, open) in files)
        {
            await using var content = open();
            await UploadAsync(address + Query(options), name, content, cancel);
        }

        using var reply = await _api.SendAsync(
            HttpMethod.Post, address + Query(options), ApiConnection.JsonBody(options), request => request.Headers.TryAddWithoutValidation("Upload-Finish", "true"), cancel);
        return await RequestId.FromAsync(reply, cancel);
    }

    /// <summary>
    /// The same for files that may be there already, whole or in part, from a try that was broken off: only what is missing
    /// is sent, several files at a time.
    /// </summary>
    /// <param name="atOnce">Files on their way at the same time; at least 1.</param>
    /// <param name="progress">Told how many bytes more the server has, those of earlier tries included.</param>
    public async Task<RequestId> UploadTaskDataAsync(
        int taskId, IReadOnlyList<UploadFile> files, DataOptions options, int atOnce, IProgress<long>? progress, CancellationToken cancel)
    {
        var address = $"api/tasks/{taskId}/data/";
        var there = (await ListAsync(taskId, cancel)).GroupBy(upload => upload.Filename, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        if (there.Count == 0)
        {
            await MarkAsync(address + Query(options), "Upload-Start", cancel);
        }

        await Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancel }, async (file, token) =>
        {
            var known = there.GetValueOrDefault(file.Name);
            if (known is not null && known.Length != file.Length)
            {
                throw new AnnotatorApiException(HttpStatusCode.Conflict, $"The server has begun to receive a {file.Name} of {known.Length} bytes; this one has {file.Length}.");
            }

            if (known is not null && known.Offset == known.Length)
            {
                progress?.Report(known.Length);
                return;
            }

            await using var content = file.Open();
            if (known?.Url is { } url)
            {
                progress?.Report(known.Offset);
                await SendAsync(PathOf(new Uri(url, UriKind.RelativeOrAbsolute)), content, known.Offset, progress, token);
                return;
            }

            var (location, _) = await CreateAsync(address + Query(options), file.Name, content.Length, token);
            await SendAsync(location, content, 0, progress, token);
        });

        using var reply = await _api.SendAsync(
            HttpMethod.Post, address + Query(options), ApiConnection.JsonBody(options), request => request.Headers.TryAddWithoutValidation("Upload-Finish", "true"), cancel);
        return await RequestId.FromAsync(reply, cancel);
    }

    /// <summary>The caller's files of a task that has no data yet, whole ones too.</summary>
    public Task<IReadOnlyList<PendingUpload>> ListAsync(int taskId, CancellationToken cancel) =>
        _api.GetAsync<IReadOnlyList<PendingUpload>>($"api/tasks/{taskId}/data/uploads?whole=true", cancel);

    /// <summary>
    /// Sends one file below an upload address such as <c>api/tasks/7/data/</c>. A piece that fails is sent again from where
    /// the server stands. Returns the name by which the server knows the file.
    /// </summary>
    /// <param name="content">Seekable.</param>
    public async Task<string> UploadAsync(string address, string fileName, Stream content, CancellationToken cancel)
    {
        var (location, serverName) = await CreateAsync(address, fileName, content.Length, cancel);
        await SendAsync(location, content, 0, null, cancel);
        return serverName;
    }

    internal async Task MarkAsync(string address, string header, CancellationToken cancel)
    {
        using var response = await _api.SendAsync(
            HttpMethod.Post, address, null, request => request.Headers.TryAddWithoutValidation(header, "true"), cancel);
    }

    private async Task SendAsync(string location, Stream content, long offset, IProgress<long>? progress, CancellationToken cancel)
    {
        var failures = 0;
        do
        {
            var before = offset;
            try
            {
                offset = await SendPieceAsync(location, content, offset, cancel);
                failures = 0;
            }
            catch (Exception error) when (IsTransient(error, cancel) && ++failures < MaxAttempts)
            {
                offset = await OffsetAsync(location, cancel);
            }

            progress?.Report(offset - before);
        }
        while (offset < content.Length);
    }

    private static string Query(DataOptions options) => options.Append ? "?append=true" : "";

    private static string PathOf(Uri location) => location.IsAbsoluteUri ? location.PathAndQuery : location.OriginalString;

    private async Task<(string Location, string Name)> CreateAsync(string address, string fileName, long length, CancellationToken cancel)
    {
        using var response = await _api.SendAsync(HttpMethod.Post, address, null, request =>
        {
            request.Headers.Add("Tus-Resumable", "1.0.0");
            request.Headers.Add("Upload-Length", length.ToString(CultureInfo.InvariantCulture));
            request.Headers.Add("Upload-Metadata", $"filename {Convert.ToBase64String(Encoding.UTF8.GetBytes(fileName))}");
        }, cancel);
        var location = response.Headers.Location
            ?? throw new AnnotatorApiException(response.StatusCode, $"The server did not say where to send “{fileName}”.");
        var name = response.Headers.TryGetValues("Upload-Filename", out var names) ? names.First() : fileName;
        return (PathOf(location), name);
    }

    private async Task<long> SendPieceAsync(string location, Stream content, long offset, CancellationToken cancel)
    {
        content.Position = offset;
        var length = (int)Math.Min(PieceLength, content.Length - offset);
        var bytes = new byte[length];
        await content.ReadExactlyAsync(bytes, cancel);
        using var piece = new ByteArrayContent(bytes);
        piece.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        using var response = await _api.SendAsync(HttpMethod.Patch, location, piece, request =>
        {
            request.Headers.Add("Tus-Resumable", "1.0.0");
            request.Headers.Add("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture));
        }, cancel);
        return OffsetOf(response) ?? offset + length;
    }

    private async Task<long> OffsetAsync(string location, CancellationToken cancel)
    {
        using var response = await _api.SendAsync(
            HttpMethod.Head, location, null, request => request.Headers.Add("Tus-Resumable", "1.0.0"), cancel);
        return OffsetOf(response) ?? throw new AnnotatorApiException(response.StatusCode, "The server did not say how much of the file it has.");
    }

    private static long? OffsetOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Upload-Offset", out var values)
        && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : null;

    private static bool IsTransient(Exception error, CancellationToken cancel) => !cancel.IsCancellationRequested && error switch
    {
        AnnotatorApiException refused => refused.Status == HttpStatusCode.Conflict || (int)refused.Status >= 500,
        HttpRequestException => true,
        _ => false,
    };
}
