using Annotator.Core.Media;
using Annotator.Core.Media.Blobs;
using Annotator.Core.Operations;
using Annotator.Tests.Unit.Media;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Tests.Api.Media;

/// <summary>Files that are added to a task that has data; uploads of the bench are nobody's, as the operation's owner is.</summary>
public sealed class GrowingTasks(MediaBench bench) : IClassFixture<MediaBench>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Added_files_become_frames_behind_the_others_in_jobs_of_their_own()
    {
        var png = Images.Encoded(".png");
        var task = await bench.TaskAsync(2, 1, ("b.png", png), ("c.png", png), ("d.png", png));
        var before = await bench.PrepareAsync(task);
        await SendAsync(task.Id, ("more.zip", Archives.Zip(("z.png", png), ("a.png", png), ("e.png", png))));

        var after = await bench.PrepareAsync(task, new CreateTaskArguments { AppendAt = 3 });

        Assert.Equal((OperationState.Finished, ""), (after.Operation.State, after.Operation.Message));
        Assert.Equal("b.png c.png d.png a.png e.png z.png", after.Names);
        Assert.Equal("0-1 1-2 3-4 4-5", after.Ranges);
        Assert.Equal(before.Jobs.Select(job => job.Id), after.Jobs.Take(before.Jobs.Count).Select(job => job.Id));
        Assert.Equal((6, 5), (after.Task.Data!.Size, after.Task.Data.StopFrame));
        Assert.True(after.Task.Data.ChunksUpdatedDate > before.Task.Data!.ChunksUpdatedDate);
        foreach (var frame in after.Frames)
        {
            await using var original = await bench.Blobs.OpenOriginalAsync(frame, Cancel);
            Assert.Equal(png.Length, original!.Length);
        }
    }

    [Fact]
    public async Task The_same_files_sent_again_add_nothing_and_cost_nothing()
    {
        var png = Images.Encoded(".png");
        var task = await bench.TaskAsync(0, 0, ("a.png", png), ("b.png", png));
        await bench.PrepareAsync(task);
        await SendAsync(task.Id, ("a.png", png), ("b.png", png));

        var after = await bench.PrepareAsync(task, new CreateTaskArguments { AppendAt = 2 });

        Assert.Equal(OperationState.Failed, after.Operation.State);
        Assert.Contains("a.png is in the task already", after.Operation.Message);
        Assert.Contains("2 frames are as they were", after.Operation.Message);
        Assert.Equal(("a.png b.png", "0-1"), (after.Names, after.Ranges));
    }

    [Fact]
    public async Task A_broken_second_upload_costs_the_first_ones_work_nothing()
    {
        var png = Images.Encoded(".png");
        var task = await bench.TaskAsync(1, 0, ("a.png", png));
        var before = await bench.PrepareAsync(task);
        await SendAsync(task.Id, ("broken.png", png[..40]), ("bad.zip", "PK\u0003\u0004 no archive"u8.ToArray()));

        var after = await bench.PrepareAsync(task, new CreateTaskArguments { AppendAt = 1 });

        Assert.Equal(OperationState.Failed, after.Operation.State);
        Assert.Equal((before.Names, before.Ranges, 1), (after.Names, after.Ranges, after.Task.Data!.Size));
        Assert.NotNull(await bench.Blobs.FindAsync(after.Frames[0].BlobKey, Cancel));
    }

    [Fact]
    public async Task A_run_that_was_killed_after_it_had_committed_adds_nothing_twice()
    {
        var png = Images.Encoded(".png");
        var task = await bench.TaskAsync(1, 0, ("a.png", png));
        await bench.PrepareAsync(task);
        await SendAsync(task.Id, ("b.png", png));
        var first = await bench.PrepareAsync(task, new CreateTaskArguments { AppendAt = 1 });
        await using (var db = bench.Db())
        {
            await db.Operations.Where(row => row.Id == first.Operation.Id).ExecuteUpdateAsync(
                row => row.SetProperty(x => x.State, OperationState.Started).SetProperty(x => x.HeartbeatDate, DateTimeOffset.UnixEpoch), Cancel);
        }

        await bench.Worker.RunAsync(first.Operation.Id, Cancel);

        var again = await bench.ReadAsync(task.Id, first.Operation.Id);
        Assert.Equal((OperationState.Finished, "a.png b.png", "0-0 1-1"), (again.Operation.State, again.Names, again.Ranges));
    }

    [Fact]
    public async Task Files_of_others_wait_for_their_own_finish()
    {
        var png = Images.Encoded(".png");
        var task = await bench.TaskAsync(0, 0, ("a.png", png));
        await bench.PrepareAsync(task);
        await SendAsync(task.Id, ("mine.png", png));
        await using (var db = bench.Db())
        {
            await bench.UploadAsync(db, task.Id, "theirs.png", png);
        }

        var after = await bench.PrepareAsync(task, new CreateTaskArguments { AppendAt = 1 });

        Assert.Equal("a.png mine.png", after.Names);
        await using var check = bench.Db();
        var left = await check.Uploads.SingleAsync(upload => upload.TargetId == task.Id, Cancel);
        Assert.Equal("theirs.png", left.FileName);
        Assert.NotNull(await bench.Blobs.FindAsync(left.BlobKey, Cancel));
    }

    [Theory]
    [InlineData(".tif")]
    [InlineData(".gif")]
    public async Task Pages_of_a_document_become_frames_and_show_their_own_pixels(string suffix)
    {
        var task = await bench.TaskAsync(0, 0, ("scan" + suffix, Images.TwoPages(suffix)), ("z.png", Images.Encoded(".png")));

        var prepared = await bench.PrepareAsync(task);

        Assert.Equal("scan/page_0001.jpg scan/page_0002.jpg z.png", prepared.Names);
        Assert.Equal([(60, 40), (60, 40), (60, 40)], prepared.Frames.Select(frame => (frame.Width, frame.Height)));
        var pixels = bench.Worker.Services.GetRequiredService<IFramePixels>();
        var left = new List<double[]>();
        foreach (var frame in prepared.Frames.Take(2))
        {
            await using var picture = await pixels.OpenAsync(frame, Cancel);
            using var copy = new MemoryStream();
            await picture!.CopyToAsync(copy, Cancel);
            left.Add(Images.PixelOf(copy.ToArray(), 10, 20));
        }

        Assert.True(left[0][0] > 200 && left[0][1] < 60, "The first page is red on the left.");
        Assert.True(left[1][0] < 60 && left[1][1] > 200, "The second page is its inverse.");
    }

    [Fact]
    public async Task Related_images_stand_beside_their_frame_and_are_none()
    {
        var png = Images.Encoded(".png");
        var task = await bench.TaskAsync(0, 0, ("x.zip", Archives.Zip(
            ("a/1.png", png), ("a/2.png", png), ("a/related_images/1_png/right.png", png), ("a/related_images/1_png/left.png", png), ("a/related_images/9_png/lonely.png", png))));

        var prepared = await bench.PrepareAsync(task);

        Assert.Equal("a/1.png a/2.png a/related_images/9_png/lonely.png", prepared.Names);
        await using var db = bench.Db();
        var related = await db.RelatedImages.Where(image => image.DataId == prepared.Task.Data!.Id).OrderBy(image => image.Position).ToListAsync(Cancel);
        Assert.Equal([(0, 0, "a/related_images/1_png/left.png"), (0, 1, "a/related_images/1_png/right.png")], related.Select(image => (image.FrameNumber, image.Position, image.Name)));
        await using var content = await bench.Blobs.OpenPartAsync(related[1].BlobKey, related[1].BlobOffset, related[1].ByteLength, Cancel);
        using var copy = new MemoryStream();
        await content!.CopyToAsync(copy, Cancel);
        Assert.Equal(png, copy.ToArray());
    }

    private async Task SendAsync(int taskId, params (string Name, byte[] Content)[] files)
    {
        await using var db = bench.Db();
        foreach (var (name, content) in files)
        {
            await bench.UploadAsync(db, taskId, name, content);
        }

        await db.Uploads.Where(upload => upload.TargetId == taskId).ExecuteUpdateAsync(upload => upload.SetProperty(row => row.OwnerId, 1), Cancel);
    }
}
