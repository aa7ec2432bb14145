using System.Net;
using Annotator.Tests.Contract;
using Annotator.Tests.Formats;
using Annotator.Tests.Support;
using Annotator.Tests.Unit.Media;

namespace Annotator.Tests.Api.Backups;

/// <summary>Backups as older and newer clients of the contract send them.</summary>
public sealed class RestoreRequestsTests(ContractApp app) : IClassFixture<ContractApp>
{
    [Theory]
    [InlineData("tasks")]
    [InlineData("projects")]
    public async Task Both_generations_of_clients_send_a_backup_in_pieces_and_find_what_it_became(string kind)
    {
        var owner = await app.Given.UserAsync();
        var client = app.As(owner);
        var path = $"/api/{kind}/backup/";

        (await client.Post(path + "?filename=mine.zip", null, ("Upload-Start", "true"))).Is(HttpStatusCode.Accepted);
        var name = await client.Upload(path, "mine.zip", Backup(kind), 700);
        var asked = (await client.Post($"{path}?filename={name}", null, ("Upload-Finish", "true"))).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!;
        var again = (await client.Post($"{path}?filename={name}", null, ("Upload-Finish", "true"))).Is(HttpStatusCode.Accepted)["rq_id"].GetString();
        (await client.Post(path, new { rq_id = asked })).Is(HttpStatusCode.Accepted);
        await app.RunAsync(asked);
        var done = (await client.Get($"/api/requests/{Uri.EscapeDataString(asked)}")).Is(HttpStatusCode.OK);
        var id = (await client.Post(path, new { rq_id = asked })).Is(HttpStatusCode.Created)["id"].GetInt32();

        Assert.Equal(asked, again);
        Assert.Equal(("finished", "import:backup", kind[..^1]), (done["status"].GetString(), done["operation"].GetProperty("type").GetString(), done["operation"].GetProperty("target").GetString()));
        Assert.Equal(id, done["result_id"].GetInt32());
        Assert.Equal("mine", (await client.Get($"/api/{kind}/{id}")).Is(HttpStatusCode.OK)["name"].GetString());
        Assert.Equal(asked, (await client.Post($"{path}?filename={name}", null, ("Upload-Finish", "true"))).Is(HttpStatusCode.Accepted)["rq_id"].GetString());
        (await app.As(await app.Given.UserAsync()).Get($"/api/{kind}/{id}")).Is(HttpStatusCode.NotFound);
        (await app.As(await app.Given.UserAsync()).Post(path, new { rq_id = asked })).Is(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("tasks", "task_file")]
    [InlineData("projects", "project_file")]
    public async Task A_backup_comes_in_one_form_too_and_what_is_none_says_why_it_failed(string kind, string field)
    {
        var owner = await app.Given.UserAsync();
        var client = app.As(owner);
        var path = $"/api/{kind}/backup/";

        var good = (await client.Send(HttpMethod.Post, path, Form(field, Backup(kind)))).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!;
        var bad = (await client.Send(HttpMethod.Post, path, Form(field, "hello"u8.ToArray()))).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!;
        await app.RunAsync(good);
        await app.RunAsync(bad);

        (await client.Post($"{path}?rq_id={Uri.EscapeDataString(good)}")).Is(HttpStatusCode.Created);
        Assert.Contains("no backup", (await client.Post(path, new { rq_id = bad })).Is(HttpStatusCode.BadRequest).Detail, StringComparison.Ordinal);
        (await client.Send(HttpMethod.Post, path, Form(field, []))).Is(HttpStatusCode.BadRequest);
        (await client.Post(path)).Is(HttpStatusCode.BadRequest);
        (await client.Post(path + "?filename=elsewhere", null, ("Upload-Finish", "true"))).Is(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Nobody_restores_or_touches_what_somebody_else_has_sent()
    {
        var (owner, other) = (await app.Given.UserAsync(), await app.Given.UserAsync());
        var name = await app.As(owner).Upload("/api/tasks/backup/", "mine.zip", Backup("tasks"));

        (await app.As(other).Post($"/api/tasks/backup/?filename={name}", null, ("Upload-Finish", "true"))).Is(HttpStatusCode.BadRequest);
        (await app.As(other).Post("/api/tasks/backup/?filename=mine.zip", null, ("Upload-Finish", "true"))).Is(HttpStatusCode.BadRequest);
        (await app.As(other).Head($"/api/tasks/backup/{name}")).Is(HttpStatusCode.Forbidden);
        (await app.As(owner).Post($"/api/projects/backup/?filename={name}", null, ("Upload-Finish", "true"))).Is(HttpStatusCode.BadRequest);
        (await app.Anonymous().Post("/api/tasks/backup/", null, ("Upload-Start", "true"))).Is(HttpStatusCode.Unauthorized);
    }

    private static byte[] Backup(string kind)
    {
        var task = """{"name":"mine","version":"1.0","labels":[{"name":"car","attributes":[]}],"data":{"start_frame":0,"stop_frame":0},"jobs":[{"start_frame":0,"stop_frame":0,"status":"annotation"}]}"""u8.ToArray();
        var folder = kind == "tasks" ? "" : "task_0/";
        (string, byte[])[] files = [($"{folder}task.json", task), ($"{folder}annotations.json", "[{}]"u8.ToArray()), ($"{folder}data/a.png", Images.Encoded(".png"))];
        return DatasetFiles.Zip(kind == "tasks" ? files : [("project.json", """{"name":"mine","version":"1.0","labels":[{"name":"car","attributes":[]}]}"""u8.ToArray()), .. files]);
    }

    private static MultipartFormDataContent Form(string field, byte[] content) => new() { { new ByteArrayContent(content), field, "mine.zip" } };
}
