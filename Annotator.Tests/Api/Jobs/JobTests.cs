using System.Net;
using System.Text.Json;
using Annotator.Core.Identity;
using Annotator.Core.Jobs;
using Annotator.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Tests.Api.Jobs;

public sealed class JobTests(JobTests.App app) : IClassFixture<JobTests.App>
{
    [Fact]
    public async Task A_new_stage_starts_with_state_new_unless_a_state_is_sent()
    {
        var owner = await app.Given.UserAsync();
        var job = await app.Given.JobAsync(owner);
        var client = app.As(owner);

        var completed = await client.Patch($"/api/jobs/{job.Id}", new { state = "completed" });
        var validation = await client.Patch($"/api/jobs/{job.Id}", new { stage = "validation" });
        var accepted = await client.Patch($"/api/jobs/{job.Id}", new { stage = "acceptance", state = "completed" });

        Assert.Equal("completed", completed.Is(HttpStatusCode.OK)["state"].GetString());
        Assert.Equal("annotation", completed["status"].GetString());
        Assert.Equal("new", validation.Is(HttpStatusCode.OK)["state"].GetString());
        Assert.Equal("validation", validation["status"].GetString());
        Assert.Equal("completed", accepted.Is(HttpStatusCode.OK)["state"].GetString());
        Assert.Equal("completed", accepted["status"].GetString());
    }

    [Fact]
    public async Task An_assignee_moves_the_state_but_neither_the_stage_nor_the_assignee()
    {
        var owner = await app.Given.UserAsync();
        var worker = await app.Given.UserAsync(UserGroup.Worker);
        var job = await app.Given.JobAsync(owner, worker);
        var client = app.As(worker);

        (await client.Patch($"/api/jobs/{job.Id}", new { state = "in progress" })).Is(HttpStatusCode.OK);
        (await client.Patch($"/api/jobs/{job.Id}", new { stage = "acceptance" })).Is(HttpStatusCode.Forbidden);
        (await client.Patch($"/api/jobs/{job.Id}", new { assignee = (int?)null })).Is(HttpStatusCode.Forbidden);

        var read = await client.Get($"/api/jobs/{job.Id}");
        Assert.Equal("in progress", read["state"].GetString());
        Assert.Equal("annotation", read["stage"].GetString());
        Assert.Equal(worker.Id, read["assignee"].GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task Of_two_changes_from_the_same_state_one_is_refused_with_the_state_that_stands()
    {
        var owner = await app.Given.UserAsync();
        var job = await app.Given.JobAsync(owner);
        var client = app.As(owner);
        var tag = (await client.Get($"/api/jobs/{job.Id}")).Response.Headers.ETag!.Tag;

        var answers = await Task.WhenAll(
            client.Patch($"/api/jobs/{job.Id}", new { state = "completed" }, ("If-Match", tag)),
            client.Patch($"/api/jobs/{job.Id}", new { state = "rejected" }, ("If-Match", tag)));

        var won = Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        var lost = Assert.Single(answers, answer => answer.Status == HttpStatusCode.PreconditionFailed);
        Assert.Equal("urn:annotator:stale", lost["type"].GetString());
        Assert.Equal(won["state"].GetString(), lost["current"].GetProperty("state").GetString());
        Assert.Equal(won["state"].GetString(), (await client.Get($"/api/jobs/{job.Id}"))["state"].GetString());
    }

    [Fact]
    public async Task Saving_annotations_does_not_make_a_reviewers_change_stale()
    {
        var owner = await app.Given.UserAsync();
        var job = await app.Given.JobAsync(owner);
        var client = app.As(owner);
        var tag = (await client.Get($"/api/jobs/{job.Id}")).Response.Headers.ETag!.Tag;
        await using (var db = app.Db())
        {
            (await db.Jobs.FindAsync([job.Id], TestContext.Current.CancellationToken))!.Revision++;
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        (await client.Patch($"/api/jobs/{job.Id}", new { stage = "validation" }, ("If-Match", tag))).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Outside_organizations_a_tasks_owner_names_only_whom_he_or_she_may_see()
    {
        var (owner, other, admin) = (await app.Given.UserAsync(), await app.Given.UserAsync(), await app.Given.AdminAsync());
        var job = await app.Given.JobAsync(owner);
        var (mine, path) = (app.As(owner), $"/api/jobs/{job.Id}");

        (await mine.Patch(path, new { assignee = other.Id })).Is(HttpStatusCode.Forbidden);
        Assert.Equal(owner.Id, (await mine.Patch(path, new { assignee = owner.Id })).Is(HttpStatusCode.OK)["assignee"].GetProperty("id").GetInt32());
        (await app.As(admin).Patch(path, new { assignee = other.Id })).Is(HttpStatusCode.OK);

        // Whoever is named already may be sent back, and may be taken off.
        (await mine.Patch(path, new { assignee = other.Id, stage = "validation" })).Is(HttpStatusCode.OK);
        Assert.Equal(JsonValueKind.Null, (await mine.Patch(path, new { assignee = (int?)null })).Is(HttpStatusCode.OK)["assignee"].ValueKind);
        (await mine.Patch($"/api/tasks/{job.TaskId}", new { assignee_id = other.Id })).Is(HttpStatusCode.Forbidden);
        (await mine.Patch($"/api/tasks/{job.TaskId}", new { assignee_id = owner.Id })).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Saving_all_the_time_neither_refuses_nor_loses_a_change_of_the_assignee()
    {
        var (owner, admin) = (await app.Given.UserAsync(), await app.Given.AdminAsync());
        var job = await app.Given.JobAsync(owner);
        var cancel = TestContext.Current.CancellationToken;
        await using var db = app.Db();
        var label = await db.Labels.Where(label => label.TaskId == job.TaskId).Select(label => label.Id).SingleAsync(cancel);
        const int Saves = 30;
        var body = new { shapes = new[] { Annotations.AnnotationTests.Shape(label, 0) }, tags = Array.Empty<object>(), tracks = Array.Empty<object>() };

        var saving = Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            var client = app.As(owner);
            for (var i = 0; i < Saves / 3; i++)
            {
                (await client.Patch($"/api/jobs/{job.Id}/annotations?action=create", body)).Is(HttpStatusCode.OK);
            }
        }));
        var assigning = app.As(admin);
        for (int? assignee = owner.Id; !saving.IsCompleted; assignee = assignee is null ? owner.Id : null)
        {
            var answer = (await assigning.Patch($"/api/jobs/{job.Id}", new { assignee })).Is(HttpStatusCode.OK);
            Assert.Equal(assignee is null ? JsonValueKind.Null : JsonValueKind.Object, answer["assignee"].ValueKind);
        }

        await saving;
        var annotations = await app.As(owner).Get($"/api/jobs/{job.Id}/annotations");
        Assert.Equal((Saves, Saves), (annotations["version"].GetInt32(), annotations["shapes"].GetArrayLength()));
    }

    [Fact]
    public async Task A_change_of_a_job_stands_though_annotations_were_saved_since_it_was_read()
    {
        var job = await app.Given.JobAsync();
        var cancel = TestContext.Current.CancellationToken;
        await using var mine = app.Db();
        await using var theirs = app.Db();
        var read = await mine.Jobs.SingleAsync(row => row.Id == job.Id, cancel);
        var old = await theirs.Jobs.SingleAsync(row => row.Id == job.Id, cancel);
        await mine.Database.ExecuteSqlAsync($"UPDATE jobs SET revision = revision + 1 WHERE id = {job.Id}", cancel);

        read.Stage = Core.Jobs.JobStage.Validation;
        await mine.SaveChangesAsync(cancel);

        // But what somebody else has decided meanwhile is not overwritten unseen.
        old.Stage = Core.Jobs.JobStage.Acceptance;
        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => theirs.SaveChangesAsync(cancel));
    }

    [Fact]
    public async Task Whoever_watches_is_told_of_a_change_once_and_of_no_change_not_at_all()
    {
        var owner = await app.Given.UserAsync();
        var job = await app.Given.JobAsync(owner);
        var client = app.As(owner);

        await client.Patch($"/api/jobs/{job.Id}", new { stage = "validation" });
        await client.Patch($"/api/jobs/{job.Id}", new { stage = "validation" });

        var news = Assert.Single(app.News, news => news.Id == job.Id);
        Assert.Equal(("validation", "new", null), (news.Stage, news.State, news.Assignee));
    }

    [Theory]
    [InlineData("""{"stage":"done"}""", "stage")]
    [InlineData("""{"state":"in_progress"}""", "state")]
    public async Task An_unknown_word_is_named_and_changes_nothing(string body, string field)
    {
        var owner = await app.Given.UserAsync();
        var job = await app.Given.JobAsync(owner);

        var answer = await app.As(owner).Patch($"/api/jobs/{job.Id}", new StringContent(body, null, "application/json"));

        Assert.Contains("not a valid choice", answer.Is(HttpStatusCode.BadRequest)[field][0].GetString(), StringComparison.Ordinal);
        Assert.Equal("new", (await app.As(owner).Get($"/api/jobs/{job.Id}"))["state"].GetString());
    }

    [Fact]
    public async Task A_list_filters_by_the_contracts_words()
    {
        var owner = await app.Given.UserAsync();
        var task = await app.Given.TaskAsync(owner, frames: 10, segmentSize: 3, name: "street");
        var client = app.As(owner);
        await client.Patch($"/api/jobs/{task.Jobs[1].Id}", new { state = "in progress" });

        var byParameter = await client.Get("/api/jobs?state=in%20progress");
        var byFilter = await client.Get("""/api/jobs?filter={"and":[{"==":[{"var":"state"},"new"]},{"==":[{"var":"task_name"},"street"]}]}&sort=id&page_size=2""");

        Assert.Equal(task.Jobs[1].Id, Assert.Single(byParameter.Is(HttpStatusCode.OK).Results).GetProperty("id").GetInt32());
        Assert.Equal(3, byFilter.Is(HttpStatusCode.OK)["count"].GetInt32());
        Assert.Equal([task.Jobs[0].Id, task.Jobs[2].Id], byFilter.Results.Select(job => job.GetProperty("id").GetInt32()));
        var next = await client.Get(new Uri(byFilter["next"].GetString()!).PathAndQuery);
        Assert.Equal([task.Jobs[3].Id], next.Results.Select(job => job.GetProperty("id").GetInt32()));
    }

    /// <summary>Remembers what watchers would be told.</summary>
    public sealed class App(DatabaseTemplate template) : AnnotatorApp(template), IJobEvents
    {
        public System.Collections.Concurrent.ConcurrentQueue<JobNews> News { get; } = [];

        public void Advanced(int jobId, int revision)
        {
        }

        public void Changed(JobNews job) => News.Enqueue(job);

        protected override void ConfigureServices(IServiceCollection services) => services.AddSingleton<IJobEvents>(this);
    }
}
