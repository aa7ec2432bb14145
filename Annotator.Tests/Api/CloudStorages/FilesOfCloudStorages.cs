using System.IO.Compression;
using System.Net;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Tests.Support;
using Annotator.Tests.Unit.Media;
using Annotator.Tests.Unit.Media.Video;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Tests.Api.CloudStorages;

/// <summary>Tasks whose files are in a cloud storage: referred to or copied, named one by one, by folder, manifest or pattern.</summary>
public sealed class FilesOfCloudStorages(CloudyApp app) : IClassFixture<CloudyApp>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Frames_are_read_where_they_are_and_shown_in_both_qualities()
    {
        var (owner, original) = (await app.Given.UserAsync(), Images.Noise(".png", 300, 200));
        app.S3.Put(CloudyApp.Bucket, "a/1.png", original).Put(CloudyApp.Bucket, "a/2.jpg", Images.TurnedJpeg(60, 40, 6)).Put(CloudyApp.Bucket, "a/notes.txt", [1]);
        var storage = await app.ConnectAsync(owner);

        var (id, operation) = await app.TaskAsync(owner, new { image_quality = 70, cloud_storage_id = storage, server_files = new[] { "a/" } });

        Assert.Equal((OperationState.Finished, ""), (operation.State, operation.Message));
        var meta = (await app.As(owner).Get($"/api/tasks/{id}/data/meta")).Is(HttpStatusCode.OK);
        Assert.Equal(("cloud_storage", storage), (meta["storage"].GetString(), meta["cloud_storage_id"].GetInt32()));
        Assert.Equal(["a/1.png", "a/2.jpg"], meta["frames"].EnumerateArray().Select(frame => frame.GetProperty("name").GetString()));
        Assert.Equal((40, 60), (meta["frames"][1].GetProperty("width").GetInt32(), meta["frames"][1].GetProperty("height").GetInt32()));
        Assert.Equal(storage, (await app.As(owner).Get($"/api/tasks/{id}"))["data_cloud_storage_id"].GetInt32());
        Assert.Equal(original, await BytesAsync(owner, $"/api/tasks/{id}/data?type=frame&number=0&quality=original"));
        Assert.Equal((40, 60), Images.SizeOf(await BytesAsync(owner, $"/api/tasks/{id}/data?type=frame&number=1&quality=compressed")));
        using var zip = new ZipArchive(new MemoryStream(await BytesAsync(owner, $"/api/tasks/{id}/data?type=chunk&number=0&quality=original")));
        Assert.Equal(2, zip.Entries.Count);
        Assert.Empty(await KeysAsync(DataKeys.TaskUploads(id)));
    }

    [Fact]
    public async Task A_video_is_decoded_from_where_it_is()
    {
        var owner = await app.Given.UserAsync();
        app.S3.Put(CloudyApp.Bucket, "v/street.mp4", await PaintedVideo.BytesAsync(40, "-g", "12", "-bf", "2"));
        var storage = await app.ConnectAsync(owner);

        var (id, operation) = await app.TaskAsync(owner, new { cloud_storage_id = storage, server_files = new[] { "v/street.mp4" } });

        Assert.Equal((OperationState.Finished, ""), (operation.State, operation.Message));
        Assert.Equal(40, (await app.As(owner).Get($"/api/tasks/{id}"))["size"].GetInt32());
        Assert.True(Images.SizeOf(await BytesAsync(owner, $"/api/tasks/{id}/data?type=frame&number=33&quality=compressed")).Width > 0);
    }

    [Fact]
    public async Task Copied_files_need_their_storage_no_longer()
    {
        var (owner, original) = (await app.Given.UserAsync(), Images.Encoded(".png"));
        app.S3.Put(CloudyApp.Bucket, "copy/1.png", original);
        var storage = await app.ConnectAsync(owner);

        var (id, operation) = await app.TaskAsync(owner, new { cloud_storage_id = storage, server_files = new[] { "copy/1.png" }, copy_data = true });
        Assert.Equal(OperationState.Finished, operation.State);
        app.S3.Drop(CloudyApp.Bucket, "copy/1.png");
        (await app.As(owner).Delete($"/api/cloudstorages/{storage}")).Is(HttpStatusCode.NoContent);

        Assert.Equal("local", (await app.As(owner).Get($"/api/tasks/{id}/data/meta"))["storage"].GetString());
        Assert.Equal(original, await BytesAsync(owner, $"/api/tasks/{id}/data?type=frame&number=0&quality=original"));
    }

    [Fact]
    public async Task A_manifest_is_the_list_of_files_and_a_pattern_narrows_it()
    {
        var owner = await app.Given.UserAsync();
        foreach (var name in (string[])["b1", "a2", "a1", "unlisted"])
        {
            app.S3.Put(CloudyApp.Bucket, $"m/{name}.png", Images.Encoded(".png"));
        }

        app.S3.Put(CloudyApp.Bucket, "m/manifest.jsonl", """
            {"version":"1.1"}
            {"type":"images"}
            {"name":"b1","extension":".png"}
            {"name":"a2","extension":".png"}
            {"name":"a1","extension":".png"}
            """u8.ToArray());
        var storage = await app.ConnectAsync(owner);

        Assert.Equal("m/b1.png m/a2.png m/a1.png", await NamesAsync(owner, new { cloud_storage_id = storage, server_files = new[] { "m/manifest.jsonl" }, sorting_method = "predefined" }));
        Assert.Equal("m/a1.png m/a2.png", await NamesAsync(owner, new { cloud_storage_id = storage, server_files = new[] { "m/manifest.jsonl" }, filename_pattern = "*/a?.png" }));
        Assert.Equal("m/b1.png m/unlisted.png", await NamesAsync(owner, new { cloud_storage_id = storage, filename_pattern = "m/[!a]*.png" }));
        Assert.Equal("m/a1.png m/unlisted.png", await NamesAsync(owner, new { cloud_storage_id = storage, server_files = new[] { "m/" }, server_files_exclude = new[] { "m/b1.png", "m/a2.png" } }));
    }

    [Fact]
    public async Task Files_that_are_not_there_are_named_and_the_others_taken()
    {
        var owner = await app.Given.UserAsync();
        app.S3.Put(CloudyApp.Bucket, "part/1.png", Images.Encoded(".png"));
        var storage = await app.ConnectAsync(owner);

        var (_, some) = await app.TaskAsync(owner, new { cloud_storage_id = storage, server_files = new[] { "part/1.png", "part/2.png" } });
        Assert.Equal(OperationState.Finished, some.State);
        Assert.StartsWith("part/2.png could not be read: it is not in the cloud storage.", some.Message);
        var (_, none) = await app.TaskAsync(owner, new { cloud_storage_id = storage, server_files = new[] { "gone/" } });
        Assert.Equal(OperationState.Failed, none.State);
        Assert.Contains("gone/", none.Message);
    }

    [Fact]
    public async Task An_archive_in_a_storage_is_unpacked()
    {
        var owner = await app.Given.UserAsync();
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            await using var entry = await zip.CreateEntry("in/x.png").OpenAsync(Cancel);
            await entry.WriteAsync(Images.Encoded(".png"), Cancel);
        }

        app.S3.Put(CloudyApp.Bucket, "z/all.zip", packed.ToArray());
        var storage = await app.ConnectAsync(owner);

        Assert.Equal("in/x.png", await NamesAsync(owner, new { cloud_storage_id = storage, server_files = new[] { "z/all.zip" } }));
    }

    [Fact]
    public async Task A_storage_that_was_disconnected_is_a_conflict_until_the_data_is_moved()
    {
        var (owner, original) = (await app.Given.UserAsync(), Images.Encoded(".png"));
        app.S3.Put(CloudyApp.Bucket, "move/1.png", original);
        var (first, second, wrong) = (await app.ConnectAsync(owner), await app.ConnectAsync(owner), await app.ConnectAsync(owner, "other"));
        var (id, _) = await app.TaskAsync(owner, new { cloud_storage_id = first, server_files = new[] { "move/1.png" } });
        var client = app.As(owner);
        (await client.Delete($"/api/cloudstorages/{first}")).Is(HttpStatusCode.NoContent);

        Assert.Contains("deleted", (await client.Get($"/api/tasks/{id}/data?type=frame&number=0&quality=original")).Is(HttpStatusCode.Conflict).Detail);
        Assert.Contains("deleted", (await client.Get($"/api/tasks/{id}/preview")).Is(HttpStatusCode.Conflict).Detail);
        (await client.Get($"/api/tasks/{id}/data?type=chunk&number=0&quality=compressed")).Is(HttpStatusCode.Conflict);
        Assert.Contains("move/1.png", (await client.Patch($"/api/tasks/{id}/data/meta", new { cloud_storage_id = wrong })).Is(HttpStatusCode.BadRequest).Detail);
        (await client.Patch($"/api/tasks/{id}/data/meta", new { cloud_storage_id = second })).Is(HttpStatusCode.OK);
        Assert.Equal(original, await BytesAsync(owner, $"/api/tasks/{id}/data?type=frame&number=0&quality=original"));
    }

    [Fact]
    public async Task A_silent_storage_is_asked_again_and_leaves_no_grey_pictures()
    {
        var owner = await app.Given.UserAsync();
        await using var s3 = await S3Server.StartAsync("flaky");
        s3.Put("flaky", "1.png", Images.Noise(".png", 900, 700));
        var connection = app.Connection("flaky");
        connection["specific_attributes"] = s3.Attributes;
        var storage = (await app.As(owner).Post("/api/cloudstorages", connection)).Is(HttpStatusCode.Created)["id"].GetInt32();
        var (id, _) = await app.TaskAsync(owner, new { cloud_storage_id = storage, server_files = new[] { "1.png" } });
        s3.Broken = HttpStatusCode.BadGateway;

        var silent = await app.As(owner).Get($"/api/tasks/{id}/data?type=chunk&number=0&quality=compressed");
        Assert.Equal(HttpStatusCode.TooManyRequests, silent.Status);
        s3.Broken = null;
        using var zip = new ZipArchive(new MemoryStream(await BytesAsync(owner, $"/api/tasks/{id}/data?type=chunk&number=0&quality=compressed")));
        Assert.True(zip.Entries.Single().Length > 20_000, "noise, not a grey placeholder");
    }

    [Fact]
    public async Task Somebody_elses_storage_is_none()
    {
        var (owner, other) = (await app.Given.UserAsync(), await app.Given.UserAsync());
        var theirs = await app.ConnectAsync(other);
        var id = (await app.As(owner).Post("/api/tasks", new { name = "t", labels = Array.Empty<object>() }))["id"].GetInt32();

        var answer = await app.As(owner).Post($"/api/tasks/{id}/data", new { cloud_storage_id = theirs, server_files = new[] { "a/" } });

        Assert.Contains($"no cloud storage {theirs}", answer.Is(HttpStatusCode.BadRequest).Detail);
    }

    [Theory]
    [InlineData("../other/secret.png")]
    [InlineData("a/../../other/secret.png")]
    public async Task A_path_cannot_step_out_of_the_bucket(string path)
    {
        var owner = await app.Given.UserAsync();
        var storage = await app.ConnectAsync(owner);
        var id = (await app.As(owner).Post("/api/tasks", new { name = "t", labels = Array.Empty<object>() }))["id"].GetInt32();

        (await app.As(owner).Post($"/api/tasks/{id}/data", new { cloud_storage_id = storage, server_files = new[] { path } })).Is(HttpStatusCode.BadRequest);
    }

    private async Task<string> NamesAsync(Core.Identity.User owner, object data)
    {
        var (id, operation) = await app.TaskAsync(owner, data);
        Assert.True(operation.State == OperationState.Finished, operation.Message);
        await using var db = app.Db();
        return string.Join(' ', await db.Frames.Where(frame => db.TaskData.Any(row => row.Id == frame.DataId && row.TaskId == id)).OrderBy(frame => frame.Number).Select(frame => frame.Name).ToListAsync(Cancel));
    }

    private async Task<byte[]> BytesAsync(Core.Identity.User owner, string path)
    {
        using var answer = await app.As(owner).GetAsync(path, Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancel)}");
        return await answer.Content.ReadAsByteArrayAsync(Cancel);
    }

    private async Task<List<string>> KeysAsync(string prefix) =>
        await app.Worker.Blobs.ListAsync(prefix, Cancel).Select(blob => blob.Key).ToListAsync(Cancel);
}
