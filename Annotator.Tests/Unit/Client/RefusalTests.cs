using System.Net;
using Annotator.Client;

namespace Annotator.Tests.Unit.Client;

public sealed class RefusalTests
{
    [Theory]
    [InlineData("""{"type":"urn:annotator:limit","title":"Too large","status":413,"detail":"cat.png has 9 GB; 5 GB are allowed."}""", "cat.png has 9 GB; 5 GB are allowed.")]
    [InlineData("""{"detail":"Not found."}""", "Not found.")]
    [InlineData("""["Choose another format."]""", "Choose another format.")]
    [InlineData("\"Not now.\"", "Not now.")]
    [InlineData("""{"non_field_errors":["Unable to log in with provided credentials."]}""", "Unable to log in with provided credentials.")]
    [InlineData("""{"name":["This field may not be blank."]}""", "name: This field may not be blank.")]
    [InlineData("""{"title":"Validation failed","errors":{"labels":["cat stands there twice."]}}""", "labels: cat stands there twice.")]
    public async Task A_refusal_speaks_with_the_servers_words(string body, string words)
    {
        using var server = new ScriptedServer().Answer(HttpStatusCode.BadRequest, body);

        var refused = await Assert.ThrowsAsync<AnnotatorApiException>(() => server.Client().Projects.GetAsync(7, Cancel));

        Assert.Equal(words, refused.Message);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
    }

    [Fact]
    public async Task A_refused_field_is_named()
    {
        using var server = new ScriptedServer().Answer(HttpStatusCode.BadRequest, """{"name":["Too long.","Not unique."],"status":400}""");

        var refused = await Assert.ThrowsAsync<AnnotatorApiException>(() => server.Client().Projects.GetAsync(7, Cancel));

        Assert.Equal(["Too long.", "Not unique."], refused.Fields["name"]);
        Assert.Single(refused.Fields);
    }

    [Theory]
    [InlineData("<html><body>Bad gateway</body></html>", "text/html")]
    [InlineData("", "text/plain")]
    [InlineData("{}", "application/json")]
    public async Task A_body_that_says_nothing_to_people_is_not_shown_to_them(string body, string type)
    {
        using var server = new ScriptedServer().Answer(HttpStatusCode.BadGateway, body, type);

        var refused = await Assert.ThrowsAsync<AnnotatorApiException>(() => server.Client().Projects.GetAsync(7, Cancel));

        Assert.DoesNotContain("<", refused.Message, StringComparison.Ordinal);
        Assert.Contains("502", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waiting_time_of_a_rate_limit_is_told()
    {
        using var server = new ScriptedServer().Answer(HttpStatusCode.TooManyRequests, """{"detail":"Wait."}""", "application/json", ("Retry-After", "17"));

        var refused = await Assert.ThrowsAsync<AnnotatorApiException>(() => server.Client().Auth.LoginAsync("ada", "x", Cancel));

        Assert.Equal(TimeSpan.FromSeconds(17), refused.RetryAfter);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
