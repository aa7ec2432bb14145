using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Annotator.Client.Operations;

namespace Annotator.Tests.Unit.Client;

public sealed class DownloadTests
{
    private static readonly BackgroundRequest _finished = new() { Id = "x", Status = RequestStatuses.Finished, ResultUrl = "http://server.test/api/tasks/7/dataset/download?rq_id=x" };

    [Fact]
    public async Task A_download_that_breaks_goes_on_where_it_broke()
    {
        using var server = new ScriptedServer().Answer(_ => Breaking("hello ", 11, "\"v1\"")).Answer(_ => Rest("world", "\"v1\""));
        using var output = new MemoryStream();

        await server.Client().Datasets.CopyToAsync(_finished, output, null, TestContext.Current.CancellationToken);

        Assert.Equal("hello world", Encoding.UTF8.GetString(output.ToArray()));
        Assert.Equal(("bytes=6-", "\"v1\""), (server.Requests[1].Headers["Range"], server.Requests[1].Headers["If-Range"]));
    }

    [Fact]
    public async Task A_file_that_changed_meanwhile_is_taken_from_its_start()
    {
        using var server = new ScriptedServer().Answer(_ => Breaking("old ", 8, "\"v1\"")).Answer(_ => Whole("new file", "\"v2\""));
        using var output = new MemoryStream();

        await server.Client().Datasets.CopyToAsync(_finished, output, null, TestContext.Current.CancellationToken);

        Assert.Equal("new file", Encoding.UTF8.GetString(output.ToArray()));
    }

    [Fact]
    public async Task A_download_that_goes_on_breaking_is_given_up()
    {
        using var server = new ScriptedServer().Answer(_ => Breaking("a", 9, "\"v1\""));
        for (var i = 0; i < 4; i++)
        {
            server.Answer(_ => Breaking("b", 9, "\"v1\"", HttpStatusCode.PartialContent));
        }

        using var output = new MemoryStream();
        await Assert.ThrowsAnyAsync<IOException>(() => server.Client().Datasets.CopyToAsync(_finished, output, null, TestContext.Current.CancellationToken));
        Assert.Equal(5, server.Requests.Count);
    }

    private static HttpResponseMessage Whole(string text, string tag) => Tagged(new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(text) }, tag);

    private static HttpResponseMessage Rest(string text, string tag) => Tagged(new HttpResponseMessage(HttpStatusCode.PartialContent) { Content = new StringContent(text) }, tag);

    private static HttpResponseMessage Breaking(string text, long length, string tag, HttpStatusCode status = HttpStatusCode.OK)
    {
        var content = new StreamContent(new BreakingStream(Encoding.UTF8.GetBytes(text)));
        content.Headers.ContentLength = length;
        return Tagged(new HttpResponseMessage(status) { Content = content }, tag);
    }

    private static HttpResponseMessage Tagged(HttpResponseMessage response, string tag)
    {
        response.Headers.ETag = new EntityTagHeaderValue(tag);
        return response;
    }

    /// <summary>Gives its bytes and then breaks, as a connection does.</summary>
    private sealed class BreakingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => Position < Length ? base.Read(buffer) : throw new IOException("The connection broke.");

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position < Length ? base.ReadAsync(buffer, cancellationToken) : throw new IOException("The connection broke.");
    }
}
