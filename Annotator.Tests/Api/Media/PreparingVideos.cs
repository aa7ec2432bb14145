using System.Globalization;
using Annotator.Core.Media;
using Annotator.Tests.Unit.Media.Video;
using Annotator.Worker.Media;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Tests.Api.Media;

public sealed class PreparingVideos(MediaBench bench) : IClassFixture<MediaBench>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private VideoPreparation Preparation => bench.Worker.Services.GetRequiredService<VideoPreparation>();
    private MadeMediaRoom Room => bench.Worker.Services.GetRequiredService<MadeMediaRoom>();

    [Fact]
    public async Task What_nobody_has_asked_for_is_made_behind_from_where_somebody_looks()
    {
        Room.Found(0);
        var dataId = await PreparedAsync(600, "-g", "250", "-bf", "2");
        Preparation.Look(await TaskOfAsync(dataId), 0, 9);

        Assert.True(await Preparation.StepAsync(Cancel));
        Assert.Equal(["432-479", "480-527", "528-575", "576-599"], await MadeAsync(dataId));
        while (await Preparation.StepAsync(Cancel))
        {
            Assert.True((await MadeAsync(dataId)).Count <= 13);
        }

        Assert.Equal(13, (await MadeAsync(dataId)).Count);
        await using var chunk = await bench.Worker.Services.GetRequiredService<VideoChunks>().ReadAsync(await TaskOfAsync(dataId), 0, 3, Cancel);
        using var file = new MemoryStream();
        await chunk!.CopyToAsync(file, Cancel);
        var (header, packets) = ChunkReader.Read(file.ToArray());
        Assert.Equal(Enumerable.Range(144, 48), await ChunkReader.PaintedAsync(header.Codec, packets));
    }

    [Fact]
    public async Task Nothing_is_made_behind_when_room_is_short_or_not_known()
    {
        Room.Found(0);
        var dataId = await PreparedAsync(100, "-g", "250");

        foreach (var bytes in new[] { -1, new MadeMediaOptions().MaxBytes })
        {
            Room.Found(bytes);
            Assert.False(await Preparation.StepAsync(Cancel));
        }

        Assert.Empty(await MadeAsync(dataId));
        Room.Found(0);
        Assert.True(await Preparation.StepAsync(Cancel));
        Assert.Equal(3, (await MadeAsync(dataId)).Count);
        while (await Preparation.StepAsync(Cancel))
        {
            Assert.Equal(3, (await MadeAsync(dataId)).Count);
        }
    }

    [Fact]
    public async Task A_deleted_task_is_forgotten()
    {
        Room.Found(0);
        var dataId = await PreparedAsync(100, "-g", "250");
        await using var db = bench.Db();
        await db.TaskData.Where(data => data.Id == dataId).ExecuteDeleteAsync(Cancel);

        while (await Preparation.StepAsync(Cancel))
        {
            Assert.Empty(await MadeAsync(dataId));
        }

        Assert.Empty(await MadeAsync(dataId));
    }

    [Fact]
    public async Task A_damaged_frame_costs_its_chunk_and_no_other()
    {
        Room.Found(0);
        var video = await PaintedVideo.BytesAsync(300, "-g", "250", "-bf", "0", "-sc_threshold", "0");
        var prepared = await bench.PrepareAsync(await bench.TaskAsync(0, 0, ("street.mp4", video)));
        var dataId = prepared.Task.Data!.Id;
        await DamageAsync(dataId, prepared.Frames[0].BlobKey, 120, 130);

        while (await Preparation.StepAsync(Cancel))
        {
            Assert.True((await MadeAsync(dataId)).Count <= 7);
        }

        var made = await MadeAsync(dataId);
        Assert.Contains("0-47", made);
        Assert.Contains("48-95", made);
        Assert.Contains("288-299", made);
        Assert.DoesNotContain("96-143", made);
        var refused = await Assert.ThrowsAsync<Annotator.Media.UnreadableImageException>(() =>
            bench.Worker.Services.GetRequiredService<VideoChunks>().ReadAsync(prepared.Task.Id, 0, 2, Cancel));
        Assert.Contains("damaged frame: number 1", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Zeroes the packets of some frames: a decoder leaves them out.</summary>
    private async Task DamageAsync(int dataId, string key, int first, int last)
    {
        await using var stored = await bench.Blobs.OpenReadAsync(DataKeys.VideoIndex(dataId, 0), Cancel);
        var index = Annotator.Media.Video.VideoIndexFile.Read(stored!, 1000);
        using var file = new MemoryStream();
        await using (var original = await bench.Blobs.OpenReadAsync(key, Cancel))
        {
            await original!.CopyToAsync(file, Cancel);
        }

        foreach (var packet in index.Coded.ToArray().Where(packet => packet.Frame >= first && packet.Frame <= last))
        {
            file.GetBuffer().AsSpan((int)packet.Position, packet.Size).Clear();
        }

        file.Position = 0;
        await bench.Blobs.WriteAsync(key, file, Cancel);
    }

    private async Task<int> PreparedAsync(int frames, params string[] options)
    {
        var task = await bench.TaskAsync(0, 0, ("street.mp4", await PaintedVideo.BytesAsync(frames, options)));
        return (await bench.PrepareAsync(task)).Task.Data!.Id;
    }

    private async Task<int> TaskOfAsync(int dataId)
    {
        await using var db = bench.Db();
        return await db.TaskData.Where(data => data.Id == dataId).Select(data => data.TaskId).SingleAsync(Cancel);
    }

    /// <summary>The task's frames of the chunks that there are, in their order.</summary>
    private async Task<List<string>> MadeAsync(int dataId)
    {
        var keys = await bench.KeysAsync(DataKeys.ProxyChunks(dataId, 0));
        return
        [
            .. keys.Select(key => key[(key.LastIndexOf('/') + 1)..].Split('-'))
                .OrderBy(parts => int.Parse(parts[0], CultureInfo.InvariantCulture))
                .Select(parts => $"{parts[0]}-{parts[1]}"),
        ];
    }
}
