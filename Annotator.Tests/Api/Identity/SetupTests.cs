using System.Net;
using Annotator.Core.Identity;
using Annotator.Tests.Support;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Tests.Api.Identity;

public sealed class SetupTests(DatabaseTemplate template)
{
    private static object Body(string username, string token = "the-secret-link") =>
        new { token, username, email = $"{username}@example.test", password = "long enough", organization = "Orchard" };

    [Fact]
    public async Task The_link_makes_one_administrator_however_many_race_for_it()
    {
        await using var app = await StartAsync(new App(template, ("Setup:Token", "the-secret-link"), ("Identity:PasswordLength", "11")));
        var status = await app.Anonymous().Get("/api/setup");
        Assert.True(status["needed"].GetBoolean());
        Assert.Equal(11, status["password_length"].GetInt32());

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(n => app.Anonymous().Post("/api/setup", Body($"admin{n}"))));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.Equal(5, answers.Count(answer => answer.Status == HttpStatusCode.Conflict));
        await using var db = app.Db();
        Assert.Equal(1, await db.Users.CountAsync(user => user.Group == UserGroup.Admin, TestContext.Current.CancellationToken));
        Assert.False((await app.Anonymous().Get("/api/setup"))["needed"].GetBoolean());
        Assert.Equal("Orchard", (await app.Anonymous().Get("/api/instance"))["organization"].GetString());
        (await app.Anonymous().Post("/api/setup", Body("late"))).Is(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_wrong_link_and_a_weak_password_make_nobody()
    {
        await using var app = await StartAsync(new App(template, ("Setup:Token", "the-secret-link")));

        (await app.Anonymous().Post("/api/setup", Body("admin", "guessed"))).Is(HttpStatusCode.Forbidden);
        var weak = await app.Anonymous().Post("/api/setup", new { token = "the-secret-link", username = "admin", email = "a@example.test", password = "short" });

        Assert.NotEmpty(weak.Is(HttpStatusCode.BadRequest)["password"].EnumerateArray());
        Assert.True((await app.Anonymous().Get("/api/setup"))["needed"].GetBoolean());
    }

    [Fact]
    public async Task Without_a_configured_link_no_link_is_right()
    {
        await using var app = await StartAsync(new App(template));

        (await app.Anonymous().Post("/api/setup", Body("admin", ""))).Is(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task The_environment_makes_the_administrator_and_closes_the_link()
    {
        await using var app = await StartAsync(new App(
            template, ("ANNOTATOR_ADMIN_USERNAME", "boss"), ("ANNOTATOR_ADMIN_PASSWORD", "from the environment"), ("Setup:Token", "the-secret-link")));

        var login = await app.Anonymous().Post("/api/auth/login", new { username = "boss", password = "from the environment" });

        login.Is(HttpStatusCode.OK);
        (await app.Anonymous().Post("/api/setup", Body("other"))).Is(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Registration_is_closed_unless_it_is_opened_and_administrators_may_always()
    {
        var body = new { username = "newcomer", email = "new@example.test", password1 = "long enough", password2 = "long enough" };
        await using var closed = await StartAsync(new App(template));
        await using var open = await StartAsync(new App(template, ("Identity:AllowRegistration", "true")));

        (await closed.Anonymous().Post("/api/auth/register", body)).Is(HttpStatusCode.Forbidden);
        (await closed.As(await closed.Given.AdminAsync()).Post("/api/auth/register", body)).Is(HttpStatusCode.Created);
        var registered = await open.Anonymous().Post("/api/auth/register", body);
        (await open.Anonymous().Post("/api/auth/register", body)).Is(HttpStatusCode.BadRequest);

        Assert.False(registered.Is(HttpStatusCode.Created)["email_verification_required"].GetBoolean());
        (await open.Anonymous().Get("/api/users/self", ("Authorization", "Token " + registered["key"].GetString()))).Is(HttpStatusCode.OK);
    }

    private static async Task<App> StartAsync(App app)
    {
        await app.InitializeAsync();
        return app;
    }

    private sealed class App(DatabaseTemplate template, params (string Name, string Value)[] settings) : AnnotatorApp(template)
    {
        protected override void Configure(IWebHostBuilder host)
        {
            foreach (var (name, value) in settings)
            {
                host.UseSetting(name, value);
            }
        }
    }
}
