using System.Net;
using System.Text.Json;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Media.Video;
using Annotator.Tests.Contract;
using Annotator.Tests.Support;
using Annotator.Tests.Unit.Media.Video;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Tests.Api.Media;

/// <summary>What a browser that decodes videos itself asks for, from the upload on.</summary>
public sealed class VideosInABrowser(ContractApp app) : IClassFixture<ContractApp>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chunks_hold_the_frames_of_their_numbers_and_are_made_once()
    {
        var (client, job) = await JobAsync(100, segmentSize: 0, "-g", "250", "-bf", "3");

        var video = (await client.Get($"/api/jobs/{job}/data/video")).Is(HttpStatusCode.OK)["videos"][0];
        Assert.Equal((0, "street.mp4", 320, 240), (video.GetProperty("number").GetInt32(), video.GetProperty("name").GetString(), video.GetProperty("width").GetInt32(), video.GetProperty("height").GetInt32()));
        Assert.Equal((0, 100, 0, 1), (video.GetProperty("offset").GetInt32(), video.GetProperty("count").GetInt32(), video.GetProperty("video_first").GetInt32(), video.GetProperty("video_step").GetInt32()));
        Assert.Equal(("proxy", 48, 0.0), (video.GetProperty("source").GetString(), video.GetProperty("chunk_frames").GetInt32(), video.GetProperty("prepared").GetDouble()));

        var asked = await Task.WhenAll(Enumerable.Range(0, 12).Select(at => ChunkAsync(client, job, at % 3)));

        for (var at = 0; at < asked.Length; at++)
        {
            var (header, packets) = ChunkReader.Read(asked[at]);
            Assert.Equal(at % 3 * 48, header.First);
            Assert.Equal(asked[at % 3], asked[at]);
            if (at < 3)
            {
                Assert.Equal(Enumerable.Range(header.First, Math.Min(48, 100 - header.First)), await ChunkReader.PaintedAsync(header.Codec, packets));
            }
        }

        var prepared = (await client.Get($"/api/jobs/{job}/data/video"))["videos"][0];
        Assert.Equal(1, prepared.GetProperty("prepared").GetDouble());
        (await client.Get($"/api/jobs/{job}/data/video/0/chunks/3")).Is(HttpStatusCode.NotFound);
        (await client.Get($"/api/jobs/{job}/data/video/1/chunks/0")).Is(HttpStatusCode.NotFound);
        (await client.Get($"/api/jobs/{job}/data/video/0/file")).Is(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_job_has_the_tasks_chunks_that_hold_its_frames_and_no_others()
    {
        var (client, job) = await JobAsync(200, segmentSize: 60, "-g", "250", "-bf", "2");
        var answer = (await client.Get($"/api/jobs/{job + 1}/data/video/0/chunks/1")).Is(HttpStatusCode.OK);

        var (header, packets) = ChunkReader.Read(await answer.Response.Content.ReadAsByteArrayAsync(Cancel));

        Assert.Equal(Enumerable.Range(48, 48), await ChunkReader.PaintedAsync(header.Codec, packets));
        Assert.Equal("application/octet-stream", answer.Response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
        var tag = answer.Response.Headers.ETag!.Tag;
        (await client.Get($"/api/jobs/{job + 1}/data/video/0/chunks/1", ("If-None-Match", tag))).Is(HttpStatusCode.NotModified);
        (await client.Get($"/api/jobs/{job + 1}/data/video/0/chunks/1", ("Range", "bytes=0-3"))).Is(HttpStatusCode.PartialContent);
        (await client.Get($"/api/jobs/{job + 1}/data/video/0/chunks/0")).Is(HttpStatusCode.NotFound);
        (await client.Get($"/api/jobs/{job}/data/video/0/chunks/2")).Is(HttpStatusCode.NotFound);
        (await client.Get($"/api/jobs/{job}/data/video/0/chunks/-1")).Is(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_index_is_the_one_that_frames_are_numbered_by()
    {
        var (client, job) = await JobAsync(40, segmentSize: 0, "-g", "250", "-bf", "2");
        var answer = (await client.Get($"/api/jobs/{job}/data/video/0/index")).Is(HttpStatusCode.OK);

        using var content = new MemoryStream(await answer.Response.Content.ReadAsByteArrayAsync(Cancel));
        var index = VideoIndexFile.Read(content, 1000);

        Assert.Equal((40, 40), (index.Count, index.Coded.Length));
        (await client.Get($"/api/jobs/{job}/data/video/0/index", ("If-None-Match", answer.Response.Headers.ETag!.Tag))).Is(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task What_a_browser_can_decode_is_served_as_it_is_by_ranges()
    {
        var (client, job) = await JobAsync(40, segmentSize: 0, "-g", "20", "-bf", "2");
        var video = (await client.Get($"/api/jobs/{job}/data/video")).Is(HttpStatusCode.OK)["videos"][0];
        Assert.Equal("original", video.GetProperty("source").GetString());
        Assert.StartsWith("avc1.", video.GetProperty("codec").GetString());
        Assert.Equal(1, video.GetProperty("description").GetBytesFromBase64()[0]);

        var whole = (await client.Get($"/api/jobs/{job}/data/video/0/file")).Is(HttpStatusCode.OK);
        var part = (await client.Get($"/api/jobs/{job}/data/video/0/file", ("Range", "bytes=100-199"))).Is(HttpStatusCode.PartialContent);

        Assert.Equal("video/mp4", whole.Response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", whole.Header("X-Content-Type-Options"));
        Assert.Equal((await whole.Response.Content.ReadAsByteArrayAsync(Cancel))[100..200], await part.Response.Content.ReadAsByteArrayAsync(Cancel));
        (await client.Get($"/api/jobs/{job}/data/video/0/file", ("Range", "bytes=999999999-"))).Is(HttpStatusCode.RequestedRangeNotSatisfiable);
    }

    [Fact]
    public async Task A_strip_shows_frames_that_are_near_each_other_exactly()
    {
        var (client, job) = await JobAsync(130, segmentSize: 0, "-g", "250", "-bf", "2");

        Assert.Equal(Enumerable.Range(0, 12).Select(tile => 5 + (tile * 10)), await StripAsync(client, job, "first=5&step=10&count=12", 12));
        Assert.Equal([100, 120], await StripAsync(client, job, "first=100&step=20&count=50", 2));
        (await client.Get($"/api/jobs/{job}/data/video/0/strip?first=130")).Is(HttpStatusCode.BadRequest);
        (await client.Get($"/api/jobs/{job}/data/video/0/strip?count=101")).Is(HttpStatusCode.BadRequest);
        (await client.Get($"/api/jobs/{job}/data/video/0/strip?step=0")).Is(HttpStatusCode.BadRequest);
        (await client.Get($"/api/jobs/{job}/data/video/0/strip?width=161")).Is(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData(250, "0", new[] { 0, 250, 500, 750, 1000 })]
    [InlineData(6, "0", new[] { 0, 300, 600, 900, 1200 })]
    [InlineData(250, "3", new[] { 0, 250, 500, 750, 1000 })]
    [InlineData(250, "3:open-gop=1:b-pyramid=2", new[] { 0, 250, 500, 750, 1000 })]
    public async Task A_strip_of_frames_far_apart_shows_key_frames(int group, string between, int[] shown)
    {
        var (client, job) = await JobAsync(1500, segmentSize: 0, "-g", $"{group}", "-sc_threshold", "0", "-x264-params", $"log-level=none:bframes={between}");

        Assert.Equal(shown, await StripAsync(client, job, "first=0&step=300&count=9", 5));
    }

    [Fact]
    public async Task Chapters_of_a_video_are_told_by_frames()
    {
        var folder = Directory.CreateTempSubdirectory("chapters-");
        try
        {
            var (plain, notes, parts) = (Path.Join(folder.FullName, "plain.mp4"), Path.Join(folder.FullName, "notes.txt"), Path.Join(folder.FullName, "parts.mp4"));
            await PaintedVideo.MakeAsync(plain, 60, "-c:v", "libx264", "-pix_fmt", "yuv420p");
            await File.WriteAllTextAsync(
                notes, ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=Arrival\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=2000\ntitle=Departure\n", Cancel);
            await PaintedVideo.RunAsync(["-i", plain, "-i", notes, "-map_metadata", "1", "-c", "copy", parts]);

            var (client, job) = await JobAsync(await File.ReadAllBytesAsync(parts, Cancel), segmentSize: 0);

            var chapters = (await client.Get($"/api/jobs/{job}/data/meta")).Is(HttpStatusCode.OK)["chapters"].EnumerateArray();
            Assert.Equal(
                [(0, 0, 29, "Arrival"), (1, 30, 59, "Departure")],
                chapters.Select(chapter => (chapter.GetProperty("id").GetInt32(), chapter.GetProperty("start").GetInt32(), chapter.GetProperty("stop").GetInt32(), chapter.GetProperty("metadata").GetProperty("title").GetString()!)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_job_that_may_get_frames_which_are_still_being_found_says_how_far_that_is()
    {
        var (client, job) = await JobAsync(100, segmentSize: 60, "-g", "20");
        await using var db = app.Db();
        var task = await db.Jobs.Where(row => row.Id == job).Select(row => row.TaskId).SingleAsync(Cancel);
        var finding = new Operation
        {
            Id = Guid.CreateVersion7(), Key = $"action=create&target=task&target_id={task}", Type = "create:task", Target = "task", TaskId = task, OwnerId = 1,
            State = OperationState.Started, Progress = 0.25, HeartbeatDate = DateTimeOffset.UnixEpoch, CreatedDate = DateTimeOffset.UnixEpoch,
        };

        Assert.Equal((null, null), (await FoundAsync(client, job), await FoundAsync(client, job + 1)));
        db.Add(finding);
        await db.SaveChangesAsync(Cancel);
        Assert.Equal((null, 0.25), (await FoundAsync(client, job), await FoundAsync(client, job + 1)));

        // Files that are added come in jobs of their own.
        finding.Arguments = JsonSerializer.Serialize(new CreateTaskArguments { AppendAt = 100 }, JsonSerializerOptions.Web);
        await db.SaveChangesAsync(Cancel);
        Assert.Null(await FoundAsync(client, job + 1));

        (finding.Arguments, finding.State) = ("{}", OperationState.Failed);
        await db.SaveChangesAsync(Cancel);
        Assert.Null(await FoundAsync(client, job + 1));
    }

    private static async Task<double?> FoundAsync(HttpClient client, int job)
    {
        var found = (await client.Get($"/api/jobs/{job}/data/video")).Is(HttpStatusCode.OK)["found"];
        return found.ValueKind == JsonValueKind.Null ? null : found.GetDouble();
    }

    /// <summary>The numbers painted on the tiles of a strip.</summary>
    private static async Task<List<int>> StripAsync(HttpClient client, int job, string query, int tiles)
    {
        var answer = (await client.Get($"/api/jobs/{job}/data/video/0/strip?{query}")).Is(HttpStatusCode.OK);
        using var strip = NetVips.Image.NewFromBuffer(await answer.Response.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal((160 * Math.Min(10, tiles), 120 * ((tiles + 9) / 10)), (strip.Width, strip.Height));
        return [.. Enumerable.Range(0, tiles).Select(tile =>
        {
            using var picture = strip.Crop(tile % 10 * 160, tile / 10 * 120, 160, 120);
            return PaintedVideo.NumberOn(new VideoPicture(0, 160, 120, picture.WriteToMemory<byte>()));
        })];
    }

    private static async Task<byte[]> ChunkAsync(HttpClient client, int job, int chunk)
    {
        var answer = (await client.Get($"/api/jobs/{job}/data/video/0/chunks/{chunk}?v=1")).Is(HttpStatusCode.OK);
        return await answer.Response.Content.ReadAsByteArrayAsync(Cancel);
    }

    /// <summary>A task of a painted video, and the number of its first job.</summary>
    private async Task<(HttpClient Client, int Job)> JobAsync(int frames, int segmentSize, params string[] options) =>
        await JobAsync(await PaintedVideo.BytesAsync(frames, options), segmentSize);

    private async Task<(HttpClient Client, int Job)> JobAsync(byte[] video, int segmentSize)
    {
        var client = app.As(await app.Given.UserAsync());
        var task = (await client.Post("/api/tasks", new { name = "street", segment_size = segmentSize, overlap = 0, labels = new[] { new { name = "car" } } }))
            .Is(HttpStatusCode.Created)["id"].GetInt32();
        var path = $"/api/tasks/{task}/data/";
        await client.Upload(path, "street.mp4", video);
        await app.RunAsync((await client.Post(path, new { image_quality = 70 }, ("Upload-Finish", "true"))).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!);
        var jobs = (await client.Get($"/api/jobs?task_id={task}&sort=id")).Is(HttpStatusCode.OK).Results;
        return (client, jobs.Min(job => job.GetProperty("id").GetInt32()));
    }
}
