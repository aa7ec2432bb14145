using System.Net;
using System.Text.Json;
using Annotator.Tests.Support;

namespace Annotator.Tests.Api.Tasks;

/// <summary>Annotated tasks that move into projects: their objects get the labels there that have the same names.</summary>
public sealed class MovingAnnotatedTasks(AnnotatorApp app) : IClassFixture<AnnotatorApp>
{
    private static readonly object[] Labels =
    [
        new
        {
            name = "car",
            attributes = new object[]
            {
                new { name = "model", mutable = false, input_type = "select", values = new[] { "bmw", "audi" }, default_value = "bmw" },
                new { name = "speed", mutable = true, input_type = "number", values = new[] { "0", "100", "5" }, default_value = "0" },
            },
        },
        new { name = "body", type = "skeleton", sublabels = new[] { new { name = "head", type = "points" }, new { name = "tail", type = "points" } } },
    ];

    [Fact]
    public async Task Every_object_keeps_its_place_and_gets_the_label_and_attributes_of_the_same_name()
    {
        var owner = await app.Given.UserAsync();
        var client = app.As(owner);
        var task = await TaskAsync(client, owner, Labels);
        var labels = await LabelsAsync(client, $"task_id={task}");
        var (car, body) = (labels["car"], labels["body"]);
        var sent = new
        {
            tags = new[] { new { frame = 3, label_id = Id(car) } },
            shapes = new object[]
            {
                new { type = "rectangle", frame = 0, label_id = Id(car), points = new[] { 1, 2, 30, 40 }, group = 2, attributes = new[] { Value(car, "model", "audi"), Value(car, "speed", "15") } },
                new { type = "skeleton", frame = 2, label_id = Id(body), elements = new[] { Node(body, 0, 5), Node(body, 1, 9) } },
            },
            tracks = new[]
            {
                new
                {
                    frame = 0,
                    label_id = Id(car),
                    attributes = new[] { Value(car, "model", "audi") },
                    shapes = new[] { new { type = "rectangle", frame = 0, points = new[] { 1, 1, 9, 9 }, attributes = new[] { Value(car, "speed", "20") } } },
                },
            },
        };
        (await client.Send(HttpMethod.Put, $"/api/tasks/{task}/annotations", sent)).Is(HttpStatusCode.OK);

        // Another order of labels and attributes, other ids.
        var project = (await client.Post("/api/projects", new { name = "p", labels = Labels.Reverse() })).Is(HttpStatusCode.Created)["id"].GetInt32();
        (await client.Patch($"/api/tasks/{task}", new { project_id = project })).Is(HttpStatusCode.OK);

        var there = await LabelsAsync(client, $"project_id={project}");
        Assert.Equal(there.Keys.Order(), (await LabelsAsync(client, $"task_id={task}")).Keys.Order());
        (await client.Get($"/api/labels/{Id(car)}")).Is(HttpStatusCode.NotFound);
        var moved = (await client.Get($"/api/tasks/{task}/annotations")).Is(HttpStatusCode.OK);
        Assert.Equal((3, Id(there["car"])), (moved["tags"][0].GetProperty("frame").GetInt32(), moved["tags"][0].GetProperty("label_id").GetInt32()));
        var (box, skeleton, track) = (moved["shapes"][0], moved["shapes"][1], moved["tracks"][0]);
        Assert.Equal("[1,2,30,40]", box.GetProperty("points").GetRawText());
        Assert.Equal((2, "audi", "15"), (box.GetProperty("group").GetInt32(), Read(box, there["car"], "model"), Read(box, there["car"], "speed")));
        Assert.Equal(Id(there["body"]), skeleton.GetProperty("label_id").GetInt32());
        Assert.Equal(
            there["body"].GetProperty("sublabels").EnumerateArray().Select(Id).Order(),
            skeleton.GetProperty("elements").EnumerateArray().Select(node => node.GetProperty("label_id").GetInt32()).Order());
        Assert.Equal(("audi", "20"), (Read(track, there["car"], "model"), Read(track.GetProperty("shapes")[0], there["car"], "speed")));
    }

    [Fact]
    public async Task From_project_to_project_a_value_that_is_not_taken_there_falls_back_to_the_default()
    {
        var owner = await app.Given.UserAsync();
        var client = app.As(owner);
        var task = await TaskAsync(client, owner, Labels);
        var first = (await client.Post("/api/projects", new { name = "first", labels = Labels })).Is(HttpStatusCode.Created)["id"].GetInt32();
        (await client.Patch($"/api/tasks/{task}", new { project_id = first })).Is(HttpStatusCode.OK);
        var car = (await LabelsAsync(client, $"task_id={task}"))["car"];
        var shape = new { type = "rectangle", frame = 0, label_id = Id(car), points = new[] { 1, 2, 30, 40 }, attributes = new[] { Value(car, "model", "audi") } };
        (await client.Send(HttpMethod.Put, $"/api/tasks/{task}/annotations", new { shapes = new[] { shape } })).Is(HttpStatusCode.OK);
        var attribute = new { name = "model", mutable = false, input_type = "select", values = new[] { "volvo", "bmw" }, default_value = "volvo" };
        var second = (await client.Post("/api/projects", new { name = "second", labels = new[] { new { name = "car", attributes = new[] { attribute } } } })).Is(HttpStatusCode.Created)["id"].GetInt32();

        (await client.Patch($"/api/tasks/{task}", new { project_id = second })).Is(HttpStatusCode.OK);

        var there = (await LabelsAsync(client, $"project_id={second}"))["car"];
        Assert.Equal("volvo", Read((await client.Get($"/api/tasks/{task}/annotations"))["shapes"][0], there, "model"));
        Assert.Equal(2, (await LabelsAsync(client, $"project_id={first}")).Count);
    }

    [Theory]
    [InlineData("bus", "any")]
    [InlineData("car", "polygon")]
    public async Task Where_a_label_has_no_place_nothing_is_changed(string name, string type)
    {
        var owner = await app.Given.UserAsync();
        var client = app.As(owner);
        var task = await TaskAsync(client, owner, Labels);
        var car = (await LabelsAsync(client, $"task_id={task}"))["car"];
        (await client.Send(HttpMethod.Put, $"/api/tasks/{task}/annotations", new { tags = new[] { new { frame = 0, label_id = Id(car) } } })).Is(HttpStatusCode.OK);
        var project = (await client.Post("/api/projects", new { name = "p", labels = new[] { new { name, type } } })).Is(HttpStatusCode.Created)["id"].GetInt32();

        Assert.Contains("car", (await client.Patch($"/api/tasks/{task}", new { project_id = project, name = "moved" })).Is(HttpStatusCode.BadRequest)["project_id"][0].GetString());

        var after = (await client.Get($"/api/tasks/{task}")).Is(HttpStatusCode.OK);
        Assert.Equal((JsonValueKind.Null, "t"), (after["project_id"].ValueKind, after["name"].GetString()));
        Assert.Equal(Id(car), (await client.Get($"/api/tasks/{task}/annotations"))["tags"][0].GetProperty("label_id").GetInt32());
    }

    private async Task<int> TaskAsync(HttpClient client, Core.Identity.User owner, object[] labels)
    {
        var task = await app.Given.TaskAsync(owner, frames: 4, segmentSize: 2);
        (await client.Patch($"/api/tasks/{task.Id}", new { name = "t", labels })).Is(HttpStatusCode.OK);
        return task.Id;
    }

    private static async Task<Dictionary<string, JsonElement>> LabelsAsync(HttpClient client, string of) =>
        (await client.Get("/api/labels?" + of)).Is(HttpStatusCode.OK).Results.ToDictionary(label => label.GetProperty("name").GetString()!);

    private static int Id(JsonElement named) => named.GetProperty("id").GetInt32();

    private static int Attribute(JsonElement label, string name) =>
        Id(label.GetProperty("attributes").EnumerateArray().Single(attribute => attribute.GetProperty("name").GetString() == name));

    private static object Value(JsonElement label, string name, string value) => new { spec_id = Attribute(label, name), value };

    private static object Node(JsonElement label, int number, int at) =>
        new { type = "points", frame = 2, label_id = Id(label.GetProperty("sublabels")[number]), points = new[] { at, at } };

    private static string? Read(JsonElement annotation, JsonElement label, string name) => annotation.GetProperty("attributes").EnumerateArray()
        .Single(value => value.GetProperty("spec_id").GetInt32() == Attribute(label, name)).GetProperty("value").GetString();
}
