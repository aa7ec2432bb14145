using System.Net;
using Annotator.Tests.Support;

namespace Annotator.Tests.Api.Media;

/// <summary>Frames that are removed by hand, by several people at once.</summary>
public sealed class DeletedFrames(AnnotatorApp app) : IClassFixture<AnnotatorApp>
{
    [Fact]
    public async Task Jobs_that_delete_frames_at_the_same_moment_lose_none()
    {
        const int Jobs = 8;
        var owner = await app.Given.UserAsync();
        var task = await app.Given.TaskAsync(owner, frames: Jobs * 10, segmentSize: 10);

        await Task.WhenAll(task.Jobs.Select(async job =>
            (await app.As(owner).Patch($"/api/jobs/{job.Id}/data/meta", new { deleted_frames = new[] { job.StartFrame + 3, job.StartFrame } })).Is(HttpStatusCode.OK)));

        var meta = await app.As(owner).Get($"/api/tasks/{task.Id}/data/meta");
        Assert.Equal(
            task.Jobs.SelectMany(job => new[] { job.StartFrame, job.StartFrame + 3 }).Order(),
            meta["deleted_frames"].EnumerateArray().Select(frame => frame.GetInt32()));
    }

    [Fact]
    public async Task A_job_says_which_of_its_own_frames_are_deleted_and_nothing_of_others()
    {
        var owner = await app.Given.UserAsync();
        var task = await app.Given.TaskAsync(owner, frames: 20, segmentSize: 10);
        var client = app.As(owner);
        (await client.Patch($"/api/tasks/{task.Id}/data/meta", new { deleted_frames = new[] { 12, 4, 4, 5 } })).Is(HttpStatusCode.OK);

        var answer = (await client.Patch($"/api/jobs/{task.Jobs[0].Id}/data/meta", new { deleted_frames = new[] { 5, 9 } })).Is(HttpStatusCode.OK);

        Assert.Equal("[5,9]", answer["deleted_frames"].ToString());
        Assert.Equal("[5,9,12]", (await client.Get($"/api/tasks/{task.Id}/data/meta"))["deleted_frames"].ToString());
        (await client.Patch($"/api/jobs/{task.Jobs[0].Id}/data/meta", new { deleted_frames = new[] { 10 } })).Is(HttpStatusCode.BadRequest);
    }
}
