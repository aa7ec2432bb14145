using System.Net;
using Annotator.Core.Jobs;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Tests.Api.Tasks;

public sealed class SplittingTasks(AnnotatorApp app) : IClassFixture<AnnotatorApp>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Untouched_frames_are_cut_anew_and_begun_jobs_stay()
    {
        var owner = await app.Given.UserAsync();
        var task = await app.Given.TaskAsync(owner, frames: 10);
        var client = app.As(owner);
        var path = $"/api/tasks/{task.Id}/jobs";
        Assert.Equal(5, (await client.Send(HttpMethod.Put, path, new { segment_size = 2, overlap = 0 })).Is(HttpStatusCode.OK)["made"].GetInt32());
        int begun;
        await using (var db = app.Db())
        {
            begun = await db.Jobs.Where(job => job.TaskId == task.Id && job.StartFrame == 4).Select(job => job.Id).SingleAsync(Cancel);
            await db.Jobs.Where(job => job.Id == begun).ExecuteUpdateAsync(job => job.SetProperty(row => row.Revision, 3), Cancel);
        }

        var answer = (await client.Send(HttpMethod.Put, path, new { segment_size = 3, overlap = 1 })).Is(HttpStatusCode.OK);

        Assert.Equal([begun], answer["kept"].EnumerateArray().Select(id => id.GetInt32()));
        Assert.Equal("0-2 2-3 4-5 6-8 8-9", await RangesAsync(task.Id));
    }

    [Fact]
    public async Task When_all_jobs_are_begun_it_is_refused_in_words_and_nothing_changes()
    {
        var owner = await app.Given.UserAsync();
        var task = await app.Given.TaskAsync(owner, frames: 4);
        await using (var db = app.Db())
        {
            await db.Jobs.Where(job => job.TaskId == task.Id).ExecuteUpdateAsync(job => job.SetProperty(row => row.State, JobState.InProgress), Cancel);
        }

        var before = await RangesAsync(task.Id);
        var answer = (await app.As(owner).Send(HttpMethod.Put, $"/api/tasks/{task.Id}/jobs", new { segment_size = 1 })).Is(HttpStatusCode.Conflict);

        Assert.Contains("begun or assigned", answer.Detail);
        Assert.Equal(before, await RangesAsync(task.Id));
        (await app.As(owner).Send(HttpMethod.Put, $"/api/tasks/{task.Id}/jobs", new { segment_size = 2, overlap = 2 })).Is(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task While_frames_are_still_being_made_nothing_is_cut()
    {
        var owner = await app.Given.UserAsync();
        var task = await app.Given.TaskAsync(owner, frames: 4);
        await using (var db = app.Db())
        {
            db.Operations.Add(new Operation { Id = Guid.CreateVersion7(), Key = $"making-{task.Id}", Type = "create:task", Target = "task", TaskId = task.Id, OwnerId = owner.Id, State = OperationState.Started, CreatedDate = TimeProvider.System.GetUtcNow() });
            await db.SaveChangesAsync(Cancel);
        }

        var before = await RangesAsync(task.Id);
        var answer = (await app.As(owner).Send(HttpMethod.Put, $"/api/tasks/{task.Id}/jobs", new { segment_size = 1 })).Is(HttpStatusCode.Conflict);

        Assert.Contains("still being made", answer.Detail);
        Assert.Equal(before, await RangesAsync(task.Id));
    }

    [Fact]
    public async Task Of_many_frames_only_those_that_are_asked_for_are_listed()
    {
        var owner = await app.Given.UserAsync();
        var task = await app.Given.TaskAsync(owner, frames: 10);
        await using (var db = app.Db())
        {
            db.Frames.AddRange(Enumerable.Range(0, 10).Select(number => new Frame { DataId = task.Data!.Id, Number = number, Name = $"{number}.png", Width = 10, Height = 10 }));
            await db.SaveChangesAsync(Cancel);
        }

        var some = (await app.As(owner).Get($"/api/tasks/{task.Id}/data/meta?frame_from=3&frame_to=5")).Is(HttpStatusCode.OK);

        Assert.Equal(10, some["size"].GetInt32());
        Assert.Equal(["3.png", "4.png", "5.png"], some["frames"].EnumerateArray().Select(frame => frame.GetProperty("name").GetString()));
        (await app.As(owner).Get($"/api/tasks/{task.Id}/data/meta?frame_from=10")).Is(HttpStatusCode.BadRequest);
    }

    private async Task<string> RangesAsync(int taskId)
    {
        await using var db = app.Db();
        var jobs = await db.Jobs.Where(job => job.TaskId == taskId).OrderBy(job => job.StartFrame).ThenBy(job => job.StopFrame).ToListAsync(Cancel);
        return string.Join(' ', jobs.Select(job => $"{job.StartFrame}-{job.StopFrame}"));
    }
}
