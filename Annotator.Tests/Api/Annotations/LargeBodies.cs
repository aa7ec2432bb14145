using System.Net;
using System.Text;
using Annotator.Core.Annotations;
using Annotator.Core.Identity;
using Annotator.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Tests.Api.Annotations;

/// <summary>Bodies of many megabytes through the Web's proxy, as clients of the contract send whole tasks.</summary>
public sealed class LargeBodies(ProxiedApp app) : IClassFixture<ProxiedApp>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Forty_megabytes_of_annotations_are_stored()
    {
        var (owner, jobId, label) = await SceneAsync();
        using var client = ClientOf(owner);
        const int Shapes = 100_000;
        var shape = $$"""{"type":"rectangle","frame":0,"label_id":{{label}},"points":[1.25,2.5,3.75,4.5],"attributes":[]""" + new string(' ', 350) + "}";
        var body = new StringBuilder("""{"tags":[],"tracks":[],"shapes":[""");
        for (var i = 0; i < Shapes; i++)
        {
            body.Append(i == 0 ? "" : ",").Append(shape);
        }

        using var content = new StringContent(body.Append("]}").ToString(), Encoding.UTF8, "application/json");
        Assert.True(content.Headers.ContentLength > 40 << 20);

        (await client.Send(HttpMethod.Put, $"/api/jobs/{jobId}/annotations", content)).Is(HttpStatusCode.OK);

        await using var db = app.Db();
        Assert.Equal(Shapes, await db.Database.SqlQuery<int>($"""SELECT sum(shapes)::int AS "Value" FROM label_count WHERE job_id = {jobId}""").SingleAsync(Cancel));
    }

    [Theory]
    [InlineData("PUT", "jobs", true)]
    [InlineData("PATCH", "jobs", true)]
    [InlineData("PUT", "tasks", true)]
    [InlineData("PUT", "jobs", false)]
    public async Task A_body_over_the_limit_is_a_413_that_names_it_and_changes_nothing(string method, string resource, bool announced)
    {
        var (owner, jobId, _) = await SceneAsync();
        await using var db = app.Db();
        var id = resource == "jobs" ? jobId : await db.Jobs.Where(job => job.Id == jobId).Select(job => job.TaskId).SingleAsync(Cancel);
        using var client = ClientOf(owner);
        using var content = new Blanks(AnnotationLimits.BodyBytes + 1, announced);

        var answer = await client.Send(new HttpMethod(method), $"/api/{resource}/{id}/annotations{(method == "PATCH" ? "?action=create" : "")}", content);

        answer.Is(HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal("urn:annotator:too-large", answer["type"].GetString());
        Assert.Contains("268435456 bytes", answer.Detail, StringComparison.Ordinal);
        Assert.Equal(0, (await client.Get($"/api/jobs/{jobId}/annotations"))["version"].GetInt32());
    }

    [Fact]
    public async Task Other_bodies_have_their_own_limit_and_the_same_answer()
    {
        var (owner, _, _) = await SceneAsync();
        using var client = ClientOf(owner);
        using var content = new Blanks(31_000_000, announced: true);

        var answer = (await client.Send(HttpMethod.Post, "/api/projects", content)).Is(HttpStatusCode.RequestEntityTooLarge);

        Assert.Equal("urn:annotator:too-large", answer["type"].GetString());
        Assert.Contains("30000000 bytes", answer.Detail, StringComparison.Ordinal);
    }

    private HttpClient ClientOf(User user)
    {
        var client = ProxiedApp.Client(app.Url);
        client.DefaultRequestHeaders.Add("Authorization", $"Token {app.Given.LoginKey(user)}");
        return client;
    }

    private async Task<(User Owner, int JobId, int Label)> SceneAsync()
    {
        var owner = await app.Given.UserAsync();
        var job = await app.Given.JobAsync(owner);
        await using var db = app.Db();
        return (owner, job.Id, await db.Labels.Where(label => label.TaskId == job.TaskId).Select(label => label.Id).SingleAsync(Cancel));
    }

    /// <summary>An empty list of annotations, and blanks up to the length.</summary>
    private sealed class Blanks : HttpContent
    {
        private readonly long _length;
        private readonly bool _announced;

        public Blanks(long length, bool announced)
        {
            (_length, _announced) = (length, announced);
            Headers.ContentType = new("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync("{}"u8.ToArray(), Cancel);
            var blanks = new byte[1 << 20];
            blanks.AsSpan().Fill((byte)' ');
            for (var left = _length - 2; left > 0; left -= blanks.Length)
            {
                await stream.WriteAsync(blanks.AsMemory(0, (int)Math.Min(left, blanks.Length)), Cancel);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _length;
            return _announced;
        }
    }
}
