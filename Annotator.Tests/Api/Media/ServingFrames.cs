using System.IO.Compression;
using System.Net;
using Annotator.Core.Media;
using Annotator.Tests.Unit.Media;
using Annotator.Worker.Media;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Tests.Api.Media;

public sealed class ServingFrames(MediaBench bench) : IClassFixture<MediaBench>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("frames/0")]
    [InlineData("preview/0")]
    [InlineData("chunks?first=0&last=0")]
    public async Task Who_is_not_one_of_our_services_gets_nothing(string path)
    {
        var task = await PreparedAsync(("a.png", Images.Encoded(".png")));
        using var client = bench.Worker.CreateClient();
        using var forged = new HttpRequestMessage(HttpMethod.Get, $"/internal/tasks/{task.Task.Id}/{path}") { Headers = { { InternalCalls.Header, "call" } } };

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync($"/internal/tasks/{task.Task.Id}/{path}", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.SendAsync(forged, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(task.Task.Id, path)).StatusCode);
    }

    [Fact]
    public async Task A_frame_is_made_once_and_then_comes_from_the_store()
    {
        var task = await PreparedAsync(("a.jpg", Images.TurnedJpeg(600, 400, 6)));

        var full = await BytesAsync(task.Task.Id, "frames/0?quality=compressed");
        var small = await BytesAsync(task.Task.Id, "frames/0?width=320");
        var odd = await BytesAsync(task.Task.Id, "frames/0?width=123");
        var preview = await BytesAsync(task.Task.Id, "preview/0");

        Assert.Equal([(400, 600), (320, 480), (123, 185), (320, 480)], new[] { full, small, odd, preview }.Select(Images.SizeOf));
        var dataId = task.Task.Data!.Id;
        Assert.Equal(
            new[] { DataKeys.CompressedFrame(dataId, 0, null), DataKeys.CompressedFrame(dataId, 0, 320), DataKeys.Preview(dataId, 0) }.Order(),
            (await bench.KeysAsync(DataKeys.Prefix(dataId))).Order());
        await bench.Blobs.DeleteAsync(task.Frames[0].BlobKey, Cancel);
        Assert.Equal(full, await BytesAsync(task.Task.Id, "frames/0"));
    }

    [Fact]
    public async Task Many_who_ask_at_once_get_the_same_bytes()
    {
        var task = await PreparedAsync(("a.jpg", Images.Noise(".jpg", 800, 600)));

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => BytesAsync(task.Task.Id, "frames/0")));

        Assert.All(answers, answer => Assert.Equal(answers[0], answer));
    }

    [Fact]
    public async Task A_compressed_chunk_holds_jpegs_in_order_and_an_original_one_the_files()
    {
        var png = Images.Encoded(".png");
        var tif = Images.Encoded(".tif");
        var turned = Images.TurnedJpeg(60, 40, 6);
        var task = await PreparedAsync(("a.png", png), ("b.tif", tif), ("c.jpg", turned));

        var compressed = await ChunkAsync(task.Task.Id, "chunks?first=0&last=2");
        var original = await ChunkAsync(task.Task.Id, "chunks?first=0&last=2&quality=original");
        var part = await ChunkAsync(task.Task.Id, "chunks?first=1&last=1");

        Assert.Equal(["000000.jpeg", "000001.jpeg", "000002.jpeg"], compressed.Select(file => file.Name));
        Assert.Equal([(60, 40), (60, 40), (40, 60)], compressed.Select(file => Images.SizeOf(file.Content)));
        Assert.Equal(["000000.png", "000001.jpeg", "000002.jpeg"], original.Select(file => file.Name));
        Assert.Equal(png, original[0].Content);
        Assert.Equal((40, 60), Images.SizeOf(original[2].Content));
        Assert.Equal("000001.jpeg", Assert.Single(part).Name);
        Assert.Equal(2, (await bench.KeysAsync(DataKeys.Prefix(task.Task.Data!.Id))).Count(key => key.Contains("/chunks-", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_photo_with_damaged_pixels_does_not_take_its_chunk_along()
    {
        var damaged = Images.Noise(".png");
        damaged.AsSpan(damaged.Length / 2, 200).Fill(0xAA);
        var task = await PreparedAsync(("a.png", Images.Encoded(".png")), ("b.png", damaged));

        var chunk = await ChunkAsync(task.Task.Id, "chunks?first=0&last=1");
        var alone = await GetAsync(task.Task.Id, "frames/1");

        Assert.Equal([(60, 40), (200, 150)], chunk.Select(file => Images.SizeOf(file.Content)));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, alone.StatusCode);
        Assert.Contains("damaged", await alone.Content.ReadAsStringAsync(Cancel));
    }

    [Theory]
    [InlineData("frames/2")]
    [InlineData("frames/-1")]
    [InlineData("frames/0?width=0")]
    [InlineData("frames/0?width=999999")]
    [InlineData("preview/7")]
    [InlineData("chunks?first=1&last=5")]
    [InlineData("chunks?first=-1&last=0")]
    [InlineData("chunks?first=1&last=0")]
    [InlineData("chunks?first=0&last=2000000000")]
    public async Task What_is_not_there_is_not_found(string path)
    {
        var task = await PreparedAsync(("a.png", Images.Encoded(".png")), ("b.png", Images.Encoded(".png")));

        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(task.Task.Id, path)).StatusCode);
    }

    [Fact]
    public async Task Made_media_give_way_when_room_is_short_and_originals_never_do()
    {
        var task = await PreparedAsync(("a.zip", Archives.Zip(("a.png", Images.Encoded(".png")))));
        await BytesAsync(task.Task.Id, "frames/0");
        var sweeper = ActivatorUtilities.CreateInstance<MadeMediaSweeper>(
            bench.Worker.Services, Microsoft.Extensions.Options.Options.Create(new MadeMediaOptions { MaxBytes = 1 }));

        Assert.True(await sweeper.SweepAsync(Cancel) > 0);

        Assert.Equal([task.Frames[0].BlobKey], await bench.KeysAsync(DataKeys.Prefix(task.Task.Data!.Id)));
    }

    private async Task<Prepared> PreparedAsync(params (string Name, byte[] Content)[] files) =>
        await bench.PrepareAsync(await bench.TaskAsync(0, 0, files));

    private async Task<HttpResponseMessage> GetAsync(int taskId, string path)
    {
        using var client = bench.Worker.CreateClient();
        client.DefaultRequestHeaders.Add(InternalCalls.Header, bench.Worker.Services.GetRequiredService<InternalCalls>().Sign());
        return await client.GetAsync($"/internal/tasks/{taskId}/{path}", Cancel);
    }

    private async Task<byte[]> BytesAsync(int taskId, string path)
    {
        var response = await GetAsync(taskId, path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsByteArrayAsync(Cancel);
    }

    private async Task<List<(string Name, byte[] Content)>> ChunkAsync(int taskId, string path)
    {
        using var zip = new ZipArchive(new MemoryStream(await BytesAsync(taskId, path)));
        var files = new List<(string, byte[])>();
        foreach (var entry in zip.Entries)
        {
            Assert.Equal(entry.Length, entry.CompressedLength);
            using var content = new MemoryStream();
            await using var stream = await entry.OpenAsync(Cancel);
            await stream.CopyToAsync(content, Cancel);
            files.Add((entry.Name, content.ToArray()));
        }

        return files;
    }
}
