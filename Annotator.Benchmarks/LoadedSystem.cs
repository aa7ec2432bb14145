using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Json;
using Annotator.Client;
using Annotator.Client.Operations;
using Annotator.Client.Projects;
using Annotator.Client.Tasks;
using Annotator.Media;

namespace Annotator.Benchmarks;

/// <summary>The whole system on a new data folder, started as a user starts it, with its administrator signed in.</summary>
internal sealed class LoadedSystem(Process host, Task drain, string data, HttpClient http, string key) : IAsyncDisposable
{
    public const string Password = "correct horse battery";

    public string Data => data;
    public string Key => key;
    public int HostId => host.Id;
    public Uri Url => http.BaseAddress!;
    public AnnotatorClient Client { get; } = AnnotatorClient.WithLoginKey(http, key);

    public static async Task<LoadedSystem> StartAsync(CancellationToken cancel)
    {
        var data = Path.Combine(Path.GetTempPath(), $"annotator-load-{Guid.CreateVersion7():N}");
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var assembly = Path.Combine(own.Parent!.Parent!.FullName, "Annotator.AppHost", own.Name, "Annotator.AppHost.dll");
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        listener.Stop();
        var host = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList = { assembly, "--data", data, "--port", port },
            RedirectStandardOutput = true,
            Environment = { ["ANNOTATOR_ADMIN_USERNAME"] = "admin", ["ANNOTATOR_ADMIN_PASSWORD"] = Password },
        })!;
        var ready = false;
        while (!ready && await host.StandardOutput.ReadLineAsync(cancel) is { } line)
        {
            ready = line.Contains("Annotator is ready", StringComparison.Ordinal);
        }

        if (!ready)
        {
            throw new InvalidOperationException("The app host ended before it was ready.");
        }

        var drain = host.StandardOutput.ReadToEndAsync(cancel);
        var http = new HttpClient { BaseAddress = new Uri($"http://localhost:{port}/"), Timeout = TimeSpan.FromMinutes(10) };
        var signedIn = await new AnnotatorClient(http).Auth.LoginAsync("admin", Password, cancel);
        return new LoadedSystem(host, drain, data, http, signedIn.Key);
    }

    /// <summary>A project with one label and an empty task in it.</summary>
    public async Task<(int TaskId, int LabelId)> CreateTaskAsync(int? framesOfAJob, CancellationToken cancel)
    {
        var project = await Client.Projects.CreateAsync(new NewProject("Load", [new Label { Name = "car" }]), cancel);
        var task = await Client.Tasks.CreateAsync(new NewTask { Name = "Load", ProjectId = project.Id, SegmentSize = framesOfAJob }, cancel);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/labels?project_id={project.Id}");
        request.Headers.TryAddWithoutValidation("Authorization", $"Token {key}");
        using var answer = await http.SendAsync(request, cancel);
        var labels = await answer.Content.ReadFromJsonAsync<System.Text.Json.JsonElement>(cancel);
        return (task.Id, labels.GetProperty("results")[0].GetProperty("id").GetInt32());
    }

    /// <summary>Waits for background work that must succeed.</summary>
    public async Task FinishAsync(RequestId request, CancellationToken cancel)
    {
        var done = await Client.Requests.WaitAsync(request.RqId, null, TimeProvider.System, cancel);
        if (done.Status != RequestStatuses.Finished)
        {
            throw new InvalidOperationException($"Preparing the task ended with: {done.Message}");
        }
    }

    /// <summary>A zip of small JPEGs, each with a name of its own.</summary>
    public static async Task<MemoryStream> ZipAsync(int count, CancellationToken cancel)
    {
        var jpeg = await new JpegMaker(new MediaLimits()).EncodeAsync(new byte[64 * 48 * 3], 64, 48, 80, cancel);
        var zip = new MemoryStream();
        await using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < count; i++)
            {
                await using var entry = await archive.CreateEntry($"{i:D6}.jpg", CompressionLevel.NoCompression).OpenAsync(cancel);
                await entry.WriteAsync(jpeg, cancel);
            }
        }

        return zip;
    }

    public async ValueTask DisposeAsync()
    {
        using var interrupt = Process.Start(new ProcessStartInfo("kill") { ArgumentList = { "-TERM", host.Id.ToString(CultureInfo.InvariantCulture) } })!;
        await host.WaitForExitAsync();
        await drain;
        host.Dispose();
        http.Dispose();
        Directory.Delete(data, recursive: true);
    }
}
