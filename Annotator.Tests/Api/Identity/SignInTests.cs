using System.Net;
using Annotator.Tests.Support;

namespace Annotator.Tests.Api.Identity;

public sealed class SignInTests(AnnotatorApp app) : IClassFixture<AnnotatorApp>
{
    [Fact]
    public async Task A_login_answers_a_key_that_authenticates()
    {
        var user = await app.Given.UserAsync();

        var login = await app.Anonymous().Post("/api/auth/login", new { username = user.UserName, password = AnnotatorApp.Password });

        var key = login.Is(HttpStatusCode.OK)["key"].GetString()!;
        Assert.InRange(key.Length, 1, 40);
        var self = await app.Anonymous().Get("/api/users/self", ("Authorization", "Token " + key));
        Assert.Equal(user.UserName, self.Is(HttpStatusCode.OK)["username"].GetString());
    }

    [Fact]
    public async Task A_login_by_email_answers_too()
    {
        var user = await app.Given.UserAsync();

        var login = await app.Anonymous().Post("/api/auth/login", new { email = user.Email, password = AnnotatorApp.Password });

        login.Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Basic_and_session_authenticate_as_well()
    {
        var user = await app.Given.UserAsync();
        var session = await app.BySessionAsync(user);

        foreach (var client in new[] { app.ByBasic(user), session })
        {
            var self = await client.Get("/api/users/self/");
            Assert.Equal(user.Id, self.Is(HttpStatusCode.OK)["id"].GetInt32());
        }
    }

    [Fact]
    public async Task Anonymous_requests_are_401_in_the_contracts_words()
    {
        var answer = await app.Anonymous().Get("/api/users/self");

        Assert.Equal("application/problem+json", answer.Is(HttpStatusCode.Unauthorized).Response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("Authentication credentials were not provided.", answer.Detail);
    }
}
