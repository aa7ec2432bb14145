using System.Net;
using Annotator.Core.Identity;
using Annotator.Core.Jobs;
using Annotator.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Tests.Api.Annotations;

/// <summary>Two editors in one job, over HTTP and the live feed; Redis is away.</summary>
public sealed class EditingTogether(AnnotatorApp app) : IClassFixture<AnnotatorApp>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_that_comes_twice_is_applied_once_and_answers_the_same()
    {
        var (owner, _, job, label) = await SceneAsync();
        var client = app.As(owner);
        var batch = await AddAsync(client, job, label, Guid.CreateVersion7(), 1);

        var first = (await client.Post($"/api/jobs/{job.Id}/ops", batch)).Is(HttpStatusCode.OK);
        var second = (await client.Post($"/api/jobs/{job.Id}/ops", batch)).Is(HttpStatusCode.OK);

        Assert.Equal(first.Body.ToString(), second.Body.ToString());
        Assert.Single((await client.Get($"/api/jobs/{job.Id}/annotations"))["shapes"].EnumerateArray());
    }

    [Fact]
    public async Task A_batch_that_overtakes_another_waits_for_its_turn()
    {
        var (owner, _, job, label) = await SceneAsync();
        var client = app.As(owner);
        var journal = Guid.CreateVersion7();
        var (one, two) = (await AddAsync(client, job, label, journal, 1), await AddAsync(client, job, label, journal, 2));

        var early = (await client.Post($"/api/jobs/{job.Id}/ops", two)).Is(HttpStatusCode.Conflict);

        Assert.Equal("urn:annotator:batch-out-of-order", early["type"].GetString());
        Assert.Equal(1, early["expected"].GetInt32());
        (await client.Post($"/api/jobs/{job.Id}/ops", one)).Is(HttpStatusCode.OK);
        (await client.Post($"/api/jobs/{job.Id}/ops", two)).Is(HttpStatusCode.OK);
        Assert.Equal(2, (await client.Get($"/api/jobs/{job.Id}/annotations"))["shapes"].GetArrayLength());
    }

    [Fact]
    public async Task Nobodys_update_is_lost_and_the_loser_of_a_field_is_told()
    {
        var (owner, assignee, job, label) = await SceneAsync();
        var (mine, theirs) = (app.As(owner), app.As(assignee));
        var path = $"/api/jobs/{job.Id}/ops";
        var added = (await mine.Post(path, await AddAsync(mine, job, label, Guid.CreateVersion7(), 1))).Is(HttpStatusCode.OK);
        var (id, seen) = (added["results"][0].GetProperty("id").GetInt64(), added["revision"].GetInt32());

        var moved = (await mine.Post(path, Update(id, seen, new { points = new[] { 5, 5, 9, 9 } }))).Is(HttpStatusCode.OK);
        var both = (await theirs.Post(path, Update(id, seen, new { points = new[] { 7, 7, 8, 8 }, occluded = true }))).Is(HttpStatusCode.OK);

        Assert.Equal("ok", moved["results"][0].GetProperty("status").GetString());
        var result = both["results"][0];
        Assert.Equal("conflict", result.GetProperty("status").GetString());
        Assert.Equal(["points"], result.GetProperty("fields").EnumerateArray().Select(field => field.GetString()!));
        var shape = (await mine.Get($"/api/jobs/{job.Id}/annotations"))["shapes"][0];
        Assert.Equal([5, 5, 9, 9], shape.GetProperty("points").EnumerateArray().Select(number => number.GetInt32()));
        Assert.True(shape.GetProperty("occluded").GetBoolean());
    }

    [Fact]
    public async Task Whoever_is_behind_the_log_is_told_to_read_the_job_again()
    {
        var (owner, _, job, label) = await SceneAsync();
        var client = app.As(owner);
        (await client.Post($"/api/jobs/{job.Id}/ops", await AddAsync(client, job, label, Guid.CreateVersion7(), 1))).Is(HttpStatusCode.OK);
        await using var db = app.Db();
        await new Core.Annotations.AnnotationStore(db, TimeProvider.System).PruneAsync(
            new(DateTimeOffset.MaxValue, DateTimeOffset.MinValue, DateTimeOffset.MinValue), Cancel);

        var behind = (await client.Get($"/api/jobs/{job.Id}/changes?since=0")).Is(HttpStatusCode.Gone);
        Assert.Equal("urn:annotator:changes-expired", behind["type"].GetString());
        Assert.Contains("read the job again", behind.Detail, StringComparison.Ordinal);
        Assert.Equal(1, (await client.Get($"/api/jobs/{job.Id}/changes?since=1")).Is(HttpStatusCode.OK)["revision"].GetInt32());
    }

    [Fact]
    public async Task Ids_that_nobody_reserved_are_refused()
    {
        var (owner, _, job, label) = await SceneAsync();
        var batch = Batch(Guid.CreateVersion7(), 1, new { op = "add", type = "shape", id = 12345678, value = AnnotationTests.Shape(label, 0) });

        var answer = (await app.As(owner).Post($"/api/jobs/{job.Id}/ops", batch)).Is(HttpStatusCode.BadRequest);

        Assert.Equal("urn:annotator:invalid-annotations", answer["type"].GetString());
        (await app.As(owner).Post($"/api/jobs/{job.Id}/ids", new { count = 10_001 })).Is(HttpStatusCode.BadRequest);
    }

    [Fact(Timeout = 120_000)]
    public async Task Who_has_the_job_open_hears_of_people_changes_and_the_job_itself()
    {
        var (owner, assignee, job, label) = await SceneAsync();
        var cancel = TestContext.Current.CancellationToken;
        await using var feed = await ListenAsync(owner, job.Id);
        Assert.Equal(owner.UserName, (await feed.NextAsync("presence", cancel)).GetProperty("users")[0].GetProperty("username").GetString());
        await using var other = await ListenAsync(assignee, job.Id);
        Assert.Equal(2, (await feed.NextAsync("presence", cancel)).GetProperty("users").GetArrayLength());

        var client = app.As(assignee);
        var journal = Guid.CreateVersion7();
        var answer = await client.Post($"/api/jobs/{job.Id}/ops", await AddAsync(client, job, label, journal, 1));

        var changed = await feed.NextAsync("changed", cancel);
        Assert.Equal((job.Id, answer["revision"].GetInt32()), (changed.GetProperty("job_id").GetInt32(), changed.GetProperty("revision").GetInt32()));
        Assert.Equal(journal, changed.GetProperty("client_id").GetGuid());
        Assert.Equal(assignee.UserName, changed.GetProperty("user").GetProperty("username").GetString());
        Assert.Equal("add", changed.GetProperty("ops")[0].GetProperty("op").GetString());
        Assert.Equal("in progress", (await feed.NextAsync("job", cancel)).GetProperty("state").GetString());

        // The log says the same to whoever missed it.
        var log = (await client.Get($"/api/jobs/{job.Id}/changes?since={answer["revision"].GetInt32() - 1}")).Is(HttpStatusCode.OK);
        Assert.Equal(journal, log["changes"][0].GetProperty("client_id").GetGuid());
        Assert.Equal(answer["revision"].GetInt32(), log["revision"].GetInt32());
    }

    [Fact]
    public async Task A_job_that_one_may_not_see_cannot_be_listened_to()
    {
        var (_, _, job, _) = await SceneAsync();
        var stranger = await app.Given.UserAsync();

        await Assert.ThrowsAsync<Microsoft.AspNetCore.SignalR.HubException>(() => ListenAsync(stranger, job.Id));
    }

    private Task<JobListener> ListenAsync(User user, int jobId) => JobListener.JoinAsync(app.Handler(), app.Given.AccessToken(user), jobId, Cancel);

    private async Task<(User Owner, User Assignee, AnnotationJob Job, int Label)> SceneAsync()
    {
        var owner = await app.Given.UserAsync();
        var assignee = await app.Given.UserAsync();
        var job = await app.Given.JobAsync(owner, assignee);
        await using var db = app.Db();
        return (owner, assignee, job, await db.Labels.Where(label => label.TaskId == job.TaskId).Select(label => label.Id).SingleAsync(Cancel));
    }

    private static async Task<object> AddAsync(HttpClient client, AnnotationJob job, int label, Guid journal, int sequence)
    {
        var id = (await client.Post($"/api/jobs/{job.Id}/ids", new { count = 5 })).Is(HttpStatusCode.OK)["first"].GetInt64();
        return Batch(journal, sequence, new { op = "add", type = "shape", id, value = AnnotationTests.Shape(label, 0) });
    }

    private static object Update(long id, int seen, object set) => Batch(Guid.CreateVersion7(), 1, new { op = "update", type = "shape", id, rev = seen, set });

    private static object Batch(Guid journal, int sequence, object op) => new { client_id = journal, seq = sequence, @base = 0, ops = new[] { op } };
}
