using System.Threading.Channels;
using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.Jobs;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Annotations;

/// <summary>
/// Tells everybody who has a job open what was committed. It works behind the requests: it costs a save nothing and cannot fail
/// it. Each replica tells its own clients, of its own commits at once and of others' commits by their signals. Signals get lost
/// while Redis is away, so every replica also looks for itself: at the beginning, when Redis is back, and every half a minute.
/// A client that misses a change nevertheless sees the gap in revisions and fetches it.
/// </summary>
internal sealed partial class JobFeed(
    JobSignals signals, IServiceScopeFactory scopes, IHubContext<JobHub, IJobListener> hub, Presence presence, TimeProvider time, ILogger<JobFeed> log)
    : BackgroundService, IJobEvents
{
    private const int Backlog = 10_000;

    private readonly Channel<Note> _notes = Channel.CreateBounded<Note>(
        new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    // Of the jobs that are open here: the revision that everybody was told of, and the people that everybody was shown.
    private readonly Dictionary<int, int> _told = [];
    private readonly Dictionary<int, IReadOnlyList<PresentUser>> _shown = [];

    /// <summary>What the one reader of the queue is to do.</summary>
    private abstract record Note
    {
        /// <summary>Something happened.</summary>
        public sealed record Happened(JobSignal Signal) : Note;

        /// <summary>Somebody opened the job when it was at this revision, and learns of later ones from here.</summary>
        public sealed record Joined(int JobId, int Revision) : Note;

        /// <summary>Signals may have been lost: look what stands.</summary>
        public sealed record Look : Note;
    }

    public void Advanced(int jobId, int revision) => Happened(new JobSignal(jobId, Revision: revision));

    public void Changed(JobNews job) => Happened(new JobSignal(job.Id, News: job));

    /// <summary>Somebody opened the job.</summary>
    /// <param name="revision">The job's revision before he or she could hear of a change.</param>
    public void Joined(int jobId, int revision)
    {
        _notes.Writer.TryWrite(new Note.Joined(jobId, revision));
        Happened(new JobSignal(jobId, People: true));
    }

    /// <summary>Somebody left the job.</summary>
    public void Left(int jobId) => Happened(new JobSignal(jobId, People: true));

    private void Happened(JobSignal signal)
    {
        _notes.Writer.TryWrite(new Note.Happened(signal));
        signals.Send(signal);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        signals.ListenAsync(signal => _notes.Writer.TryWrite(new Note.Happened(signal)), () => _notes.Writer.TryWrite(new Note.Look()), stoppingToken),
        LookNowAndThenAsync(stoppingToken),
        TellAsync(stoppingToken));

    private async Task LookNowAndThenAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Presence.Renewal, time);
        while (await timer.WaitForNextTickAsync(cancel))
        {
            _notes.Writer.TryWrite(new Note.Look());
        }
    }

    private async Task TellAsync(CancellationToken cancel)
    {
        await foreach (var note in _notes.Reader.ReadAllAsync(cancel))
        {
            try
            {
                await (note switch
                {
                    Note.Happened { Signal: var signal } => presence.IsAnybodyHere(signal.JobId) ? TellAsync(signal, cancel) : Task.CompletedTask,
                    Note.Joined joined => RememberAsync(joined),
                    _ => LookAsync(cancel),
                });
            }
            catch (Exception failure) when (!cancel.IsCancellationRequested)
            {
                Log.NotTold(log, failure);
            }
        }
    }

    private Task RememberAsync(Note.Joined joined)
    {
        _told.TryAdd(joined.JobId, joined.Revision);
        return Task.CompletedTask;
    }

    private async Task TellAsync(JobSignal signal, CancellationToken cancel)
    {
        switch (signal)
        {
            case { News: { } news }:
                await Listeners(signal.JobId).Job(news);
                break;
            case { Revision: { } revision }:
                await TellRevisionAsync(signal.JobId, revision, cancel);
                break;
            case { People: true }:
                await ShowPeopleAsync(signal.JobId, always: true);
                break;
            default:
                break;
        }
    }

    private async Task TellRevisionAsync(int jobId, int revision, CancellationToken cancel)
    {
        if (await ReadChangeAsync(jobId, revision, cancel) is { } change)
        {
            await Listeners(jobId).Changed(change);
            _told[jobId] = Math.Max(revision, _told.GetValueOrDefault(jobId));
        }
    }

    private async Task ShowPeopleAsync(int jobId, bool always)
    {
        var people = await presence.ReadAsync(jobId);
        if (always || !people.SequenceEqual(_shown.GetValueOrDefault(jobId) ?? []))
        {
            await Listeners(jobId).Presence(new JobPresence(jobId, people));
            _shown[jobId] = people;
        }
    }

    /// <summary>Tells of the newest change of each open job that nobody was told of yet, and of people who came or vanished.</summary>
    private async Task LookAsync(CancellationToken cancel)
    {
        await presence.RenewAsync();
        var open = presence.OpenJobs;
        foreach (var closed in _told.Keys.Concat(_shown.Keys).Except(open).ToList())
        {
            _told.Remove(closed);
            _shown.Remove(closed);
        }

        foreach (var (jobId, revision) in await ReadRevisionsAsync(open, cancel))
        {
            if (_told.TryGetValue(jobId, out var told) && told < revision)
            {
                await TellRevisionAsync(jobId, revision, cancel);
            }

            await ShowPeopleAsync(jobId, always: false);
        }
    }

    private async Task<Dictionary<int, int>> ReadRevisionsAsync(IReadOnlyList<int> jobs, CancellationToken cancel)
    {
        if (jobs.Count == 0)
        {
            return [];
        }

        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
        return await db.Jobs.Where(job => jobs.Contains(job.Id)).ToDictionaryAsync(job => job.Id, job => job.Revision, cancel);
    }

    private async Task<JobChanged?> ReadChangeAsync(int jobId, int revision, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<AnnotationStore>();
        var changes = await store.ReadChangesAsync(jobId, revision - 1, cancel);
        if (changes?.FirstOrDefault(change => change.Revision == revision) is not { } change)
        {
            return null;
        }

        var db = scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
        var names = await db.Users.Where(user => user.Id == change.UserId).ToDictionaryAsync(user => user.Id, user => user.UserName!, cancel);
        var view = ChangeView.Of(change, names);
        return new JobChanged(jobId, view.Revision, view.User, view.At, view.ClientId, view.Ops);
    }

    private IJobListener Listeners(int jobId) => hub.Clients.Group(JobHub.Group(jobId));

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Those who have a job open were not told of something; they are told of what follows.")]
        public static partial void NotTold(ILogger log, Exception failure);
    }
}
