using System.Net;
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

/// <summary>Files that the server fetches from addresses, and where it does not go.</summary>
public sealed class RemoteFileTasks(CloudyApp app) : IClassFixture<CloudyApp>, IAsyncLifetime
{
    private readonly WebApplication _web = Website();
    private int _asked;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Address => _web.Urls.Single();

    public async ValueTask InitializeAsync()
    {
        var photo = Images.Encoded(".png");
        _web.Use((http, next) =>
        {
            Interlocked.Increment(ref _asked);
            return next(http);
        });
        _web.MapGet("/cat.png", () => Results.Bytes(photo));
        _web.MapGet("/other/cat.png", () => Results.Bytes(photo));
        _web.MapGet("/named", () => Results.File(photo, fileDownloadName: "../../dog.png"));
        _web.MapGet("/hop", () => Results.Redirect("/cat.png"));
        _web.MapGet("/inside", () => Results.Redirect("http://127.0.0.2:1/cat.png"));
        _web.MapGet("/meta", () => Results.Redirect("http://169.254.169.254/latest/meta-data"));
        _web.MapGet("/file", () => Results.Redirect("file:///etc/passwd"));
        _web.MapGet("/round", () => Results.Redirect("/round"));
        _web.MapGet("/big", async http =>
        {
            for (var sent = 0; sent < 64; sent++)
            {
                await http.Response.Body.WriteAsync(new byte[64 << 10], http.RequestAborted);
            }
        });
        await _web.StartAsync(Cancel);
    }

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    [Fact]
    public async Task Files_are_fetched_named_and_kept()
    {
        var owner = await app.Given.UserAsync();

        var (id, operation) = await app.TaskAsync(owner, new { remote_files = new[] { $"{Address}/cat.png?token=secret", $"{Address}/named", $"{Address}/hop", $"{Address}/other/cat.png" } });

        Assert.Equal((OperationState.Finished, ""), (operation.State, operation.Message));
        Assert.Equal(["cat-2.png", "cat.png", "dog.png"], (await NamesAsync(id)).Where(name => name != "cat-3.png" && name != "hop"));
        Assert.Equal(4, (await NamesAsync(id)).Count);
        Assert.Equal("local", (await app.As(owner).Get($"/api/tasks/{id}/data/meta"))["storage"].GetString());
        await using var db = app.Db();
        Assert.False(await db.Uploads.AnyAsync(upload => upload.Purpose == UploadPurpose.TaskData && upload.TargetId == id, Cancel));
    }

    [Fact]
    public async Task What_cannot_be_fetched_is_named_and_the_rest_taken()
    {
        var owner = await app.Given.UserAsync();

        var (id, operation) = await app.TaskAsync(owner, new { remote_files = new[] { $"{Address}/cat.png", $"{Address}/gone.png?token=secret", $"{Address}/big" } });

        Assert.Equal(OperationState.Finished, operation.State);
        Assert.Contains("/gone.png could not be fetched: its server answers 404", operation.Message);
        Assert.Contains($"/big is larger than {CloudyApp.MaxRemoteBytes} bytes", operation.Message);
        Assert.DoesNotContain("secret", operation.Message);
        Assert.Equal(["cat.png"], await NamesAsync(id));
    }

    [Theory]
    [InlineData("http://127.0.0.2:1/cat.png")]
    [InlineData("http://localhost:1/cat.png")]
    [InlineData("http://[::1]:1/cat.png")]
    [InlineData("http://[::ffff:127.0.0.2]:1/cat.png")]
    [InlineData("http://[64:ff9b::7f00:2]:1/cat.png")]
    [InlineData("http://0x7f.0.0.2:1/cat.png")]
    [InlineData("http://017700000002:1/cat.png")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://0.0.0.0:1/")]
    [InlineData("http://100.100.100.200/")]
    public async Task An_address_inside_is_refused_and_the_task_fails_with_the_reason(string address)
    {
        var (_, operation) = await app.TaskAsync(await app.Given.UserAsync(), new { remote_files = new[] { address } });

        Assert.Equal(OperationState.Failed, operation.State);
        Assert.Contains("is not a public address", operation.Message);
    }

    [Theory]
    [InlineData("/inside", "is not a public address")]
    [InlineData("/meta", "is not a public address")]
    [InlineData("/file", "Only http and https")]
    [InlineData("/round", "from one redirect to the next")]
    public async Task A_redirect_is_checked_like_an_address(string path, string reason)
    {
        var (_, operation) = await app.TaskAsync(await app.Given.UserAsync(), new { remote_files = new[] { Address + path } });

        Assert.Equal(OperationState.Failed, operation.State);
        Assert.Contains(reason, operation.Message);
        Assert.InRange(_asked, 1, 6);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.com/a.png")]
    [InlineData("https://user:secret@example.com/a.png")]
    [InlineData("cat.png")]
    public async Task What_is_no_web_address_is_refused_at_once(string address)
    {
        var owner = await app.Given.UserAsync();
        var id = (await app.As(owner).Post("/api/tasks", new { name = "t", labels = Array.Empty<object>() }))["id"].GetInt32();

        Assert.Contains("remote_files", (await app.As(owner).Post($"/api/tasks/{id}/data", new { remote_files = new[] { address } })).Is(HttpStatusCode.BadRequest).Detail);
    }

    [Fact]
    public async Task A_task_that_came_to_nothing_can_try_other_addresses()
    {
        var owner = await app.Given.UserAsync();
        var (id, failed) = await app.TaskAsync(owner, new { remote_files = new[] { $"{Address}/nothing" } });
        Assert.Equal(OperationState.Failed, failed.State);

        var again = (await app.As(owner).Post($"/api/tasks/{id}/data", new { remote_files = new[] { $"{Address}/cat.png" } })).Is(HttpStatusCode.Accepted);

        Assert.Equal(OperationState.Finished, (await app.RunAsync(again["rq_id"].GetString()!)).State);
        Assert.Equal(["cat.png"], await NamesAsync(id));
    }

    private static WebApplication Website()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        return builder.Build();
    }

    private async Task<List<string>> NamesAsync(int task)
    {
        await using var db = app.Db();
        return await db.Frames.Where(frame => db.TaskData.Any(row => row.Id == frame.DataId && row.TaskId == task)).OrderBy(frame => frame.Name).Select(frame => frame.Name).ToListAsync(Cancel);
    }
}
