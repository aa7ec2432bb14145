using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace Annotator.Tests.WholeSystem;

/// <summary>The local runner keeps the system up, ends it clean, and cleans up after itself when it was killed.</summary>
[Collection(nameof(LocalSystem))]
public sealed partial class AppHostTests(LocalSystem system)
{
    [Theory]
    [InlineData("worker")]
    [InlineData("api")]
    [InlineData("web")]
    [InlineData("postgres")]
    public async Task A_killed_part_runs_again_and_the_system_answers(string part)
    {
        var killed = await system.KillAsync(part);

        await system.WaitForRestartAsync(part, killed);

        using var admin = await system.AdminAsync();
        await system.WaitAsync("the projects can be listed", async () =>
        {
            using var answer = await admin.GetAsync(new Uri("/api/projects", UriKind.Relative));
            return answer.StatusCode == HttpStatusCode.OK;
        });
    }

    [Fact]
    public async Task A_form_that_was_open_when_the_web_was_killed_can_still_be_sent()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = system.Url };
        var form = await browser.GetStringAsync(new Uri("/sign-in", UriKind.Relative), cancel);

        await system.WaitForRestartAsync("web", await system.KillAsync("web"));

        using var fields = new FormUrlEncodedContent(
        [
            new("_handler", "sign-in"),
            new("__RequestVerificationToken", FormToken().Match(form).Groups[1].Value),
            new("Form.Username", LocalSystem.AdminName),
            new("Form.Password", LocalSystem.AdminPassword),
        ]);
        using var answer = await browser.PostAsync(new Uri("/sign-in", UriKind.Relative), fields, cancel);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.Contains(answer.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("sessionid=", StringComparison.Ordinal));

        // And whoever is signed in stays so.
        await system.WaitForRestartAsync("web", await system.KillAsync("web"));
        using var page = await browser.GetAsync(new Uri("/projects", UriKind.Relative), cancel);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();

    [Fact]
    public async Task A_killed_runner_leaves_processes_that_the_next_one_ends()
    {
        var before = (await system.ResourcesAsync()).Where(resource => resource.Name is "worker" or "api" or "web").Select(resource => resource.Pid!.Value).ToList();
        await system.KillHostAsync();

        await system.StartAsync();

        Assert.All(before, pid => Assert.False(IsRunning(pid)));
        using var admin = await system.AdminAsync();
        using var answer = await admin.GetAsync(new Uri("/api/users/self", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Ctrl_C_ends_everything_in_order_and_data_are_there_after_the_next_start()
    {
        var pids = (await system.ResourcesAsync()).Where(resource => resource.Pid is not null && resource.Name is not "redis").Select(resource => resource.Pid!.Value).ToList();

        Assert.Equal(0, await system.StopAsync());

        Assert.All(pids, pid => Assert.False(IsRunning(pid)));
        await system.StartAsync();
        using var admin = await system.AdminAsync();
    }

    private static bool IsRunning(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}

/// <summary>One running system for all tests of this tier, one test at a time.</summary>
[CollectionDefinition(nameof(LocalSystem), DisableParallelization = true)]
public sealed class LocalSystemCollection : ICollectionFixture<LocalSystem>;
