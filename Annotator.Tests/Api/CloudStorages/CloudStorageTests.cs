using System.Net;
using Annotator.Core.Identity;
using Annotator.Tests.Support;
using Annotator.Tests.Unit.Media;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Tests.Api.CloudStorages;

/// <summary>Cloud storages over HTTP, against an S3 that checks what it is told.</summary>
public sealed class CloudStorageTests(CloudyApp app) : IClassFixture<CloudyApp>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connected_storage_is_read_without_its_secrets_and_kept_without_them()
    {
        var owner = await app.Given.UserAsync();
        var made = (await app.As(owner).Post("/api/cloudstorages", app.Connection())).Is(HttpStatusCode.Created);

        Assert.Equal("AWS_S3_BUCKET", made["provider_type"].GetString());
        Assert.Equal(owner.Id, made["owner"].GetProperty("id").GetInt32());
        var id = made["id"].GetInt32();
        var read = (await app.As(owner).Get($"/api/cloudstorages/{id}")).Is(HttpStatusCode.OK);
        Assert.DoesNotContain(S3Server.Secret, read.Body.ToString());
        Assert.False(read.Body.TryGetProperty("key", out _));
        await using var db = app.Db();
        var row = await db.CloudStorages.AsNoTracking().SingleAsync(storage => storage.Id == id, Cancel);
        Assert.DoesNotContain(S3Server.Secret, row.SealedCredentials);
        Assert.DoesNotContain(S3Server.Key, row.SealedCredentials);
        Assert.Contains((await app.As(owner).Get("/api/cloudstorages?name=Photos")).Results, one => one.GetProperty("id").GetInt32() == id);
        Assert.Equal("AVAILABLE", (await app.As(owner).Get($"/api/cloudstorages/{id}/status")).Body.GetString());
        Assert.Equal("read,write", (await app.As(owner).Get($"/api/cloudstorages/{id}/actions")).Body.GetString());
    }

    [Fact]
    public async Task Wrong_keys_and_buckets_that_are_not_there_are_refused_and_nothing_is_stored()
    {
        var owner = await app.Given.UserAsync();
        var client = app.As(owner);

        Assert.Contains("forbidden", (await client.Post("/api/cloudstorages", app.Connection(secret: "wrong"))).Is(HttpStatusCode.BadRequest).Detail);
        Assert.Contains("not found", (await client.Post("/api/cloudstorages", app.Connection("nowhere"))).Is(HttpStatusCode.BadRequest).Detail);
        var unknown = app.Connection();
        unknown["provider_type"] = "FLOPPY";
        Assert.Contains("FLOPPY", (await client.Post("/api/cloudstorages", unknown)).Is(HttpStatusCode.BadRequest).Detail);
        var file = app.Connection();
        file["credentials_type"] = "KEY_FILE_PATH";
        Assert.Contains("HMAC", (await client.Post("/api/cloudstorages", file)).Is(HttpStatusCode.BadRequest).Detail);
        var manifest = app.Connection();
        manifest["manifests"] = new[] { "gone/manifest.jsonl" };
        Assert.Contains("gone/manifest.jsonl", (await client.Post("/api/cloudstorages", manifest)).Is(HttpStatusCode.BadRequest).Detail);
        Assert.Equal(0, (await client.Get("/api/cloudstorages"))["count"].GetInt32());
    }

    [Fact]
    public async Task A_change_of_words_needs_no_secrets_and_new_secrets_are_tried_before_they_count()
    {
        var owner = await app.Given.UserAsync();
        var client = app.As(owner);
        var id = await app.ConnectAsync(owner);

        var renamed = (await client.Patch($"/api/cloudstorages/{id}", new { display_name = "Other", description = "more" })).Is(HttpStatusCode.OK);
        Assert.Equal("Other", renamed["display_name"].GetString());
        (await client.Patch($"/api/cloudstorages/{id}", new { secret_key = "wrong" })).Is(HttpStatusCode.BadRequest);
        Assert.Equal("AVAILABLE", (await client.Get($"/api/cloudstorages/{id}/status")).Body.GetString());
        (await client.Patch($"/api/cloudstorages/{id}", new { resource = "other" })).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Stored_secrets_are_not_sent_to_a_service_that_is_named_later()
    {
        var owner = await app.Given.UserAsync();
        var id = await app.ConnectAsync(owner);
        await using var elsewhere = await S3Server.StartAsync(CloudyApp.Bucket);

        var moved = await app.As(owner).Patch($"/api/cloudstorages/{id}", new { specific_attributes = elsewhere.Attributes });

        Assert.Contains("key", moved.Is(HttpStatusCode.BadRequest).Detail);
        Assert.Empty(elsewhere.Requests);
    }

    [Fact]
    public async Task Content_is_shown_level_by_level_and_page_by_page()
    {
        var owner = await app.Given.UserAsync();
        foreach (var key in (string[])["c/a.jpg", "c/b.mp4", "c/deep/x.png", "c/notes.txt"])
        {
            app.S3.Put("other", key, [1]);
        }

        var id = await app.ConnectAsync(owner, "other");
        var client = app.As(owner);
        var all = (await client.Get($"/api/cloudstorages/{id}/content-v2?prefix=c/")).Is(HttpStatusCode.OK);
        Assert.Equal(
            ["deep DIR DIR", "a.jpg REG image", "b.mp4 REG video", "notes.txt REG unknown"],
            all["content"].EnumerateArray().Select(file => $"{file.GetProperty("name")} {file.GetProperty("type")} {file.GetProperty("mime_type")}"));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, all["next"].ValueKind);

        var first = await client.Get($"/api/cloudstorages/{id}/content-v2?prefix=c/&page_size=3");
        var second = await client.Get($"/api/cloudstorages/{id}/content-v2?prefix=c/&page_size=3&next_token={Uri.EscapeDataString(first["next"].GetString()!)}");
        Assert.Equal(4, first["content"].GetArrayLength() + second["content"].GetArrayLength());
    }

    [Fact]
    public async Task A_preview_is_the_first_image_made_small_and_the_worker_makes_it_for_our_services_only()
    {
        var owner = await app.Given.UserAsync();
        app.S3.Put(S3Server.OpenBucket, "a.txt", [1]).Put(S3Server.OpenBucket, "b.jpg", Images.Noise(".jpg", 900, 600));
        var connection = app.Connection(S3Server.OpenBucket);
        connection["credentials_type"] = "ANONYMOUS_ACCESS";
        var id = (await app.As(owner).Post("/api/cloudstorages", connection)).Is(HttpStatusCode.Created)["id"].GetInt32();

        using var preview = await app.As(owner).GetAsync($"/api/cloudstorages/{id}/preview", Cancel);
        Assert.Equal((320, 213), Images.SizeOf(await preview.Content.ReadAsByteArrayAsync(Cancel)));
        Assert.Equal("read", (await app.As(owner).Get($"/api/cloudstorages/{id}/actions")).Body.GetString());
        using var stranger = app.Worker.CreateClient();
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync($"/internal/cloudstorages/{id}/preview", Cancel)).StatusCode);
        app.S3.Drop(S3Server.OpenBucket, "b.jpg");
        (await app.As(owner).Get($"/api/cloudstorages/{id}/preview")).Is(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_manifest_shows_what_it_names()
    {
        var owner = await app.Given.UserAsync();
        app.S3.Put(CloudyApp.Bucket, "m/manifest.jsonl", """
            {"version":"1.1"}
            {"type":"images"}
            {"name":"one","extension":".jpg","width":1,"height":1}
            {"name":"deep/two","extension":".jpg","width":1,"height":1}
            """u8.ToArray());
        var connection = app.Connection();
        connection["manifests"] = new[] { "m/manifest.jsonl" };
        var id = (await app.As(owner).Post("/api/cloudstorages", connection)).Is(HttpStatusCode.Created)["id"].GetInt32();

        var content = (await app.As(owner).Get($"/api/cloudstorages/{id}/content-v2?manifest_path=m/manifest.jsonl&prefix=m/")).Is(HttpStatusCode.OK);

        Assert.Equal(["one.jpg", "deep"], content["content"].EnumerateArray().Select(file => file.GetProperty("name").GetString()));
        Assert.Contains("no manifest", (await app.As(owner).Get($"/api/cloudstorages/{id}/content-v2?manifest_path=other.jsonl")).Is(HttpStatusCode.BadRequest).Detail);
    }

    [Fact]
    public async Task A_bucket_that_went_away_is_a_conflict_with_words_and_one_that_is_silent_a_503()
    {
        var owner = await app.Given.UserAsync();
        await using var s3 = await S3Server.StartAsync("short");
        var connection = app.Connection("short");
        connection["specific_attributes"] = s3.Attributes;
        var id = (await app.As(owner).Post("/api/cloudstorages", connection)).Is(HttpStatusCode.Created)["id"].GetInt32();
        s3.Broken = HttpStatusCode.NotFound;

        Assert.Contains("short", (await app.As(owner).Get($"/api/cloudstorages/{id}/content-v2")).Is(HttpStatusCode.Conflict).Detail);
        Assert.Equal("NOT_FOUND", (await app.As(owner).Get($"/api/cloudstorages/{id}/status")).Body.GetString());
        s3.Broken = HttpStatusCode.BadGateway;
        var silent = (await app.As(owner).Get($"/api/cloudstorages/{id}/content-v2")).Is(HttpStatusCode.ServiceUnavailable);
        Assert.NotNull(silent.Response.Headers.RetryAfter);
        Assert.DoesNotContain("inside-secret", silent.Body.ToString());
    }

    [Fact]
    public async Task Default_storages_of_tasks_and_projects_name_only_what_one_may_see()
    {
        var (owner, other) = (await app.Given.UserAsync(), await app.Given.UserAsync());
        var (mine, theirs) = (await app.ConnectAsync(owner), await app.ConnectAsync(other));
        var client = app.As(owner);

        var made = (await client.Post("/api/projects", new { name = "p", target_storage = new { location = "cloud_storage", cloud_storage_id = mine } })).Is(HttpStatusCode.Created);
        Assert.Equal(mine, made["target_storage"].GetProperty("cloud_storage_id").GetInt32());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, made["source_storage"].ValueKind);
        (await client.Post("/api/projects", new { name = "p", target_storage = new { location = "cloud_storage", cloud_storage_id = theirs } })).Is(HttpStatusCode.BadRequest);

        var task = (await client.Post("/api/tasks", new { name = "t", labels = Array.Empty<object>(), source_storage = new { location = "local" } })).Is(HttpStatusCode.Created);
        Assert.Equal("local", task["source_storage"].GetProperty("location").GetString());
        var path = $"/api/tasks/{task["id"]}";
        (await client.Patch(path, new { source_storage = new { location = "cloud_storage", cloud_storage_id = theirs } })).Is(HttpStatusCode.BadRequest);
        (await client.Patch(path, new { source_storage = new { location = "cloud_storage", cloud_storage_id = mine } })).Is(HttpStatusCode.OK);
        (await client.Delete($"/api/cloudstorages/{mine}")).Is(HttpStatusCode.NoContent);
        Assert.Equal("local", (await client.Get(path))["source_storage"].GetProperty("location").GetString());
    }

    [Theory]
    [InlineData("http://127.0.0.2:9")]
    [InlineData("http://169.254.169.254")]
    [InlineData("http://localhost:9")]
    [InlineData("http://[::1]:9")]
    [InlineData("http://[::ffff:7f00:2]:9")]
    [InlineData("http://2130706434:9")]
    [InlineData("http://worker")]
    public async Task A_storage_cannot_be_an_address_inside(string endpoint)
    {
        var owner = await app.Given.UserAsync(UserGroup.User);
        var connection = app.Connection();
        connection["specific_attributes"] = $"endpoint_url={Uri.EscapeDataString(endpoint)}";

        (await app.As(owner).Post("/api/cloudstorages", connection)).Is(HttpStatusCode.BadRequest);
        Assert.Equal(0, (await app.As(owner).Get("/api/cloudstorages"))["count"].GetInt32());
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://example.com")]
    [InlineData("https://user:pass@example.com")]
    [InlineData("https://example.com/?x=1")]
    [InlineData("example.com")]
    public async Task An_endpoint_is_a_plain_http_address(string endpoint)
    {
        var owner = await app.Given.UserAsync();
        var connection = app.Connection();
        connection["specific_attributes"] = $"endpoint_url={Uri.EscapeDataString(endpoint)}";

        Assert.Contains("endpoint_url", (await app.As(owner).Post("/api/cloudstorages", connection)).Is(HttpStatusCode.BadRequest).Detail);
    }

    [Fact]
    public async Task An_azure_connection_string_cannot_lead_inside_either()
    {
        var owner = await app.Given.UserAsync();
        var answer = await app.As(owner).Post("/api/cloudstorages", new
        {
            provider_type = "AZURE_CONTAINER",
            resource = "photos",
            display_name = "x",
            credentials_type = "CONNECTION_STRING",
            connection_string = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=QUJD;BlobEndpoint=http://127.0.0.9:1/a;",
        });

        Assert.Contains("not a public address", answer.Is(HttpStatusCode.BadRequest).Detail);
    }
}
