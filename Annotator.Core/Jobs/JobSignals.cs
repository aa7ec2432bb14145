using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Annotator.Core.Jobs;

/// <summary>One short message from process to process. Exactly one of revision, news and people is what happened.</summary>
/// <param name="People">Somebody opened or left the job.</param>
public sealed record JobSignal(int JobId, int? Revision = null, JobNews? News = null, bool People = false);

/// <summary>
/// Carries signals between processes through Redis. Nothing durable: a signal that is lost is made good by whoever listens,
/// who looks for himself now and then. (docs/decisions/0006-live-updates.md says why it is not SignalR's own backplane.)
/// </summary>
public sealed partial class JobSignals(IServiceProvider services, TimeProvider time, ILogger<JobSignals> log)
{
    private static readonly RedisChannel s_channel = RedisChannel.Literal("annotator:jobs");
    private static readonly TimeSpan s_reconnect = TimeSpan.FromSeconds(5);

    private readonly Guid _sender = Guid.CreateVersion7();

    // Redis is optional, and asking for it must not connect before somebody works.
    private readonly Lazy<IConnectionMultiplexer?> _redis = new(() => services.GetService<IConnectionMultiplexer>());

    private sealed record Envelope(Guid Sender, JobSignal Signal);

    /// <summary>Hands the signal to Redis without waiting. Other processes hear it; this one does not.</summary>
    public void Send(JobSignal signal)
    {
        if (_redis.Value is not { IsConnected: true } redis)
        {
            return;
        }

        try
        {
            redis.GetSubscriber().Publish(s_channel, JsonSerializer.Serialize(new Envelope(_sender, signal)), CommandFlags.FireAndForget);
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException)
        {
            Log.NotSent(log, failure, signal.JobId);
        }
    }

    /// <summary>
    /// Listens to other processes, as soon as Redis can be reached and until the end; afterwards the client renews the
    /// subscription by itself. Returns once it listens, or at once where there is no Redis.
    /// </summary>
    /// <param name="missed">Called when signals may have been lost: at the beginning, and when Redis is back.</param>
    public async Task ListenAsync(Action<JobSignal> heard, Action missed, CancellationToken cancel)
    {
        if (_redis.Value is not { } redis)
        {
            return;
        }

        redis.ConnectionRestored += (_, _) => missed();
        while (true)
        {
            try
            {
                if (redis.IsConnected)
                {
                    await redis.GetSubscriber().SubscribeAsync(s_channel, (_, message) => Hear(message, heard));
                    missed();
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

    private void Hear(RedisValue message, Action<JobSignal> heard)
    {
        try
        {
            if (JsonSerializer.Deserialize<Envelope>((string)message!) is { } envelope && envelope.Sender != _sender)
            {
                heard(envelope.Signal);
            }
        }
        catch (JsonException failure)
        {
            Log.NotUnderstood(log, failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A signal about job {JobId} was not sent.")]
        public static partial void NotSent(ILogger log, Exception failure, int jobId);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Signals of other processes cannot be heard yet.")]
        public static partial void NotListening(ILogger log, Exception failure);

        [LoggerMessage(Level = LogLevel.Warning, Message = "A signal of another process was not understood.")]
        public static partial void NotUnderstood(ILogger log, Exception failure);
    }
}

/// <summary>For a process that nobody listens to, such as the worker: others hear of its commits.</summary>
internal sealed class SignalledJobEvents(JobSignals signals) : IJobEvents
{
    public void Advanced(int jobId, int revision) => signals.Send(new JobSignal(jobId, Revision: revision));

    public void Changed(JobNews job) => signals.Send(new JobSignal(job.Id, News: job));
}
