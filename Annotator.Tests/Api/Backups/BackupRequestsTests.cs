using System.IO.Compression;
using System.Net;
using Annotator.Tests.Contract;
using Annotator.Tests.Support;

namespace Annotator.Tests.Api.Backups;

/// <summary>Backups as older and newer clients of the contract ask for them.</summary>
public sealed class BackupRequestsTests(ContractApp app) : IClassFixture<ContractApp>
{
    [Theory]
    [InlineData("tasks")]
    [InlineData("projects")]
    public async Task A_newer_client_asks_once_follows_the_request_and_downloads_its_own_backup(string kind)
    {
        var owner = await app.Given.UserAsync();
        var (id, target) = await ObjectAsync(kind, owner);
        var client = app.As(owner);

        var asked = (await client.Post($"/api/{kind}/{id}/backup/export?lightweight=False&location=local")).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!;
        var again = (await client.Post($"/api/{kind}/{id}/backup/export")).Is(HttpStatusCode.Conflict)["rq_id"].GetString();
        (await client.Get($"/api/{kind}/{id}/backup/download?rq_id={Uri.EscapeDataString(asked)}")).Is(HttpStatusCode.BadRequest);
        await app.RunAsync(asked);
        var done = (await client.Get($"/api/requests/export:{target}-{id}-backup-by-{owner.Id}")).Is(HttpStatusCode.OK);
        var url = new Uri(done["result_url"].GetString()!).PathAndQuery;
        var file = (await client.Get(url)).Is(HttpStatusCode.OK);

        Assert.Equal($"action=export&target={target}&target_id={id}&user_id={owner.Id}&subresource=backup", asked);
        Assert.Equal(asked, again);
        Assert.Equal(("finished", "export:backup", target), (done["status"].GetString(), done["operation"].GetProperty("type").GetString(), done["operation"].GetProperty("target").GetString()));
        Assert.StartsWith($"/api/{kind}/{id}/backup/download?rq_id=", url, StringComparison.Ordinal);
        Assert.Matches($"^\"?{target}_.+_backup_[0-9_]{{19}}.zip\"?$", file.Response.Content.Headers.ContentDisposition!.FileName!);
        await using var content = await file.Response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await using var zip = new ZipArchive(content);
        Assert.NotNull(zip.GetEntry(kind == "tasks" ? "task.json" : "project.json"));
        (await client.Get($"/api/{kind}/{id}/dataset/download?rq_id={Uri.EscapeDataString(asked)}")).Is(HttpStatusCode.BadRequest);
        (await app.As(await app.Given.AdminAsync()).Get(url)).Is(HttpStatusCode.BadRequest);
        (await app.As(await app.Given.UserAsync()).Get(url)).Is(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("tasks")]
    [InlineData("projects")]
    public async Task An_older_client_asks_one_address_until_the_backup_is_there(string kind)
    {
        var owner = await app.Given.UserAsync();
        var (id, target) = await ObjectAsync(kind, owner);
        var client = app.As(owner);
        var path = $"/api/{kind}/{id}/backup";

        (await client.Get(path + "?action=download")).Is(HttpStatusCode.BadRequest);
        (await client.Get(path)).Is(HttpStatusCode.Accepted);
        (await client.Get(path)).Is(HttpStatusCode.Accepted);
        await app.RunAsync($"action=export&target={target}&target_id={id}&user_id={owner.Id}&subresource=backup");
        (await client.Get(path)).Is(HttpStatusCode.Created);
        var file = (await client.Get(path + "?action=download&filename=mine.zip")).Is(HttpStatusCode.OK);

        Assert.Contains("mine.zip", file.Response.Content.Headers.ContentDisposition!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_that_waits_can_be_cancelled_and_asked_for_again()
    {
        var owner = await app.Given.UserAsync();
        var (id, _) = await ObjectAsync("tasks", owner);
        var client = app.As(owner);

        var asked = (await client.Post($"/api/tasks/{id}/backup/export")).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!;
        (await client.Post($"/api/requests/{Uri.EscapeDataString(asked)}/cancel")).Is(HttpStatusCode.OK);

        Assert.Equal(asked, (await client.Post($"/api/tasks/{id}/backup/export")).Is(HttpStatusCode.Accepted)["rq_id"].GetString());
    }

    [Fact]
    public async Task Backups_are_for_those_who_may_make_them_and_of_tasks_that_have_data()
    {
        var (owner, annotator) = (await app.Given.UserAsync(), await app.Given.UserAsync());
        var job = await app.Given.JobAsync(owner, annotator);
        var empty = await app.Given.TaskAsync(owner, labels: ["car"]);

        (await app.As(annotator).Post($"/api/tasks/{job.TaskId}/backup/export")).Is(HttpStatusCode.NotFound);
        (await app.As(annotator).Get($"/api/tasks/{job.TaskId}/backup")).Is(HttpStatusCode.NotFound);
        (await app.Anonymous().Get($"/api/tasks/{job.TaskId}/backup")).Is(HttpStatusCode.Unauthorized);
        Assert.Contains("no data", (await app.As(owner).Post($"/api/tasks/{empty.Id}/backup/export")).Is(HttpStatusCode.BadRequest).Detail, StringComparison.Ordinal);
        (await app.As(owner).Get($"/api/tasks/{empty.Id}/backup")).Is(HttpStatusCode.BadRequest);
        (await app.As(owner).Post($"/api/tasks/{job.TaskId}/backup/export?location=cloud_storage")).Is(HttpStatusCode.BadRequest);
    }

    private async Task<(int Id, string Target)> ObjectAsync(string kind, Core.Identity.User owner)
    {
        if (kind == "tasks")
        {
            return ((await app.Given.TaskAsync(owner, frames: 2, labels: ["car"])).Id, "task");
        }

        var project = await app.Given.ProjectAsync(owner, labels: ["car"]);
        await app.Given.TaskAsync(owner, project: project, frames: 2);
        return (project.Id, "project");
    }
}
