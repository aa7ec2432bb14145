using System.Net;
using Annotator.Core.Identity;
using Annotator.Core.Jobs;
using Annotator.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Tests.Api.Annotations;

public sealed class AnnotationTests(AnnotatorApp app) : IClassFixture<AnnotatorApp>
{
    [Fact]
    public async Task What_is_put_is_read_back_with_ids_and_a_tag_that_saves_the_second_reading()
    {
        var (client, job, label) = await JobAsync();
        var path = $"/api/jobs/{job.Id}/annotations/";

        var put = (await client.Send(HttpMethod.Put, path, Shapes(label, 0, 2))).Is(HttpStatusCode.OK);
        var read = (await client.Get(path)).Is(HttpStatusCode.OK);

        Assert.Equal(put["shapes"].ToString(), read["shapes"].ToString());
        Assert.All(read["shapes"].EnumerateArray(), shape => Assert.True(shape.GetProperty("id").GetInt64() > 0));
        var tag = read.Response.Headers.ETag!.Tag;
        Assert.Equal($"\"{read["version"].GetInt32()}\"", tag);
        (await client.Get(path, ("If-None-Match", tag))).Is(HttpStatusCode.NotModified);
        Assert.Single((await client.Get(path + "?frame_from=2&frame_to=2"))["shapes"].EnumerateArray());
    }

    [Fact]
    public async Task A_write_from_an_older_revision_is_refused_and_told_the_present_one()
    {
        var (client, job, label) = await JobAsync();
        var path = $"/api/jobs/{job.Id}/annotations/";
        var first = await client.Send(HttpMethod.Put, path, Shapes(label, 0));
        var old = first.Response.Headers.ETag!.Tag;
        await client.Send(HttpMethod.Patch, path + "?action=create", Shapes(label, 1));

        var stale = (await client.Send(HttpMethod.Put, path, Shapes(label), ("If-Match", old))).Is(HttpStatusCode.PreconditionFailed);

        Assert.Equal(first["version"].GetInt32() + 1, stale["revision"].GetInt32());
        Assert.Equal(2, (await client.Get(path))["shapes"].GetArrayLength());
    }

    [Fact]
    public async Task Both_generations_of_clients_create_update_and_delete()
    {
        var (client, job, label) = await JobAsync();
        var path = $"/api/jobs/{job.Id}/annotations/";

        // An older script sends back what it has read, ids and all: they are ignored, as they were then.
        var created = (await client.Patch(path + "?action=create", Shapes(label, 0))).Is(HttpStatusCode.OK)["shapes"][0];
        var id = created.GetProperty("id").GetInt64();
        var again = (await client.Patch(path + "?action=create", new { version = 0, tags = Array.Empty<object>(), shapes = new[] { created }, tracks = Array.Empty<object>() }))["shapes"][0];
        Assert.NotEqual(id, again.GetProperty("id").GetInt64());

        // An update keeps the id, and an object without one is new.
        var moved = new { id, type = "rectangle", frame = 0, label_id = label, points = new[] { 5.0, 5, 9, 9 } };
        var updated = (await client.Patch(path + "?action=update", new { shapes = new object[] { moved, Shape(label, 1) } })).Is(HttpStatusCode.OK);
        Assert.Contains(id, updated["shapes"].EnumerateArray().Select(shape => shape.GetProperty("id").GetInt64()));

        (await client.Patch(path + "?action=delete", new { shapes = new object[] { Shape(label, 0) } })).Is(HttpStatusCode.BadRequest);
        (await client.Patch(path + "?action=delete", new { shapes = new object[] { moved } })).Is(HttpStatusCode.OK);
        Assert.DoesNotContain(id, (await client.Get(path))["shapes"].EnumerateArray().Select(shape => shape.GetProperty("id").GetInt64()));
        (await client.Patch(path, Shapes(label, 0))).Is(HttpStatusCode.BadRequest);

        (await client.Delete(path)).Is(HttpStatusCode.NoContent);
        Assert.Equal(0, (await client.Get(path))["shapes"].GetArrayLength());
    }

    [Fact]
    public async Task What_is_wrong_is_named_by_pointer_and_nothing_is_stored()
    {
        var (client, job, label) = await JobAsync();
        var path = $"/api/jobs/{job.Id}/annotations/";

        var answer = (await client.Patch(path + "?action=create", new { shapes = new[] { Shape(label, 0), Shape(987654, 0) } })).Is(HttpStatusCode.BadRequest);

        Assert.Equal("urn:annotator:invalid-annotations", answer["type"].GetString());
        Assert.StartsWith("/shapes/1/label_id", answer["errors"][0].GetProperty("pointer").GetString());
        Assert.NotEqual(0, answer["shapes"].GetArrayLength());
        Assert.Equal(0, (await client.Get(path))["shapes"].GetArrayLength());
        Assert.StartsWith("The body is not valid JSON", (await client.Send(HttpMethod.Put, path, new StringContent("{"))).Is(HttpStatusCode.BadRequest).Detail);
    }

    [Fact]
    public async Task The_assignees_first_save_begins_a_new_job_and_the_owners_does_not()
    {
        var owner = await app.Given.UserAsync();
        var assignee = await app.Given.UserAsync(UserGroup.Worker);
        var job = await app.Given.JobAsync(owner, assignee);
        var label = await LabelAsync(job.TaskId);
        var path = $"/api/jobs/{job.Id}/annotations/";

        await app.As(owner).Send(HttpMethod.Put, path, Shapes(label, 0));
        Assert.Equal(JobState.New, await StateAsync());

        await app.As(assignee).Send(HttpMethod.Put, path, Shapes(label, 0));
        Assert.Equal(JobState.InProgress, await StateAsync());

        async Task<JobState> StateAsync()
        {
            await using var db = app.Db();
            return (await db.Jobs.SingleAsync(row => row.Id == job.Id, TestContext.Current.CancellationToken)).State;
        }
    }

    [Fact]
    public async Task A_tasks_annotations_are_dealt_out_to_its_jobs_and_read_as_one()
    {
        var user = await app.Given.UserAsync();
        var task = await app.Given.TaskAsync(user, frames: 6, segmentSize: 2, labels: ["car"]);
        var label = await LabelAsync(task.Id);
        var client = app.As(user);
        var path = $"/api/tasks/{task.Id}/annotations/";
        var track = new
        {
            frame = 1, label_id = label, shapes = new object[]
            {
                new { type = "rectangle", frame = 1, points = new[] { 0.0, 0, 10, 10 } },
                new { type = "rectangle", frame = 3, points = new[] { 20.0, 20, 30, 30 } },
                new { type = "rectangle", frame = 4, points = new[] { 20.0, 20, 30, 30 }, outside = true },
            },
        };

        var put = (await client.Send(HttpMethod.Put, path, new { shapes = new[] { Shape(label, 0), Shape(label, 2), Shape(label, 5) }, tracks = new[] { track } })).Is(HttpStatusCode.OK);
        var read = (await client.Get(path)).Is(HttpStatusCode.OK);

        Assert.Equal(3, put["shapes"].GetArrayLength());
        Assert.Equal([0, 2, 5], read["shapes"].EnumerateArray().Select(shape => shape.GetProperty("frame").GetInt32()));
        foreach (var job in task.Jobs)
        {
            Assert.Single((await client.Get($"/api/jobs/{job.Id}/annotations/"))["shapes"].EnumerateArray());
        }

        // The second job's part begins on its first frame, half way between the keyframes around it.
        var parts = read["tracks"].EnumerateArray().ToList();
        Assert.Equal([1, 2], parts.Select(part => part.GetProperty("frame").GetInt32()));
        Assert.Equal([10, 10, 20, 20], parts[1].GetProperty("shapes")[0].GetProperty("points").EnumerateArray().Select(number => number.GetDouble()));

        // Written back as it was read it is the same.
        var again = (await client.Send(HttpMethod.Put, path, read.Body)).Is(HttpStatusCode.OK);
        Assert.Equal(2, again["tracks"].GetArrayLength());
        Assert.Equal(2, (await client.Get(path))["tracks"].GetArrayLength());
        (await client.Send(HttpMethod.Put, path, new { shapes = new[] { Shape(label, 6) } })).Is(HttpStatusCode.BadRequest);
        (await client.Delete(path)).Is(HttpStatusCode.NoContent);
        Assert.Equal(0, (await client.Get(path))["shapes"].GetArrayLength());
    }

    [Fact]
    public async Task What_the_later_job_has_on_a_shared_frame_is_changed_there_through_the_task()
    {
        var user = await app.Given.UserAsync();
        var task = await app.Given.TaskAsync(user, frames: 6, segmentSize: 3, labels: ["car"]);
        var (label, later) = (await LabelAsync(task.Id), task.Jobs.MaxBy(job => job.StartFrame)!.Id);
        await using (var db = app.Db())
        {
            await db.Jobs.Where(job => job.Id == later).ExecuteUpdateAsync(set => set.SetProperty(job => job.StartFrame, 2), TestContext.Current.CancellationToken);
        }

        var client = app.As(user);
        var path = $"/api/tasks/{task.Id}/annotations/";
        var track = new { frame = 2, label_id = label, shapes = new[] { new { type = "rectangle", frame = 2, points = new[] { 0.0, 0, 10, 10 } } } };
        (await client.Patch($"/api/jobs/{later}/annotations/?action=create", new { shapes = new[] { Shape(label, 2) }, tracks = new[] { track } })).Is(HttpStatusCode.OK);

        var read = (await client.Get(path)).Is(HttpStatusCode.OK);
        var body = new { shapes = read["shapes"], tracks = read["tracks"] };
        var updated = (await client.Patch(path + "?action=update", body)).Is(HttpStatusCode.OK);
        Assert.Equal(Ids(read), Ids(updated));
        Assert.Equal(Ids(read), Ids(await client.Get($"/api/jobs/{later}/annotations/")));

        var deleted = (await client.Patch(path + "?action=delete", body)).Is(HttpStatusCode.OK);
        Assert.Equal(Ids(read), Ids(deleted));
        Assert.Empty(Ids(await client.Get(path)));

        // The answer got lost, and the client sends the same again.
        Assert.Empty(Ids((await client.Patch(path + "?action=delete", body)).Is(HttpStatusCode.OK)));

        static long[] Ids(Answer answer) =>
            [.. ((string[])["shapes", "tracks"]).SelectMany(list => answer[list].EnumerateArray()).Select(annotation => annotation.GetProperty("id").GetInt64())];
    }

    [Fact]
    public async Task What_both_jobs_have_on_a_shared_frame_is_read_once_and_what_only_seems_the_same_twice()
    {
        var user = await app.Given.UserAsync();
        var task = await app.Given.TaskAsync(user, frames: 6, segmentSize: 3, labels: ["car"]);
        var (label, jobs) = (await LabelAsync(task.Id), task.Jobs.OrderBy(job => job.StartFrame).Select(job => job.Id).ToList());
        await using (var db = app.Db())
        {
            await db.Jobs.Where(job => job.Id == jobs[1]).ExecuteUpdateAsync(set => set.SetProperty(job => job.StartFrame, 2), TestContext.Current.CancellationToken);
        }

        var client = app.As(user);
        object Triangle(params double[] points) => new { type = "polygon", frame = 2, label_id = label, points };
        object Box(double x) => new { type = "rectangle", frame = 2, label_id = label, points = new[] { x, 0, x + 10, 10 } };

        // Two halves of one square have the same box around them and nothing in common.
        (await client.Patch($"/api/jobs/{jobs[0]}/annotations/?action=create", new { shapes = new[] { Box(0), Triangle(50, 50, 90, 50, 50, 90) } })).Is(HttpStatusCode.OK);
        (await client.Patch($"/api/jobs/{jobs[1]}/annotations/?action=create", new { shapes = new[] { Box(2), Triangle(90, 90, 90, 51, 51, 90) } })).Is(HttpStatusCode.OK);

        var read = (await client.Get($"/api/tasks/{task.Id}/annotations/")).Is(HttpStatusCode.OK);

        Assert.Equal([0, 50, 90], read["shapes"].EnumerateArray().Select(shape => shape.GetProperty("points")[0].GetDouble()));
    }

    internal static object Shape(int label, int frame) => new { type = "rectangle", frame, label_id = label, points = new[] { 1.0, 2, 3, 4 } };

    private static object Shapes(int label, params int[] frames) =>
        new { version = 0, tags = Array.Empty<object>(), shapes = frames.Select(frame => Shape(label, frame)), tracks = Array.Empty<object>() };

    private async Task<(HttpClient Client, AnnotationJob Job, int Label)> JobAsync()
    {
        var user = await app.Given.UserAsync();
        var job = await app.Given.JobAsync(user);
        return (app.As(user), job, await LabelAsync(job.TaskId));
    }

    private async Task<int> LabelAsync(int taskId)
    {
        await using var db = app.Db();
        return await db.Labels.Where(label => label.TaskId == taskId).Select(label => label.Id).SingleAsync(TestContext.Current.CancellationToken);
    }
}
