using System.Globalization;
using System.Net;
using System.Text;
using Annotator.Client;
using Annotator.Client.Datasets;
using Annotator.Client.Tasks;

namespace Annotator.Tests.Unit.Client;

public sealed class UploadTests
{
    private const string Location = "http://server.test/api/tasks/7/data/0a1b";

    [Fact]
    public async Task A_file_larger_than_a_piece_arrives_whole_and_in_order()
    {
        var bytes = Bytes(UploadsApi.PieceLength + 1234);
        using var server = new ScriptedServer()
            .Answer(HttpStatusCode.Created, "", "text/plain", ("Location", Location), ("Upload-Filename", "kätzchen.zip"))
            .Answer(_ => Moved(UploadsApi.PieceLength))
            .Answer(_ => Moved(bytes.Length));

        using var content = new MemoryStream(bytes);
        var name = await server.Client().Uploads.UploadAsync("api/tasks/7/data/", "kätzchen.zip", content, Cancel);

        Assert.Equal("kätzchen.zip", name);
        Assert.Equal($"filename {Convert.ToBase64String(Encoding.UTF8.GetBytes("kätzchen.zip"))}", server.Requests[0].Headers["Upload-Metadata"]);
        Assert.Equal(["0", $"{UploadsApi.PieceLength}"], server.Requests.Skip(1).Select(request => request.Headers["Upload-Offset"]));
        Assert.Equal(bytes, server.Requests.Skip(1).SelectMany(request => request.Body));
    }

    [Theory]
    [InlineData(HttpStatusCode.Conflict)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public async Task After_a_break_it_goes_on_where_the_server_stands(HttpStatusCode failure)
    {
        var bytes = Bytes(5000);
        using var server = new ScriptedServer()
            .Answer(HttpStatusCode.Created, "", "text/plain", ("Location", Location))
            .Answer(failure)
            .Answer(HttpStatusCode.OK, "", "text/plain", ("Upload-Offset", "3000"))
            .Answer(_ => Moved(5000));

        using var content = new MemoryStream(bytes);
        await server.Client().Uploads.UploadAsync("api/tasks/7/data/", "a.jpg", content, Cancel);

        Assert.Equal(["POST", "PATCH", "HEAD", "PATCH"], server.Requests.Select(request => request.Method));
        Assert.Equal(bytes[3000..], server.Requests[3].Body);
    }

    [Fact]
    public async Task A_refusal_that_repetition_cannot_change_ends_it_at_once()
    {
        using var server = new ScriptedServer()
            .Answer(HttpStatusCode.Created, "", "text/plain", ("Location", Location))
            .Answer(HttpStatusCode.RequestEntityTooLarge, """{"detail":"25 GB are allowed."}""");

        using var content = new MemoryStream(Bytes(10));
        var refused = await Assert.ThrowsAsync<AnnotatorApiException>(
            () => server.Client().Uploads.UploadAsync("api/tasks/7/data/", "a.jpg", content, Cancel));

        Assert.Equal("25 GB are allowed.", refused.Message);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task An_empty_file_gets_one_empty_piece()
    {
        using var server = new ScriptedServer()
            .Answer(HttpStatusCode.Created, "", "text/plain", ("Location", Location))
            .Answer(_ => Moved(0));

        using var content = new MemoryStream();
        await server.Client().Uploads.UploadAsync("api/tasks/7/data/", "empty.jpg", content, Cancel);

        Assert.Equal("PATCH", server.Requests[1].Method);
        Assert.Empty(server.Requests[1].Body);
    }

    [Fact]
    public async Task An_import_finishes_with_the_name_that_the_server_gave()
    {
        using var server = new ScriptedServer()
            .Answer(HttpStatusCode.Accepted)
            .Answer(HttpStatusCode.Created, "", "text/plain", ("Location", Location), ("Upload-Filename", "f00d"))
            .Answer(_ => Moved(4))
            .Answer(HttpStatusCode.Accepted, """{"rq_id":"r1"}""");

        using var content = new MemoryStream(Bytes(4));
        var request = await server.Client().Datasets.ImportAsync(DatasetTarget.Task, 7, "COCO 1.0", "mine.json", content, append: true, Cancel);

        Assert.Equal("r1", request.RqId);
        Assert.Equal("/api/tasks/7/annotations/?format=COCO%201.0&import_mode=append&filename=mine.json", server.Requests[0].Path);
        Assert.Equal("/api/tasks/7/annotations/?format=COCO%201.0&import_mode=append&filename=f00d", server.Requests[3].Path);
        Assert.True(server.Requests[3].Headers.ContainsKey("Upload-Finish"));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static byte[] Bytes(int length) => [.. Enumerable.Range(0, length).Select(index => (byte)(index * 31))];

    private static HttpResponseMessage Moved(long offset)
    {
        var response = new HttpResponseMessage(HttpStatusCode.NoContent);
        response.Headers.Add("Upload-Offset", offset.ToString(CultureInfo.InvariantCulture));
        return response;
    }
}
