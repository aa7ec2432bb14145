using System.Net;
using Annotator.Api.Media;
using Annotator.Core.Identity;
using Annotator.Core.Operations;
using Annotator.Tests.Support;
using Annotator.Tests.Unit.Media;
using Annotator.Tests.Unit.Media.Video;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Tests.Contract;

/// <summary>The Api and a Worker that does what it is asked for, on one database and one blob folder.</summary>
public sealed class ContractApp(DatabaseTemplate template) : AnnotatorApp(template), IAsyncLifetime
{
    private readonly Lock _lock = new();
    private WorkerApp? _worker;

    public WorkerApp Worker
    {
        get
        {
            lock (_lock)
            {
                return _worker ??= new WorkerApp(Database.ConnectionString, BlobFolder);
            }
        }
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        if (_worker is not null)
        {
            await _worker.DisposeAsync();
        }

        await DisposeAsync();
    }

    /// <summary>Does what the request of this id asks for.</summary>
    public async Task RunAsync(string requestId)
    {
        await using var db = Db();
        var operation = await db.Operations.SingleAsync(row => row.Key == requestId && row.State == OperationState.Queued, TestContext.Current.CancellationToken);
        await Worker.RunAsync(operation.Id, TestContext.Current.CancellationToken);
    }

    protected override void ConfigureServices(IServiceCollection services) =>
        services.AddHttpClient<WorkerMedia>().ConfigurePrimaryHttpMessageHandler(() => Worker.CreateHandler());
}

/// <summary>What clients of the contract send to get photos into a task and out of it again, old and new, request by request.</summary>
public sealed class ContractTests(ContractApp app) : IClassFixture<ContractApp>
{
    [Fact]
    public async Task An_older_client_creates_a_task_with_groups_and_a_large_file_and_reads_its_frames()
    {
        var user = await app.Given.UserAsync();
        var about = (await app.Anonymous().Get("/api/server/about")).Is(HttpStatusCode.OK);
        Assert.Matches(@"^\d+\.\d+\.\d+$", about["version"].GetString());
        var key = (await app.Anonymous().Post("/api/auth/login", new { username = user.UserName, password = AnnotatorApp.Password })).Is(HttpStatusCode.OK)["key"].GetString()!;
        var client = app.Anonymous();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Token " + key);
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept", "application/vnd.cvat+json");

        var task = (await client.Post("/api/tasks", new { name = "photos", labels = new[] { new { name = "car" } } })).Is(HttpStatusCode.Created)["id"].GetInt32();
        var path = $"/api/tasks/{task}/data/";
        (await client.Post(path, null, ("Upload-Start", "true"))).Is(HttpStatusCode.Accepted);
        var small = Images.Encoded(".png", 50, 30);
        using var form = new MultipartFormDataContent
        {
            { new StringContent("70"), "image_quality" },
            { new ByteArrayContent(small), "client_files[0]", "/home/ann/photos/a.png" },
            { new ByteArrayContent(Images.Noise(".jpg")), "client_files[1]", "C:\\photos\\b.jpg" },
        };
        (await client.Post(path, form, ("Upload-Multiple", "true"))).Is(HttpStatusCode.OK);
        Assert.Equal("c.webp", await client.Upload(path, "c.webp", Images.Encoded(".webp"), 100));
        (await client.Post(path, new { image_quality = 70, copy_data = false, use_cache = true, use_zip_chunks = true, sorting_method = "lexicographical" }, ("Upload-Finish", "true"))).Is(HttpStatusCode.Accepted);
        Assert.Equal("Queued", (await client.Get($"/api/tasks/{task}/status")).Is(HttpStatusCode.OK)["state"].GetString());

        await app.RunAsync($"action=create&target=task&target_id={task}");

        Assert.Equal("Finished", (await client.Get($"/api/tasks/{task}/status"))["state"].GetString());
        Assert.Equal(3, (await client.Get($"/api/tasks/{task}")).Is(HttpStatusCode.OK)["size"].GetInt32());
        var meta = (await client.Get(path + "meta")).Is(HttpStatusCode.OK);
        Assert.Equal(["a.png", "b.jpg", "c.webp"], meta["frames"].EnumerateArray().Select(frame => frame.GetProperty("name").GetString()!));
        var frame = (await client.Get(path + "?type=frame&number=0&quality=original")).Is(HttpStatusCode.OK);
        Assert.Equal(small, await frame.Response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal("image/png", frame.Response.Content.Headers.ContentType!.MediaType);
        var part = (await client.Get(path + "?type=frame&number=0&quality=original", ("Range", "bytes=0-7"))).Is(HttpStatusCode.PartialContent);
        Assert.Equal(small[..8], await part.Response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        (await client.Get(path + "?type=frame&number=0&quality=original", ("If-None-Match", frame.Response.Headers.ETag!.Tag))).Is(HttpStatusCode.NotModified);
        (await client.Get(path + "?type=frame&number=3")).Is(HttpStatusCode.BadRequest);
        (await client.Get(path + "?number=0")).Is(HttpStatusCode.BadRequest);
        (await client.Post(path, null, ("Upload-Start", "true"))).Is(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_newer_client_follows_the_request_and_reads_chunks_of_its_job()
    {
        var user = await app.Given.UserAsync();
        var client = app.As(user);
        var task = (await client.Post("/api/tasks", new { name = "photos", segment_size = 2, labels = new[] { new { name = "car" } } })).Is(HttpStatusCode.Created)["id"].GetInt32();
        var path = $"/api/tasks/{task}/data/";
        foreach (var name in (string[])["c.png", "a.png", "b.png"])
        {
            await client.Upload(path, name, Images.Encoded(".png", 50, 30));
        }

        var accepted = (await client.Post(path, new { image_quality = 70, chunk_size = 2 }, ("Upload-Finish", "true"))).Is(HttpStatusCode.Accepted);
        var id = accepted["rq_id"].GetString()!;
        Assert.Equal(id, (await client.Post(path, new { image_quality = 70 }, ("Upload-Finish", "true"))).Is(HttpStatusCode.Accepted)["rq_id"].GetString());
        var request = (await client.Get("/api/requests/" + Uri.EscapeDataString(id))).Is(HttpStatusCode.OK);
        Assert.Equal(("queued", "create:task", task), (request["status"].GetString(), request["operation"].GetProperty("type").GetString(), request["operation"].GetProperty("task_id").GetInt32()));

        await app.RunAsync(id);

        Assert.Equal("finished", (await client.Get($"/api/requests/create:task-{task}")).Is(HttpStatusCode.OK)["status"].GetString());
        Assert.Equal(id, (await client.Get($"/api/requests?task_id={task}&action=create")).Is(HttpStatusCode.OK).Results.Single().GetProperty("id").GetString());
        (await app.As(await app.Given.UserAsync()).Get("/api/requests/" + Uri.EscapeDataString(id))).Is(HttpStatusCode.Forbidden);
        (await client.Post($"/api/requests/{Uri.EscapeDataString(id)}/cancel")).Is(HttpStatusCode.BadRequest);

        var jobs = (await client.Get($"/api/jobs?task_id={task}&sort=id")).Is(HttpStatusCode.OK).Results.ToList();
        var second = jobs[^1].GetProperty("id").GetInt32();
        var meta = (await client.Get($"/api/jobs/{second}/data/meta")).Is(HttpStatusCode.OK);
        Assert.Equal(("c.png", 1), (meta["frames"][0].GetProperty("name").GetString(), meta["size"].GetInt32()));
        var chunk = (await client.Get($"/api/jobs/{second}/data?type=chunk&index=0&quality=original")).Is(HttpStatusCode.OK);
        Assert.NotEmpty(chunk.Header("X-Checksum"));
        Assert.NotEmpty(chunk.Header("X-Updated-Date"));
        (await client.Get($"/api/jobs/{second}/data?type=chunk&index=1")).Is(HttpStatusCode.BadRequest);
        (await client.Get($"/api/tasks/{task}/preview")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_turned_photo_is_upright_in_every_quality_as_its_coordinates_are()
    {
        var user = await app.Given.UserAsync();
        var client = app.As(user);
        var task = (await client.Post("/api/tasks", new { name = "turned", labels = new[] { new { name = "car" } } })).Is(HttpStatusCode.Created)["id"].GetInt32();
        var path = $"/api/tasks/{task}/data/";
        await client.Upload(path, "turned.jpg", Images.TurnedJpeg(60, 40, 6));
        await app.RunAsync((await client.Post(path, new { image_quality = 70 }, ("Upload-Finish", ""))).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!);

        var frame = (await client.Get(path + "meta")).Is(HttpStatusCode.OK)["frames"][0];
        var size = (frame.GetProperty("width").GetInt32(), frame.GetProperty("height").GetInt32());
        Assert.Equal((40, 60), size);
        foreach (var quality in (string[])["original", "compressed"])
        {
            var bytes = (await client.Get($"{path}?type=frame&number=0&quality={quality}")).Is(HttpStatusCode.OK).Response.Content;
            Assert.Equal("image/jpeg", bytes.Headers.ContentType!.MediaType);
            Assert.Equal(size, Images.SizeOf(await bytes.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)));
        }
    }

    [Theory]
    [InlineData("video", 1, "street.mp4")]
    [InlineData("imageset", 11, "street.mp4", "zebra.png")]
    [InlineData("imageset", 11, "apple.png", "street.mp4")]
    public async Task A_task_of_one_video_says_so_and_lists_one_frame_for_all_and_one_with_images_every_frame(string type, int listed, params string[] names)
    {
        var client = app.As(await app.Given.UserAsync());
        var task = (await client.Post("/api/tasks", new { name = "street", labels = new[] { new { name = "car" } } })).Is(HttpStatusCode.Created)["id"].GetInt32();
        var path = $"/api/tasks/{task}/data/";
        foreach (var name in names)
        {
            await client.Upload(path, name, name == "street.mp4" ? await PaintedVideo.BytesAsync(10) : Images.Encoded(".png", 50, 30));
        }

        Assert.Equal("imageset", (await client.Get($"/api/tasks/{task}")).Is(HttpStatusCode.OK)["data_original_chunk_type"].GetString());
        await app.RunAsync((await client.Post(path, new { image_quality = 70 }, ("Upload-Finish", "true"))).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!);

        Assert.Equal(type, (await client.Get($"/api/tasks/{task}")).Is(HttpStatusCode.OK)["data_original_chunk_type"].GetString());
        var job = (await client.Get($"/api/jobs?task_id={task}")).Is(HttpStatusCode.OK).Results.Single();
        Assert.Equal((type, "imageset"), (job.GetProperty("data_original_chunk_type").GetString(), job.GetProperty("data_compressed_chunk_type").GetString()));
        Assert.Equal(listed, (await client.Get(path + "meta")).Is(HttpStatusCode.OK)["frames"].GetArrayLength());
    }

    [Fact]
    public async Task An_export_asked_for_in_both_ways_is_one_and_only_its_owner_downloads_it()
    {
        var user = await app.Given.UserAsync();
        var client = app.As(user);
        var task = await app.Given.TaskAsync(user, frames: 2, labels: ["car"]);

        var started = (await client.Post($"/api/tasks/{task.Id}/dataset/export?format=COCO%201.0&save_images=False")).Is(HttpStatusCode.Accepted);
        var id = started["rq_id"].GetString()!;
        Assert.Equal(id, (await client.Post($"/api/tasks/{task.Id}/dataset/export?format=COCO%201.0&save_images=False")).Is(HttpStatusCode.Conflict)["rq_id"].GetString());
        (await client.Get($"/api/tasks/{task.Id}/annotations/?format=COCO%201.0")).Is(HttpStatusCode.Accepted);
        (await client.Get($"/api/tasks/{task.Id}/dataset/download?rq_id={Uri.EscapeDataString(id)}")).Is(HttpStatusCode.BadRequest);
        (await client.Post($"/api/tasks/{task.Id}/dataset/export?format=Nothing")).Is(HttpStatusCode.BadRequest);

        await FinishAsync(id, "results/1", "Täsk 1.zip");
        var request = (await client.Get("/api/requests/" + Uri.EscapeDataString(id))).Is(HttpStatusCode.OK);
        var url = request["result_url"].GetString()!;
        Assert.StartsWith("http://localhost/api/tasks/", url);
        var file = (await client.Get(url)).Is(HttpStatusCode.OK);
        Assert.Equal("attachment; filename=\"T_sk 1.zip\"", file.Response.Content.Headers.GetValues("Content-Disposition").Single());
        Assert.Equal(5, file.Response.Content.Headers.ContentLength);
        (await client.Get($"/api/tasks/{task.Id}/annotations/?format=COCO%201.0")).Is(HttpStatusCode.Created);
        (await client.Get($"/api/tasks/{task.Id}/annotations/?format=COCO%201.0&action=download")).Is(HttpStatusCode.OK);
        var named = (await client.Get($"/api/tasks/{task.Id}/annotations/?format=COCO%201.0&action=download&filename=mine.zip")).Is(HttpStatusCode.OK);
        Assert.Equal("attachment; filename=\"mine.zip\"", named.Response.Content.Headers.GetValues("Content-Disposition").Single());
        (await client.Post($"/api/tasks/{task.Id}/dataset/export?format=COCO%201.0&location=moon")).Is(HttpStatusCode.BadRequest);
        (await app.As(await app.Given.AdminAsync()).Get(url)).Is(HttpStatusCode.BadRequest);

        async Task FinishAsync(string key, string blob, string name)
        {
            await app.Worker.Blobs.WriteAsync(blob, new MemoryStream([1, 2, 3, 4, 5]), TestContext.Current.CancellationToken);
            await using var db = app.Db();
            await db.Operations.Where(row => row.Key == key).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.State, OperationState.Finished).SetProperty(row => row.ResultKey, blob).SetProperty(row => row.ResultName, name),
                TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task An_import_is_uploaded_finished_and_followed_in_both_ways()
    {
        var user = await app.Given.UserAsync();
        var client = app.As(user);
        var job = await app.Given.JobAsync(user);
        var path = $"/api/jobs/{job.Id}/annotations/?format=COCO%201.0";

        (await client.Post(path + "&filename=a.zip", null, ("Upload-Start", "true"))).Is(HttpStatusCode.Accepted);
        var name = await client.Upload(path, "a.zip", [1, 2, 3]);
        Assert.True(Guid.TryParse(name, out _));
        var id = (await client.Post($"{path}&filename={name}", null, ("Upload-Finish", "true"))).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!;
        (await client.Send(HttpMethod.Put, $"{path}&rq_id={Uri.EscapeDataString(id)}", null)).Is(HttpStatusCode.Accepted);

        await using var db = app.Db();
        await db.Operations.Where(row => row.Key == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.State, OperationState.Finished), TestContext.Current.CancellationToken);
        (await client.Send(HttpMethod.Put, $"{path}&rq_id={Uri.EscapeDataString(id)}", null)).Is(HttpStatusCode.Created);
        Assert.Equal("import:annotations", (await client.Get("/api/requests/" + Uri.EscapeDataString(id)))["operation"].GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("task")]
    [InlineData("job")]
    public async Task The_oldest_clients_follow_an_import_by_sending_its_last_request_again(string kind)
    {
        var user = await app.Given.UserAsync();
        var client = app.As(user);
        var job = await app.Given.JobAsync(user);
        var path = $"/api/{kind}s/{(kind == "task" ? job.TaskId : job.Id)}/annotations/?format=COCO%201.0";

        (await client.Post(path + "&filename=a.zip", null, ("Upload-Start", "true"))).Is(HttpStatusCode.Accepted);
        await client.Upload(path, "a.zip", [1, 2, 3]);
        (await client.Post(path + "&filename=a.zip")).Is(HttpStatusCode.BadRequest);
        var id = (await client.Post(path + "&filename=a.zip", null, ("Upload-Finish", "true"))).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!;
        (await client.Post(path + "&filename=a.zip")).Is(HttpStatusCode.Accepted);
        (await client.Post(path + "&filename=b.zip")).Is(HttpStatusCode.BadRequest);

        await using var db = app.Db();
        await db.Operations.Where(row => row.Key == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.State, OperationState.Finished), TestContext.Current.CancellationToken);
        (await client.Post(path + "&filename=a.zip")).Is(HttpStatusCode.Created);
        await db.Operations.Where(row => row.Key == id).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.State, OperationState.Failed).SetProperty(row => row.Message, "No such label."), TestContext.Current.CancellationToken);
        Assert.Equal("No such label.", (await client.Post(path + "&filename=a.zip")).Is(HttpStatusCode.BadRequest)["detail"].GetString());
    }

    [Fact]
    public async Task The_server_says_what_it_is_in_every_generations_words()
    {
        var client = app.As(await app.Given.UserAsync(UserGroup.Worker));

        var about = (await app.Anonymous().Get("/api/server/about")).Is(HttpStatusCode.OK);
        Assert.StartsWith("http://", about["logo_url"].GetString());
        Assert.NotEmpty(about["subtitle"].GetString()!);
        var formats = (await client.Get("/api/server/annotation/formats")).Is(HttpStatusCode.OK);
        Assert.Contains("COCO 1.0", formats["exporters"].EnumerateArray().Select(format => format.GetProperty("name").GetString()!));
        Assert.All(formats["importers"].EnumerateArray(), format => Assert.True(format.GetProperty("enabled").GetBoolean()));
        var plugins = (await client.Get("/api/server/plugins")).Is(HttpStatusCode.OK);
        Assert.Equal(["ANALYTICS", "GIT_INTEGRATION", "MODELS", "PREDICT"], plugins.Body.EnumerateObject().Select(plugin => plugin.Name).Order());
        (await app.Anonymous().Get("/api/server/health/?format=json")).Is(HttpStatusCode.OK);
        (await app.Anonymous().Get("/api/schema/")).Is(HttpStatusCode.OK);

        // Whatever can be read can be asked about; what cannot be read cannot.
        (await client.Send(HttpMethod.Head, "/api/tasks", null)).Is(HttpStatusCode.OK);
        (await client.Send(HttpMethod.Head, "/api/tasks/987654", null)).Is(HttpStatusCode.NotFound);
        (await app.Anonymous().Send(HttpMethod.Head, "/api/tasks", null)).Is(HttpStatusCode.Unauthorized);
        (await client.Send(HttpMethod.Head, "/api/auth/login", null)).Is(HttpStatusCode.MethodNotAllowed);
    }
}
