using System.Net;
using Annotator.Core.Identity;
using Annotator.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Tests.Security.Identity;

public sealed class SessionSecurityTests(AnnotatorApp app) : IClassFixture<AnnotatorApp>
{
    [Theory]
    [InlineData("X-CSRFToken", "0123456789abcdef0123456789abcdef")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task A_change_by_cookie_needs_its_own_secret_and_its_own_site(string header, string value)
    {
        var session = await app.BySessionAsync(await app.Given.UserAsync());
        if (header == "X-CSRFToken")
        {
            session.DefaultRequestHeaders.Remove(header);
        }

        var answer = await session.Post("/api/projects", new { name = "p" }, (header, value));

        Assert.StartsWith("CSRF Failed", answer.Is(HttpStatusCode.Forbidden).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_by_cookie_without_the_header_is_refused_and_with_it_made()
    {
        var session = await app.BySessionAsync(await app.Given.UserAsync());
        (await session.Post("/api/projects", new { name = "p" }, ("Origin", "http://localhost"), ("Sec-Fetch-Site", "same-origin"))).Is(HttpStatusCode.Created);

        session.DefaultRequestHeaders.Remove("X-CSRFToken");

        (await session.Post("/api/projects", new { name = "p" })).Is(HttpStatusCode.Forbidden);
        (await session.Get("/api/projects")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Another_sessions_secret_does_not_open_this_one()
    {
        var mine = await app.BySessionAsync(await app.Given.UserAsync());
        var theirs = await app.BySessionAsync(await app.Given.UserAsync());
        mine.DefaultRequestHeaders.Remove("X-CSRFToken");

        (await mine.Post("/api/projects", new { name = "p" }, ("X-CSRFToken", theirs.DefaultRequestHeaders.GetValues("X-CSRFToken").Single()))).Is(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_token_needs_no_csrf_header_wherever_it_comes_from()
    {
        var client = app.As(await app.Given.UserAsync());

        (await client.Post("/api/projects", new { name = "p" }, ("Origin", "https://elsewhere.example"))).Is(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_login_from_another_site_is_refused()
    {
        var user = await app.Given.UserAsync();

        (await app.Anonymous().Post("/api/auth/login", new { username = user.UserName, password = AnnotatorApp.Password }, ("Origin", "https://evil.example"))).Is(HttpStatusCode.Forbidden);
        (await app.Anonymous().Post("/api/auth/login", new { username = user.UserName, password = AnnotatorApp.Password }, ("Origin", "http://localhost"))).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Behind_a_proxy_the_clients_own_address_is_its_site()
    {
        var user = await app.Given.UserAsync();

        var login = await app.Anonymous().Post(
            "/api/auth/login",
            new { username = user.UserName, password = AnnotatorApp.Password },
            ("Origin", "https://labels.example"),
            ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Host", "labels.example"));
        var self = await app.As(user).Get("/api/users/self", ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "labels.example"));

        login.Is(HttpStatusCode.OK);
        Assert.Equal($"https://labels.example/api/users/{user.Id}", self["url"].GetString());
    }

    [Fact]
    public async Task Logging_out_ends_the_session_and_its_key()
    {
        var user = await app.Given.UserAsync();
        var session = await app.BySessionAsync(user);

        (await session.Post("/api/auth/logout", new { })).Is(HttpStatusCode.OK);

        (await session.Get("/api/users/self")).Is(HttpStatusCode.Unauthorized);
        await using var db = app.Db();
        Assert.False(await db.AccessTokens.AnyAsync(
            token => token.OwnerId == user.Id && token.RevokedDate == null, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_new_password_ends_every_other_session_and_login_key()
    {
        var user = await app.Given.UserAsync();
        var (here, there, key) = (await app.BySessionAsync(user), await app.BySessionAsync(user), app.As(user));

        var changed = await here.Post("/api/auth/password/change", new { old_password = AnnotatorApp.Password, new_password1 = "another long one", new_password2 = "another long one" });

        changed.Is(HttpStatusCode.OK);
        (await here.Get("/api/users/self")).Is(HttpStatusCode.OK);
        (await there.Get("/api/users/self")).Is(HttpStatusCode.Unauthorized);
        (await key.Get("/api/users/self")).Is(HttpStatusCode.Unauthorized);
        (await app.ByBasic(user).Get("/api/users/self")).Is(HttpStatusCode.Unauthorized);
        (await app.ByBasic(user, "another long one").Get("/api/users/self")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_deactivated_user_is_out_at_once_by_every_way()
    {
        var user = await app.Given.UserAsync();
        var token = app.Given.AccessToken(user);
        HttpClient[] clients = [await app.BySessionAsync(user), app.As(user), app.ByBasic(user)];
        Assert.All(await Task.WhenAll(clients.Select(client => client.Get("/api/users/self"))), answer => answer.Is(HttpStatusCode.OK));

        (await app.As(await app.Given.AdminAsync()).Patch($"/api/users/{user.Id}", new { is_active = false })).Is(HttpStatusCode.OK);

        Assert.All(await Task.WhenAll(clients.Select(client => client.Get("/api/users/self"))), answer => answer.Is(HttpStatusCode.Unauthorized));
        (await app.Anonymous().Get("/api/users/self", ("Authorization", "Bearer " + token))).Is(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Unknown_locked_inactive_and_wrong_read_the_same()
    {
        var inactive = await app.Given.UserAsync(active: false);
        var known = await app.Given.UserAsync(UserGroup.User);
        var texts = new List<string>();
        foreach (var (username, password) in new[] { ("nobody-here", AnnotatorApp.Password), (known.UserName!, "wrong"), (inactive.UserName!, AnnotatorApp.Password) })
        {
            var answer = await app.Anonymous().Post("/api/auth/login", new { username, password });
            texts.Add(answer.Is(HttpStatusCode.BadRequest)["non_field_errors"][0].GetString()!);
        }

        Assert.Single(texts.Distinct());
    }

    [Fact]
    public async Task Ten_wrong_passwords_close_an_account_even_for_the_right_one()
    {
        var user = await app.Given.UserAsync();
        for (var n = 0; n < 10; n++)
        {
            (await app.Anonymous().Post("/api/auth/login", new { username = user.UserName, password = "wrong" })).Is(HttpStatusCode.BadRequest);
        }

        (await app.Anonymous().Post("/api/auth/login", new { username = user.UserName, password = AnnotatorApp.Password })).Is(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Too_many_attempts_on_one_account_are_429_with_the_time_to_wait()
    {
        var name = $"nobody-{Guid.CreateVersion7():N}";
        Answer answer;
        var attempts = 0;
        do
        {
            answer = await app.Anonymous().Post("/api/auth/login", new { username = name, password = "wrong" });
        }
        while (answer.Status == HttpStatusCode.BadRequest && ++attempts < 100);

        Assert.InRange(answer.Is(HttpStatusCode.TooManyRequests).Response.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(20, attempts);
    }

    [Theory]
    [InlineData("Basic !!!")]
    [InlineData("Basic bm9jb2xvbg==")]
    [InlineData("Token short")]
    [InlineData("Bearer ann_00000000000000000000000000000000000000000000000000000000")]
    [InlineData("Bearer ")]
    public async Task Nonsense_in_the_header_is_401(string authorization)
    {
        (await app.Anonymous().Get("/api/users/self", ("Authorization", authorization))).Is(HttpStatusCode.Unauthorized);
    }
}
