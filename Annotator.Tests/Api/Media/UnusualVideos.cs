using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Core.Tasks;
using Annotator.Tests.Unit.Media.Video;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Tests.Api.Media;

/// <summary>Files that people upload as videos, though their names or beginnings are not those of the well-known kinds.</summary>
public sealed class UnusualVideos(MediaBench bench) : IClassFixture<MediaBench>
{
    private const string H264 = "-c:v libx264 -preset ultrafast -bf 2 -pix_fmt yuv420p";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("camera.MTS", "camera.m2ts", H264)]
    [InlineData("doorbell.h264", "doorbell.h264", H264)]
    [InlineData("doorbell.265", "doorbell.hevc", "-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p")]
    [InlineData("test sequence.y4m", "a.y4m", "-pix_fmt yuv420p")]
    [InlineData("tape.dv", "tape.dv", "-vf pad=720:576,format=yuv420p -r 25 -c:v dvvideo")]
    [InlineData("lecture.ogv", "lecture.ogv", "-c:v libtheora -q:v 6")]
    [InlineData("Über den Wölken 🚗 (1).jpg", "a.mp4", H264)]
    [InlineData("no ending", "a.mkv", H264)]
    public async Task It_is_a_video_whatever_it_is_called_and_its_frames_are_cut_by_start_stop_and_step(string name, string made, string options)
    {
        var task = await bench.TaskAsync(0, 0, (name, await MakeAsync(made, 30, options)));

        var prepared = await bench.PrepareAsync(task, new CreateTaskArguments { StartFrame = 2, StopFrame = 20, Step = 5 });

        Assert.Equal((OperationState.Finished, "", "interpolation"), (prepared.Operation.State, prepared.Operation.Message, prepared.Task.Mode));
        Assert.Equal([2, 7, 12, 17], prepared.Frames.Select(frame => frame.VideoFrame!.Value));
        Assert.Equal((2, 17, "step=5"), (prepared.Task.Data!.StartFrame, prepared.Task.Data.StopFrame, prepared.Task.Data.FrameFilter));
        Assert.InRange((await VideoAsync(prepared.Task)).FrameRate, 25, 30);
    }

    [Fact]
    public async Task A_picture_of_the_cover_is_not_the_video()
    {
        var task = await bench.TaskAsync(0, 0, ("film.mp4", await MakeAsync(
            "film.mp4", 20, $"-f lavfi -i color=red:size=64x64:duration=0.04 -map 1 -map 0 -c:v:0 mjpeg -disposition:v:0 attached_pic -c:v:1 libx264 -pix_fmt:v:1 yuv420p")));

        var prepared = await bench.PrepareAsync(task);

        Assert.Equal((20, 320), (prepared.Frames.Count, (await VideoAsync(prepared.Task)).Width));
    }

    [Fact]
    public async Task A_recording_that_was_never_finished_is_refused_with_the_reason()
    {
        var whole = await PaintedVideo.BytesAsync(30);
        var task = await bench.TaskAsync(0, 0, ("ride.mp4", whole[..(whole.Length / 2)]));

        var prepared = await bench.PrepareAsync(task);

        Assert.Equal(OperationState.Failed, prepared.Operation.State);
        Assert.Contains("was not recorded, copied or uploaded to its end", prepared.Operation.Message, StringComparison.Ordinal);
    }

    private async Task<Video> VideoAsync(AnnotationTask task)
    {
        await using var db = bench.Db();
        return await db.Videos.SingleAsync(video => video.DataId == task.Data!.Id, Cancel);
    }

    /// <param name="options">Those of the encoder, after the painted pictures as the first input.</param>
    private static async Task<byte[]> MakeAsync(string name, int frames, string options)
    {
        var folder = Directory.CreateTempSubdirectory("unusual-");
        try
        {
            var (painted, path) = (Path.Join(folder.FullName, "painted.mkv"), Path.Join(folder.FullName, name));
            await PaintedVideo.MakeAsync(painted, frames, "-c:v", "ffv1", "-pix_fmt", "bgr0");
            await PaintedVideo.RunAsync(["-i", painted, .. options.Split(' '), path]);
            return await File.ReadAllBytesAsync(path, Cancel);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
