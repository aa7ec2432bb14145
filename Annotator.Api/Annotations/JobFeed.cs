using System.Threading.Channels;
using Annotator.Core;
using Annotator.Core.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Annotations;

/// <summary>
/// Tells everybody who has a job open what was committed. It works behind the requests: it costs a save nothing and cannot fail
/// it, and jobs do not wait for each other (<see cref="JobFeedLine"/>). Each replica tells its own clients, of its own commits
/// at once and of others' commits by their signals. Signals get lost while Redis is away, so every replica also looks for
/// itself: at the beginning, when Redis is back, and every half a minute. A client that misses a change nevertheless sees the
/// gap in revisions and fetches it.
/// </summary>
internal sealed partial class JobFeed(
    JobSignals signals, IServiceProvider services, Presence presence, TimeProvider time, ILogger<JobFeed> log)
    : BackgroundService, IJobEvents
{
    private const int Backlog = 10_000;
    private const int MostReaders = 4;

    private readonly Channel<Note> _notes = Channel.CreateBounded<Note>(
        new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    // Of the jobs that are open here. Only the queue's reader touches it.
    private readonly Dictionary<int, JobFeedLine> _lines = [];

    // Telling must leave the database to those who save.
    private readonly SemaphoreSlim _readers = new(MostReaders);

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
                switch (note)
                {
                    case Note.Happened { Signal: var signal } when presence.IsAnybodyHere(signal.JobId):
                        LineOf(signal.JobId).Happened(signal);
                        break;
                    case Note.Joined joined:
                        LineOf(joined.JobId).Joined(joined.Revision);
                        break;
                    case Note.Look:
                        await LookAsync(cancel);
                        break;
                    default:
                        break;
                }
            }
            catch (Exception failure) when (!cancel.IsCancellationRequested)
            {
                Log.NotLooked(log, failure);
            }
        }
    }

    private JobFeedLine LineOf(int jobId)
    {
        if (!_lines.TryGetValue(jobId, out var line))
        {
            _lines.Add(jobId, line = ActivatorUtilities.CreateInstance<JobFeedLine>(services, jobId, _readers));
        }

        return line;
    }

    /// <summary>Has each open job tell what nobody was told of yet, and of people who came or vanished.</summary>
    private async Task LookAsync(CancellationToken cancel)
    {
        await presence.RenewAsync();
        var open = presence.OpenJobs;
        foreach (var closed in _lines.Keys.Except(open).ToList())
        {
            _lines.Remove(closed);
        }

        foreach (var (jobId, revision) in await ReadRevisionsAsync(open, cancel))
        {
            LineOf(jobId).Look(revision);
        }
    }

    private async Task<Dictionary<int, int>> ReadRevisionsAsync(IReadOnlyList<int> jobs, CancellationToken cancel)
    {
        if (jobs.Count == 0)
        {
            return [];
        }

        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
        return await db.Jobs.Where(job => jobs.Contains(job.Id)).ToDictionaryAsync(job => job.Id, job => job.Revision, cancel);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "What was missed could not be looked for; it is tried again.")]
        public static partial void NotLooked(ILogger log, Exception failure);
    }
}
