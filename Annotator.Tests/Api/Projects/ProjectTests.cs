using System.Net;
using System.Text.Json;
using Annotator.Core.Identity;
using Annotator.Core.Projects;
using Annotator.Tests.Support;

namespace Annotator.Tests.Api.Projects;

public sealed class ProjectTests(AnnotatorApp app) : IClassFixture<AnnotatorApp>
{
    [Fact]
    public async Task A_project_is_made_changed_and_deleted_with_its_tasks()
    {
        var owner = await app.Given.UserAsync();
        var client = app.As(owner);

        var made = await client.Post("/api/projects/", new { name = "fruit", labels = new[] { new { name = "apple" } }, bug_tracker = "https://bugs.example/1" });
        var id = made.Is(HttpStatusCode.Created)["id"].GetInt32();
        var task = await client.Post("/api/tasks", new { name = "t", project_id = id, subset = "Train" });
        (await client.Patch($"/api/projects/{id}", new { name = "fruits" })).Is(HttpStatusCode.OK);

        var project = await client.Get($"/api/projects/{id}");
        Assert.Equal(("fruits", "annotation", 1, "2d"), (project["name"].GetString(), project["status"].GetString(), project["tasks"].GetProperty("count").GetInt32(), project["dimension"].GetString()));
        Assert.Equal(["Train"], project["task_subsets"].EnumerateArray().Select(subset => subset.GetString()));
        Assert.Equal($"http://localhost/api/labels?project_id={id}", project["labels"].GetProperty("url").GetString());
        (await client.Delete($"/api/projects/{id}")).Is(HttpStatusCode.NoContent);
        (await client.Get($"/api/tasks/{task["id"].GetInt32()}")).Is(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Only_an_administrator_gives_a_project_away_or_names_somebody_else()
    {
        var owner = await app.Given.UserAsync();
        var other = await app.Given.UserAsync();
        var project = await app.Given.ProjectAsync(owner);

        (await app.As(owner).Patch($"/api/projects/{project.Id}", new { owner_id = other.Id })).Is(HttpStatusCode.Forbidden);
        (await app.As(owner).Patch($"/api/projects/{project.Id}", new { assignee_id = other.Id })).Is(HttpStatusCode.Forbidden);
        (await app.As(owner).Patch($"/api/projects/{project.Id}", new { assignee_id = owner.Id })).Is(HttpStatusCode.OK);
        (await app.As(await app.Given.AdminAsync()).Patch($"/api/projects/{project.Id}", new { owner_id = other.Id, assignee_id = 999_999 })).Is(HttpStatusCode.BadRequest);
        var given = await app.As(await app.Given.AdminAsync()).Patch($"/api/projects/{project.Id}", new { owner_id = other.Id, assignee_id = (int?)null });

        Assert.Equal(other.Id, given.Is(HttpStatusCode.OK)["owner"].GetProperty("id").GetInt32());
        Assert.Equal(JsonValueKind.Null, given["assignee"].ValueKind);
        (await app.As(owner).Get($"/api/projects/{project.Id}")).Is(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_stale_version_is_refused_with_the_project_as_it_stands()
    {
        var owner = await app.Given.UserAsync();
        var project = await app.Given.ProjectAsync(owner);
        var client = app.As(owner);
        var tag = (await client.Get($"/api/projects/{project.Id}")).Response.Headers.ETag!.Tag;
        var newer = (await client.Patch($"/api/projects/{project.Id}", new { name = "newer" }, ("If-Match", tag))).Is(HttpStatusCode.OK);

        var stale = await client.Patch($"/api/projects/{project.Id}", new { name = "older" }, ("If-Match", tag));

        Assert.Equal("newer", stale.Is(HttpStatusCode.PreconditionFailed)["current"].GetProperty("name").GetString());
        (await client.Patch($"/api/projects/{project.Id}", new { name = "next" }, ("If-Match", newer.Response.Headers.ETag!.Tag))).Is(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("""{"==":[{"var":"name"},"beta"]}""", "beta")]
    [InlineData("""{"in":["et",{"var":"name"}]}""", "beta")]
    [InlineData("""{"in":[{"var":"name"},["alpha","gamma","nothing"]]}""", "alpha gamma")]
    [InlineData("""{"!":{"==":[{"var":"name"},"beta"]}}""", "alpha gamma")]
    [InlineData("""{"!!":[{"var":"assignee"}]}""", "alpha")]
    [InlineData("""{"!":[{"var":"assignee"}]}""", "beta gamma")]
    [InlineData("""{"var":"assignee"}""", "alpha")]
    [InlineData("""{"and":[{"var":"name"},{"!":{"var":"assignee"}}]}""", "beta gamma")]
    [InlineData("""{"or":[{"==":[{"var":"name"},"alpha"]},{"and":[{">":[{"var":"id"},0]},{"==":[{"var":"name"},"gamma"]}]}]}""", "alpha gamma")]
    [InlineData("""{"<=":["beta",{"var":"name"},"gamma"]}""", "beta gamma")]
    [InlineData("""{">":["b",{"var":"name"}]}""", "alpha")]
    [InlineData("""{"<":[{"var":"updated_date"},"2001-01-01T00:00:00Z"]}""", "")]
    public async Task A_filter_in_json_logic_finds(string filter, string expected)
    {
        var owner = await ThreeProjectsAsync();

        var found = await app.As(owner).Get($"/api/projects?sort=name&filter={Uri.EscapeDataString(filter)}");

        Assert.Equal(expected, string.Join(' ', found.Is(HttpStatusCode.OK).Results.Select(project => project.GetProperty("name").GetString())));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"==":[{"var":"password_hash"},"x"]}""")]
    [InlineData("""{"==":[{"var":"id"},"x"]}""")]
    [InlineData("""{"==":[1,1]}""")]
    [InlineData("""{"map":[{"var":"id"}]}""")]
    [InlineData("""[]""")]
    public async Task A_filter_that_means_nothing_is_400_and_says_why(string filter)
    {
        var answer = await app.As(await app.Given.UserAsync()).Get($"/api/projects?filter={Uri.EscapeDataString(filter)}");

        Assert.NotEmpty(answer.Is(HttpStatusCode.BadRequest)["non_field_errors"][0].GetString()!);
    }

    [Fact]
    public async Task A_deep_or_a_long_filter_is_refused()
    {
        var client = app.As(await app.Given.UserAsync());
        var deep = string.Concat(Enumerable.Repeat("{\"!\":[", 60)) + "1" + string.Concat(Enumerable.Repeat("]}", 60));

        (await client.Get($"/api/projects?filter={Uri.EscapeDataString(deep)}")).Is(HttpStatusCode.BadRequest);
        (await client.Get($"/api/projects?filter={new string('x', 9000)}")).Is(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Pages_sort_and_search_keep_their_parameters_in_the_links()
    {
        var client = app.As(await ThreeProjectsAsync());

        var first = await client.Get("/api/projects?search=A&sort=-name&page_size=2");
        var second = await client.Get(new Uri(first["next"].GetString()!).PathAndQuery);

        Assert.Equal(3, first["count"].GetInt32());
        Assert.Equal(JsonValueKind.Null, first["previous"].ValueKind);
        Assert.Equal(["gamma", "beta", "alpha"], first.Results.Concat(second.Results).Select(project => project.GetProperty("name").GetString()));
        Assert.Equal(JsonValueKind.Null, second["next"].ValueKind);
        (await client.Get("/api/projects?page=9")).Is(HttpStatusCode.NotFound);
        (await client.Get("/api/projects?page=0")).Is(HttpStatusCode.NotFound);
        (await client.Get("/api/projects?sort=secret")).Is(HttpStatusCode.BadRequest);
        Assert.Equal(0, (await client.Get("/api/projects?search=100%25"))["count"].GetInt32());
    }

    [Fact]
    public async Task An_organization_is_unknown_an_empty_one_is_the_sandbox_and_two_are_a_contradiction()
    {
        var client = app.As(await app.Given.UserAsync());

        (await client.Get("/api/projects", ("X-Organization", ""))).Is(HttpStatusCode.OK);
        (await client.Get("/api/projects", ("X-Organization", "acme"))).Is(HttpStatusCode.NotFound);
        (await client.Get("/api/projects?org=acme")).Is(HttpStatusCode.NotFound);
        (await client.Get("/api/projects?org_id=1&org=acme")).Is(HttpStatusCode.BadRequest);
        (await client.Get("/api/projects?org=acme", ("X-Organization", "other"))).Is(HttpStatusCode.BadRequest);
    }

    private async Task<User> ThreeProjectsAsync()
    {
        var owner = await app.Given.UserAsync();
        var projects = new List<Project>();
        foreach (var name in new[] { "alpha", "beta", "gamma" })
        {
            projects.Add(await app.Given.ProjectAsync(owner, name == "alpha" ? owner : null, name));
        }

        return owner;
    }
}
