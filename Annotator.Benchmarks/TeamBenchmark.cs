using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Annotator.Client;
using Annotator.Client.Jobs;
using Annotator.Client.Tasks;
using Microsoft.AspNetCore.SignalR.Client;

namespace Annotator.Benchmarks;

/// <summary>
/// 300 annotators on a system that was really started, each with a live connection to a job, each saving one new box every two
/// seconds for a minute; 100 of them sit in pairs in one job. They share one login key.
/// </summary>
internal static class TeamBenchmark
{
    private const int Annotators = 300;
    private const int Paired = 100;
    private const int Jobs = Annotators - (Paired / 2);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(60);

    public static async Task RunAsync(Figures figures, CancellationToken cancel)
    {
        await using var system = await LoadedSystem.StartAsync(cancel);
        var (task, label) = await system.CreateTaskAsync(1, cancel);
        var zip = (await LoadedSystem.ZipAsync(Jobs, cancel)).ToArray();
        await system.FinishAsync(
            await system.Client.Uploads.UploadTaskDataAsync(task, [("images.zip", () => new MemoryStream(zip))], new DataOptions(), cancel), cancel);
        var jobs = (await system.Client.Jobs.ListAsync(
            new ListQuery { PageSize = Jobs, Where = new Dictionary<string, string?> { ["task_id"] = task.ToString(CultureInfo.InvariantCulture) } }, cancel)).Results;

        var team = new List<Annotator>();
        var run = new Run(system.Url, system.Key, label);
        for (var i = 0; i < Annotators; i++)
        {
            team.Add(await Annotator.JoinAsync(run, jobs[i < Paired ? i / 2 : i - (Paired / 2)], cancel));
        }

        await Task.WhenAll(team.Select((annotator, i) => annotator.WorkAsync(Pause * ((double)i / Annotators), cancel)));
        figures.Add("team.saves", run.Saves.Count, "saves");
        figures.Add("team.errors", run.Errors.Count, "answers", "0");
        foreach (var kind in run.Errors.CountBy(error => error))
        {
            Console.WriteLine($"  {kind.Value} × {kind.Key}");
        }

        figures.Add("team.save.p50", Figures.Percentile(run.Saves, 0.5), "ms");
        figures.Add("team.save.p95", Figures.Percentile(run.Saves, 0.95), "ms", "< 100");
        figures.Add("team.save.p99", Figures.Percentile(run.Saves, 0.99), "ms");
        figures.Add("team.deliveries", run.Deliveries.Count, "events");
        figures.Add("team.delivery.p95", Figures.Percentile(run.Deliveries, 0.95), "ms");
        foreach (var (process, bytes) in StartBenchmark.MemoryOf(system.HostId))
        {
            figures.Add($"team.memory of {process}", bytes / 1e6, "MB");
        }

        foreach (var annotator in team)
        {
            await annotator.DisposeAsync();
        }
    }

    /// <summary>What all annotators share: where they work, and what was measured. Times in milliseconds.</summary>
    private sealed record Run(Uri Url, string Key, int LabelId)
    {
        public ConcurrentBag<double> Saves { get; } = [];
        public ConcurrentBag<double> Deliveries { get; } = [];
        public ConcurrentBag<string> Errors { get; } = [];

        /// <summary>When each journal sent its newest batch.</summary>
        public ConcurrentDictionary<string, long> Sent { get; } = new(StringComparer.OrdinalIgnoreCase);
    }

    private sealed class Annotator(Run run, Job job, HttpClient http, HubConnection hub, long firstId) : IAsyncDisposable
    {
        private const int Ids = 100;
        private readonly string _journal = Guid.CreateVersion7().ToString();

        public static async Task<Annotator> JoinAsync(Run run, Job job, CancellationToken cancel)
        {
            var http = new HttpClient { BaseAddress = run.Url };
            http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Token {run.Key}");
            using var answer = await http.PostAsJsonAsync($"api/jobs/{job.Id}/ids", new { count = Ids }, cancel);
            answer.EnsureSuccessStatusCode();
            var first = (await answer.Content.ReadFromJsonAsync<JsonElement>(cancel)).GetProperty("first").GetInt64();
            var hub = new HubConnectionBuilder().WithUrl(
                new Uri(run.Url, "hubs/jobs"), options => options.Headers["Authorization"] = $"Token {run.Key}").Build();
            var annotator = new Annotator(run, job, http, hub, first);
            hub.On<JsonElement>("changed", annotator.Hear);
            await hub.StartAsync(cancel);
            await hub.InvokeAsync("Join", job.Id, cancel);
            return annotator;
        }

        /// <summary>Saves until the time is over; whoever is slower than the pause saves less often.</summary>
        public async Task WorkAsync(TimeSpan delay, CancellationToken cancel)
        {
            await Task.Delay(delay, cancel);
            var clock = Stopwatch.StartNew();
            for (var seq = 1; clock.Elapsed < Duration && seq <= Ids; seq++)
            {
                var next = Task.Delay(Pause, cancel);
                await SaveAsync(seq, cancel);
                await next;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await hub.DisposeAsync();
            http.Dispose();
        }

        private async Task SaveAsync(int seq, CancellationToken cancel)
        {
            var value = new { type = "rectangle", frame = job.StartFrame, label_id = run.LabelId, points = (double[])[1, 1, 20 + (seq % 20), 30] };
            object[] ops = [new { op = "add", type = "shape", id = firstId + seq - 1, value }];
            var start = Stopwatch.GetTimestamp();
            run.Sent[_journal] = start;
            try
            {
                using var answer = await http.PostAsJsonAsync($"api/jobs/{job.Id}/ops", new { client_id = _journal, seq, @base = 0, ops }, cancel);
                var text = await answer.Content.ReadAsStringAsync(cancel);
                if (answer.IsSuccessStatusCode)
                {
                    run.Saves.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
                else
                {
                    run.Errors.Add($"{(int)answer.StatusCode}: {text[..Math.Min(text.Length, 300)]}");
                }
            }
            catch (HttpRequestException error)
            {
                run.Errors.Add(error.Message);
            }
        }

        private void Hear(JsonElement change)
        {
            if (change.GetProperty("client_id").GetString() is { } journal && journal != _journal && run.Sent.TryGetValue(journal, out var start))
            {
                run.Deliveries.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }
    }
}
