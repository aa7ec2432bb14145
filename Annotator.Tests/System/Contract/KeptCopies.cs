using System.Globalization;
using System.Net;
using Annotator.Core.Tasks;
using Annotator.Tests.Support;

namespace Annotator.Tests.Contract;

/// <summary>
/// Existing clients keep what they have read of a task until its <c>updated_date</c> is another, and take a finished export for good:
/// every change of what they keep must show in the date.
/// </summary>
public sealed class KeptCopies(ContractApp app) : IClassFixture<ContractApp>
{
    [Fact]
    public async Task Whatever_changes_in_a_task_changes_its_date()
    {
        var user = await app.Given.UserAsync();
        var client = app.As(user);
        var task = await app.Given.TaskAsync(user, frames: 4, segmentSize: 2, labels: ["car"]);
        var label = (await client.Get($"/api/labels?task_id={task.Id}")).Is(HttpStatusCode.OK).Results.Single().GetProperty("id").GetInt32();
        var job = task.Jobs[1].Id;
        var before = await DateAsync(client, task);

        foreach (var change in Changes(client, task.Id, job, label))
        {
            await change();

            var after = await DateAsync(client, task);
            Assert.True(after > before, $"{before:O} to {after:O}");
            before = after;
            var since = Uri.EscapeDataString($$$"""{"and":[{"==":[{"var":"updated_date"},"{{{after.ToString("O", CultureInfo.InvariantCulture)}}}"]}]}""");
            Assert.Equal(task.Id, (await client.Get("/api/tasks?sort=-updated_date&filter=" + since)).Is(HttpStatusCode.OK).Results.Single().GetProperty("id").GetInt32());
        }
    }

    [Fact]
    public async Task An_export_is_made_anew_in_the_older_way_after_any_of_these_changes()
    {
        var user = await app.Given.UserAsync();
        var client = app.As(user);
        var task = await app.Given.TaskAsync(user, frames: 4, segmentSize: 2, labels: ["car"]);
        var label = (await client.Get($"/api/labels?task_id={task.Id}")).Is(HttpStatusCode.OK).Results.Single().GetProperty("id").GetInt32();
        var (path, job) = ($"/api/jobs/{task.Jobs[1].Id}/annotations/?format=COCO%201.0", task.Jobs[1].Id);
        await MakeAsync(client, path);

        foreach (var change in Changes(client, task.Id, job, label))
        {
            await change();
            await MakeAsync(client, path);
        }
    }

    private async Task MakeAsync(HttpClient client, string path)
    {
        var id = (await client.Get(path)).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!;
        await app.RunAsync(id);
        (await client.Get(path)).Is(HttpStatusCode.Created);
    }

    private static Func<Task>[] Changes(HttpClient client, int task, int job, int label) =>
    [
        async () => (await client.Send(HttpMethod.Put, $"/api/jobs/{job}/annotations/", new { shapes = new[] { new { type = "rectangle", frame = 2, label_id = label, points = new[] { 1, 1, 5, 5 } } } })).Is(HttpStatusCode.OK),
        async () => (await client.Patch($"/api/tasks/{task}/data/meta", new { deleted_frames = new[] { 3 } })).Is(HttpStatusCode.OK),
        async () => (await client.Patch($"/api/jobs/{job}/data/meta", new { deleted_frames = Array.Empty<int>() })).Is(HttpStatusCode.OK),
        async () => (await client.Patch($"/api/labels/{label}", new { name = "bus" })).Is(HttpStatusCode.OK),
        async () => (await client.Delete($"/api/tasks/{task}/annotations/")).Is(HttpStatusCode.NoContent),
        async () => (await client.Delete($"/api/labels/{label}")).Is(HttpStatusCode.NoContent),
    ];

    private static async Task<DateTimeOffset> DateAsync(HttpClient client, AnnotationTask task) =>
        (await client.Get($"/api/tasks/{task.Id}")).Is(HttpStatusCode.OK)["updated_date"].GetDateTimeOffset();
}
