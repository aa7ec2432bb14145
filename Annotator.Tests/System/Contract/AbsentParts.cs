using System.Net;
using Annotator.Tests.Support;

namespace Annotator.Tests.Contract;

/// <summary>What the contract has and this server has not: refused with words that name it.</summary>
public sealed class AbsentParts(AnnotatorApp app) : IClassFixture<AnnotatorApp>
{
    [Theory]
    [InlineData("projects")]
    [InlineData("tasks")]
    public async Task Nothing_is_handed_to_an_organization_that_is_not_there(string kind)
    {
        var user = await app.Given.UserAsync();
        var id = kind == "projects" ? (await app.Given.ProjectAsync(user)).Id : (await app.Given.TaskAsync(user)).Id;

        Assert.NotNull((await app.As(user).Patch($"/api/{kind}/{id}", new { organization_id = 5, name = "moved" })).Is(HttpStatusCode.BadRequest)["organization_id"][0].GetString());
        Assert.NotEqual("moved", (await app.As(user).Patch($"/api/{kind}/{id}", new { organization_id = (int?)null })).Is(HttpStatusCode.OK)["name"].GetString());
    }

    [Theory]
    [InlineData("POST", "/api/organizations", 405, "organizations")]
    [InlineData("GET", "/api/organizations/1", 404, "organizations")]
    [InlineData("POST", "/api/invitations", 405, "invitations")]
    [InlineData("PATCH", "/api/memberships/1", 404, "memberships")]
    [InlineData("POST", "/api/issues", 405, "Issues")]
    [InlineData("POST", "/api/comments", 405, "Comments")]
    [InlineData("POST", "/api/webhooks", 405, "Webhooks")]
    [InlineData("POST", "/api/guides", 404, "guides")]
    [InlineData("POST", "/api/quality/reports", 405, "quality")]
    [InlineData("POST", "/api/consensus/merges", 404, "Consensus")]
    [InlineData("GET", "/api/tasks/1/validation_layout", 404, "validation")]
    [InlineData("POST", "/api/events/export", 404, "event log")]
    [InlineData("POST", "/api/functions", 404, "Functions")]
    [InlineData("POST", "/api/jobs", 405, "ground truth")]
    [InlineData("DELETE", "/api/jobs/1", 405, "ground truth")]
    [InlineData("POST", "/api/jobs/1/preview", 405, "POST")]
    [InlineData("GET", "/api/nothing", 404, "Not found.")]
    public async Task A_part_that_is_not_here_is_refused_by_its_name(string method, string path, int status, string word)
    {
        var answer = (await app.As(await app.Given.AdminAsync()).Send(new HttpMethod(method), path, method == "GET" ? null : new { })).Is((HttpStatusCode)status);

        Assert.Contains(word, answer["detail"].GetString());
    }
}
