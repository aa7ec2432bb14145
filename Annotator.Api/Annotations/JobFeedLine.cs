using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.Jobs;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Annotations;

/// <summary>
/// What those who have one job open are told, in order. A listener whose connection is slow holds up this job only. What
/// comes while something is being told is told together: a busy job costs one read of the log, not one for each change.
/// </summary>
/// <param name="readers">How many jobs may read the database at once.</param>
internal sealed partial class JobFeedLine(
    int jobId, SemaphoreSlim readers, IServiceScopeFactory scopes, IHubContext<JobHub, IJobListener> hub, Presence presence, IHostApplicationLifetime lifetime, ILogger<JobFeedLine> log)
{
    /// <summary>Who is further behind is told of the newest; the gap in the revisions makes the client fetch the rest.</summary>
    private const int MostChanges = 50;

    private readonly Lock _lock = new();
    private readonly Queue<JobNews> _news = [];
    private int? _told;
    private int _revision;
    private bool _people;
    private bool _peopleAnyhow;
    private bool _telling;
    private bool _failed;

    // Touched by the telling only, of which there is one at a time.
    private IReadOnlyList<PresentUser> _shown = [];

    /// <summary>Somebody opened the job at this revision, and learns of later ones from here.</summary>
    public void Joined(int revision)
    {
        lock (_lock)
        {
            _told ??= revision;
        }
    }

    public void Happened(JobSignal signal) => Wake(() =>
    {
        if (signal.News is { } news)
        {
            _news.Enqueue(news);
        }
        else if (signal.Revision is { } revision)
        {
            _told ??= revision - 1;
            _revision = Math.Max(_revision, revision);
        }
        else if (signal.People)
        {
            (_people, _peopleAnyhow) = (true, true);
        }
    });

    /// <summary>Signals may have been lost; the job is at this revision.</summary>
    public void Look(int revision) => Wake(() =>
    {
        _revision = Math.Max(_revision, _told is null ? 0 : revision);
        _people = true;
    });

    private void Wake(Action note)
    {
        lock (_lock)
        {
            note();
            _failed = false;
            if (_telling)
            {
                return;
            }

            _telling = true;
        }

        _ = TellAsync(lifetime.ApplicationStopping);
    }

    private async Task TellAsync(CancellationToken cancel)
    {
        while (NextOf() is { } next)
        {
            try
            {
                await next(cancel);
            }
            catch (Exception failure)
            {
                if (!cancel.IsCancellationRequested)
                {
                    Log.NotTold(log, failure, jobId);
                }
            }
        }
    }

    /// <summary>What to tell next; null when there is nothing, which ends the telling.</summary>
    private Func<CancellationToken, Task>? NextOf()
    {
        lock (_lock)
        {
            if (_news.TryDequeue(out var news))
            {
                return _ => Listeners.Job(news);
            }

            if (_told is { } told && told < _revision && !_failed)
            {
                var (since, revision) = (Math.Max(told, _revision - MostChanges), _revision);
                _told = revision;
                return cancel => TellChangesAsync(since, revision, cancel);
            }

            if (_people)
            {
                var anyhow = _peopleAnyhow;
                (_people, _peopleAnyhow) = (false, false);
                return _ => ShowPeopleAsync(anyhow);
            }

            _telling = false;
            return null;
        }
    }

    private async Task TellChangesAsync(int since, int revision, CancellationToken cancel)
    {
        try
        {
            foreach (var change in await ReadChangesAsync(since, revision, cancel))
            {
                await Listeners.Changed(change);
                since = change.Revision;
            }
        }
        catch
        {
            // Tried again when something else happens, or at the next look.
            lock (_lock)
            {
                (_told, _failed) = (since, true);
            }

            throw;
        }
    }

    private async Task<IReadOnlyList<JobChanged>> ReadChangesAsync(int since, int revision, CancellationToken cancel)
    {
        await readers.WaitAsync(cancel);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var store = scope.ServiceProvider.GetRequiredService<AnnotationStore>();
            var changes = (await store.ReadChangesAsync(jobId, since, cancel) ?? []).Where(change => change.Revision <= revision).ToList();
            var users = changes.ConvertAll(change => change.UserId);
            var db = scope.ServiceProvider.GetRequiredService<AnnotatorDbContext>();
            var names = await db.Users.Where(user => users.Contains(user.Id)).ToDictionaryAsync(user => user.Id, user => user.UserName!, cancel);
            return changes.ConvertAll(change =>
            {
                var view = ChangeView.Of(change, names);
                return new JobChanged(jobId, view.Revision, view.User, view.At, view.ClientId, view.Ops);
            });
        }
        finally
        {
            readers.Release();
        }
    }

    private async Task ShowPeopleAsync(bool anyhow)
    {
        var people = await presence.ReadAsync(jobId);
        if (anyhow || !people.SequenceEqual(_shown))
        {
            await Listeners.Presence(new JobPresence(jobId, people));
            _shown = people;
        }
    }

    private IJobListener Listeners => hub.Clients.Group(JobHub.Group(jobId));

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Those who have job {JobId} open were not told of something; it is tried again.")]
        public static partial void NotTold(ILogger log, Exception failure, int jobId);
    }
}
