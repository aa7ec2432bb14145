using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Annotator.Inference;
using Annotator.ServiceDefaults;
using Annotator.Worker.Media.Sources;
using Microsoft.Extensions.Options;

namespace Annotator.Worker.Models.Connectors;

/// <summary>
/// Requests to models elsewhere, by the guarded way out: no redirects, answers of a limited size within a limited time, and of what
/// the other side says only the parts that a model says are ever shown.
/// </summary>
internal sealed class RemoteCalls(IServiceProvider services, IOptions<ModelOptions> options, TimeProvider time)
{
    private const int Depth = 32;

    /// <summary>A server that is busy, or starts, is asked again after so long.</summary>
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4)];

    public Task<JsonDocument> GetAsync(Uri address, string? secret, CancellationToken cancel) => SendAsync(() => new HttpRequestMessage(HttpMethod.Get, address), secret, cancel);

    /// <param name="headers">Beside those of the content.</param>
    public Task<JsonDocument> PostAsync(
        Uri address, ReadOnlyMemory<byte> json, string? secret, IReadOnlyDictionary<string, string>? headers, CancellationToken cancel) => SendAsync(
        () =>
        {
            var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ReadOnlyMemoryContent(json) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            foreach (var (name, value) in headers ?? new Dictionary<string, string>())
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            return request;
        },
        secret,
        cancel);

    /// <summary>The answer; asked again where the other side is busy for a moment.</summary>
    /// <exception cref="ModelException">
    /// <c>remote-refused</c> (a place where no request may go), <c>remote-timeout</c>, <c>remote-silent</c>, <c>remote-status</c>,
    /// <c>remote-too-large</c> or <c>remote-answer</c>.
    /// </exception>
    private async Task<JsonDocument> SendAsync(Func<HttpRequestMessage> make, string? secret, CancellationToken cancel)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await OnceAsync(make, secret, cancel);
            }
            catch (ModelException error) when (error.Code is "remote-silent" or "remote-busy" && attempt < Pauses.Length)
            {
                await Task.Delay(Pauses[attempt], time, cancel);
            }
        }
    }

    private async Task<JsonDocument> OnceAsync(Func<HttpRequestMessage> make, string? secret, CancellationToken cancel)
    {
        using var request = make();
        var host = request.RequestUri!.Authority;
        Authorize(request, secret);
        using var client = OutboundHttp.CreateClient(services);
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timer.CancelAfter(TimeSpan.FromSeconds(options.Value.RemoteSeconds));
        client.Timeout = Timeout.InfiniteTimeSpan;
        try
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timer.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw Status(host, response.StatusCode);
            }

            var limit = options.Value.RemoteAnswerBytes;
            if (response.Content.Headers.ContentLength > limit)
            {
                throw TooLarge(host, limit);
            }

            await using var body = await response.Content.ReadAsStreamAsync(timer.Token);
            await using var capped = new CappedStream(body, limit, () => TooLarge(host, limit));
            return await JsonDocument.ParseAsync(capped, new JsonDocumentOptions { MaxDepth = Depth }, timer.Token);
        }
        catch (ModelException)
        {
            throw;
        }
        catch (Exception error) when (OutboundHttp.RefusalOf(error) is { } refusal)
        {
            throw new ModelException("remote-refused", $"The model was not asked: {refusal}", error);
        }
        catch (OperationCanceledException error) when (!cancel.IsCancellationRequested)
        {
            throw new ModelException("remote-timeout", $"The model at {host} did not answer within {options.Value.RemoteSeconds} seconds.", error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new ModelException("remote-silent", $"The model at {host} does not answer, or breaks off.", error);
        }
        catch (JsonException error)
        {
            throw new ModelException("remote-answer", $"The model at {host} answered something that is no JSON.", error);
        }
    }

    /// <summary><c>name:password</c> is Basic, anything else a bearer token.</summary>
    private static void Authorize(HttpRequestMessage request, string? secret)
    {
        if (secret is { Length: > 0 })
        {
            request.Headers.Authorization = secret.Contains(':', StringComparison.Ordinal)
                ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)))
                : new AuthenticationHeaderValue("Bearer", secret);
        }
    }

    private static ModelException Status(string host, HttpStatusCode status)
    {
        var code = ((int)status).ToString(CultureInfo.InvariantCulture);
        return status switch
        {
            HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout =>
                new ModelException("remote-busy", $"The model at {host} is busy: it answers {code}."),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                new ModelException("remote-status", $"The model at {host} does not let this server in ({code}): enter its secret."),
            HttpStatusCode.NotFound => new ModelException("remote-status", $"There is nothing at this address of {host} ({code})."),
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest =>
                new ModelException("remote-status", $"{host} sends the request elsewhere ({code}), and redirects are not followed: give the last address."),
            _ => new ModelException("remote-status", $"The model at {host} answers {code}."),
        };
    }

    private static ModelException TooLarge(string host, long limit) => new("remote-too-large", $"The model at {host} answers with more than {limit:N0} bytes.");
}
