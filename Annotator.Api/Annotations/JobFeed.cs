using System.Text.Json;
using System.Threading.Channels;
using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.Jobs;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;
using StackExchange.Redis;

namespace Annotator.Api.Annotations;

/// <summary>
/// Tells everybody who has a job open what was committed. It works behind the requests: it costs a save nothing and cannot fail
/// it. Between replicas only a short signal travels, through Redis, and each tells its own clients; while Redis is away a
/// replica still tells its own. (SignalR's Redis backplane would tell nobody then.) What gets lost, clients notice by the gap
/// in revisions and fetch.
/// </summary>
internal sealed partial class JobFeed(
    IServiceProvider services, IServiceScopeFactory scopes, IHubContext<JobHub, IJobListener> hub, Presence presence, TimeProvider time, ILogger<JobFeed> log)
    : BackgroundService, IJobEvents
{
    private const int Backlog = 10_000;
    private static readonly RedisChannel s_channel = RedisChannel.Literal("annotator:jobs");
    private static readonly TimeSpan s_reconnect = TimeSpan.FromSeconds(5);

    private readonly Channel<Signal> _outgoing = Queue();
    private readonly Channel<Signal> _incoming = Queue();

    /// <summary>Exactly one of revision, news and people is what happened.</summary>
    private sealed record Signal(int JobId, int? Revision = null, JobNews? News = null, bool People = false);

    /// <summary>Says that the job's annotations have come to a revision.</summary>
    public void Announce(int jobId, int revision) => _outgoing.Writer.TryWrite(new Signal(jobId, Revision: revision));

    /// <summary>Says that somebody opened or left the job.</summary>
    public void AnnouncePeople(int jobId) => _outgoing.Writer.TryWrite(new Signal(jobId, People: true));

    public Task ChangedAsync(JobNews job, CancellationToken cancel)
    {
        _outgoing.Writer.TryWrite(new Signal(job.Id, News: job));
        return Task.CompletedTask;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var redis = services.GetService<IConnectionMultiplexer>();

        await Task.WhenAll(ListenAsync(redis, stoppingToken), SendAsync(redis, stoppingToken), TellAsync(stoppingToken));
    }

    /// <summary>Subscribes as soon as Redis can be reached; afterwards the client renews the subscription by itself.</summary>
    private async Task ListenAsync(IConnectionMultiplexer? redis, CancellationToken cancel)
    {
        while (redis is not null)
        {
            try
            {
                if (redis.IsConnected)
                {
                    await redis.GetSubscriber().SubscribeAsync(s_channel, (_, message) => Receive(message));
                    return;
                }
            }
            catch (Exception failure) when (failure is RedisException or TimeoutException)
            {
                Log.NotListening(log, failure);
            }

            await Task.Delay(s_reconnect, time, cancel);
        }
    }

    private void Receive(RedisValue message)
    {
        if (JsonSerializer.Deserialize<Signal>((string)message!) is { } signal)
        {
            _incoming.Writer.TryWrite(signal);
        }
    }

    private async Task SendAsync(IConnectionMultiplexer? redis, CancellationToken cancel)
    {
        await foreach (var signal in _outgoing.Reader.ReadAllAsync(cancel))
        {
            if (!await TrySendAsync(redis, signal))
            {
                _incoming.Writer.TryWrite(signal);
            }
        }
    }

    /// <summary>Whether Redis took the signal and has listeners, of which this replica is one.</summary>
    private static async Task<bool> TrySendAsync(IConnectionMultiplexer? redis, Signal signal)
    {
        if (redis is not { IsConnected: true })
        {
            return false;
        }

        try
        {
            return await redis.GetSubscriber().PublishAsync(s_channel, JsonSerializer.Serialize(signal)) > 0;
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException)
        {
            return false;
        }
    }

    private async Task TellAsync(CancellationToken cancel)
    {
        await foreach (var signal in _incoming.Reader.ReadAllAsync(cancel))
        {
            try
            {
                if (presence.IsAnybodyHere(signal.JobId))
                {
                    await TellAsync(signal, cancel);
                }
            }
            catch (Exception failure) when (!cancel.IsCancellationRequested)
            {
                Log.NotTold(log, failure, signal.JobId);
            }
        }
    }

    private async Task TellAsync(Signal signal, CancellationToken cancel)
    {
        var listeners = hub.Clients.Group(JobHub.Group(signal.JobId));
        switch (signal)
        {
            case { News: { } news }:
                await listeners.Job(news);
                break;
            case { Revision: { } revision } when await ReadChangeAsync(signal.JobId, revision, cancel) is { } change:
                await listeners.Changed(change);
                break;
            case { People: true }:
                await listeners.Presence(new JobPresence(signal.JobId, await presence.ReadAsync(signal.JobId)));
                break;
            default:
                break;
        }
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

    private static Channel<Signal> Queue() => Channel.CreateBounded<Signal>(
        new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Those who have job {JobId} open were not told of a change.")]
        public static partial void NotTold(ILogger log, Exception failure, int jobId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Signals of other replicas cannot be heard yet.")]
        public static partial void NotListening(ILogger log, Exception failure);
    }
}
