using System.Globalization;
using System.Net;
using System.Text.Json;
using Annotator.Api.Errors;
using Annotator.Core.Media;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Annotator.Api.Media;

/// <summary>
/// Asks Worker, the only service that touches pixels, for pictures that do not exist yet. Worker keeps what it makes under
/// its <see cref="DataKeys"/> key and answers with the bytes as well.
/// </summary>
internal sealed partial class WorkerMedia(HttpClient http, InternalCalls calls, ILogger<WorkerMedia> log)
{
    /// <summary>Seconds after which a client should ask again; the contract's clients wait for it by themselves.</summary>
    private const int RetrySeconds = 10;

    /// <summary>A chunk of large originals; more is refused rather than held in memory.</summary>
    private const int MaxBytes = 500 << 20;

    private readonly HttpClient _http = http;
    private readonly InternalCalls _calls = calls;
    private readonly ILogger<WorkerMedia> _log = log;

    /// <summary>
    /// Has a picture made; <paramref name="pathAndQuery"/> is what follows <c>/internal/tasks/{taskId}/</c>. Null content
    /// comes with the refusal to send: 429 when it is not ready in time, 4xx when it cannot be made.
    /// </summary>
    public Task<(Stream? Content, IResult? Refused)> MakeAsync(int taskId, string pathAndQuery, CancellationToken cancel) =>
        MakeAsync(string.Create(CultureInfo.InvariantCulture, $"internal/tasks/{taskId}/{pathAndQuery}"), cancel);

    /// <summary>Has a small picture made of the first image in a cloud storage.</summary>
    public Task<(Stream? Content, IResult? Refused)> MakeStoragePreviewAsync(int storageId, CancellationToken cancel) =>
        MakeAsync(string.Create(CultureInfo.InvariantCulture, $"internal/cloudstorages/{storageId}/preview"), cancel);

    private async Task<(Stream? Content, IResult? Refused)> MakeAsync(string address, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add(InternalCalls.Header, _calls.Sign());
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (response.IsSuccessStatusCode)
            {
                var content = new MemoryStream();
                await using var body = await response.Content.ReadAsStreamAsync(cancel);
                var limited = new LimitedReadStream(body, MaxBytes + 1L);
                await limited.CopyToAsync(content, cancel);
                content.Position = 0;
                return limited.Count > MaxBytes
                    ? (null, Problems.Of(StatusCodes.Status500InternalServerError, "urn:annotator:chunk-too-large", $"The chunk has more than {MaxBytes} bytes; make the task with a smaller chunk_size."))
                    : (content, null);
            }

            return (null, await RefuseAsync(response, cancel));
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested && failure is not OutOfMemoryException)
        {
            // Whatever keeps Worker from answering (it restarts, it is busy, the circuit is open) is over in a moment.
            Log.WorkerSilent(_log, failure, address);
            return (null, new NotReady());
        }
    }

    /// <summary>The name of the encoder that makes videos for browsers, "" where there is none; null when Worker does not answer.</summary>
    public async Task<string?> FindEncoderAsync(int taskId, CancellationToken cancel)
    {
        var (content, _) = await MakeAsync(taskId, "encoder", cancel);
        return content is null ? null : await JsonSerializer.DeserializeAsync<string>(content, cancellationToken: cancel);
    }

    private static async Task<IResult> RefuseAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        if (response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or >= HttpStatusCode.InternalServerError)
        {
            return new NotReady();
        }

        var problem = response.Content.Headers.ContentType?.MediaType == "application/problem+json"
            ? await response.Content.ReadFromJsonAsync<ProblemDetails>(cancel)
            : null;
        return Problems.Of(
            (int)response.StatusCode,
            problem?.Type ?? "urn:annotator:media",
            problem?.Detail ?? "The picture cannot be made.");
    }

    /// <summary>The contract's answer to media that are not ready in time.</summary>
    private sealed class NotReady : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.RetryAfter = RetrySeconds.ToString(CultureInfo.InvariantCulture);
            ProblemHttpResult problem = Problems.Of(
                StatusCodes.Status429TooManyRequests, "urn:annotator:not-ready", "The picture is not ready yet; ask again in a moment.");
            return problem.ExecuteAsync(httpContext);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Worker did not make {Address}.")]
        public static partial void WorkerSilent(ILogger log, Exception failure, string address);
    }
}
