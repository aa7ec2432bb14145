using System.Net;
using System.Text;
using Annotator.Core.Identity;
using Annotator.Core.Media;
using Annotator.Core.Tasks;
using Annotator.Tests.Contract;
using Annotator.Tests.Formats;
using Annotator.Tests.Support;

namespace Annotator.Tests.Api.Datasets;

/// <summary>Imports as clients ask for them: looked at first, then confirmed; and what is refused.</summary>
public sealed class ImportRequestsTests(ContractApp app) : IClassFixture<ContractApp>
{
    private const string File = """
        <annotations><image id="0" name="0.jpg" width="40" height="30"><box label="car" xtl="1" ytl="1" xbr="9" ybr="9"/><box label="Bus" xtl="1" ytl="1" xbr="9" ybr="9"/></image></annotations>
        """;

    [Fact]
    public async Task A_file_is_looked_at_and_then_imported_without_being_sent_again()
    {
        var (owner, task) = await SceneAsync();
        var client = app.As(owner);
        var path = $"/api/tasks/{task.Id}/annotations/";
        var upload = await client.Upload(path, "a.xml", Encoding.UTF8.GetBytes(File));

        var looked = (await client.Post($"{path}?filename={upload}&dry_run=true", null, ("Upload-Finish", "true"))).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!;
        await app.RunAsync(looked);
        var look = (await client.Get($"/api/requests/{Uri.EscapeDataString(looked)}")).Is(HttpStatusCode.OK);

        Assert.Equal("finished", look["status"].GetString());
        Assert.True(look["operation"].GetProperty("dry_run").GetBoolean());
        Assert.Equal("CVAT 1.1", look["operation"].GetProperty("format").GetString());
        var report = look["report"].GetProperty("import");
        Assert.True(report.GetProperty("may_create_labels").GetBoolean());
        Assert.Equal("missing", report.GetProperty("labels").EnumerateArray().Single(label => label.GetProperty("name").GetString() == "Bus").GetProperty("state").GetString());
        Assert.Empty((await client.Get(path))["shapes"].EnumerateArray());

        var imported = (await client.Post(
            $"{path}?filename={upload}&format=CVAT%201.1&import_mode=append", new { label_map = new Dictionary<string, string> { ["Bus"] = "car" } }, ("Upload-Finish", "true"))).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!;
        await app.RunAsync(imported);

        var done = (await client.Get($"/api/requests/{Uri.EscapeDataString(imported)}")).Is(HttpStatusCode.OK);
        Assert.True(done["status"].GetString() == "finished", done["message"].GetString());
        Assert.False(done["operation"].TryGetProperty("dry_run", out _));
        Assert.Equal(2, (await client.Get(path))["shapes"].GetArrayLength());
        (await client.Post($"{path}?filename={upload}&format=CVAT%201.1", null, ("Upload-Finish", "true"))).Is(HttpStatusCode.BadRequest);
        (await client.Get($"/api/requests/{Uri.EscapeDataString(looked)}")).Is(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_track_is_over_where_its_file_ends_and_the_task_goes_on()
    {
        var (owner, task) = await SceneAsync();
        var client = app.As(owner);
        var path = $"/api/tasks/{task.Id}/annotations/";
        var upload = await client.Upload(path, "gt.txt", "1,1,1,1,9,9,1,3,1\n"u8.ToArray());

        var imported = (await client.Post($"{path}?filename={upload}&format=MOT%201.1", null, ("Upload-Finish", "true"))).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!;
        await app.RunAsync(imported);

        var done = (await client.Get($"/api/requests/{Uri.EscapeDataString(imported)}")).Is(HttpStatusCode.OK);
        Assert.True(done["status"].GetString() == "finished", done["message"].GetString());
        var track = Assert.Single((await client.Get(path))["tracks"].EnumerateArray());
        Assert.Equal(["0 False", "1 True"], track.GetProperty("shapes").EnumerateArray().Select(shape => $"{shape.GetProperty("frame").GetInt32()} {shape.GetProperty("outside").GetBoolean()}"));
    }

    [Fact]
    public async Task Nodes_that_a_file_knows_by_their_place_become_those_of_the_skeleton()
    {
        var (owner, task) = await SceneAsync();
        var client = app.As(owner);
        const string Svg = "<circle r=\"1.5\" cx=\"10\" cy=\"10\" data-type=\"element node\" data-element-id=\"1\" data-node-id=\"1\" data-label-name=\"eye\"></circle>"
            + "<circle r=\"1.5\" cx=\"20\" cy=\"20\" data-type=\"element node\" data-element-id=\"2\" data-node-id=\"2\" data-label-name=\"nose\"></circle>";
        (await client.Patch($"/api/tasks/{task.Id}", new
        {
            labels = new[] { new { name = "face", type = "skeleton", svg = Svg, sublabels = new[] { new { name = "eye", type = "points" }, new { name = "nose", type = "points" } } } },
        })).Is(HttpStatusCode.OK);
        var path = $"/api/tasks/{task.Id}/annotations/";
        var upload = await client.Upload(path, "pose.zip", DatasetFiles.Zip(
            ("data.yaml", "names: [face]\nkpt_shape: [2, 3]\n"u8.ToArray()), ("labels/train/0.txt", "0 0.5 0.5 0.5 0.5 0.25 0.5 2 0.75 0.5 1"u8.ToArray())));

        var imported = (await client.Post($"{path}?filename={upload}&format=Ultralytics%20YOLO%20Pose%201.0", null, ("Upload-Finish", "true"))).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!;
        await app.RunAsync(imported);

        var done = (await client.Get($"/api/requests/{Uri.EscapeDataString(imported)}")).Is(HttpStatusCode.OK);
        Assert.True(done["status"].GetString() == "finished", done["message"].GetString());
        var elements = Assert.Single((await client.Get(path))["shapes"].EnumerateArray()).GetProperty("elements").EnumerateArray().ToList();
        Assert.Equal([10d, 30d], elements.Select(element => element.GetProperty("points")[0].GetDouble()));
        Assert.Equal([false, true], elements.Select(element => element.GetProperty("occluded").GetBoolean()));
    }

    [Fact]
    public async Task A_dry_run_goes_beside_the_import_of_somebody_else()
    {
        var (owner, task) = await SceneAsync();
        var path = $"/api/tasks/{task.Id}/annotations/";
        var (one, other) = (app.As(owner), app.As(await app.Given.AdminAsync()));
        var import = (await one.Post($"{path}?filename={await one.Upload(path, "a.xml", Encoding.UTF8.GetBytes(File))}&format=CVAT%201.1", null, ("Upload-Finish", "true"))).Is(HttpStatusCode.Accepted);

        var look = (await other.Post($"{path}?filename={await other.Upload(path, "b.xml", Encoding.UTF8.GetBytes(File))}&dry_run=true", null, ("Upload-Finish", "true"))).Is(HttpStatusCode.Accepted);

        Assert.NotEqual(import["rq_id"].GetString(), look["rq_id"].GetString());
    }

    [Fact]
    public async Task Who_may_not_change_labels_cannot_add_them_by_an_import()
    {
        var (owner, task) = await SceneAsync();
        var worker = await app.Given.UserAsync(UserGroup.Worker);
        await using (var db = app.Db())
        {
            db.Attach(task.Jobs[0]);
            task.Jobs[0].AssigneeId = worker.Id;
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var client = app.As(worker);
        var path = $"/api/jobs/{task.Jobs[0].Id}/annotations/";
        var upload = await client.Upload(path, "a.xml", Encoding.UTF8.GetBytes(File));

        var refused = await client.Post($"{path}?filename={upload}&format=auto&create_labels=true", null, ("Upload-Finish", "true"));
        var looked = (await client.Post($"{path}?filename={upload}&dry_run=true", null, ("Upload-Finish", "true"))).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!;
        await app.RunAsync(looked);

        Assert.Contains("labels", refused.Is(HttpStatusCode.Forbidden).Detail, StringComparison.Ordinal);
        var report = (await client.Get($"/api/requests/{Uri.EscapeDataString(looked)}"))["report"].GetProperty("import");
        Assert.False(report.GetProperty("may_create_labels").GetBoolean());
        (await app.As(owner).Post($"/api/jobs/{task.Jobs[0].Id}/annotations/?filename={upload}&dry_run=true", null, ("Upload-Finish", "true"))).Is(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Labels_are_not_added_by_trying_again_what_one_may_not_do_any_more()
    {
        var (owner, task) = await SceneAsync();
        var client = app.As(owner);
        var path = $"/api/jobs/{task.Jobs[0].Id}/annotations/";
        var upload = await client.Upload(path, "a.xml", "<annotations><image"u8.ToArray());
        var id = (await client.Post($"{path}?filename={upload}&format=CVAT%201.1&create_labels=true", null, ("Upload-Finish", "true"))).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!;
        await app.RunAsync(id);

        // Of the task's owner only the assignee of its job is left: he or she may import, and not change labels.
        await using (var db = app.Db())
        {
            db.Attach(task);
            task.OwnerId = null;
            task.Jobs[0].AssigneeId = owner.Id;
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        var retry = await client.Post($"/api/requests/{Uri.EscapeDataString(id)}/retry");
        Assert.True(retry.Status is HttpStatusCode.Forbidden or HttpStatusCode.NotFound, $"{retry.Status}");
        (await client.Post($"{path}?filename={await client.Upload(path, "a.xml", Encoding.UTF8.GetBytes(File))}&format=auto", null, ("Upload-Finish", "true"))).Is(HttpStatusCode.Accepted);
    }

    [Theory]
    [InlineData("", "format")]
    [InlineData("format=nonsense", "nonsense")]
    [InlineData("format=nonsense&dry_run=true", "nonsense")]
    [InlineData("format=auto&import_mode=destroy", "import_mode")]
    [InlineData("format=auto&import_mode=1", "import_mode")]
    [InlineData("format=auto&match=guess", "match")]
    [InlineData("format=auto&import_mode=merge&iou_threshold=0", "iou_threshold")]
    [InlineData("format=auto&import_mode=merge&iou_threshold=1.5", "iou_threshold")]
    [InlineData("format=auto&import_mode=merge&iou_threshold=NaN", "iou_threshold")]
    [InlineData("format=auto&frames_by=guess", "frames_by")]
    [InlineData("format=auto&into=tasks", "into")]
    public async Task Choices_that_there_are_not_are_refused_by_name(string query, string word)
    {
        var (owner, task) = await SceneAsync();

        var answer = await app.As(owner).Post($"/api/tasks/{task.Id}/annotations/?filename=a.xml&{query}", null, ("Upload-Start", "true"));

        Assert.Contains(word, answer.Is(HttpStatusCode.BadRequest).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"label_map": [1]}""")]
    [InlineData("""{"label_map": {"a": 1}}""")]
    [InlineData("""{"label_map": "not json"}""")]
    [InlineData("""[1]""")]
    [InlineData("""{"label_map": {"a": {"b": 1}}}""")]
    public async Task A_map_of_labels_that_cannot_be_read_is_refused_and_the_file_stays(string body)
    {
        var (owner, task) = await SceneAsync();
        var client = app.As(owner);
        var path = $"/api/tasks/{task.Id}/annotations/";
        var upload = await client.Upload(path, "a.xml", Encoding.UTF8.GetBytes(File));

        (await client.Post($"{path}?filename={upload}&format=auto", new StringContent(body, Encoding.UTF8, "application/json"), ("Upload-Finish", "true"))).Is(HttpStatusCode.BadRequest);
        (await client.Post($"{path}?filename={upload}&format=auto", null, ("Upload-Finish", "true"))).Is(HttpStatusCode.Accepted);
    }

    private async Task<(User Owner, AnnotationTask Task)> SceneAsync()
    {
        var owner = await app.Given.UserAsync();
        var task = await app.Given.TaskAsync(owner, frames: 2, labels: ["car"]);
        await using var db = app.Db();
        db.Frames.AddRange(Enumerable.Range(0, 2).Select(number => new Frame { DataId = task.Data!.Id, Number = number, Name = $"{number}.jpg", Width = 40, Height = 30 }));
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        return (owner, task);
    }
}
