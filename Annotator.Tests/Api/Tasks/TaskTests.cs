using System.Net;
using System.Text.Json;
using Annotator.Core.Identity;
using Annotator.Core.Jobs;
using Annotator.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Tests.Api.Tasks;

public sealed class TaskTests(AnnotatorApp app) : IClassFixture<AnnotatorApp>
{
    /// <summary>What clients of the contract read from a task; a missing one or a null in the wrong place raises there.</summary>
    private static readonly string[] NeverNull =
    [
        "url", "id", "name", "mode", "bug_tracker", "created_date", "updated_date", "segment_size", "status",
        "data_compressed_chunk_type", "data_original_chunk_type", "size", "dimension", "subset", "jobs", "labels",
    ];

    [Fact]
    public async Task A_task_with_labels_is_made_and_read_in_the_contracts_form()
    {
        var user = await app.Given.UserAsync();
        var client = app.As(user);

        var made = await client.Post("/api/tasks", new { name = "street", labels = new[] { new { name = "car" } }, segment_size = 5, overlap = 1, subset = "Train" });

        var task = await client.Get($"/api/tasks/{made.Is(HttpStatusCode.Created)["id"].GetInt32()}/");
        Assert.All(NeverNull, field => Assert.NotEqual(JsonValueKind.Null, task[field].ValueKind));
        Assert.False(task.Body.TryGetProperty("data", out _), "data is a number or absent, never null");
        Assert.Equal(user.Id, task["owner"].GetProperty("id").GetInt32());
        Assert.Equal((5, 1, "Train", 0), (task["segment_size"].GetInt32(), task["overlap"].GetInt32(), task["subset"].GetString(), task["size"].GetInt32()));
        Assert.Equal($"http://localhost/api/jobs?task_id={task["id"].GetInt32()}", task["jobs"].GetProperty("url").GetString());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$", task["created_date"].GetString()!);
        Assert.Equal(made.Response.Headers.ETag, task.Response.Headers.ETag);
    }

    [Fact]
    public async Task A_task_of_a_project_has_the_projects_labels()
    {
        var owner = await app.Given.UserAsync();
        var project = await app.Given.ProjectAsync(owner, labels: ["car"]);
        var client = app.As(owner);

        var task = await client.Post("/api/tasks", new { name = "t", project_id = project.Id });
        (await client.Post("/api/tasks", new { name = "t", project_id = project.Id, labels = new[] { new { name = "own" } } })).Is(HttpStatusCode.BadRequest);

        var labels = await client.Get($"/api/labels?task_id={task.Is(HttpStatusCode.Created)["id"].GetInt32()}");
        Assert.Equal("car", Assert.Single(labels.Results).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Status_and_counts_follow_the_jobs()
    {
        var owner = await app.Given.UserAsync();
        var task = await app.Given.TaskAsync(owner, frames: 2, segmentSize: 1, labels: ["car"]);
        var client = app.As(owner);
        var states = new List<string>();
        foreach (var change in new object[] { new { stage = "validation" }, new { stage = "acceptance", state = "completed" } })
        {
            foreach (var job in task.Jobs)
            {
                (await client.Patch($"/api/jobs/{job.Id}", change)).Is(HttpStatusCode.OK);
                var read = await client.Get($"/api/tasks/{task.Id}");
                var jobs = read["jobs"];
                states.Add($"{read["status"].GetString()} {jobs.GetProperty("count")}/{jobs.GetProperty("validation")}/{jobs.GetProperty("completed")}");
                Assert.Equal(1, (await client.Get($"/api/tasks?status={read["status"].GetString()}"))["count"].GetInt32());
            }
        }

        Assert.Equal(["annotation 2/1/0", "validation 2/2/0", "validation 2/1/1", "completed 2/0/2"], states);
    }

    [Theory]
    [InlineData("""{"labels":[]}""", "name")]
    [InlineData("""{"name":"  "}""", "name")]
    [InlineData("""{"name":"t","segment_size":-1}""", "segment_size")]
    [InlineData("""{"name":"t","segment_size":3,"overlap":-1}""", "overlap")]
    [InlineData("""{"name":"t","project_id":2000000}""", "project_id")]
    [InlineData("""{"name":"t","labels":[{"name":""}]}""", "labels")]
    public async Task A_wrong_field_is_named(string body, string field)
    {
        var client = app.As(await app.Given.UserAsync());

        var answer = await client.Post("/api/tasks", new StringContent(body, null, "application/json"));

        Assert.NotEmpty(answer.Is(HttpStatusCode.BadRequest)[field].EnumerateArray());
    }

    [Theory]
    [InlineData("{", "non_field_errors")]
    [InlineData("[]", "non_field_errors")]
    [InlineData("""{"name": 5}""", "name")]
    [InlineData("""{"name": "a", "name": "b"}""", "name")]
    [InlineData("""{"name": "a", "labels": [{"name": "b", "attributes": 7}]}""", "labels")]
    [InlineData("""{"name": "a", "project_id": "first"}""", "project_id")]
    public async Task A_body_that_cannot_be_read_says_what_of_it_could_not(string body, string field)
    {
        var client = app.As(await app.Given.UserAsync());

        var answer = (await client.Post("/api/tasks", new StringContent(body, null, "application/json"))).Is(HttpStatusCode.BadRequest);

        Assert.NotEmpty(answer[field].EnumerateArray());
        Assert.DoesNotContain("Annotator.", answer.Detail);
        Assert.Equal("application/problem+json", answer.Response.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("", "application/json", HttpStatusCode.BadRequest)]
    [InlineData("name=a", "application/x-www-form-urlencoded", HttpStatusCode.UnsupportedMediaType)]
    public async Task A_body_of_another_kind_is_refused_in_words(string body, string type, HttpStatusCode status)
    {
        var client = app.As(await app.Given.UserAsync());

        var answer = await client.Post("/api/tasks", new StringContent(body, null, type));

        Assert.NotEmpty(answer.Is(status).Detail);
    }

    [Theory]
    [InlineData(4, 3, 2)]
    [InlineData(5, 5, 2)]
    [InlineData(5, 2, 2)]
    [InlineData(0, 3, 3)]
    public async Task Neighbouring_jobs_share_at_most_half_of_their_frames(int segment, int asked, int given)
    {
        var client = app.As(await app.Given.UserAsync());

        var made = (await client.Post("/api/tasks", new { name = "street", segment_size = segment, overlap = asked })).Is(HttpStatusCode.Created);

        Assert.Equal((segment, given), (made["segment_size"].GetInt32(), made["overlap"].GetInt32()));
    }

    [Fact]
    public async Task Of_two_changes_from_the_same_version_one_is_refused()
    {
        var owner = await app.Given.UserAsync();
        var task = await app.Given.TaskAsync(owner);
        var client = app.As(owner);
        var tag = (await client.Get($"/api/tasks/{task.Id}")).Response.Headers.ETag!.Tag;

        var answers = await Task.WhenAll(
            client.Patch($"/api/tasks/{task.Id}", new { name = "one" }, ("If-Match", tag)),
            client.Patch($"/api/tasks/{task.Id}", new { name = "two" }, ("If-Match", tag)));

        var won = Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        var lost = Assert.Single(answers, answer => answer.Status == HttpStatusCode.PreconditionFailed);
        Assert.Equal(won["name"].GetString(), lost["current"].GetProperty("name").GetString());
    }

    [Fact]
    public async Task Without_a_version_changes_of_different_fields_both_stand()
    {
        var owner = await app.Given.UserAsync();
        var task = await app.Given.TaskAsync(owner);
        var client = app.As(owner);

        var answers = await Task.WhenAll(
            client.Patch($"/api/tasks/{task.Id}", new { name = "renamed" }),
            client.Patch($"/api/tasks/{task.Id}", new { subset = "Test" }));

        Assert.All(answers, answer => answer.Is(HttpStatusCode.OK));
        var read = await client.Get($"/api/tasks/{task.Id}");
        Assert.Equal(("renamed", "Test"), (read["name"].GetString(), read["subset"].GetString()));
    }

    [Fact]
    public async Task A_deleted_task_takes_jobs_annotations_and_blobs_along()
    {
        var cancel = TestContext.Current.CancellationToken;
        var owner = await app.Given.UserAsync();
        var task = await app.Given.TaskAsync(owner, frames: 2, labels: ["car"]);
        var job = task.Jobs[0].Id;
        await using var db = app.Db();
        await db.Database.ExecuteSqlAsync($"INSERT INTO tag (id, job_id, frame, label_id, group_id, revision, source) VALUES (1, {job}, 0, {task.Labels[0].Id}, 0, 1, 0)", cancel);
        var blobs = (Core.Media.IBlobStore)app.Services.GetService(typeof(Core.Media.IBlobStore))!;
        await blobs.WriteAsync(Core.Media.DataKeys.Preview(task.Data!.Id, 0), new MemoryStream([1, 2, 3]), cancel);

        (await app.As(owner).Delete($"/api/tasks/{task.Id}")).Is(HttpStatusCode.NoContent);

        (await app.As(owner).Get($"/api/tasks/{task.Id}")).Is(HttpStatusCode.NotFound);
        (await app.As(owner).Get($"/api/jobs/{job}")).Is(HttpStatusCode.NotFound);
        Assert.Equal(0, await db.Database.SqlQuery<int>($"SELECT count(*)::int AS \"Value\" FROM tag WHERE job_id = {job}").SingleAsync(cancel));
        Assert.Null(await blobs.FindAsync(Core.Media.DataKeys.Preview(task.Data!.Id, 0), cancel));
        (await app.As(owner).Delete($"/api/tasks/{task.Id}")).Is(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_worker_cannot_make_a_task_and_a_stranger_sees_none()
    {
        var task = await app.Given.TaskAsync(await app.Given.UserAsync());
        var worker = app.As(await app.Given.UserAsync(UserGroup.Worker));

        (await worker.Post("/api/tasks", new { name = "t" })).Is(HttpStatusCode.Forbidden);
        (await worker.Get($"/api/tasks/{task.Id}")).Is(HttpStatusCode.NotFound);
        Assert.Equal(0, (await worker.Get("/api/tasks"))["count"].GetInt32());
    }

    [Fact]
    public async Task A_task_without_annotations_moves_into_a_project_and_one_with_labels_that_the_project_has_not_stays()
    {
        var cancel = TestContext.Current.CancellationToken;
        var owner = await app.Given.UserAsync();
        var project = await app.Given.ProjectAsync(owner, labels: ["car"]);
        var task = await app.Given.TaskAsync(owner, frames: 1, labels: ["own"]);
        var full = await app.Given.TaskAsync(owner, frames: 1, labels: ["own"]);
        await using var db = app.Db();
        await db.Database.ExecuteSqlAsync($"INSERT INTO label_count (job_id, label_id, kind, shapes, tracks, keyframes) VALUES ({full.Jobs[0].Id}, {full.Labels[0].Id}, 0, 1, 0, 0)", cancel);
        var client = app.As(owner);

        var moved = await client.Patch($"/api/tasks/{task.Id}", new { project_id = project.Id });
        var refused = await client.Patch($"/api/tasks/{full.Id}", new { project_id = project.Id });

        Assert.Equal(project.Id, moved.Is(HttpStatusCode.OK)["project_id"].GetInt32());
        Assert.Equal("car", (await client.Get($"/api/labels?task_id={task.Id}")).Results.Single().GetProperty("name").GetString());
        Assert.Contains("own", refused.Is(HttpStatusCode.BadRequest)["project_id"][0].GetString());
        Assert.Equal(JobState.New, (await db.Jobs.SingleAsync(job => job.TaskId == full.Id, cancel)).State);
    }
}
