using System.Net;
using Annotator.Core.Identity;
using Annotator.Core.Operations;
using Annotator.Tests.Support;
using Annotator.Tests.Unit.Media;

namespace Annotator.Tests.Api.Sources;

/// <summary>Files of the mounted share: browsed, taken, and nothing beside it.</summary>
public sealed class SharedFiles(CloudyApp app) : IClassFixture<CloudyApp>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_folder_is_listed_with_kinds_and_searched_by_beginning()
    {
        Write("list/b.mp4", [1]);
        Write("list/a.png", [1]);
        Write("list/deep/x.png", [1]);
        var client = app.As(await app.Given.UserAsync());

        var listed = (await client.Get("/api/server/share?directory=/list/")).Is(HttpStatusCode.OK);
        Assert.Equal(["deep DIR DIR", "a.png REG image", "b.mp4 REG video"], listed.Body.EnumerateArray().Select(file => $"{file.GetProperty("name")} {file.GetProperty("type")} {file.GetProperty("mime_type")}"));
        Assert.Equal(["b.mp4"], (await client.Get("/api/server/share?directory=list&search=B")).Body.EnumerateArray().Select(file => file.GetProperty("name").GetString()));
        Assert.Contains("list", (await client.Get("/api/server/share")).Body.EnumerateArray().Select(file => file.GetProperty("name").GetString()));
        (await client.Get("/api/server/share?directory=nowhere")).Is(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_task_refers_to_files_of_the_share_or_copies_them()
    {
        var (owner, original) = (await app.Given.UserAsync(), Images.Encoded(".png"));
        Write("take/1.png", original);
        Write("take/deep/2.png", original);
        Write("take/readme.md", [1]);

        var (referring, operation) = await app.TaskAsync(owner, new { server_files = new[] { "take/" } });
        Assert.Equal((OperationState.Finished, ""), (operation.State, operation.Message));
        var (copying, _) = await app.TaskAsync(owner, new { server_files = new[] { "take" }, copy_data = true });
        var meta = await app.As(owner).Get($"/api/tasks/{referring}/data/meta");
        Assert.Equal("share", meta["storage"].GetString());
        Assert.Equal(["take/1.png", "take/deep/2.png"], meta["frames"].EnumerateArray().Select(frame => frame.GetProperty("name").GetString()));
        Assert.Equal(original, await BytesAsync(owner, referring));
        File.Delete(Path.Combine(app.Share.FullName, "take/1.png"));
        Assert.Equal(HttpStatusCode.NotFound, (await app.As(owner).Get($"/api/tasks/{referring}/data?type=frame&number=0&quality=original")).Status);
        Assert.Equal(original, await BytesAsync(owner, copying));
    }

    [Fact]
    public async Task Deleting_a_task_leaves_the_share_alone()
    {
        var owner = await app.Given.UserAsync();
        Write("stay/1.png", Images.Encoded(".png"));
        var (id, _) = await app.TaskAsync(owner, new { server_files = new[] { "stay/1.png" } });

        (await app.As(owner).Delete($"/api/tasks/{id}")).Is(HttpStatusCode.NoContent);

        Assert.True(File.Exists(Path.Combine(app.Share.FullName, "stay/1.png")));
    }

    [Fact]
    public async Task Links_and_steps_out_of_the_share_lead_nowhere()
    {
        var outside = Directory.CreateTempSubdirectory("annotator-outside-");
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(outside.FullName, "secret.png"), Images.Encoded(".png"), Cancel);
            Directory.CreateDirectory(Path.Combine(app.Share.FullName, "links"));
            Directory.CreateSymbolicLink(Path.Combine(app.Share.FullName, "links/out"), outside.FullName);
            File.CreateSymbolicLink(Path.Combine(app.Share.FullName, "links/one.png"), Path.Combine(outside.FullName, "secret.png"));
            Directory.CreateSymbolicLink(Path.Combine(app.Share.FullName, "links/loop"), app.Share.FullName);
            Write("links/good.png", Images.Encoded(".png"));
            var owner = await app.Given.UserAsync();
            var client = app.As(owner);

            Assert.Equal(["good.png"], (await client.Get("/api/server/share?directory=links")).Body.EnumerateArray().Select(file => file.GetProperty("name").GetString()));
            foreach (var path in (string[])["..", "../", "links/../..", "links/out", "/etc", "links/out/../../.."])
            {
                (await client.Get($"/api/server/share?directory={Uri.EscapeDataString(path)}")).Is(HttpStatusCode.BadRequest);
            }

            var (_, operation) = await app.TaskAsync(owner, new { server_files = new[] { "links/out/secret.png", "links/one.png", "links/" } });
            Assert.Equal(OperationState.Finished, operation.State);
            Assert.Contains("links/out/secret.png is not on the share", operation.Message);
            Assert.Contains("links/one.png is not on the share", operation.Message);
            Assert.Contains("The other photo is in the task", operation.Message);
        }
        finally
        {
            outside.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Who_may_not_look_at_the_share_may_not_take_from_it()
    {
        var worker = await app.Given.UserAsync(UserGroup.Worker);
        Write("closed/1.png", Images.Encoded(".png"));
        var task = await app.Given.TaskAsync(worker);

        (await app.As(worker).Get("/api/server/share")).Is(HttpStatusCode.Forbidden);
        (await app.As(worker).Post($"/api/tasks/{task.Id}/data", new { server_files = new[] { "closed/1.png" } })).Is(HttpStatusCode.Forbidden);
    }

    private void Write(string path, byte[] content)
    {
        var file = Path.Combine(app.Share.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
    }

    private async Task<byte[]> BytesAsync(User owner, int task)
    {
        using var answer = await app.As(owner).GetAsync($"/api/tasks/{task}/data?type=frame&number=0&quality=original", Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsByteArrayAsync(Cancel);
    }
}
