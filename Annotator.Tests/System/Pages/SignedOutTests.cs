using System.Net;
using Annotator.Web.Identity;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Annotator.Tests.WholeSystem.Pages;

/// <summary>What a browser gets from the Web alone, before anybody has signed in and while no Api answers.</summary>
public sealed class SignedOutTests : IDisposable
{
    private readonly WebApplicationFactory<BrowserSession> _web = new WebApplicationFactory<BrowserSession>()
        .WithWebHostBuilder(host => host.UseSetting("services:api:http:0", "http://127.0.0.1:9"));

    [Theory]
    [InlineData("/projects", "/sign-in?return=%2Fprojects")]
    [InlineData("/jobs/7", "/sign-in?return=%2Fjobs%2F7")]
    [InlineData("/", "/sign-in")]
    public async Task A_page_leads_to_sign_in_and_back(string page, string target)
    {
        using var response = await GetAsync(page);

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        Assert.Equal(target, response.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Sign_in_works_without_script_and_takes_nothing_from_elsewhere()
    {
        using var response = await GetAsync("/sign-in");
        var html = await response.Content.ReadAsStringAsync(Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("method=\"post\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", html.Replace("http://www.w3.org", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("https://", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_page_forbids_foreign_scripts_and_frames()
    {
        using var response = await GetAsync("/sign-in");
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));

        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task A_dead_api_is_a_bad_gateway_for_its_callers_and_no_page()
    {
        using var response = await GetAsync("/api/server/about");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancel));
    }

    [Theory]
    [InlineData("/tasks/7?tab=data", "/tasks/7?tab=data")]
    [InlineData("//evil.test/", "/")]
    [InlineData("/\\evil.test", "/")]
    [InlineData("https://evil.test/", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData(null, "/")]
    public void Nobody_is_led_to_another_site_after_sign_in(string? wanted, string address) => Assert.Equal(address, LocalAddress.Of(wanted));

    public void Dispose() => _web.Dispose();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task<HttpResponseMessage> GetAsync(string path) =>
        _web.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false }).GetAsync(path, Cancel);
}
