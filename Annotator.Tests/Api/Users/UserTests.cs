using System.Net;
using Annotator.Core.Identity;
using Annotator.Tests.Support;

namespace Annotator.Tests.Api.Users;

public sealed class UserTests(AnnotatorApp app) : IClassFixture<AnnotatorApp>
{
    [Fact]
    public async Task An_administrator_makes_a_user_who_can_sign_in()
    {
        var admin = app.As(await app.Given.AdminAsync());

        var made = await admin.Post("/api/users", new { username = "ann", email = "ann@example.test", password = "long enough", group = "worker" });

        Assert.Equal("worker", made.Is(HttpStatusCode.Created)["groups"][0].GetString());
        (await app.Anonymous().Post("/api/auth/login", new { username = "ANN@example.test", password = "long enough" })).Is(HttpStatusCode.OK);
        (await admin.Post("/api/users", new { username = "ann", email = "other@example.test", password = "long enough" })).Is(HttpStatusCode.BadRequest);
        (await admin.Post("/api/users", new { username = "ben", email = "ann@example.test", password = "long enough" })).Is(HttpStatusCode.BadRequest);
        (await admin.Post("/api/users", new { username = "b en", email = "no mail", password = "short", group = "king" })).Is(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task People_see_and_change_themselves_but_not_their_own_rights()
    {
        var user = await app.Given.UserAsync();
        var other = await app.Given.UserAsync();
        var client = app.As(user);

        Assert.Equal("Ann", (await client.Patch($"/api/users/{user.Id}", new { first_name = "Ann" })).Is(HttpStatusCode.OK)["first_name"].GetString());
        (await client.Patch($"/api/users/{user.Id}", new { is_superuser = true })).Is(HttpStatusCode.Forbidden);
        (await client.Patch($"/api/users/{user.Id}", new { groups = new[] { "admin" } })).Is(HttpStatusCode.Forbidden);
        (await client.Get($"/api/users/{other.Id}")).Is(HttpStatusCode.NotFound);
        Assert.Equal([user.Id], (await client.Get("/api/users")).Results.Select(self => self.GetProperty("id").GetInt32()));
    }

    [Fact]
    public async Task A_new_group_holds_with_the_next_request()
    {
        var user = await app.Given.UserAsync(UserGroup.Worker);
        var client = app.As(user);
        (await client.Post("/api/projects", new { name = "p" })).Is(HttpStatusCode.Forbidden);

        (await app.As(await app.Given.AdminAsync()).Patch($"/api/users/{user.Id}", new { groups = new[] { "user" } })).Is(HttpStatusCode.OK);

        (await client.Post("/api/projects", new { name = "p" })).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task What_a_deleted_user_owned_stays()
    {
        var owner = await app.Given.UserAsync();
        var project = await app.Given.ProjectAsync(owner);
        var admin = app.As(await app.Given.AdminAsync());

        (await admin.Delete($"/api/users/{owner.Id}")).Is(HttpStatusCode.NoContent);

        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await admin.Get($"/api/projects/{project.Id}")).Is(HttpStatusCode.OK)["owner"].ValueKind);
        (await app.ByBasic(owner).Get("/api/users/self")).Is(HttpStatusCode.Unauthorized);
    }
}
