using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Annotator.Client.Operations;

namespace Annotator.Client.Tasks;

/// <summary>How a task's media are made into frames; what is null is the server's choice.</summary>
public sealed record DataOptions
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
}

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
        await MarkAsync(address, "Upload-Start", cancel);
        foreach (var (name, open) in files)
        {
            await using var content = open();
            await UploadAsync(address, name, content, cancel);
        }

        using var reply = await _api.SendAsync(
            HttpMethod.Post, address, ApiConnection.JsonBody(options), request => request.Headers.TryAddWithoutValidation("Upload-Finish", "true"), cancel);
        return await RequestId.FromAsync(reply, cancel);
    }

    /// <summary>
    /// Sends one file below an upload address such as <c>api/tasks/7/data/</c>. A piece that fails is sent again from where
    /// the server stands. Returns the name by which the server knows the file.
    /// </summary>
    /// <param name="content">Seekable.</param>
    public async Task<string> UploadAsync(string address, string fileName, Stream content, CancellationToken cancel)
    {
        var (location, serverName) = await CreateAsync(address, fileName, content.Length, cancel);
        var offset = 0L;
        var failures = 0;
        do
        {
            try
            {
                offset = await SendPieceAsync(location, content, offset, cancel);
                failures = 0;
            }
            catch (Exception error) when (IsTransient(error, cancel) && ++failures < MaxAttempts)
            {
                offset = await OffsetAsync(location, cancel);
            }
        }
        while (offset < content.Length);
        return serverName;
    }

    internal async Task MarkAsync(string address, string header, CancellationToken cancel)
    {
        using var response = await _api.SendAsync(
            HttpMethod.Post, address, null, request => request.Headers.TryAddWithoutValidation(header, "true"), cancel);
    }

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
        return (location.IsAbsoluteUri ? location.PathAndQuery : location.OriginalString, name);
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
