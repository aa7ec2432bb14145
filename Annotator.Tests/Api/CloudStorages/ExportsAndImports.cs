using System.IO.Compression;
using System.Net;
using System.Text;
using Annotator.Core.Operations;
using Annotator.Core.Tasks;
using Annotator.Tests.Support;
using Annotator.Tests.Unit.Media;

namespace Annotator.Tests.Api.CloudStorages;

/// <summary>Exports and backups that go to a cloud storage, and annotations that come from one.</summary>
public sealed class ExportsAndImports(CloudyApp app) : IClassFixture<CloudyApp>
{
    private const string Coco = "COCO 1.0";

    [Fact]
    public async Task An_export_is_written_under_its_name_and_has_no_address_here()
    {
        var owner = await app.Given.UserAsync();
        var (task, storage) = (await app.Given.TaskAsync(owner, frames: 2, labels: ["car"]), await app.ConnectAsync(owner));
        var client = app.As(owner);

        var started = (await client.Post($"/api/tasks/{task.Id}/dataset/export?format={Coco}&save_images=False&location=cloud_storage&cloud_storage_id={storage}&filename=out/march.zip")).Is(HttpStatusCode.Accepted);
        var operation = await app.RunAsync(started["rq_id"].GetString()!);

        Assert.Equal(OperationState.Finished, operation.State);
        Assert.Contains("out/march.zip is in the cloud storage Photos now", operation.Message);
        using var zip = new ZipArchive(new MemoryStream(app.S3.Find(CloudyApp.Bucket, "out/march.zip")!));
        Assert.Contains(zip.Entries, entry => entry.FullName == "annotations/instances_default.json");
        var request = (await client.Get($"/api/requests/{Uri.EscapeDataString(operation.Key)}")).Is(HttpStatusCode.OK);
        Assert.Equal("finished", request["status"].GetString());
        Assert.True(!request.Body.TryGetProperty("result_url", out var url) || url.ValueKind == System.Text.Json.JsonValueKind.Null);
        Assert.Contains("cloud storage", (await client.Get($"/api/tasks/{task.Id}/dataset/download?rq_id={Uri.EscapeDataString(operation.Key)}")).Is(HttpStatusCode.BadRequest).Detail);
        Assert.Null(await app.Worker.Blobs.FindAsync($"exports/{operation.Id:N}", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Without_a_location_the_target_storage_decides_and_local_overrules_it()
    {
        var owner = await app.Given.UserAsync();
        var (task, storage) = (await app.Given.TaskAsync(owner, frames: 2, labels: ["car"]), await app.ConnectAsync(owner));
        var client = app.As(owner);
        (await client.Patch($"/api/tasks/{task.Id}", new { target_storage = new { location = "cloud_storage", cloud_storage_id = storage } })).Is(HttpStatusCode.OK);

        var there = await ExportAsync(client, task, "filename=by-default.zip");
        Assert.Null(there.ResultKey);
        Assert.NotNull(app.S3.Find(CloudyApp.Bucket, "by-default.zip"));
        var here = await ExportAsync(client, task, "location=local");
        Assert.NotNull(here.ResultKey);
        Assert.NotNull((await ExportAsync(client, task, "use_default_location=false")).ResultKey);
    }

    [Fact]
    public async Task The_older_way_ends_with_200_for_a_file_in_a_cloud_storage()
    {
        var owner = await app.Given.UserAsync();
        var (task, storage) = (await app.Given.TaskAsync(owner, frames: 2, labels: ["car"]), await app.ConnectAsync(owner));
        var (client, path) = (app.As(owner), $"/api/tasks/{task.Id}/annotations/?format={Coco}&location=cloud_storage&cloud_storage_id={storage}&filename=old.zip&use_default_location=false");

        var started = (await client.Get(path)).Is(HttpStatusCode.Accepted);
        await app.RunAsync(started["rq_id"].GetString()!);

        (await client.Get(path)).Is(HttpStatusCode.OK);
        Assert.NotNull(app.S3.Find(CloudyApp.Bucket, "old.zip"));
    }

    [Fact]
    public async Task A_backup_goes_there_too()
    {
        var owner = await app.Given.UserAsync();
        app.S3.Put(CloudyApp.Bucket, "backup-source/1.png", Images.Encoded(".png"));
        var storage = await app.ConnectAsync(owner);
        var (task, _) = await app.TaskAsync(owner, new { cloud_storage_id = storage, server_files = new[] { "backup-source/" } });

        var started = (await app.As(owner).Post($"/api/tasks/{task}/backup/export?location=cloud_storage&cloud_storage_id={storage}&filename=backup.zip")).Is(HttpStatusCode.Accepted);
        var operation = await app.RunAsync(started["rq_id"].GetString()!);

        Assert.True(operation.State == OperationState.Finished, operation.Message);
        using var zip = new ZipArchive(new MemoryStream(app.S3.Find(CloudyApp.Bucket, "backup.zip")!));
        Assert.Contains(zip.Entries, entry => entry.FullName == "data/backup-source/1.png" && entry.Length > 0);
    }

    [Theory]
    [InlineData("task")]
    [InlineData("project")]
    public async Task A_backup_is_restored_out_of_a_cloud_storage_once_however_often_it_is_asked_for_meanwhile(string kind)
    {
        var owner = await app.Given.UserAsync();
        app.S3.Put(CloudyApp.Bucket, "restored/1.png", Images.Encoded(".png"));
        var storage = await app.ConnectAsync(owner);
        var (client, project) = (app.As(owner), await app.Given.ProjectAsync(owner));
        var (task, _) = await app.TaskAsync(owner, new { cloud_storage_id = storage, server_files = new[] { "restored/" } }, "car");
        var (id, there) = (kind == "task" ? task : project.Id, $"?location=cloud_storage&cloud_storage_id={storage}&filename={kind}.zip");
        await app.RunAsync((await client.Post($"/api/{kind}s/{id}/backup/export{there}")).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!);

        var started = (await client.Post($"/api/{kind}s/backup/{there}")).Is(HttpStatusCode.Accepted);
        Assert.Equal(started["rq_id"].GetString(), (await client.Post($"/api/{kind}s/backup/{there}")).Is(HttpStatusCode.Accepted)["rq_id"].GetString());
        var operation = await app.RunAsync(started["rq_id"].GetString()!);

        Assert.True(operation.State == OperationState.Finished, operation.Message);
        var restored = (await client.Get($"/api/{kind}s/{operation.ResultId}")).Is(HttpStatusCode.OK);
        Assert.NotEqual(id, operation.ResultId);
        Assert.Equal(owner.Id, restored["owner"].GetProperty("id").GetInt32());
        if (kind == "task")
        {
            Assert.Equal(1, restored["size"].GetInt32());
        }

        var second = await app.RunAsync((await client.Post($"/api/{kind}s/backup/{there}")).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!);
        Assert.NotEqual(operation.ResultId, second.ResultId);
        Assert.NotNull(app.S3.Find(CloudyApp.Bucket, $"{kind}.zip"));
    }

    [Fact]
    public async Task A_backup_that_is_not_there_or_of_somebody_elses_storage_is_refused_by_name()
    {
        var (owner, other) = (await app.Given.UserAsync(), await app.Given.UserAsync());
        var (mine, theirs) = (await app.ConnectAsync(owner), await app.ConnectAsync(other));
        var client = app.As(owner);

        Assert.Contains("no file 'gone.zip'", (await client.Post($"/api/tasks/backup/?location=cloud_storage&cloud_storage_id={mine}&filename=gone.zip")).Is(HttpStatusCode.BadRequest).Detail);
        Assert.Contains($"no cloud storage {theirs}", (await client.Post($"/api/tasks/backup/?location=cloud_storage&cloud_storage_id={theirs}&filename=a.zip")).Is(HttpStatusCode.BadRequest).Detail);
        Assert.Contains("cloud_storage_id", (await client.Post("/api/projects/backup/?location=cloud_storage&filename=a.zip")).Is(HttpStatusCode.BadRequest).Detail);
        Assert.Contains("which file", (await client.Post($"/api/projects/backup/?location=cloud_storage&cloud_storage_id={mine}")).Is(HttpStatusCode.BadRequest).Detail);
        (await client.Post("/api/tasks/backup/?location=moon&filename=a.zip")).Is(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task What_is_wrong_with_a_place_is_said_before_anything_starts()
    {
        var (owner, other) = (await app.Given.UserAsync(), await app.Given.UserAsync());
        var (task, mine, theirs) = (await app.Given.TaskAsync(owner, frames: 2, labels: ["car"]), await app.ConnectAsync(owner), await app.ConnectAsync(other));
        var (client, path) = (app.As(owner), $"/api/tasks/{task.Id}/dataset/export?format={Coco}&location=cloud_storage");

        Assert.Contains("cloud_storage_id", (await client.Post(path)).Is(HttpStatusCode.BadRequest).Detail);
        Assert.Contains("filename", (await client.Post($"{path}&cloud_storage_id={mine}")).Is(HttpStatusCode.BadRequest).Detail);
        Assert.Contains($"no cloud storage {theirs}", (await client.Post($"{path}&cloud_storage_id={theirs}&filename=a.zip")).Is(HttpStatusCode.BadRequest).Detail);
        (await client.Post($"/api/tasks/{task.Id}/dataset/export?format={Coco}&location=moon")).Is(HttpStatusCode.BadRequest);
        Assert.Contains("no file 'gone.zip'", (await client.Post($"/api/tasks/{task.Id}/annotations/?format={Coco}&location=cloud_storage&cloud_storage_id={mine}&filename=gone.zip")).Is(HttpStatusCode.BadRequest).Detail);
        (await client.Post($"/api/tasks/{task.Id}/annotations/?format={Coco}&location=cloud_storage&cloud_storage_id={theirs}&filename=gone.zip")).Is(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_storage_that_is_gone_when_the_export_is_ready_fails_it_with_words()
    {
        var owner = await app.Given.UserAsync();
        var (task, storage) = (await app.Given.TaskAsync(owner, frames: 2, labels: ["car"]), await app.ConnectAsync(owner));
        var started = (await app.As(owner).Post($"/api/tasks/{task.Id}/dataset/export?format={Coco}&location=cloud_storage&cloud_storage_id={storage}&filename=late.zip")).Is(HttpStatusCode.Accepted);
        (await app.As(owner).Delete($"/api/cloudstorages/{storage}")).Is(HttpStatusCode.NoContent);

        var operation = await app.RunAsync(started["rq_id"].GetString()!);

        Assert.Equal((OperationState.Failed, $"The cloud storage {storage} was deleted."), (operation.State, operation.Message));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Annotations_come_from_a_cloud_storage_by_name_or_by_the_source_storage(bool byDefault)
    {
        var owner = await app.Given.UserAsync();
        app.S3.Put(CloudyApp.Bucket, "import-source/1.png", Images.Encoded(".png"));
        var storage = await app.ConnectAsync(owner);
        var (task, _) = await app.TaskAsync(owner, new { cloud_storage_id = storage, server_files = new[] { "import-source/" } }, "car");
        var client = app.As(owner);
        app.S3.Put(CloudyApp.Bucket, "in/labels.json", Encoding.UTF8.GetBytes("""
            {"images":[{"id":1,"file_name":"import-source/1.png","width":100,"height":100}],"categories":[{"id":1,"name":"car"}],
             "annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,2,30,40],"area":1200,"iscrowd":0}]}
            """));
        (await client.Patch($"/api/tasks/{task}", new { source_storage = new { location = "cloud_storage", cloud_storage_id = storage } })).Is(HttpStatusCode.OK);

        var query = byDefault ? "" : $"&location=cloud_storage&cloud_storage_id={storage}";
        var started = (await client.Post($"/api/tasks/{task}/annotations/?format={Coco}&filename=in/labels.json{query}")).Is(HttpStatusCode.Accepted);
        var operation = await app.RunAsync(started["rq_id"].GetString()!);

        Assert.True(operation.State == OperationState.Finished, operation.Message);
        Assert.Equal(1, (await client.Get($"/api/tasks/{task}/annotations/"))["shapes"].GetArrayLength());
        Assert.NotNull(app.S3.Find(CloudyApp.Bucket, "in/labels.json"));
    }

    private async Task<Operation> ExportAsync(HttpClient client, AnnotationTask task, string query)
    {
        var started = (await client.Post($"/api/tasks/{task.Id}/dataset/export?format={Coco}&{query}")).Is(HttpStatusCode.Accepted);
        return await app.RunAsync(started["rq_id"].GetString()!);
    }
}
