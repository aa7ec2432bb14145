using System.Net;
using System.Text.Json;
using Annotator.Core.Models;
using Annotator.Core.Operations;
using Annotator.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Tests.Api.Models;

/// <summary>Making, seeing, changing and deleting models; what a worker makes of them is tested with the worker.</summary>
public sealed class ModelRegistry(AnnotatorApp app) : IClassFixture<AnnotatorApp>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_model_of_its_owner_is_seen_by_others_only_when_it_is_for_everyone()
    {
        var (owner, other) = (await app.Given.UserAsync(), await app.Given.UserAsync());
        var model = await app.Given.ModelAsync(owner);
        (await app.As(other).Get($"/api/models/{model.Id}")).Is(HttpStatusCode.NotFound);
        Assert.DoesNotContain((await app.As(other).Get("/api/models")).Is(HttpStatusCode.OK)["results"].EnumerateArray(), row => row.GetProperty("id").GetInt32() == model.Id);

        (await app.As(owner).Patch($"/api/models/{model.Id}", new { visibility = "everyone" })).Is(HttpStatusCode.OK);

        (await app.As(other).Get($"/api/models/{model.Id}")).Is(HttpStatusCode.OK);
        (await app.As(other).Patch($"/api/models/{model.Id}", new { name = "mine" })).Is(HttpStatusCode.Forbidden);
        Assert.Contains((await app.As(other).Get("/api/models?kind=detector")).Is(HttpStatusCode.OK)["results"].EnumerateArray(), row => row.GetProperty("id").GetInt32() == model.Id);
    }

    [Fact]
    public async Task Files_arrive_by_TUS_and_finishing_them_asks_for_a_check_once()
    {
        var admin = app.As(await app.Given.AdminAsync());
        var id = (await admin.Post("/api/models", new { name = "yolo" })).Is(HttpStatusCode.Created)["id"].GetInt32();
        await admin.Upload($"/api/models/{id}/files", "yolo.onnx", [1, 2, 3]);
        Assert.Equal(HttpStatusCode.Conflict, (await admin.Create($"/api/models/{id}/files", "yolo.onnx", 3)).Status);

        var first = (await admin.Post($"/api/models/{id}/files", null, ("Upload-Finish", ""))).Is(HttpStatusCode.Accepted)["rq_id"].GetString();

        Assert.Equal("checking", (await admin.Get($"/api/models/{id}")).Is(HttpStatusCode.OK)["state"].GetString());
        Assert.Equal("queued", (await admin.Get($"/api/requests/{Uri.EscapeDataString(first!)}")).Is(HttpStatusCode.OK)["status"].GetString());
        (await admin.Post($"/api/models/{id}/files", null, ("Upload-Finish", ""))).Is(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_finish_without_whole_files_names_what_is_missing()
    {
        var admin = app.As(await app.Given.AdminAsync());
        var id = (await admin.Post("/api/models", new { name = "yolo" })).Is(HttpStatusCode.Created)["id"].GetInt32();
        var nothing = (await admin.Post($"/api/models/{id}/files", null, ("Upload-Finish", ""))).Is(HttpStatusCode.BadRequest);
        Assert.Contains("no files", nothing.Body.ToString(), StringComparison.Ordinal);
        var location = (await admin.Create($"/api/models/{id}/files", "half.onnx", 10)).Is(HttpStatusCode.Created).Response.Headers.Location!.ToString();
        (await admin.Append(location, 0, [1, 2, 3])).Is(HttpStatusCode.NoContent);

        var half = (await admin.Post($"/api/models/{id}/files", null, ("Upload-Finish", ""))).Is(HttpStatusCode.BadRequest);

        Assert.Contains("3 of 10 bytes", half.Body.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_administrators_add_models_and_users_learn_how_that_is_changed()
    {
        var answer = (await app.As(await app.Given.UserAsync()).Post("/api/models", new { name = "mine" })).Is(HttpStatusCode.Forbidden);

        Assert.Contains("Models:UsersMayAdd", answer.Body.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_version_goes_on_in_the_series_of_its_predecessor()
    {
        var admin = app.As(await app.Given.AdminAsync());
        var first = (await admin.Post("/api/models", new { name = "yolo" })).Is(HttpStatusCode.Created);

        var second = (await admin.Post("/api/models", new { name = "yolo", series_id = first["series_id"].GetInt32() })).Is(HttpStatusCode.Created);

        Assert.Equal(first["id"].GetInt32(), second["series_id"].GetInt32());
        Assert.Equal((1, 2), (first["version"].GetInt32(), second["version"].GetInt32()));
        (await admin.Post("/api/models", new { name = "yolo", series_id = 999_999 })).Is(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_stale_change_is_refused_with_the_current_state()
    {
        var owner = await app.Given.UserAsync();
        var model = await app.Given.ModelAsync(owner);
        var tag = (await app.As(owner).Get($"/api/models/{model.Id}")).Is(HttpStatusCode.OK).Header("ETag");
        (await app.As(owner).Patch($"/api/models/{model.Id}", new { notes = "first" })).Is(HttpStatusCode.OK);

        var stale = (await app.As(owner).Send(HttpMethod.Patch, $"/api/models/{model.Id}", new StringContent("""{"notes":"second"}""", null, "application/json"), ("If-Match", tag)));

        Assert.Equal(HttpStatusCode.PreconditionFailed, stale.Status);
        Assert.Equal("first", (await app.As(owner).Get($"/api/models/{model.Id}"))["notes"].GetString());
    }

    [Fact]
    public async Task A_run_takes_the_right_to_change_annotations_and_starts_once()
    {
        var (owner, assignee, stranger) = (await app.Given.UserAsync(), await app.Given.UserAsync(), await app.Given.UserAsync());
        var job = await app.Given.JobAsync(owner, assignee);
        var model = await app.Given.ModelAsync(owner, ModelVisibility.Everyone);
        var path = $"/api/models/{model.Id}/runs";
        (await app.As(stranger).Post(path, new { job_id = job.Id })).Is(HttpStatusCode.NotFound);
        (await app.As(owner).Post(path, new { job_id = job.Id, task_id = job.TaskId })).Is(HttpStatusCode.BadRequest);
        (await app.As(owner).Post(path, new { job_id = job.Id, threshold = 7 })).Is(HttpStatusCode.BadRequest);

        (await app.As(assignee).Post(path, new { job_id = job.Id, mapping = new { person = new { label = "car", threshold = 0.4 } } })).Is(HttpStatusCode.Accepted);
        (await app.As(assignee).Post(path, new { job_id = job.Id })).Is(HttpStatusCode.Conflict);

        var mapping = (await app.As(owner).Get($"/api/models/{model.Id}/mapping?task_id={job.TaskId}")).Is(HttpStatusCode.OK);
        Assert.Equal("car", mapping["person"].GetProperty("label").GetString());
        await using var db = app.Db();
        var arguments = await db.Operations.Where(row => row.JobId == job.Id).Select(row => row.Arguments).SingleAsync(Cancel);
        Assert.Equal(0.4, JsonSerializer.Deserialize<AutoAnnotateArguments>(arguments, JsonSerializerOptions.Web)!.Mapping["person"].Threshold);
    }

    [Fact]
    public async Task A_model_that_is_not_ready_is_not_run()
    {
        var owner = await app.Given.UserAsync();
        var job = await app.Given.JobAsync(owner);
        var model = await app.Given.ModelAsync(owner, state: ModelState.Asking);

        (await app.As(owner).Post($"/api/models/{model.Id}/runs", new { job_id = job.Id })).Is(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Clients_of_the_contract_see_models_as_functions_and_run_them()
    {
        var owner = await app.Given.UserAsync();
        var job = await app.Given.JobAsync(owner);
        var model = await app.Given.ModelAsync(owner, description: """{"task":"detect","labels":[{"id":0,"name":"person"}]}""");
        var client = app.As(owner);

        var function = (await client.Get($"/api/lambda/functions/model-{model.Id}")).Is(HttpStatusCode.OK);
        Assert.Equal("detector", function["kind"].GetString());
        Assert.Equal("person", function["labels_v2"][0].GetProperty("name").GetString());
        Assert.Equal("rectangle", function["labels_v2"][0].GetProperty("type").GetString());
        var call = (await client.Post("/api/lambda/requests", new { function = $"model-{model.Id}", task = job.TaskId, cleanup = true, mapping = new { person = new { name = "car" } } }))
            .Is(HttpStatusCode.OK);
        Assert.Equal("queued", call["status"].GetString());
        Assert.Equal(0, call["progress"].GetInt32());
        Assert.Equal($$"""{"id":"model-{{model.Id}}","task":{{job.TaskId}},"threshold":null}""", call["function"].GetRawText());
        var id = call["id"].GetString();
        var listed = Assert.Single((await client.Get("/api/requests?action=autoannotate")).Is(HttpStatusCode.OK).Results).GetProperty("operation");
        Assert.Equal(("autoannotate:task", $"model-{model.Id}"), (listed.GetProperty("type").GetString(), listed.GetProperty("function_id").GetString()));
        Assert.Equal(id, (await client.Get($"/api/lambda/requests/{id}")).Is(HttpStatusCode.OK)["id"].GetString());
        Assert.Single((await client.Get("/api/lambda/requests")).Is(HttpStatusCode.OK).Body.EnumerateArray());
        (await client.Post("/api/lambda/requests", new { function = $"model-{model.Id}", task = job.TaskId })).Is(HttpStatusCode.Conflict);

        (await client.Delete($"/api/lambda/requests/{id}")).Is(HttpStatusCode.NoContent);
        Assert.Equal("failed", (await client.Get($"/api/lambda/requests/{id}")).Is(HttpStatusCode.OK)["status"].GetString());
        Assert.Contains("required", (await client.Post("/api/lambda/requests", new { function = $"model-{model.Id}" })).Is(HttpStatusCode.BadRequest)["task"][0].GetString());
        var ofJob = (await client.Post("/api/lambda/requests", new { function = $"model-{model.Id}", task = job.TaskId, job = job.Id, threshold = 0.25 })).Is(HttpStatusCode.OK);
        Assert.Equal($$"""{"id":"model-{{model.Id}}","task":{{job.TaskId}},"threshold":0.25,"job":{{job.Id}}}""", ofJob["function"].GetRawText());
        (await app.As(await app.Given.UserAsync()).Get($"/api/lambda/requests/{id}")).Is(HttpStatusCode.NotFound);
        await using var db = app.Db();
        Assert.Equal(OperationState.Cancelled, await db.Operations.Where(row => row.TaskId == job.TaskId && row.JobId == null).Select(row => row.State).SingleAsync(Cancel));
    }

    [Fact]
    public async Task Deleting_a_model_takes_its_files_along()
    {
        var admin = app.As(await app.Given.AdminAsync());
        var id = (await admin.Post("/api/models", new { name = "yolo" })).Is(HttpStatusCode.Created)["id"].GetInt32();
        await admin.Upload($"/api/models/{id}/files", "yolo.onnx", [1, 2, 3]);
        var folder = Path.Combine(app.BlobFolder, "models", $"{id}");
        Assert.True(Directory.Exists(folder));

        (await admin.Delete($"/api/models/{id}")).Is(HttpStatusCode.NoContent);

        Assert.False(Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Any());
        await using var db = app.Db();
        Assert.False(await db.Uploads.AnyAsync(upload => upload.TargetId == id && upload.Purpose == Core.Media.UploadPurpose.ModelFile, Cancel));
    }
}
