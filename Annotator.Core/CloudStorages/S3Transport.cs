using System.Net;
using System.Security.Cryptography;

namespace Annotator.Core.CloudStorages;

/// <summary>Sends signed requests to one bucket, by path: <c>https://endpoint/bucket/key</c>.</summary>
/// <param name="credentials">Null for a bucket that is open to everybody.</param>
internal sealed class S3Transport(OutboundClients outbound, Uri endpoint, string bucket, string region, CloudCredentials? credentials, TimeProvider time)
{
    private readonly HttpClient _http = outbound.Create();
    private const int Attempts = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);

    /// <summary>The answer to a request, its body not read yet. What is over in a moment is tried again.</summary>
    /// <param name="key">Null for the bucket itself.</param>
    /// <exception cref="CloudStorageException">There is no answer, or one that belongs to the service's own troubles.</exception>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string? key, IReadOnlyList<KeyValuePair<string, string>> query, CancellationToken cancel, ReadOnlyMemory<byte>? body = null, (long From, int Count)? range = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var request = Request(method, key, query, body);
            if (range is { } part)
            {
                request.Headers.Range = new System.Net.Http.Headers.RangeHeaderValue(part.From, part.From + part.Count - 1);
            }

            try
            {
                var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
                if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError))
                {
                    return response;
                }

                var status = (int)response.StatusCode;
                response.Dispose();
                if (attempt >= Attempts)
                {
                    throw new CloudStorageException(CloudFailure.Unreachable, $"The service at {endpoint.Host} answers with the error {status}.");
                }
            }
            catch (HttpRequestException error) when (outbound.Refusal(error) is { } refusal)
            {
                throw new CloudStorageException(CloudFailure.Forbidden, refusal, error);
            }
            catch (Exception error) when (error is HttpRequestException or IOException || (error is TaskCanceledException && !cancel.IsCancellationRequested))
            {
                if (attempt >= Attempts)
                {
                    throw new CloudStorageException(CloudFailure.Unreachable, $"The service at {endpoint.Host} does not answer.", error);
                }
            }

            await Task.Delay(FirstPause * (1 << (attempt - 1)), time, cancel);
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string? key, IReadOnlyList<KeyValuePair<string, string>> query, ReadOnlyMemory<byte>? body)
    {
        var path = $"{endpoint.AbsolutePath.TrimEnd('/')}/{Uri.EscapeDataString(bucket)}{(key is null ? "" : "/" + string.Join('/', key.Split('/').Select(Uri.EscapeDataString)))}";
        var address = $"{endpoint.GetLeftPart(UriPartial.Authority)}{path}{(query.Count > 0 ? "?" + S3Signature.QueryOf(query) : "")}";

        // As it was signed, not as somebody tidies it up: a key may hold what looks like a step to another folder.
        var uri = new Uri(address, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var request = new HttpRequestMessage(method, uri);
        if (body is { } content)
        {
            request.Content = new ReadOnlyMemoryContent(content);
        }

        if (credentials is not null)
        {
            var hash = body is { } signed ? Convert.ToHexStringLower(SHA256.HashData(signed.Span)) : S3Signature.EmptyHash;
            S3Signature.Sign(request, path, query, hash, credentials, region, time.GetUtcNow());
        }

        return request;
    }
}
