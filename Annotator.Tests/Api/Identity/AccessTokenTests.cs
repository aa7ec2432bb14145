using System.Net;
using System.Text;
using Annotator.Core.Identity;
using Annotator.Tests.Support;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Tests.Api.Identity;

public sealed class AccessTokenTests(AnnotatorApp app) : IClassFixture<AnnotatorApp>
{
    [Fact]
    public async Task A_token_is_shown_once_and_kept_as_a_hash()
    {
        var user = await app.Given.UserAsync();
        var client = app.As(user);

        var made = await client.Post("/api/auth/access_tokens", new { name = "ci" });

        var value = made.Is(HttpStatusCode.Created)["value"].GetString()!;
        Assert.StartsWith("ann_", value, StringComparison.Ordinal);
        Assert.True(made["read_only"].GetBoolean());
        Assert.False((await client.Get($"/api/auth/access_tokens/{made["id"].GetInt32()}")).Body.TryGetProperty("value", out _));
        await using var db = app.Db();
        var row = await db.AccessTokens.SingleAsync(token => token.Id == made["id"].GetInt32(), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(value, Encoding.Latin1.GetString(row.SecretHash) + row.Prefix + row.Name, StringComparison.Ordinal);
        Assert.Equal(32, row.SecretHash.Length);
    }

    [Fact]
    public async Task A_token_reads_itself_and_a_read_only_one_changes_nothing()
    {
        var user = await app.Given.UserAsync();
        var (reads, writes) = (Bearer(app.Given.AccessToken(user, readOnly: true)), Bearer(app.Given.AccessToken(user)));

        Assert.Equal("given", (await reads.Get("/api/auth/access_tokens/self")).Is(HttpStatusCode.OK)["name"].GetString());
        (await reads.Post("/api/projects", new { name = "p" })).Is(HttpStatusCode.Forbidden);
        (await writes.Post("/api/projects", new { name = "p" })).Is(HttpStatusCode.Created);
        (await app.As(user).Get("/api/auth/access_tokens/self")).Is(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task No_token_makes_tokens_or_changes_accounts()
    {
        var user = await app.Given.UserAsync();
        var client = Bearer(app.Given.AccessToken(user));

        (await client.Post("/api/auth/access_tokens", new { name = "more" })).Is(HttpStatusCode.Forbidden);
        (await client.Patch($"/api/users/{user.Id}", new { first_name = "x" })).Is(HttpStatusCode.Forbidden);
        (await client.Get("/api/auth/access_tokens")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_revoked_and_an_expired_token_are_dead_and_not_listed()
    {
        var user = await app.Given.UserAsync();
        var client = app.As(user);
        var made = await client.Post("/api/auth/access_tokens", new { name = "ci", read_only = false });
        var expired = app.Given.AccessToken(user, expires: DateTimeOffset.UnixEpoch);

        (await client.Delete($"/api/auth/access_tokens/{made["id"].GetInt32()}")).Is(HttpStatusCode.NoContent);

        foreach (var token in new[] { made["value"].GetString()!, expired })
        {
            Assert.Equal("Invalid token.", (await Bearer(token).Get("/api/users/self")).Is(HttpStatusCode.Unauthorized).Detail);
        }

        Assert.Equal(0, (await client.Get("/api/auth/access_tokens"))["count"].GetInt32());
        (await client.Delete($"/api/auth/access_tokens/{made["id"].GetInt32()}")).Is(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Administrators_see_their_own_tokens_only()
    {
        var user = await app.Given.UserAsync();
        app.Given.AccessToken(user);

        Assert.Equal(0, (await app.As(await app.Given.AdminAsync()).Get("/api/auth/access_tokens"))["count"].GetInt32());
        Assert.Equal(1, (await app.As(user).Get("/api/auth/access_tokens?search=giv&read_only=false"))["count"].GetInt32());
    }

    [Theory]
    [InlineData("""{}""", "name")]
    [InlineData("""{"name":"","read_only":true}""", "name")]
    [InlineData("""{"name":"x","expiry_date":"2001-01-01T00:00:00Z"}""", "expiry_date")]
    public async Task A_token_that_makes_no_sense_is_refused(string body, string field)
    {
        var answer = await app.As(await app.Given.UserAsync()).Post("/api/auth/access_tokens", new StringContent(body, Encoding.UTF8, "application/json"));

        Assert.NotEmpty(answer.Is(HttpStatusCode.BadRequest)[field].EnumerateArray());
    }

    [Fact]
    public void A_mistyped_token_is_told_by_its_checksum()
    {
        var token = TokenSecret.Create(AccessTokenKind.Personal).Text;

        Assert.True(TokenSecret.TryParse(AccessTokenKind.Personal, token, out _));
        Assert.False(TokenSecret.TryParse(AccessTokenKind.Personal, token[..20] + (token[20] == 'a' ? 'b' : 'a') + token[21..], out _));
    }

    private HttpClient Bearer(string token)
    {
        var client = app.Anonymous();
        client.DefaultRequestHeaders.Add("Authorization", "Bearer " + token);
        return client;
    }
}
