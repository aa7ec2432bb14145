using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Annotator.Tests.WholeSystem;

/// <summary>
/// The whole product as a newcomer starts it: the built app host with its processes, on a data folder of its own and free
/// ports. An administrator exists. Processes are stopped by their numbers.
/// </summary>
public sealed partial class LocalSystem : IAsyncLifetime
{
    public const string AdminName = "admin";
    public const string AdminPassword = "correct horse battery";
    private string? _token;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly HttpClient _http = new();
    private Process? _host;
    private string _statusKey = "";
    private Uri? _status;

    /// <summary>Where the browser goes.</summary>
    public Uri Url { get; private set; } = null!;

    public string DataPath { get; } = Path.Combine(Path.GetTempPath(), $"annotator-system-{Guid.CreateVersion7():N}");

    public async ValueTask InitializeAsync() => await StartAsync();

    /// <summary>Starts the app host and waits until every part is healthy.</summary>
    public async Task StartAsync()
    {
        var assembly = Path.Combine(AppContext.BaseDirectory, "..", "..", "Annotator.AppHost", Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/', '\\')), "Annotator.AppHost.dll");
        var port = FreePort();
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { Path.GetFullPath(assembly), "--data", DataPath, "--port", $"{port}" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            Environment = { ["ANNOTATOR_ADMIN_USERNAME"] = AdminName, ["ANNOTATOR_ADMIN_PASSWORD"] = AdminPassword },
        };
        _host = Process.Start(start)!;
        _host.StandardInput.Close();
        _host.OutputDataReceived += (_, line) => Remember(line.Data);
        _host.ErrorDataReceived += (_, line) => Remember(line.Data);
        _host.BeginOutputReadLine();
        _host.BeginErrorReadLine();
        Url = new Uri($"http://localhost:{port}");
        await WaitAsync("every part is healthy", async () =>
        {
            Assert.False(_host.HasExited, $"The app host ended.\n{Output}");
            return _status is not null && (await ResourcesAsync()).All(resource => resource.Healthy || resource.State == "Finished");
        });
    }

    /// <summary>Everything that the app host and its processes wrote, for the message of a failed test.</summary>
    public string Output => string.Join('\n', _output.TakeLast(200));

    /// <summary>The parts as the status page knows them.</summary>
    public async Task<IReadOnlyList<SystemResource>> ResourcesAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_status!, $"/resources?key={_statusKey}"));
        using var answer = await _http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<List<SystemResource>>(JsonSerializerOptions.Web))!;
    }

    /// <summary>Kills a part the hard way (SIGKILL) and returns the number of the process that was.</summary>
    public async Task<int> KillAsync(string name)
    {
        var pid = (await ResourcesAsync()).Single(resource => resource.Name == name).Pid!.Value;
        using var process = Process.GetProcessById(pid);
        process.Kill(entireProcessTree: name == "postgres");
        await process.WaitForExitAsync();
        return pid;
    }

    /// <summary>Stops a part in its tracks (SIGSTOP) until <see cref="LetGoAsync"/>; returns the number of its process.</summary>
    public async Task<int> HoldAsync(string name)
    {
        var pid = (await ResourcesAsync()).Single(resource => resource.Name == name).Pid!.Value;
        await SignalAsync("STOP", pid);
        return pid;
    }

    /// <summary>Lets a part that was held go on.</summary>
    public static Task LetGoAsync(int pid) => SignalAsync("CONT", pid);

    private static async Task SignalAsync(string signal, int pid)
    {
        using var kill = Process.Start("kill", [$"-{signal}", pid.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits until a part that was killed runs again, as another process, and is healthy.</summary>
    public Task WaitForRestartAsync(string name, int killed) => WaitAsync($"{name} runs again", async () =>
    {
        var resource = (await ResourcesAsync()).Single(resource => resource.Name == name);
        return resource.Healthy && resource.Pid != killed;
    });

    /// <summary>
    /// A client that is signed in as the administrator by a token: the same one for all tests, because the server takes only so
    /// many sign-ins in a minute and the tests' browsers need theirs.
    /// </summary>
    public async Task<HttpClient> AdminAsync()
    {
        var client = new HttpClient { BaseAddress = Url };
        if (_token is null)
        {
            using var login = await client.PostAsJsonAsync("/api/auth/login", new { username = AdminName, password = AdminPassword });
            login.EnsureSuccessStatusCode();
            _token = (await login.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString();
        }

        client.DefaultRequestHeaders.Add("Authorization", $"Token {_token}");
        return client;
    }

    /// <summary>Polls a condition; fails with the system's output when two minutes were not enough.</summary>
    public async Task WaitAsync(string what, Func<Task<bool>> condition)
    {
        var limit = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                if (await condition())
                {
                    return;
                }
            }
            catch (HttpRequestException) when (limit.Elapsed < TimeSpan.FromMinutes(2))
            {
                // Not there yet, or being started again.
            }

            Assert.True(limit.Elapsed < TimeSpan.FromMinutes(2), $"Waited in vain until {what}.\n{Output}");
            await Task.Delay(100);
        }
    }

    /// <summary>Ends the app host in order, as Ctrl+C does, and returns its exit code.</summary>
    public async Task<int> StopAsync()
    {
        using var kill = Process.Start(new ProcessStartInfo("kill") { ArgumentList = { "-INT", $"{_host!.Id}" } })!;
        await kill.WaitForExitAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        await _host.WaitForExitAsync(limit.Token);
        (_status, var code) = (null, _host.ExitCode);
        _host.Dispose();
        _host = null;
        return code;
    }

    /// <summary>Kills the app host itself; its processes live on until the next start ends them.</summary>
    public async Task KillHostAsync()
    {
        _host!.Kill();
        await _host.WaitForExitAsync();
        _host.Dispose();
        (_host, _status) = (null, null);
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is { HasExited: false })
        {
            await StopAsync();
        }

        _http.Dispose();
        if (Directory.Exists(DataPath))
        {
            Directory.Delete(DataPath, recursive: true);
        }
    }

    private void Remember(string? line)
    {
        if (line is null)
        {
            return;
        }

        _output.Enqueue(line);
        if (StatusLine().Match(line) is { Success: true } match)
        {
            _statusKey = match.Groups["key"].Value;
            _status = new Uri(match.Groups["url"].Value);
        }
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("^Status: (?<url>http://.*)/\\?key=(?<key>[0-9a-f]+)$")]
    private static partial Regex StatusLine();
}

/// <summary>A part of the running system.</summary>
public sealed record SystemResource(string Name, string State, bool Healthy, int? Pid, int Restarts);
