namespace Annotator.Client.Operations;

/// <summary>Background work: look, wait, cancel.</summary>
public sealed class RequestsApi
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);
    private readonly ApiConnection _api;

    internal RequestsApi(ApiConnection api) => _api = api;

    public Task<ResultPage<BackgroundRequest>> ListAsync(ListQuery query, CancellationToken cancel) =>
        _api.GetAsync<ResultPage<BackgroundRequest>>(query.AppendTo("api/requests"), cancel);

    public Task<BackgroundRequest> GetAsync(string id, CancellationToken cancel) =>
        _api.GetAsync<BackgroundRequest>($"api/requests/{Uri.EscapeDataString(id)}", cancel);

    public Task CancelAsync(string id, CancellationToken cancel) =>
        _api.DoAsync(HttpMethod.Post, $"api/requests/{Uri.EscapeDataString(id)}/cancel", null, cancel);

    /// <summary>Does work that failed once more.</summary>
    public Task RetryAsync(string id, CancellationToken cancel) =>
        _api.DoAsync(HttpMethod.Post, $"api/requests/{Uri.EscapeDataString(id)}/retry", null, cancel);

    /// <summary>Asks until the work is over, ever more slowly, at most every five seconds. A failure is a result, not an exception.</summary>
    public async Task<BackgroundRequest> WaitAsync(
        string id, IProgress<BackgroundRequest>? progress, TimeProvider time, CancellationToken cancel)
    {
        var wait = FirstWait;
        while (true)
        {
            var request = await GetAsync(id, cancel);
            progress?.Report(request);
            if (request.IsOver)
            {
                return request;
            }

            await Task.Delay(wait, time, cancel);
            wait = wait * 1.5 < LongestWait ? wait * 1.5 : LongestWait;
        }
    }
}
