using System.Net;
using Annotator.Api.Media;
using Annotator.Core.Identity;
using Annotator.Core.Operations;
using Annotator.Tests.Support;
using Annotator.Tests.Unit.Media;
using Annotator.Tests.Unit.Media.Video;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Tests.Api.Media;

/// <summary>Deleting a task or a project leaves nothing of it in the blob store, and all of the others.</summary>
public abstract class FreedBlobs(StoreApp app)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Originals_indexes_and_all_that_was_made_of_them_go_with_their_task_or_project(bool project)
    {
        PaintedVideo.Tools();
        var owner = await app.Given.UserAsync();
        var client = app.As(owner);
        await TaskAsync(owner, null, ("kept.png", Images.Encoded(".png")));
        var before = await KeysAsync();
        var parent = (await client.Post("/api/projects", new { name = "p", labels = new[] { new { name = "cat" } } })).Is(HttpStatusCode.Created)["id"].GetInt32();
        var photos = await TaskAsync(owner, parent, ("a.zip", Archives.Zip(("1.png", Images.Noise(".png", 900, 700)), ("2.tif", Images.Encoded(".tif", 900, 700)))), ("3.png", Images.Encoded(".png")));
        var film = await TaskAsync(owner, parent, ("street.mp4", await PaintedVideo.BytesAsync(40, "-g", "250")));
        await LookAsync(client, photos, film);
        await ExportAsync(client, $"/api/tasks/{photos}/dataset/export?format=COCO%201.0&save_images=true");
        await ExportAsync(client, $"/api/tasks/{film}/backup/export");
        await client.Upload($"/api/tasks/{photos}/annotations", "begun.json", [1, 2, 3]);
        await client.Upload($"/api/tasks/{photos}/data?append=true", "begun.png", [1, 2, 3]);
        if (project)
        {
            await ExportAsync(client, $"/api/projects/{parent}/dataset/export?format=COCO%201.0&save_images=true");
        }

        var made = (await KeysAsync()).Except(before).ToList();
        string[] kinds = ["/original/", "tasks/", "/compressed-160/", "/upright/", "/preview/", "/chunks-compressed/", "/chunks-original/", "/tiles/", "/video/", "/proxy-0/", "/strips/", "exports/", "uploads/"];
        Assert.All(kinds, kind => Assert.Contains(made, key => key.Contains(kind, StringComparison.Ordinal)));

        if (project)
        {
            (await client.Delete($"/api/projects/{parent}")).Is(HttpStatusCode.NoContent);
        }
        else
        {
            (await client.Delete($"/api/tasks/{photos}")).Is(HttpStatusCode.NoContent);
            (await client.Delete($"/api/tasks/{film}")).Is(HttpStatusCode.NoContent);
        }

        Assert.Equal(before, await KeysAsync());
        await using var db = app.Db();
        Assert.False(await db.Uploads.AnyAsync(upload => upload.TargetId == photos || upload.TargetId == film, Cancel));
        Assert.False(await db.Operations.AnyAsync(operation => operation.ResultKey != null, Cancel));
    }

    private static async Task LookAsync(HttpClient client, int photos, int film)
    {
        var (job, shot) = (await JobAsync(client, photos), await JobAsync(client, film));
        string[] asked =
        [
            $"/api/tasks/{photos}/preview",
            $"/api/tasks/{photos}/data?type=frame&number=0&quality=compressed&width=160",
            $"/api/tasks/{film}/data?type=frame&number=7&quality=original",
            $"/api/tasks/{photos}/data?type=chunk&number=0&quality=compressed",
            $"/api/tasks/{photos}/data?type=chunk&number=0&quality=original",
            $"/api/jobs/{job}/data/tiles/0/0/0/0",
            $"/api/jobs/{shot}/data/video/0/chunks/0",
            $"/api/jobs/{shot}/data/video/0/strip?first=0&step=1&count=5",
        ];
        foreach (var path in asked)
        {
            (await client.Get(path)).Is(HttpStatusCode.OK);
        }
    }

    private static async Task<int> JobAsync(HttpClient client, int task) =>
        (await client.Get($"/api/jobs?task_id={task}")).Is(HttpStatusCode.OK)["results"][0].GetProperty("id").GetInt32();

    private async Task<int> TaskAsync(User owner, int? project, params (string Name, byte[] Content)[] files)
    {
        var client = app.As(owner);
        var id = (await client.Post("/api/tasks", project is null ? new { name = "t" } : new { name = "t", project_id = project })).Is(HttpStatusCode.Created)["id"].GetInt32();
        foreach (var (name, content) in files)
        {
            await client.Upload($"/api/tasks/{id}/data", name, content);
        }

        await RunAsync((await client.Post($"/api/tasks/{id}/data", new { image_quality = 70 }, ("Upload-Finish", "true"))).Is(HttpStatusCode.Accepted));
        return id;
    }

    private async Task ExportAsync(HttpClient client, string path) => await RunAsync((await client.Post(path)).Is(HttpStatusCode.Accepted));

    private async Task RunAsync(Answer started)
    {
        var key = started["rq_id"].GetString();
        await using var db = app.Db();
        var operation = await db.Operations.OrderByDescending(row => row.CreatedDate).FirstAsync(row => row.Key == key, Cancel);
        await app.Worker.RunAsync(operation.Id, Cancel);
        await db.Entry(operation).ReloadAsync(Cancel);
        Assert.True(operation.State == OperationState.Finished, operation.Message);
    }

    private async Task<List<string>> KeysAsync()
    {
        var keys = await app.Worker.Blobs.ListAsync("", Cancel).Select(blob => blob.Key).ToListAsync(Cancel);
        keys.Sort(StringComparer.Ordinal);
        return keys;
    }
}

/// <inheritdoc/>
public sealed class FreedBlobsOfAFolder(StoreApp app) : FreedBlobs(app), IClassFixture<StoreApp>;

/// <inheritdoc/>
public sealed class FreedBlobsOfAzure(AzureStoreApp app) : FreedBlobs(app), IClassFixture<AzureStoreApp>;

/// <summary>Api and Worker on one blob store; operations are run one by one.</summary>
public class StoreApp(DatabaseTemplate template) : AnnotatorApp(template)
{
    public WorkerApp Worker { get; private set; } = null!;

    /// <summary>The store in place of a folder; null for a folder.</summary>
    protected string? Blobs { get; set; }

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Worker = new WorkerApp(Database.ConnectionString, BlobFolder, blobs: Blobs);
    }

    public override async ValueTask DisposeAsync()
    {
        await Worker.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override void Configure(IWebHostBuilder host)
    {
        if (Blobs is not null)
        {
            host.UseSetting("ConnectionStrings:blobs", Blobs);
        }
    }

    protected override void ConfigureServices(IServiceCollection services) =>
        services.AddHttpClient<WorkerMedia>().ConfigurePrimaryHttpMessageHandler(() => Worker.CreateHandler());
}

/// <summary>The same on Azure's emulator.</summary>
public sealed class AzureStoreApp(DatabaseTemplate template, AzuriteServer azurite) : StoreApp(template)
{
    public override async ValueTask InitializeAsync()
    {
        Blobs = await azurite.ConnectionStringAsync();
        await base.InitializeAsync();
    }
}
