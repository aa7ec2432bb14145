using System.Net;
using System.Text.RegularExpressions;
using Annotator.Tests.Support;

namespace Annotator.Tests.Api.Identity;

/// <summary>
/// Existing clients join all Set-Cookie headers with a comma and read them with Python's SimpleCookie, which gives up on
/// everything at the first thing it does not understand. <see cref="Parse"/> does what it does.
/// </summary>
public sealed partial class CookieTests(AnnotatorApp app) : IClassFixture<AnnotatorApp>
{
    private static readonly HashSet<string> Reserved =
        new(StringComparer.OrdinalIgnoreCase) { "expires", "path", "comment", "domain", "max-age", "secure", "httponly", "version", "samesite", "partitioned" };

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task A_python_client_finds_both_cookies_of_a_login(string scheme)
    {
        var user = await app.Given.UserAsync();

        var login = await app.Anonymous().Post(
            "/api/auth/login", new { username = user.UserName, password = AnnotatorApp.Password }, ("X-Forwarded-Proto", scheme), ("X-Forwarded-For", "127.0.0.1"));

        var cookies = Parse(string.Join(", ", login.Is(HttpStatusCode.OK).Response.Headers.GetValues("Set-Cookie")));
        Assert.Equal(["csrftoken", "sessionid"], cookies.Keys.Order());
        Assert.All(cookies.Values, value => Assert.NotEmpty(value));
    }

    [Fact]
    public void The_reader_gives_up_as_pythons_does_when_an_earlier_header_ends_in_a_flag()
    {
        Assert.Empty(Parse("sessionid=a; path=/; httponly, csrftoken=b; path=/"));
        Assert.Equal(2, Parse("csrftoken=b; expires=Wed, 25 Nov 2026 10:00:00 GMT; path=/; samesite=lax, sessionid=a; path=/; httponly").Count);
    }

    [Fact]
    public async Task The_session_cookie_is_hidden_from_scripts_and_the_csrf_cookie_is_not()
    {
        var user = await app.Given.UserAsync();

        var login = await app.Anonymous().Post("/api/auth/login", new { username = user.UserName, password = AnnotatorApp.Password });

        var headers = login.Response.Headers.GetValues("Set-Cookie").ToList();
        Assert.Equal(2, headers.Count);
        Assert.StartsWith("csrftoken=", headers[0], StringComparison.Ordinal);
        Assert.DoesNotContain("httponly", headers[0], StringComparison.OrdinalIgnoreCase);
        Assert.Contains("httponly", headers[1], StringComparison.OrdinalIgnoreCase);
        Assert.All(headers, header => Assert.Contains("samesite=lax", header, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Signing_out_ends_that_session_for_copies_of_its_cookie_too_and_no_other_session()
    {
        var user = await app.Given.UserAsync();
        var client = app.Anonymous();
        var (one, key) = await LoginAsync();
        var (other, _) = await LoginAsync();

        var logout = await client.Post("/api/auth/logout", null, ("Cookie", Header(one)), ("X-CSRFToken", one["csrftoken"]));

        logout.Is(HttpStatusCode.OK);
        (await client.Get("/api/users/self", ("Cookie", Header(one)))).Is(HttpStatusCode.Unauthorized);
        (await client.Get("/api/users/self", ("Authorization", "Token " + key))).Is(HttpStatusCode.Unauthorized);
        (await client.Get("/api/users/self", ("Cookie", Header(other)))).Is(HttpStatusCode.OK);

        // A later login tidies up the keys of its user, and must not bring the session back to life.
        await LoginAsync();
        (await client.Get("/api/users/self", ("Cookie", Header(one)))).Is(HttpStatusCode.Unauthorized);

        async Task<(Dictionary<string, string> Cookies, string Key)> LoginAsync()
        {
            var login = (await client.Post("/api/auth/login", new { username = user.UserName, password = AnnotatorApp.Password })).Is(HttpStatusCode.OK);
            return (Parse(string.Join(", ", login.Response.Headers.GetValues("Set-Cookie"))), login["key"].GetString()!);
        }

        static string Header(Dictionary<string, string> cookies) => string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));
    }

    private static Dictionary<string, string> Parse(string text)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var at = 0; at < text.Length;)
        {
            var match = Pattern().Match(text, at);
            if (!match.Success)
            {
                break;
            }

            at = match.Index + match.Length;
            var (key, value) = (match.Groups["key"].Value, match.Groups["val"]);
            if (Reserved.Contains(key))
            {
                if (found.Count == 0 || (!value.Success && key.ToLowerInvariant() is not ("secure" or "httponly" or "partitioned")))
                {
                    return [];
                }
            }
            else if (value.Success)
            {
                found[key] = value.Value;
            }
            else
            {
                return [];
            }
        }

        return found;
    }

    [GeneratedRegex(
        """\G\s*(?<key>[\w\d!#%&'~_`><@,:/\$\*\+\-\.\^\|\)\(\?\}\{=]+?)(\s*=\s*(?<val>"(?:[^\\"]|\\.)*"|\w{3},\s[\w\d\s-]{9,11}\s[\d:]{8}\sGMT|[\w\d!#%&'~_`><@,:/\$\*\+\-\.\^\|\)\(\?\}\{=\[\]]*))?\s*(\s+|;|$)""")]
    private static partial Regex Pattern();
}
