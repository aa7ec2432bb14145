using Annotator.Core.Jobs;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Core.Tasks;
using Annotator.Tests.Unit.Media.Video;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Tests.Api.Media;

/// <summary>
/// Tasks of a video whose frames are only known by decoding it: they open with the first frames and grow. The decoder breaks off after
/// 250 frames here, so that what is shown until then can be looked at; a run after it goes on as one after a killed worker does.
/// </summary>
public sealed class OpeningVideos(MediaBench bench) : IClassFixture<MediaBench>
{
    private const int Whole = 450;

    /// <summary>Frames that are shown when the decoder breaks off: they are shown after 100, 200, 400 …</summary>
    private const int Early = 200;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_frames_are_shown_before_the_last_is_found_and_keep_their_numbers()
    {
        var (task, request) = await BreakOffAsync(0, 0);
        var opened = await bench.ReadAsync(task.Id, request);

        Assert.Equal((OperationState.Failed, "0-199", Early), (opened.Operation.State, opened.Ranges, opened.Task.Data!.Size));
        Assert.StartsWith("street.avi breaks off after 200 frames, which are in the task", opened.Operation.Message);
        Assert.Equal(("interpolation", 199), (opened.Task.Mode, opened.Task.Data.StopFrame));
        Assert.Equal([0, 77, 199], await PaintedAsync(opened, 0, 77, 199));

        await GoOnAsync(request);
        var grown = await bench.ReadAsync(task.Id, request);

        Assert.Equal((OperationState.Finished, "0-449", Whole), (grown.Operation.State, grown.Ranges, grown.Task.Data!.Size));
        Assert.Equal(opened.Jobs.Single().Id, grown.Jobs.Single().Id);
        Assert.Equal(Enumerable.Range(0, Whole), grown.Frames.Select(frame => frame.VideoFrame!.Value));
        Assert.Equal(opened.Frames.Select(frame => frame.Name), grown.Frames.Take(Early).Select(frame => frame.Name));
        Assert.Equal([0, 77, 199, 200, 449], await PaintedAsync(grown, 0, 77, 199, 200, 449));
        await using var db = bench.Db();
        Assert.Equal(Whole, (await db.Videos.SingleAsync(video => video.DataId == grown.Task.Data.Id, Cancel)).FrameCount);
        Assert.False(await db.Uploads.AnyAsync(upload => upload.TargetId == task.Id, Cancel));
        Assert.Single(await bench.KeysAsync(DataKeys.TaskUploads(task.Id)));
    }

    [Fact]
    public async Task A_video_that_is_alone_in_an_archive_opens_and_grows_just_as_well()
    {
        var (task, request) = await BreakOffAsync(0, 0, inArchive: true);
        var opened = await bench.ReadAsync(task.Id, request);

        Assert.Equal((OperationState.Failed, "0-199", Early), (opened.Operation.State, opened.Ranges, opened.Task.Data!.Size));
        Assert.StartsWith("trip/street.avi breaks off after 200 frames, which are in the task", opened.Operation.Message);
        Assert.Equal([0, 199], await PaintedAsync(opened, 0, 199));
        Assert.Empty(await bench.KeysAsync(DataKeys.TaskUploads(task.Id)));

        await GoOnAsync(request);
        var grown = await bench.ReadAsync(task.Id, request);

        Assert.Equal((OperationState.Finished, "0-449", Whole), (grown.Operation.State, grown.Ranges, grown.Task.Data!.Size));
        Assert.Equal([0, 200, 449], await PaintedAsync(grown, 0, 200, 449));
        Assert.Single(await bench.KeysAsync(DataKeys.Originals(grown.Task.Data.Id)));
    }

    [Fact]
    public async Task Of_several_videos_the_first_is_shown_while_it_is_gone_through_and_the_others_follow_it()
    {
        var (task, request) = await BreakOffAsync(
            0, 0, null, ("a.avi", await VideoAsync(Whole)), ("b.mp4", await PaintedVideo.BytesAsync(20)), ("c.avi", await VideoAsync(30)));
        var opened = await bench.ReadAsync(task.Id, request);

        Assert.Equal((OperationState.Failed, "0-199", Early), (opened.Operation.State, opened.Ranges, opened.Task.Data!.Size));
        Assert.StartsWith("a.avi breaks off after 200 frames, which are in the task", opened.Operation.Message);
        Assert.EndsWith("The other files are kept, and can be added.", opened.Operation.Message);
        Assert.Equal("a/frame_000199.jpg", opened.Frames[199].Name);
        Assert.Equal(["b.mp4", "c.avi"], await UploadsAsync(task.Id));

        await GoOnAsync(request);
        var grown = await bench.ReadAsync(task.Id, request);

        Assert.Equal((OperationState.Finished, "", "0-499", 500), (grown.Operation.State, grown.Operation.Message, grown.Ranges, grown.Task.Data!.Size));
        Assert.Equal(opened.Jobs.Single().Id, grown.Jobs.Single().Id);
        Assert.Equal(opened.Frames.Select(frame => frame.Name), grown.Frames.Take(Early).Select(frame => frame.Name));
        Assert.Equal(["a/frame_000449.jpg", "b/frame_000000.jpg", "c/frame_000029.jpg"], new[] { 449, 450, 499 }.Select(frame => grown.Frames[frame].Name));
        Assert.Equal([199, 200, 449, 0, 19, 0, 29], await PaintedAsync(grown, 199, 200, 449, 450, 469, 470, 499));
        Assert.Empty(await UploadsAsync(task.Id));
        await using var db = bench.Db();
        Assert.Equal(
            [("a.avi", Whole), ("b.mp4", 20), ("c.avi", 30)],
            (await db.Videos.Where(video => video.DataId == grown.Task.Data.Id).OrderBy(video => video.Number).ToListAsync(Cancel)).Select(video => (video.Name, video.FrameCount)));
    }

    [Fact]
    public async Task Start_stop_and_step_go_on_from_the_first_video_into_the_next()
    {
        var (task, request) = await BreakOffAsync(
            0, 0, new CreateTaskArguments { StartFrame = 150, StopFrame = 470, Step = 20 }, ("a.avi", await VideoAsync(Whole)), ("b.mp4", await PaintedVideo.BytesAsync(60)));
        await GoOnAsync(request);
        var grown = await bench.ReadAsync(task.Id, request);

        Assert.Equal((17, 470), (grown.Task.Data!.Size, grown.Task.Data.StopFrame));
        Assert.Equal([150, 430, 0, 20], await PaintedAsync(grown, 0, 14, 15, 16));
    }

    [Theory]
    [InlineData(60, 10)]
    [InlineData(1000, 0)]
    [InlineData(7, 0)]
    public async Task Jobs_are_cut_as_if_all_frames_had_been_known(int size, int overlap)
    {
        var (task, request) = await BreakOffAsync(size, overlap);
        var opened = await bench.ReadAsync(task.Id, request);
        await GoOnAsync(request);
        var grown = await bench.ReadAsync(task.Id, request);

        Assert.Equal(new FrameRange(0, Early - 1).Split(size, overlap), opened.Jobs.Select(job => job.Frames));
        Assert.Equal(new FrameRange(0, Whole - 1).Split(size, overlap), grown.Jobs.Select(job => job.Frames));
        Assert.Equal(opened.Jobs.Select(job => job.Id), grown.Jobs.Take(opened.Jobs.Count).Select(job => job.Id));
    }

    [Fact]
    public async Task A_job_that_is_handed_over_meanwhile_stays_as_it_is()
    {
        var (task, request) = await BreakOffAsync(0, 0);
        await using (var db = bench.Db())
        {
            await db.Jobs.Where(job => job.TaskId == task.Id).ExecuteUpdateAsync(job => job.SetProperty(row => row.State, JobState.Completed), Cancel);
        }

        await GoOnAsync(request);

        Assert.Equal("0-199 200-449", (await bench.ReadAsync(task.Id, request)).Ranges);
    }

    [Fact]
    public async Task Start_stop_and_step_count_the_videos_frames_from_the_first_one_shown()
    {
        var (task, request) = await BreakOffAsync(0, 0, new CreateTaskArguments { StartFrame = 150, StopFrame = 430, Step = 20 });
        var opened = await bench.ReadAsync(task.Id, request);
        await GoOnAsync(request);
        var grown = await bench.ReadAsync(task.Id, request);

        Assert.Equal((3, 190), (opened.Task.Data!.Size, opened.Task.Data.StopFrame));
        Assert.Equal((15, 430), (grown.Task.Data!.Size, grown.Task.Data.StopFrame));
        Assert.Equal([150, 190, 210, 430], await PaintedAsync(grown, 0, 2, 3, 14));
    }

    [Fact]
    public async Task A_run_after_one_that_had_shown_all_of_them_adds_none()
    {
        var (task, request) = await BreakOffAsync(0, 0);
        await GoOnAsync(request);
        await GoOnAsync(request, forget: false);

        var again = await bench.ReadAsync(task.Id, request);
        Assert.Equal((OperationState.Finished, "0-449", Whole), (again.Operation.State, again.Ranges, again.Frames.Count));
    }

    [Fact]
    public async Task A_video_that_decodes_otherwise_than_before_adds_nothing_to_what_is_shown()
    {
        var (task, request) = await BreakOffAsync(0, 0);
        var key = (await bench.ReadAsync(task.Id, request)).Frames[0].BlobKey;
        await bench.Blobs.WriteAsync(key, new MemoryStream(await VideoAsync(Whole, rate: 12)), Cancel);

        await GoOnAsync(request);

        var kept = await bench.ReadAsync(task.Id, request);
        Assert.Equal((OperationState.Failed, "0-199", Early), (kept.Operation.State, kept.Ranges, kept.Frames.Count));
        Assert.Contains("are as they were", kept.Operation.Message);
    }

    /// <summary>A task of a video whose decoder breaks off, and the request that made it.</summary>
    private async Task<(AnnotationTask Task, Guid Request)> BreakOffAsync(int size, int overlap, CreateTaskArguments? arguments = null, bool inArchive = false)
    {
        var video = await VideoAsync(Whole);
        return await BreakOffAsync(size, overlap, arguments, inArchive ? ("trip.zip", Archives.Zip(("trip/street.avi", video))) : ("street.avi", video));
    }

    private async Task<(AnnotationTask Task, Guid Request)> BreakOffAsync(int size, int overlap, CreateTaskArguments? arguments, params (string Name, byte[] Content)[] files)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The program that breaks off is a shell script.");
        var task = await bench.TaskAsync(size, overlap, files);
        var request = await bench.OperationAsync(task, arguments);
        var folder = Directory.CreateTempSubdirectory("breaking-");
        try
        {
            var program = Path.Join(folder.FullName, "ffprobe");
            await File.WriteAllTextAsync(program, $"#!/bin/sh\ncase \"$*\" in *frame=key_frame*) {PaintedVideo.Tools().Ffprobe} \"$@\" | head -n 250; exit 1;; *) exec {PaintedVideo.Tools().Ffprobe} \"$@\";; esac\n", Cancel);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }

            await using var breaking = bench.OtherWorker(services => services.AddSingleton(PaintedVideo.Tools() with { Ffprobe = program }));
            await breaking.RunAsync(request, Cancel);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return (task, request);
    }

    private async Task<List<string>> UploadsAsync(int taskId)
    {
        await using var db = bench.Db();
        return await db.Uploads.Where(upload => upload.TargetId == taskId).OrderBy(upload => upload.FileName).Select(upload => upload.FileName).ToListAsync(Cancel);
    }

    /// <summary>Runs the request as if the run before had been killed.</summary>
    /// <param name="forget">Before it had reported anything.</param>
    private async Task GoOnAsync(Guid request, bool forget = true)
    {
        await using (var db = bench.Db())
        {
            var rows = db.Operations.Where(row => row.Id == request);
            await rows.ExecuteUpdateAsync(row => row.SetProperty(x => x.State, OperationState.Started).SetProperty(x => x.HeartbeatDate, DateTimeOffset.UnixEpoch), Cancel);
            if (forget)
            {
                await rows.ExecuteUpdateAsync(row => row.SetProperty(x => x.Report, (string?)null), Cancel);
            }
        }

        await bench.Worker.RunAsync(request, Cancel);
    }

    /// <summary>The numbers that are painted on frames of the task.</summary>
    private async Task<List<int>> PaintedAsync(Prepared prepared, params int[] frames)
    {
        var painted = new List<int>();
        foreach (var frame in frames)
        {
            await using var picture = await bench.Worker.Services.GetRequiredService<IFramePixels>().OpenAsync(prepared.Frames[frame], Cancel);
            using var copy = new MemoryStream();
            await picture!.CopyToAsync(copy, Cancel);
            painted.Add(PaintedVideo.NumberOn(copy.ToArray()));
        }

        return painted;
    }

    private static async Task<byte[]> VideoAsync(int frames, int rate = 30)
    {
        var path = Path.Join(Path.GetTempPath(), $"annotator-test-{Guid.CreateVersion7():N}.avi");
        try
        {
            await PaintedVideo.MakeAsync(path, frames, "-c:v", "mpeg4", "-q:v", "5", "-g", "30", "-bf", "2", "-r", rate.ToString(System.Globalization.CultureInfo.InvariantCulture));
            return await File.ReadAllBytesAsync(path, Cancel);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
