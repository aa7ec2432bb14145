using System.Net;
using System.Text;
using Annotator.Client;

namespace Annotator.Tests.Unit.Client;

/// <summary>Answers requests by a script and keeps what was asked. A request beyond the script fails the test.</summary>
internal sealed class ScriptedServer : HttpMessageHandler
{
    private readonly Queue<Func<Seen, HttpResponseMessage>> _answers = new();

    public List<Seen> Requests { get; } = [];

    public ScriptedServer Answer(Func<Seen, HttpResponseMessage> answer)
    {
        _answers.Enqueue(answer);
        return this;
    }

    public ScriptedServer Answer(HttpStatusCode status, string body = "", string type = "application/json", params (string Name, string Value)[] headers) =>
        Answer(_ =>
        {
            var response = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, type) };
            foreach (var (name, value) in headers)
            {
                response.Headers.TryAddWithoutValidation(name, value);
            }

            return response;
        });

    public AnnotatorClient Client(Action<HttpRequestMessage>? authenticate = null) =>
        new(new HttpClient(this) { BaseAddress = new Uri("http://server.test/") }, authenticate);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var seen = new Seen(
            request.Method.Method,
            request.RequestUri!.PathAndQuery,
            request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken),
            request.Headers.ToDictionary(header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase));
        Requests.Add(seen);
        Assert.True(_answers.Count > 0, $"The script has no answer to {seen.Method} {seen.Path}.");
        return _answers.Dequeue()(seen);
    }

    /// <summary>A request as it came over the wire.</summary>
    internal sealed record Seen(string Method, string Path, byte[] Body, IReadOnlyDictionary<string, string> Headers)
    {
        public string Text => Encoding.UTF8.GetString(Body);
    }
}
