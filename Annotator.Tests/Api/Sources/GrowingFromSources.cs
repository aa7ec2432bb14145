using System.Diagnostics;
using System.Net;
using Annotator.Core.Identity;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Tests.Support;
using Annotator.Tests.Unit.Media;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Annotator.Tests.Api.Sources;

/// <summary>Files of the share, of cloud storages and of the web that are added to a task which has data.</summary>
public sealed class GrowingFromSources(CloudyApp app) : IClassFixture<CloudyApp>, IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly WebApplication _web = Website();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _picture = Images.Encoded(".png");
    private bool _hangs;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Address => _web.Urls.Single();

    public async ValueTask InitializeAsync()
    {
        _web.MapGet("/{name}.png", () => Results.Bytes(_picture));
        _web.MapGet("/slow/{name}.png", async (HttpContext http) =>
        {
            if (_hangs)
            {
                _asked.TrySetResult();
                await Task.Delay(Timeout.Infinite, http.RequestAborted);
            }

            return Results.Bytes(_picture);
        });
        await _web.StartAsync(Cancel);
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    [Fact]
    public async Task Files_of_every_source_follow_what_is_there_in_jobs_of_their_own()
    {
        var (owner, id) = await StartAsync();
        Write("grow/2.png");
        app.S3.Put(CloudyApp.Bucket, "grow/3.png", _picture);
        var storage = await app.ConnectAsync(owner);

        Assert.Equal(OperationState.Finished, (await AddAsync(owner, id, new { server_files = new[] { "grow/" } })).State);
        Assert.Equal(OperationState.Finished, (await AddAsync(owner, id, new { cloud_storage_id = storage, server_files = new[] { "grow/3.png" } })).State);
        Assert.Equal(OperationState.Finished, (await AddAsync(owner, id, new { remote_files = new[] { $"{Address}/4.png" } })).State);

        Assert.Equal("1.png grow/2.png grow/3.png 4.png", await NamesAsync(id));
        await using var db = app.Db();
        Assert.Equal(4, await db.Jobs.CountAsync(job => job.TaskId == id, Cancel));
        Assert.False(await db.Uploads.AnyAsync(upload => upload.Purpose == UploadPurpose.TaskData && upload.TargetId == id, Cancel));

        // The share's file stays where it is; the storage is not the task's own, so its file was copied.
        var keys = await db.Frames.Where(frame => db.TaskData.Any(row => row.Id == frame.DataId && row.TaskId == id)).OrderBy(frame => frame.Number).Select(frame => frame.BlobKey).ToListAsync(Cancel);
        Assert.Equal("share:grow/2.png", keys[1]);
        Assert.StartsWith(DataKeys.TaskUploads(id), keys[2]);
        (await app.As(owner).Delete($"/api/cloudstorages/{storage}")).Is(HttpStatusCode.NoContent);
        for (var frame = 0; frame < 4; frame++)
        {
            Assert.Equal(_picture, await BytesAsync(owner, id, frame));
        }
    }

    [Fact]
    public async Task Files_of_the_tasks_own_storage_are_referred_to()
    {
        var owner = await app.Given.UserAsync();
        var storage = await app.ConnectAsync(owner);
        app.S3.Put(CloudyApp.Bucket, "own/1.png", _picture).Put(CloudyApp.Bucket, "own/2.png", _picture);
        var (id, _) = await app.TaskAsync(owner, new { cloud_storage_id = storage, server_files = new[] { "own/1.png" } });

        var added = await AddAsync(owner, id, new { cloud_storage_id = storage, filename_pattern = "own/*.png" });

        Assert.Equal(OperationState.Finished, added.State);
        Assert.Contains("own/1.png was left out: it is in the task already", added.Message);
        Assert.Equal("own/1.png own/2.png", await NamesAsync(id));
        Assert.Empty(await KeysAsync(id));
    }

    [Fact]
    public async Task An_address_whose_file_has_changed_never_writes_over_the_one_that_was_fetched_before()
    {
        var owner = await app.Given.UserAsync();
        var (id, _) = await app.TaskAsync(owner, new { remote_files = new[] { $"{Address}/cat.png" } });
        var (before, keys) = (_picture, await KeysAsync(id));
        _picture = Images.Noise(".png");

        var added = await AddAsync(owner, id, new { remote_files = new[] { $"{Address}/cat.png" } });

        Assert.Equal(OperationState.Failed, added.State);
        Assert.Contains("cat.png is in the task already", added.Message);
        Assert.Equal(before, await BytesAsync(owner, id, 0));
        Assert.Equal(keys, await KeysAsync(id));
    }

    [Fact]
    public async Task A_worker_that_stops_half_way_leaves_the_task_as_it_was_and_the_next_one_goes_on()
    {
        var (owner, id) = await StartAsync();
        _hangs = true;
        var request = await RequestAsync(owner, id, new { remote_files = new[] { $"{Address}/2.png", $"{Address}/slow/3.png" } });
        await StopHalfWayAsync(request);

        Assert.Equal("1.png", await NamesAsync(id));
        Assert.Equal(_picture, await BytesAsync(owner, id, 0));
        _hangs = false;
        await app.Worker.RunAsync(request, Cancel);

        Assert.Equal("1.png 2.png 3.png", await NamesAsync(id));
        await RunAgainAsAfterAKillAsync(request);
        Assert.Equal("1.png 2.png 3.png", await NamesAsync(id));
        Assert.Equal(3, (await KeysAsync(id)).Count);
    }

    [Fact]
    public async Task What_somebody_has_called_off_leaves_nothing_and_the_next_request_is_free_to_name_other_files()
    {
        var (owner, id) = await StartAsync();
        _hangs = true;
        var request = await RequestAsync(owner, id, new { remote_files = new[] { $"{Address}/2.png", $"{Address}/slow/3.png" } });
        var running = app.Worker.RunAsync(request, Cancel);
        await _asked.Task.WaitAsync(Cancel);
        (await app.As(owner).Post($"/api/requests/{Uri.EscapeDataString(await KeyAsync(request))}/cancel", new { })).Is(HttpStatusCode.OK);
        await running;

        Assert.Single(await KeysAsync(id));
        Assert.Equal(OperationState.Finished, (await AddAsync(owner, id, new { remote_files = new[] { $"{Address}/5.png" } })).State);
        Assert.Equal("1.png 5.png", await NamesAsync(id));
    }

    [Theory]
    [InlineData(OperationState.Failed, true)]
    [InlineData(OperationState.Failed, false)]
    [InlineData(OperationState.Cancelled, true)]
    [InlineData(OperationState.Cancelled, false)]
    public async Task What_ended_without_a_worker_half_way_can_be_asked_for_again_and_is_there_once(OperationState end, bool retry)
    {
        var (owner, id) = await StartAsync();
        _hangs = true;
        var files = new { remote_files = new[] { $"{Address}/2.png", $"{Address}/slow/3.png" } };
        var request = await RequestAsync(owner, id, files);
        await StopHalfWayAsync(request);
        await using (var db = app.Db())
        {
            // Its workers have died as often as they may, or it was called off while it waited for one.
            Assert.True(await db.Uploads.AnyAsync(upload => upload.TargetId == id, Cancel));
            await db.Operations.Where(row => row.Id == request).ExecuteUpdateAsync(row => row.SetProperty(x => x.State, end), Cancel);
        }

        _hangs = false;
        var again = retry
            ? await LatestAsync((await app.As(owner).Post($"/api/requests/{Uri.EscapeDataString(await KeyAsync(request))}/retry", new { })).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!)
            : await RequestAsync(owner, id, files);
        await app.Worker.RunAsync(again, Cancel);

        Assert.Equal("1.png 2.png 3.png", await NamesAsync(id));
        Assert.Equal(3, (await KeysAsync(id)).Count);
        await using var after = app.Db();
        Assert.Equal(2, await after.Jobs.CountAsync(job => job.TaskId == id, Cancel));
        Assert.False(await after.Uploads.AnyAsync(upload => upload.TargetId == id, Cancel));
    }

    [Fact]
    public async Task What_was_called_off_is_not_added_with_files_that_are_sent_later()
    {
        var (owner, id) = await StartAsync();
        _hangs = true;
        var request = await RequestAsync(owner, id, new { remote_files = new[] { $"{Address}/2.png", $"{Address}/slow/3.png" } });
        await StopHalfWayAsync(request);
        (await app.As(owner).Post($"/api/requests/{Uri.EscapeDataString(await KeyAsync(request))}/cancel", new { })).Is(HttpStatusCode.OK);

        await app.As(owner).Upload($"/api/tasks/{id}/data?append=true", "6.png", _picture);

        Assert.Equal(OperationState.Finished, (await AddAsync(owner, id, new { })).State);
        Assert.Equal("1.png 6.png", await NamesAsync(id));
        Assert.Equal(2, (await KeysAsync(id)).Count);
    }

    [Fact]
    public async Task Uploads_that_were_refused_as_additions_do_not_stay()
    {
        var (owner, id) = await StartAsync();
        await app.As(owner).Upload($"/api/tasks/{id}/data?append=true", "1.png", _picture);
        await app.As(owner).Upload($"/api/tasks/{id}/data?append=true", "broken.png", _picture[..40]);

        var added = await AddAsync(owner, id, new { });

        Assert.Equal(OperationState.Failed, added.State);
        Assert.Contains("1.png is in the task already; broken.png", added.Message);
        Assert.Single(await KeysAsync(id));
        await using var db = app.Db();
        Assert.False(await db.Uploads.AnyAsync(upload => upload.TargetId == id, Cancel));
    }

    [Fact]
    public async Task Nobody_adds_files_of_a_storage_or_a_share_that_is_not_theirs()
    {
        var (owner, id) = await StartAsync();
        var theirs = await app.ConnectAsync(await app.Given.UserAsync());

        Assert.Contains($"no cloud storage {theirs}", (await app.As(owner).Post($"/api/tasks/{id}/data?append=true", new { cloud_storage_id = theirs, server_files = new[] { "a/" } })).Is(HttpStatusCode.BadRequest).Detail);
        var worker = await app.Given.UserAsync(UserGroup.Worker);
        var task = await app.Given.TaskAsync(worker);
        (await app.As(worker).Post($"/api/tasks/{task.Id}/data?append=true", new { server_files = new[] { "a/" } })).Is(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Validation_frames_are_refused_by_their_field_and_null_asks_for_none()
    {
        var owner = await app.Given.UserAsync();
        var id = (await app.As(owner).Post("/api/tasks", new { name = "t" })).Is(HttpStatusCode.Created)["id"].GetInt32();
        var files = new[] { $"{Address}/1.png" };
        var refused = await app.As(owner).Post($"/api/tasks/{id}/data", new { image_quality = 70, remote_files = files, validation_params = new { mode = "gt", frame_selection_method = "random_uniform", frame_count = 1 } });

        Assert.Contains("validation_params: This server makes no ground truth jobs", refused.Is(HttpStatusCode.BadRequest).Detail);
        (await app.As(owner).Post($"/api/tasks/{id}/data", new { image_quality = 70, remote_files = files, validation_params = (object?)null })).Is(HttpStatusCode.Accepted);
    }

    [Theory]
    [InlineData("storage_method", "memory")]
    [InlineData("storage", "floppy")]
    [InlineData("use_cache", "perhaps")]
    [InlineData("copy_data", "2")]
    [InlineData("sorting_method", "by taste")]
    [InlineData("frame_filter", "every=2")]
    [InlineData("start_frame", "-1")]
    public async Task A_value_that_the_contract_does_not_know_is_refused_by_its_field_and_starts_nothing(string field, string value)
    {
        var owner = await app.Given.UserAsync();
        var id = (await app.As(owner).Post("/api/tasks", new { name = "t" })).Is(HttpStatusCode.Created)["id"].GetInt32();
        var body = new Dictionary<string, object> { ["remote_files"] = new[] { $"{Address}/1.png" }, ["image_quality"] = 70, [field] = value };

        Assert.Contains(field, (await app.As(owner).Post($"/api/tasks/{id}/data", body)).Is(HttpStatusCode.BadRequest).Detail);

        await using var db = app.Db();
        Assert.False(await db.Operations.AnyAsync(row => row.TaskId == id, Cancel));
    }

    /// <summary>A task with one picture, 1.png.</summary>
    private async Task<(User Owner, int Id)> StartAsync()
    {
        var owner = await app.Given.UserAsync();
        var (id, operation) = await app.TaskAsync(owner, new { remote_files = new[] { $"{Address}/1.png" } });
        Assert.Equal(OperationState.Finished, operation.State);
        return (owner, id);
    }

    private async Task<Guid> RequestAsync(User owner, int id, object body)
    {
        var key = (await app.As(owner).Post($"/api/tasks/{id}/data?append=true", body)).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!;
        return await LatestAsync(key);
    }

    private async Task<Guid> LatestAsync(string key)
    {
        await using var db = app.Db();
        return await db.Operations.Where(row => row.Key == key).OrderByDescending(row => row.CreatedDate).Select(row => row.Id).FirstAsync(Cancel);
    }

    /// <summary>Runs a request until it waits for the slow file, when the others are fetched or on their way, and stops the worker there.</summary>
    private async Task StopHalfWayAsync(Guid request)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = app.Worker.RunAsync(request, stop.Token);
        await _asked.Task.WaitAsync(Cancel);
        for (var clock = Stopwatch.StartNew(); !await HasCopiesAsync(request); await Task.Delay(20, Cancel))
        {
            Assert.True(clock.Elapsed < Patience, "The other file was not fetched.");
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private async Task<bool> HasCopiesAsync(Guid request)
    {
        await using var db = app.Db();
        return await CopiedFiles.Of(request, db.Uploads).AnyAsync(Cancel);
    }

    private async Task<Operation> AddAsync(User owner, int id, object body)
    {
        var request = await RequestAsync(owner, id, body);
        await app.Worker.RunAsync(request, Cancel);
        await using var db = app.Db();
        return await db.Operations.SingleAsync(row => row.Id == request, Cancel);
    }

    private async Task RunAgainAsAfterAKillAsync(Guid request)
    {
        await using (var db = app.Db())
        {
            await db.Operations.Where(row => row.Id == request).ExecuteUpdateAsync(
                row => row.SetProperty(x => x.State, OperationState.Started).SetProperty(x => x.HeartbeatDate, DateTimeOffset.UnixEpoch), Cancel);
        }

        await app.Worker.RunAsync(request, Cancel);
    }

    private async Task<string> KeyAsync(Guid request)
    {
        await using var db = app.Db();
        return (await db.Operations.SingleAsync(row => row.Id == request, Cancel)).Key;
    }

    private async Task<string> NamesAsync(int id)
    {
        await using var db = app.Db();
        return string.Join(' ', await db.Frames.Where(frame => db.TaskData.Any(row => row.Id == frame.DataId && row.TaskId == id)).OrderBy(frame => frame.Number).Select(frame => frame.Name).ToListAsync(Cancel));
    }

    private Task<List<string>> KeysAsync(int id) => app.Worker.Blobs.ListAsync(DataKeys.TaskUploads(id), Cancel).Select(blob => blob.Key).ToListAsync(Cancel).AsTask();

    private async Task<byte[]> BytesAsync(User owner, int id, int frame)
    {
        using var answer = await app.As(owner).GetAsync($"/api/tasks/{id}/data?type=frame&number={frame}&quality=original", Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancel)}");
        return await answer.Content.ReadAsByteArrayAsync(Cancel);
    }

    private void Write(string path)
    {
        var file = Path.Combine(app.Share.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, _picture);
    }

    private static WebApplication Website()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder.Build();
    }
}
