using System.Net;
using System.Net.Http.Headers;
using Annotator.Core.Datasets;
using Annotator.Core.Identity;
using Annotator.Core.Operations;
using Annotator.Tests.Contract;
using Annotator.Tests.Support;

namespace Annotator.Tests.Api.Datasets;

/// <summary>Exports as clients ask for them, and the download of what was made.</summary>
public sealed class ExportRequestsTests(ContractApp app) : IClassFixture<ContractApp>
{
    private const string Coco = "?format=COCO%201.0";

    [Fact]
    public async Task Other_choices_are_another_export_and_the_same_ones_are_the_same()
    {
        var owner = await app.Given.UserAsync();
        var task = await app.Given.TaskAsync(owner, frames: 2, labels: ["car"]);
        var client = app.As(owner);

        var plain = (await client.Post($"/api/tasks/{task.Id}/dataset/export{Coco}")).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!;
        var same = await client.Post($"/api/tasks/{task.Id}/dataset/export{Coco}", new { jobs = "all" });
        var other = (await client.Post($"/api/tasks/{task.Id}/dataset/export{Coco}", new { only_annotated = true })).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!;
        await app.RunAsync(other);
        var done = (await client.Get($"/api/requests/{Uri.EscapeDataString(other)}")).Is(HttpStatusCode.OK);

        Assert.Equal($"action=export&target=task&target_id={task.Id}&user_id={owner.Id}&subresource=annotations&format=COCO_1~0", plain);
        Assert.Equal(plain, same.Is(HttpStatusCode.Conflict)["rq_id"].GetString());
        Assert.StartsWith(plain + "&choices=", other, StringComparison.Ordinal);
        (await client.Get(new Uri(done["result_url"].GetString()!).PathAndQuery)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_selection_is_exported_by_those_who_may_export_all_of_it_and_downloaded_while_they_may()
    {
        var owner = await app.Given.UserAsync();
        var (mine, theirs) = (await app.Given.TaskAsync(owner, frames: 2, labels: ["car"]), await app.Given.TaskAsync(await app.Given.UserAsync(), frames: 2, labels: ["car"]));
        var client = app.As(owner);

        (await client.Post($"/api/datasets/export{Coco}", new { task_ids = new[] { mine.Id, theirs.Id } })).Is(HttpStatusCode.NotFound);
        (await client.Post($"/api/datasets/export{Coco}", new { job_ids = new[] { theirs.Jobs[0].Id } })).Is(HttpStatusCode.NotFound);
        var id = (await client.Post($"/api/datasets/export{Coco}", new { task_ids = new[] { mine.Id } })).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!;
        await app.RunAsync(id);
        var done = (await client.Get($"/api/requests/{Uri.EscapeDataString(id)}")).Is(HttpStatusCode.OK);
        var url = new Uri(done["result_url"].GetString()!).PathAndQuery;

        Assert.StartsWith("/api/datasets/download?rq_id=", url, StringComparison.Ordinal);
        (await client.Get(url)).Is(HttpStatusCode.OK);
        (await app.As(await app.Given.AdminAsync()).Get(url)).Is(HttpStatusCode.BadRequest);
        await using (var db = app.Db())
        {
            db.Attach(mine);
            mine.OwnerId = null;
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        (await client.Get(url)).Is(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("tasks", """{"jobs": "some"}""", "jobs")]
    [InlineData("tasks", """{"jobs": "1"}""", "jobs")]
    [InlineData("tasks", """{"task_ids": [1]}""", "task_ids")]
    [InlineData("tasks", """{"project_ids": [1]}""", "project_ids")]
    [InlineData("jobs", """{"job_ids": [1]}""", "job_ids")]
    [InlineData("tasks", """{"images": {"format": "bmp"}}""", "images")]
    [InlineData("tasks", """{"images": {"quality": 0}}""", "images")]
    [InlineData("tasks", """{"images": {"max_size": 1}}""", "images")]
    [InlineData("tasks", """{"images": {"max_size": 100000}}""", "images")]
    [InlineData("tasks", """{"labels": [null]}""", "labels")]
    [InlineData("selection", """{}""", "1 to 1000")]
    [InlineData("selection", """{"jobs": "completed"}""", "1 to 1000")]
    public async Task Choices_that_there_are_not_are_refused_by_name(string kind, string body, string word)
    {
        var owner = await app.Given.UserAsync();
        var task = await app.Given.TaskAsync(owner, frames: 2, labels: ["car"]);
        var path = kind switch { "tasks" => $"/api/tasks/{task.Id}/dataset/export", "jobs" => $"/api/jobs/{task.Jobs[0].Id}/dataset/export", _ => "/api/datasets/export" };

        var answer = await app.As(owner).Post(path + Coco, new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.Contains(word, answer.Is(HttpStatusCode.BadRequest).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_objects_at_once_are_refused_with_the_limit()
    {
        var answer = await app.As(await app.Given.UserAsync()).Post($"/api/datasets/export{Coco}", new { task_ids = Enumerable.Range(1, 1001) });

        Assert.Contains("1000", answer.Is(HttpStatusCode.BadRequest).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_more_than_four_gigabytes_is_downloaded_in_parts_that_belong_together()
    {
        const long Length = 5L << 30;
        var owner = await app.Given.UserAsync();
        var task = await app.Given.TaskAsync(owner, frames: 1);
        var operation = await BigFileAsync(task.Id, owner, Length);
        var client = app.As(owner);
        var url = $"/api/tasks/{task.Id}/dataset/download?rq_id={Uri.EscapeDataString(operation.Key)}";

        using var part = await GetAsync(client, url, new RangeHeaderValue(Length - 10, null), null);
        using var resumed = await GetAsync(client, url, new RangeHeaderValue(3L << 30, (3L << 30) + 99), new RangeConditionHeaderValue(part.Headers.ETag!));
        using var outdated = await GetAsync(client, url, new RangeHeaderValue(0, 9), new RangeConditionHeaderValue(new EntityTagHeaderValue("\"older\"")), HttpCompletionOption.ResponseHeadersRead);
        using var beyond = await GetAsync(client, url, new RangeHeaderValue(Length + 1, null), null);

        Assert.Equal((HttpStatusCode.PartialContent, Length - 10, Length), (part.StatusCode, part.Content.Headers.ContentRange!.From, part.Content.Headers.ContentRange.Length));
        Assert.Equal("the end...", await part.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.False(part.Headers.ETag!.IsWeak);
        Assert.Equal((HttpStatusCode.PartialContent, 100), (resumed.StatusCode, resumed.Content.Headers.ContentLength));
        Assert.Equal((HttpStatusCode.OK, Length), (outdated.StatusCode, outdated.Content.Headers.ContentLength));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
    }

    private static Task<HttpResponseMessage> GetAsync(
        HttpClient client, string url, RangeHeaderValue range, RangeConditionHeaderValue? condition, HttpCompletionOption until = HttpCompletionOption.ResponseContentRead)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        (request.Headers.Range, request.Headers.IfRange) = (range, condition);
        return client.SendAsync(request, until, TestContext.Current.CancellationToken);
    }

    /// <summary>A finished export whose file takes no room on the disk but for its last bytes.</summary>
    private async Task<Operation> BigFileAsync(int taskId, User owner, long length)
    {
        var operation = new Operation
        {
            Id = Guid.CreateVersion7(),
            Key = $"action=export&target=task&target_id={taskId}&user_id={owner.Id}&subresource=dataset&format=big",
            Type = "export:dataset",
            Target = "task",
            TaskId = taskId,
            Format = "COCO 1.0",
            OwnerId = owner.Id,
            Arguments = System.Text.Json.JsonSerializer.Serialize(new ExportArguments(true), System.Text.Json.JsonSerializerOptions.Web),
            State = OperationState.Finished,
            Attempt = 1,
            CreatedDate = DateTimeOffset.UnixEpoch.AddYears(56),
            FinishedDate = DateTimeOffset.UnixEpoch.AddYears(56),
            ResultName = "big.zip",
        };
        operation.ResultKey = $"exports/{operation.Id:N}";
        Directory.CreateDirectory(Path.Combine(app.BlobFolder, "exports"));
        await using (var file = File.Create(Path.Combine(app.BlobFolder, operation.ResultKey)))
        {
            file.SetLength(length);
            file.Position = length - 10;
            await file.WriteAsync("the end..."u8.ToArray(), TestContext.Current.CancellationToken);
        }

        await using var db = app.Db();
        db.Operations.Add(operation);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        return operation;
    }
}
