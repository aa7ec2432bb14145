using System.Globalization;
using System.Net;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Tests.Unit.Media;
using Annotator.Tests.Unit.Media.Video;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Tests.Api.Media;

public sealed class VideoTasks(MediaBench bench) : IClassFixture<MediaBench>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_frame_of_a_video_task_shows_the_frame_of_its_number()
    {
        var task = await bench.TaskAsync(50, 5, ("street.mp4", await PaintedVideo.BytesAsync(120, "-g", "48", "-bf", "3")));

        var prepared = await bench.PrepareAsync(task);

        Assert.Equal((OperationState.Finished, ""), (prepared.Operation.State, prepared.Operation.Message));
        Assert.Equal(("interpolation", 120), (prepared.Task.Mode, prepared.Task.Data!.Size));
        Assert.Equal("0-49 45-94 90-119", prepared.Ranges);
        Assert.Equal("frame_000119.jpg", prepared.Frames[119].Name);
        foreach (var number in new[] { 0, 1, 47, 48, 77, 119, 30 })
        {
            Assert.Equal(number, await PaintedAsync(task.Id, $"frames/{number}?quality=compressed"));
            Assert.Equal(number, await PaintedAsync(task.Id, $"frames/{number}?quality=original"));
        }

        Assert.Equal(100, await PaintedAsync(task.Id, "preview/100"));
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(task.Id, "frames/120")).StatusCode);
    }

    [Fact]
    public async Task Start_stop_and_step_count_the_frames_of_the_video()
    {
        var task = await bench.TaskAsync(0, 0, ("street.mp4", await PaintedVideo.BytesAsync(100, "-g", "30", "-bf", "2")));

        var prepared = await bench.PrepareAsync(task, new CreateTaskArguments { StartFrame = 10, StopFrame = 90, Step = 20 });

        Assert.Equal([10, 30, 50, 70, 90], prepared.Frames.Select(frame => frame.VideoFrame!.Value));
        Assert.Equal((10, 90, "step=20"), (prepared.Task.Data!.StartFrame, prepared.Task.Data.StopFrame, prepared.Task.Data.FrameFilter));
        for (var number = 0; number < 5; number++)
        {
            Assert.Equal(10 + (number * 20), await PaintedAsync(task.Id, $"frames/{number}"));
        }
    }

    [Fact]
    public async Task Videos_and_images_may_share_a_task_and_a_broken_video_costs_only_itself()
    {
        var video = await PaintedVideo.BytesAsync(10);
        var task = await bench.TaskAsync(0, 0, ("b.mp4", video), ("a.png", Images.Encoded(".png")), ("c.mp4", video), ("d.mp4", video[..200]));

        var prepared = await bench.PrepareAsync(task);

        Assert.Equal("a.png b/frame_000000.jpg", string.Join(' ', prepared.Names.Split(' ')[..2]));
        Assert.Equal((21, "c/frame_000009.jpg"), (prepared.Frames.Count, prepared.Frames[20].Name));
        Assert.StartsWith("d.mp4 could not be read: it ", prepared.Operation.Message);
        Assert.Equal(9, await PaintedAsync(task.Id, "frames/20"));
        await using var db = bench.Db();
        var videos = await db.Videos.Where(row => row.DataId == prepared.Task.Data!.Id).OrderBy(row => row.Number).ToListAsync(Cancel);
        Assert.Equal([("b.mp4", 10, 320, "h264"), ("c.mp4", 10, 320, "h264")], videos.Select(row => (row.Name, row.FrameCount, row.Width, row.Codec)));
    }

    [Fact]
    public async Task Many_who_ask_for_frames_near_each_other_wait_for_one_decoding()
    {
        var task = await bench.TaskAsync(0, 0, ("street.mp4", await PaintedVideo.BytesAsync(48)));
        await bench.PrepareAsync(task);

        var painted = await Task.WhenAll(Enumerable.Range(0, 48).Select(number => PaintedAsync(task.Id, $"frames/{number % 24}")));

        Assert.Equal(Enumerable.Range(0, 48).Select(number => number % 24), painted);
    }

    [Fact]
    public async Task The_picture_of_a_videos_frame_leaves_with_an_export()
    {
        var task = await bench.TaskAsync(0, 0, ("street.mp4", await PaintedVideo.BytesAsync(30)));
        var prepared = await bench.PrepareAsync(task);

        await using var picture = await bench.Worker.Services.GetRequiredService<IFramePixels>().OpenAsync(prepared.Frames[17], Cancel);
        using var copy = new MemoryStream();
        await picture!.CopyToAsync(copy, Cancel);

        Assert.Equal(17, PaintedVideo.NumberOn(copy.ToArray()));
    }

    private async Task<int> PaintedAsync(int taskId, string path)
    {
        using var answer = await GetAsync(taskId, path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return PaintedVideo.NumberOn(await answer.Content.ReadAsByteArrayAsync(Cancel));
    }

    private async Task<HttpResponseMessage> GetAsync(int taskId, string path)
    {
        var client = bench.Worker.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"/internal/tasks/{taskId}/{path}"));
        request.Headers.Add(InternalCalls.Header, bench.Worker.Services.GetRequiredService<InternalCalls>().Sign());
        return await client.SendAsync(request, Cancel);
    }
}
