using Annotator.Core.Media;
using Annotator.Core.Media.Blobs;
using Annotator.Core.Operations;
using Annotator.Tests.Unit.Media;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Tests.Api.Media;

public sealed class PreparingTasks(MediaBench bench) : IClassFixture<MediaBench>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Uploaded_photos_become_frames_in_order_and_jobs_by_segment_and_overlap()
    {
        var task = await bench.TaskAsync(2, 1,
            ("b.png", Images.Encoded(".png", 50, 30)), ("a.jpg", Images.TurnedJpeg(60, 40, 6)), ("d.bmp", Images.Encoded(".bmp")), ("c.webp", Images.Encoded(".webp")));

        var prepared = await bench.PrepareAsync(task, new CreateTaskArguments { ImageQuality = 55 });

        Assert.Equal((OperationState.Finished, ""), (prepared.Operation.State, prepared.Operation.Message));
        Assert.Equal("a.jpg b.png c.webp d.bmp", prepared.Names);
        Assert.Equal([(40, 60), (50, 30), (60, 40), (60, 40)], prepared.Frames.Select(frame => (frame.Width, frame.Height)));
        Assert.Equal([false, true, true, false], prepared.Frames.Select(frame => frame.BrowserReady));
        Assert.Equal("0-1 1-2 2-3", prepared.Ranges);
        Assert.Equal(("annotation", 4, 72, 55), (prepared.Task.Mode, prepared.Task.Data!.Size, prepared.Task.Data.ChunkSize, prepared.Task.Data.ImageQuality));
        Assert.Equal((0, 3, ""), (prepared.Task.Data.StartFrame, prepared.Task.Data.StopFrame, prepared.Task.Data.FrameFilter));
        foreach (var frame in prepared.Frames)
        {
            Assert.Equal(frame.ByteLength, (await bench.Blobs.FindAsync(frame.BlobKey, Cancel))!.Length);
        }
    }

    [Fact]
    public async Task A_broken_photo_among_good_ones_costs_only_itself_and_is_named()
    {
        var whole = Images.Noise(".jpg");
        var task = await bench.TaskAsync(0, 0, ("cat_0411.jpg", whole), ("cat_0412.jpg", whole[..(whole.Length / 2)]), ("cat_0413.jpg", whole));

        var prepared = await bench.PrepareAsync(task);

        Assert.Equal(OperationState.Finished, prepared.Operation.State);
        Assert.Equal("cat_0411.jpg cat_0413.jpg", prepared.Names);
        Assert.StartsWith("cat_0412.jpg could not be read: it is cut off", prepared.Operation.Message);
        Assert.EndsWith("The other 2 photos are in the task.", prepared.Operation.Message);
        Assert.Contains("\"cat_0412.jpg\"", prepared.Operation.Report);
        Assert.Equal(2, (await bench.KeysAsync(DataKeys.TaskUploads(task.Id))).Count);
    }

    [Fact]
    public async Task When_no_file_can_be_read_the_task_fails_with_every_reason_and_stays_as_it_was()
    {
        var task = await bench.TaskAsync(0, 0, ("a.jpg", []), ("b.png", "<svg/>"u8.ToArray()));

        var prepared = await bench.PrepareAsync(task);

        Assert.Equal(OperationState.Failed, prepared.Operation.State);
        Assert.Contains("a.jpg is empty (0 bytes)", prepared.Operation.Message);
        Assert.Contains("b.png is an SVG drawing", prepared.Operation.Message);
        Assert.Empty(prepared.Frames);
        Assert.Empty(prepared.Jobs);
        Assert.Equal((0, ""), (prepared.Task.Data!.Size, prepared.Task.Mode));
        Assert.Equal(2, (await bench.KeysAsync(DataKeys.TaskUploads(task.Id))).Count);
    }

    [Fact]
    public async Task A_task_without_files_says_so()
    {
        var prepared = await bench.PrepareAsync(await bench.TaskAsync(0, 0));

        Assert.Equal((OperationState.Failed, "No files were uploaded for the task."), (prepared.Operation.State, prepared.Operation.Message));
    }

    [Fact]
    public async Task Archives_are_read_in_place_and_gone_afterwards()
    {
        var png = Images.Encoded(".png");
        var task = await bench.TaskAsync(0, 0,
            ("photos.zip", Archives.Zip(("train/2.png", png), ("train/", []), ("train/1.png", png), ("__MACOSX/x", png))),
            ("more.tar.gz", Archives.TarGz(("./val/3.png", png), ("val/notes.txt", "hello"u8.ToArray()))),
            ("plain.tar", Archives.Tar(("w/5.png", png))),
            ("u.png", png));

        var prepared = await bench.PrepareAsync(task);

        Assert.Equal("train/1.png train/2.png u.png val/3.png w/5.png", prepared.Names);
        Assert.StartsWith("val/notes.txt could not be read: it is no image", prepared.Operation.Message);
        Assert.Equal(3, (await bench.KeysAsync(DataKeys.Prefix(prepared.Task.Data!.Id))).Count);
        Assert.Single(await bench.KeysAsync(DataKeys.TaskUploads(task.Id)));
        foreach (var frame in prepared.Frames)
        {
            await using var original = await bench.Blobs.OpenOriginalAsync(frame, Cancel);
            using var copy = new MemoryStream();
            await original!.CopyToAsync(copy, Cancel);
            Assert.Equal(png, copy.ToArray());
        }
    }

    [Fact]
    public async Task A_file_sent_in_an_archive_and_again_by_itself_counts_once()
    {
        var task = await bench.TaskAsync(0, 0, ("x.zip", Archives.Zip(("a.png", Images.Encoded(".png", 10, 10)))), ("a.png", Images.Encoded(".png", 20, 20)));

        var prepared = await bench.PrepareAsync(task);

        Assert.Equal([(20, 20)], prepared.Frames.Select(frame => (frame.Width, frame.Height)));
        Assert.Single(await bench.KeysAsync(DataKeys.TaskUploads(task.Id)));
    }

    [Fact]
    public async Task Jobs_can_be_named_by_their_files_and_frames_by_step()
    {
        var png = Images.Encoded(".png");
        (string, byte[])[] files = [("a.png", png), ("b.png", png), ("c.png", png), ("d.png", png)];

        var mapped = await bench.PrepareAsync(await bench.TaskAsync(0, 0, files), new CreateTaskArguments { JobFiles = [["c.png"], ["b.png", "a.png", "d.png"]] });
        var stepped = await bench.PrepareAsync(await bench.TaskAsync(0, 0, files), new CreateTaskArguments { StartFrame = 1, Step = 2 });

        Assert.Equal(("c.png b.png a.png d.png", "0-0 1-3"), (mapped.Names, mapped.Ranges));
        Assert.Equal("b.png d.png", stepped.Names);
        Assert.Equal((1, 3, "step=2"), (stepped.Task.Data!.StartFrame, stepped.Task.Data.StopFrame, stepped.Task.Data.FrameFilter));
    }

    [Fact]
    public async Task A_second_run_after_the_first_was_done_changes_nothing()
    {
        var task = await bench.TaskAsync(1, 0, ("a.png", Images.Encoded(".png")), ("b.png", Images.Encoded(".png")));
        var first = await bench.PrepareAsync(task);
        await AgainAsync(first.Operation.Id);

        await bench.Worker.RunAsync(first.Operation.Id, Cancel);

        var second = await bench.ReadAsync(task.Id, first.Operation.Id);
        Assert.Equal((OperationState.Finished, 2), (second.Operation.State, second.Operation.Attempt));
        Assert.Equal(("a.png b.png", "0-0 1-1"), (second.Names, second.Ranges));
        Assert.Equal(first.Jobs.Select(job => job.Id), second.Jobs.Select(job => job.Id));
    }

    [Fact]
    public async Task A_run_killed_half_way_is_finished_by_the_next_once()
    {
        var files = Enumerable.Range(0, 40).Select(n => ($"{n:D2}.png", Images.Encoded(".png"))).ToArray();
        var task = await bench.TaskAsync(10, 0, ("photos.zip", Archives.Zip(files)));
        var id = await bench.OperationAsync(task);

        // What a killed worker leaves: a started row, a half pack of the archive or a whole one, no frames.
        using var kill = new CancellationTokenSource();
        var run = bench.Worker.RunAsync(id, kill.Token);
        await kill.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        await AgainAsync(id);
        var upload = await bench.Db().Uploads.Where(row => row.TargetId == task.Id).Select(row => row.Id).SingleAsync(Cancel);
        await bench.Blobs.WriteAsync(DataKeys.OriginalPack(task.Data!.Id, upload, 0), new MemoryStream("half"u8.ToArray()), Cancel);
        await bench.Blobs.WriteAsync(DataKeys.OriginalPack(task.Data.Id, upload, 7), new MemoryStream("of a run that cut otherwise"u8.ToArray()), Cancel);
        var half = await bench.ReadAsync(task.Id, id);
        Assert.Empty(half.Frames);
        Assert.Empty(half.Jobs);

        await bench.Worker.RunAsync(id, Cancel);

        var whole = await bench.ReadAsync(task.Id, id);
        Assert.Equal(OperationState.Finished, whole.Operation.State);
        Assert.Equal(40, whole.Frames.Count);
        Assert.Equal("0-9 10-19 20-29 30-39", whole.Ranges);
        Assert.Equal([DataKeys.OriginalPack(task.Data.Id, upload, 0)], await bench.KeysAsync(DataKeys.Prefix(task.Data.Id)));
        await using var last = await bench.Blobs.OpenOriginalAsync(whole.Frames[39], Cancel);
        using var copy = new MemoryStream();
        await last!.CopyToAsync(copy, Cancel);
        Assert.Equal(files[39].Item2, copy.ToArray());
    }

    [Fact]
    public async Task Two_workers_on_the_same_task_make_its_jobs_once()
    {
        var task = await bench.TaskAsync(1, 0, ("a.png", Images.Encoded(".png")), ("b.png", Images.Encoded(".png")));
        var id = await bench.OperationAsync(task);

        await Task.WhenAll(bench.Worker.RunAsync(id, Cancel), bench.Worker.RunAsync(id, Cancel));

        var prepared = await bench.ReadAsync(task.Id, id);
        Assert.Equal(("a.png b.png", "0-0 1-1"), (prepared.Names, prepared.Ranges));
    }

    [Fact]
    public async Task A_task_that_is_deleted_meanwhile_leaves_no_frames()
    {
        var task = await bench.TaskAsync(0, 0, ("a.png", Images.Encoded(".png")));
        var id = await bench.OperationAsync(task);
        await using (var db = bench.Db())
        {
            await db.Tasks.Where(t => t.Id == task.Id).ExecuteDeleteAsync(Cancel);
        }

        await bench.Worker.RunAsync(id, Cancel);

        await using var after = bench.Db();
        var operation = await after.Operations.SingleAsync(o => o.Id == id, Cancel);
        Assert.Equal((OperationState.Failed, "The task was deleted."), (operation.State, operation.Message));
    }

    private async Task AgainAsync(Guid id)
    {
        await using var db = bench.Db();
        await db.Operations.Where(o => o.Id == id).ExecuteUpdateAsync(
            o => o.SetProperty(x => x.State, OperationState.Started).SetProperty(x => x.HeartbeatDate, DateTimeOffset.UnixEpoch), Cancel);
    }
}
