using System.Globalization;
using System.Net;
using System.Text.Json;
using Annotator.Api.Errors;
using Annotator.Core.Media;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Annotator.Api.Models;

/// <summary>
/// Asks Worker, the only service that runs models, for answers that somebody waits for: what a model sees on one frame, what a
/// click selects. Bodies and answers are passed on as they are; docs/models.md has their shapes.
/// </summary>
internal sealed partial class WorkerModels(HttpClient http, InternalCalls calls, ILogger<WorkerModels> log)
{
    private readonly HttpClient _http = http;
    private readonly InternalCalls _calls = calls;
    private readonly ILogger<WorkerModels> _log = log;

    /// <summary>The answer; or the refusal to send: 4xx with the worker's words, 503 when it does not answer.</summary>
    /// <param name="verb">predict, interact or prepare.</param>
    public async Task<(JsonElement Answer, IResult? Refused)> AskAsync(int modelId, string verb, object body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"internal/models/{modelId}/{verb}"))
        {
            Content = JsonContent.Create(body, options: SnakeCase),
        };
        request.Headers.Add(InternalCalls.Header, _calls.Sign());
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (response.IsSuccessStatusCode)
            {
                return (await response.Content.ReadFromJsonAsync<JsonElement>(cancel), null);
            }

            var problem = response.Content.Headers.ContentType?.MediaType == "application/problem+json"
                ? await response.Content.ReadFromJsonAsync<ProblemDetails>(cancel)
                : null;
            return response.StatusCode is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError and not HttpStatusCode.Unauthorized
                ? (default, Problems.Of((int)response.StatusCode, problem?.Type ?? "urn:annotator:model", problem?.Detail ?? "The model gave no answer."))
                : (default, Silent(problem?.Detail));
        }
        catch (Exception failure) when (!cancel.IsCancellationRequested && failure is not OutOfMemoryException)
        {
            Log.WorkerSilent(_log, failure, modelId, verb);
            return (default, Silent(null));
        }
    }

    internal static readonly JsonSerializerOptions SnakeCase = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static ProblemHttpResult Silent(string? why) => Problems.Of(
        StatusCodes.Status503ServiceUnavailable, "urn:annotator:model-silent", why ?? "The model does not answer at the moment; try again.");

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Worker did not {Verb} with model {ModelId}.")]
        public static partial void WorkerSilent(ILogger log, Exception failure, int modelId, string verb);
    }
}
