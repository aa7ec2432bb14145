using System.Net;
using System.Text.RegularExpressions;
using Annotator.Tests.Support;

namespace Annotator.Tests.Security.Proxy;

/// <summary>A TLS terminator in front of the Web: it speaks plain HTTP to us and says in headers what the browser asked for.</summary>
public sealed partial class BehindTlsTests(ProxiedApp app) : IClassFixture<ProxiedApp>
{
    private const string Public = "https://photos.example.test";

    private static readonly (string Name, string Value)[] Terminator =
        [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "photos.example.test"), ("X-Forwarded-For", "203.0.113.9")];

    [Fact]
    public async Task Cookies_are_secure_links_are_public_and_the_browsers_own_origin_may_write()
    {
        using var client = ProxiedApp.Client(app.Url);
        var owner = await app.Given.UserAsync();
        var login = (await client.Post("/api/auth/login", new { username = owner.UserName, password = AnnotatorApp.Password }, [.. Terminator, ("Origin", Public)])).Is(HttpStatusCode.OK);
        var cookies = login.Response.Headers.GetValues("Set-Cookie").ToList();
        Assert.Equal(2, cookies.Count);
        Assert.All(cookies, cookie => Assert.Contains("; secure", cookie, StringComparison.Ordinal));

        (string, string)[] session =
        [
            .. Terminator,
            ("Cookie", string.Join("; ", cookies.Select(cookie => cookie.Split(';')[0]))),
            ("X-CSRFToken", cookies.Single(cookie => cookie.StartsWith("csrftoken=", StringComparison.Ordinal)).Split(';')[0]["csrftoken=".Length..]),
        ];
        var made = (await client.Post("/api/projects", new { name = "street" }, [.. session, ("Origin", Public)])).Is(HttpStatusCode.Created);
        Assert.StartsWith($"{Public}/api/projects/", made["url"].GetString(), StringComparison.Ordinal);
        Assert.StartsWith(Public, made.Response.Headers.Location!.OriginalString, StringComparison.Ordinal);

        (await client.Post("/api/projects", new { name = "evil" }, [.. session, ("Origin", "https://evil.test")])).Is(HttpStatusCode.Forbidden);
        (await client.Post("/api/projects", new { name = "downgraded" }, [.. session, ("Origin", "http://photos.example.test")])).Is(HttpStatusCode.Forbidden);

        // The pages ask the Api in the browser's name.
        Assert.Equal(HttpStatusCode.OK, (await client.Get("/projects", session)).Status);
    }

    [Fact]
    public async Task Pages_set_a_secure_form_cookie_redirect_within_the_site_and_sign_in()
    {
        using var client = ProxiedApp.Client(app.Url);
        var away = await client.Get("/projects", Terminator);
        Assert.Equal("/sign-in?return=%2Fprojects", away.Response.Headers.Location!.OriginalString);

        var page = await client.Get("/sign-in", Terminator);
        var form = await page.Response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var cookie = Assert.Single(page.Response.Headers.GetValues("Set-Cookie"));
        Assert.Contains("; secure", cookie, StringComparison.Ordinal);

        var owner = await app.Given.UserAsync();
        using var fields = new FormUrlEncodedContent(
        [
            new("_handler", "sign-in"),
            new("__RequestVerificationToken", FormToken().Match(form).Groups[1].Value),
            new("Form.Username", owner.UserName),
            new("Form.Password", AnnotatorApp.Password),
        ]);
        var signedIn = await client.Send(HttpMethod.Post, "/sign-in", fields, [.. Terminator, ("Origin", Public), ("Cookie", cookie.Split(';')[0])]);
        Assert.Equal(HttpStatusCode.Redirect, signedIn.Status);
        Assert.Equal($"{Public}/", new Uri(new Uri(Public), signedIn.Response.Headers.Location!).AbsoluteUri);
        Assert.All(signedIn.Response.Headers.GetValues("Set-Cookie"), set => Assert.Contains("; secure", set, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_somebody_says_who_is_not_trusted_is_not_believed()
    {
        using var client = ProxiedApp.Client(app.StartWeb(("TrustedProxies", "192.0.2.1, 198.51.100.0/24")));
        var owner = await app.Given.UserAsync();

        var login = (await client.Post("/api/auth/login", new { username = owner.UserName, password = AnnotatorApp.Password }, Terminator)).Is(HttpStatusCode.OK);

        Assert.All(login.Response.Headers.GetValues("Set-Cookie"), cookie => Assert.DoesNotContain("; secure", cookie, StringComparison.Ordinal));
        var about = await client.Get("/api/users?page_size=1", [.. Terminator, ("Authorization", $"Token {login["key"].GetString()}")]);
        Assert.DoesNotContain("photos.example.test", about.Body.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_cannot_be_read_stops_the_start_and_says_why()
    {
        var failure = Assert.ThrowsAny<Exception>(() => app.StartWeb(("TrustedProxies", "10.0.0.5, localhost")));

        Assert.Contains("\"localhost\" is neither an address", failure.ToString(), StringComparison.Ordinal);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();
}
