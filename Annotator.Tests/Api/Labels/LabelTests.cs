using System.Net;
using System.Text.Json;
using Annotator.Core.Projects;
using Annotator.Tests.Support;

namespace Annotator.Tests.Api.Labels;

public sealed class LabelTests(AnnotatorApp app) : IClassFixture<AnnotatorApp>
{
    private const string Drawing =
        """<line x1="10" y1="10" x2="90" y2="90" stroke="black" data-type="edge" data-node-from="1" data-node-to="2"></line>"""
        + """<circle r="1.5" cx="10" cy="10" data-type="element node" data-element-id="1" data-node-id="1" data-label-name="head" onclick="alert(1)"></circle>"""
        + """<circle r="1.5" cx="90" cy="90" data-type="element node" data-element-id="2" data-node-id="2" data-label-name="tail"></circle>"""
        + "<script>alert(2)</script>";

    [Fact]
    public async Task Labels_without_a_colour_get_different_ones_that_everybody_can_tell_apart()
    {
        var (client, project) = await ProjectAsync(Enumerable.Range(0, 20).Select(n => new { name = $"label {n}" }).ToArray());

        var labels = await client.Get($"/api/labels?project_id={project}&page_size=100");

        var colors = labels.Is(HttpStatusCode.OK).Results.Select(label => label.GetProperty("color").GetString()!).ToList();
        Assert.Equal(20, colors.Distinct().Count());
        Assert.Equal(["#0072b2", "#e69f00", "#009e73"], colors.Take(3));
        Assert.All(colors, color => Assert.True(LabelPalette.IsColor(color)));
    }

    [Fact]
    public async Task A_task_or_job_without_a_project_has_its_own_labels_and_nobody_elses()
    {
        var user = await app.Given.UserAsync();
        await app.Given.TaskAsync(await app.Given.UserAsync(), frames: 1, labels: ["foreign"]);
        var task = await app.Given.TaskAsync(user, frames: 1, labels: ["own"]);
        var client = app.As(user);

        foreach (var query in (string[])[$"task_id={task.Id}", $"job_id={task.Jobs.Single().Id}"])
        {
            var labels = (await client.Get("/api/labels?" + query)).Is(HttpStatusCode.OK).Results;
            Assert.Equal(["own"], labels.Select(label => label.GetProperty("name").GetString()));
        }
    }

    [Fact]
    public async Task All_five_kinds_of_attributes_come_back_with_their_defaults()
    {
        var (client, project) = await ProjectAsync(new
        {
            name = "car",
            type = "rectangle",
            color = "#AABBCC",
            attributes = new object[]
            {
                new { name = "parked", input_type = "checkbox", mutable = true, values = new[] { "true" } },
                new { name = "model", input_type = "select", mutable = false, values = new[] { "mazda", "volvo" }, default_value = "volvo" },
                new { name = "side", input_type = "radio", mutable = false, values = new[] { "left", "right" } },
                new { name = "doors", input_type = "number", mutable = false, values = new[] { "2", "5", "1" } },
                new { name = "plate", input_type = "text", mutable = false, values = Array.Empty<string>(), default_value = "" },
            },
        });

        var label = (await client.Get($"/api/labels?project_id={project}")).Results.Single();

        Assert.Equal(("rectangle", "#aabbcc"), (label.GetProperty("type").GetString(), label.GetProperty("color").GetString()));
        Assert.Equal(
            ["parked checkbox true", "model select volvo", "side radio left", "doors number 2", "plate text "],
            label.GetProperty("attributes").EnumerateArray().Select(attribute =>
                $"{attribute.GetProperty("name").GetString()} {attribute.GetProperty("input_type").GetString()} {attribute.GetProperty("default_value").GetString()}"));
    }

    [Theory]
    [InlineData("""{"name":"a","input_type":"number","mutable":false,"values":["0","10","1"],"default_value":"11"}""")]
    [InlineData("""{"name":"a","input_type":"number","mutable":false,"values":["10","0","1"]}""")]
    [InlineData("""{"name":"a","input_type":"select","mutable":false,"values":["x"],"default_value":"y"}""")]
    [InlineData("""{"name":"a","input_type":"select","mutable":false,"values":[]}""")]
    [InlineData("""{"name":"a","input_type":"checkbox","mutable":false,"values":[],"default_value":"maybe"}""")]
    [InlineData("""{"name":"a","input_type":"colour","mutable":false,"values":[]}""")]
    [InlineData("""{"input_type":"text","mutable":false,"values":[]}""")]
    public async Task An_attribute_that_contradicts_itself_is_refused_and_nothing_is_made(string attribute)
    {
        var user = await app.Given.UserAsync();
        var client = app.As(user);

        var answer = await client.Post("/api/projects", new { name = "p", labels = new[] { new { name = "car", attributes = new[] { JsonSerializer.Deserialize<JsonElement>(attribute) } } } });

        Assert.NotEmpty(answer.Is(HttpStatusCode.BadRequest)["attributes"].EnumerateArray());
        Assert.Equal(0, (await client.Get("/api/projects"))["count"].GetInt32());
    }

    [Theory]
    [InlineData("job_id=1&task_id=1")]
    [InlineData("job_id=1&project_id=1")]
    [InlineData("task_id=1&project_id=1")]
    public async Task Labels_are_asked_for_of_one_owner_only(string query) =>
        Assert.Contains(
            "cannot be used together",
            (await app.As(await app.Given.AdminAsync()).Get("/api/labels?" + query)).Is(HttpStatusCode.BadRequest)["detail"].GetString());

    [Fact]
    public async Task A_numbers_default_may_stand_between_two_steps_and_new_objects_have_it()
    {
        var number = new { name = "a", mutable = true, input_type = "number", values = new[] { "4", "5", "6" }, default_value = "5" };
        var owner = await app.Given.UserAsync();
        var client = app.As(owner);
        var task = await app.Given.TaskAsync(owner, frames: 1);
        (await client.Patch($"/api/tasks/{task.Id}", new { labels = new[] { new { name = "car", attributes = new[] { number } } } })).Is(HttpStatusCode.OK);
        var car = (await client.Get($"/api/labels?task_id={task.Id}")).Results.Single().GetProperty("id").GetInt32();

        var made = await client.Patch($"/api/tasks/{task.Id}/annotations?action=create", new { tags = new[] { new { frame = 0, label_id = car } } });

        Assert.Equal("5", made.Is(HttpStatusCode.OK)["tags"][0].GetProperty("attributes")[0].GetProperty("value").GetString());
    }

    [Fact]
    public async Task Of_a_skeletons_drawing_only_nodes_and_edges_survive()
    {
        var (client, project) = await ProjectAsync(new { name = "worm", type = "skeleton", svg = Drawing, sublabels = new[] { new { name = "head", type = "points" }, new { name = "tail", type = "points" } } });

        var label = (await client.Get($"/api/labels?project_id={project}")).Results.Single();

        var svg = label.GetProperty("svg").GetString()!;
        var sublabels = label.GetProperty("sublabels").EnumerateArray().ToList();
        Assert.DoesNotContain("alert", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("script", svg, StringComparison.Ordinal);
        Assert.Contains($"data-label-id=\"{sublabels[0].GetProperty("id").GetInt32()}\"", svg, StringComparison.Ordinal);
        Assert.Contains("data-node-from=\"1\"", svg, StringComparison.Ordinal);
        Assert.All(sublabels, sublabel => Assert.True(sublabel.GetProperty("has_parent").GetBoolean()));
    }

    [Theory]
    [InlineData("<circle")]
    [InlineData("""<!DOCTYPE svg [<!ENTITY x "y">]>""")]
    [InlineData("""<circle cx="10" cy="10" data-type="element node" data-node-id="1" data-label-name="nobody"></circle>""")]
    [InlineData("""<circle cx="NaN" cy="10" data-type="element node" data-node-id="1" data-label-name="head"></circle>""")]
    public async Task A_drawing_that_is_none_is_refused(string svg)
    {
        var client = app.As(await app.Given.UserAsync());

        var answer = await client.Post("/api/projects", new { name = "p", labels = new[] { new { name = "worm", type = "skeleton", svg, sublabels = new[] { new { name = "head" } } } } });

        Assert.NotEmpty(answer.Is(HttpStatusCode.BadRequest)["labels"].EnumerateArray());
    }

    [Fact]
    public async Task A_patch_of_the_project_renames_adds_and_deletes_by_id()
    {
        var (client, project) = await ProjectAsync(new { name = "car" }, new { name = "bus" });
        var labels = (await client.Get($"/api/labels?project_id={project}")).Results.Select(label => label.GetProperty("id").GetInt32()).ToList();

        var patch = await client.Patch($"/api/projects/{project}", new { labels = new object[] { new { id = labels[0], name = "auto" }, new { id = labels[1], deleted = true }, new { name = "bike" } } });

        patch.Is(HttpStatusCode.OK);
        var after = (await client.Get($"/api/labels?project_id={project}")).Results.Select(label => (label.GetProperty("id").GetInt32(), label.GetProperty("name").GetString())).ToList();
        Assert.Equal([(labels[0], "auto"), (after[1].Item1, "bike")], after);
    }

    [Fact]
    public async Task Two_labels_of_one_name_are_refused_together_and_apart()
    {
        var (client, project) = await ProjectAsync(new { name = "car" });

        (await client.Post("/api/projects", new { name = "p", labels = new[] { new { name = "x" }, new { name = "x" } } })).Is(HttpStatusCode.BadRequest);
        (await client.Patch($"/api/projects/{project}", new { labels = new[] { new { name = "car" } } })).Is(HttpStatusCode.BadRequest);
        (await client.Patch($"/api/projects/{project}", new { labels = new[] { new { id = 2_000_000, name = "car" } } })).Is(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_label_is_read_changed_and_deleted_by_itself()
    {
        var (client, project) = await ProjectAsync(new { name = "car" });
        var id = (await client.Get($"/api/labels?project_id={project}")).Results.Single().GetProperty("id").GetInt32();

        Assert.Equal("van", (await client.Patch($"/api/labels/{id}", new { name = "van", color = "#112233" })).Is(HttpStatusCode.OK)["name"].GetString());
        Assert.Equal("#112233", (await client.Get($"/api/labels/{id}")).Is(HttpStatusCode.OK)["color"].GetString());
        (await client.Delete($"/api/labels/{id}")).Is(HttpStatusCode.NoContent);
        (await client.Get($"/api/labels/{id}")).Is(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Deleting_a_label_takes_its_objects_and_counts_a_revision()
    {
        var cancel = TestContext.Current.CancellationToken;
        var owner = await app.Given.UserAsync();
        var task = await app.Given.TaskAsync(owner, frames: 3, labels: ["car", "bus"]);
        var (job, car, bus) = (task.Jobs[0].Id, task.Labels[0].Id, task.Labels[1].Id);
        await using var db = app.Db();
        await Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.ExecuteSqlAsync(
            db.Database,
            $"""
            INSERT INTO tag (id, job_id, frame, label_id, group_id, revision, source) VALUES (1, {job}, 0, {car}, 0, 1, 0), (2, {job}, 0, {bus}, 0, 1, 0);
            INSERT INTO label_count (job_id, label_id, kind, shapes, tracks, keyframes) VALUES ({job}, {car}, 0, 1, 0, 0), ({job}, {bus}, 0, 1, 0, 0);
            """,
            cancel);

        (await app.As(owner).Delete($"/api/labels/{car}")).Is(HttpStatusCode.NoContent);

        var left = await Microsoft.EntityFrameworkCore.EntityFrameworkQueryableExtensions.ToListAsync(
            Microsoft.EntityFrameworkCore.RelationalDatabaseFacadeExtensions.SqlQuery<int>(db.Database, $"SELECT label_id AS \"Value\" FROM tag WHERE job_id = {job}"), cancel);
        Assert.Equal([bus], left);
        await using var fresh = app.Db();
        Assert.Equal(1, (await fresh.Jobs.FindAsync([job], cancel))!.Revision);
    }

    private async Task<(HttpClient Client, int Project)> ProjectAsync(params object[] labels)
    {
        var client = app.As(await app.Given.UserAsync());
        var project = await client.Post("/api/projects", new { name = "project", labels });
        return (client, project.Is(HttpStatusCode.Created)["id"].GetInt32());
    }
}
