using System.Collections.Concurrent;
using System.Globalization;
using StackExchange.Redis;

namespace Annotator.Api.Annotations;

/// <summary>
/// Who has which job open. Each replica knows its own connections; through Redis they know each other's. Without Redis, or
/// while it is down, everybody sees those of the same replica, and nothing else suffers.
/// </summary>
internal sealed class Presence(IServiceProvider services, TimeProvider time) : BackgroundService
{
    /// <summary>How often a replica says that its connections are still there.</summary>
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(30);

    /// <summary>After this long without renewal the replica is taken for dead, and its people for gone.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly ConcurrentDictionary<(int JobId, string Connection), PresentUser> _here = new();
    private readonly Lazy<IConnectionMultiplexer?> _redis = new(() => services.GetService<IConnectionMultiplexer>());

    public async Task EnterAsync(int jobId, string connection, PresentUser user)
    {
        _here[(jobId, connection)] = user;
        await TryAsync(redis => redis.HashSetAsync(KeyOf(jobId), connection, Entry(user)));
    }

    public async Task LeaveAsync(int jobId, string connection)
    {
        _here.TryRemove((jobId, connection), out _);
        await TryAsync(redis => redis.HashDeleteAsync(KeyOf(jobId), connection));
    }

    /// <summary>Whether anybody listens to the job through this replica.</summary>
    public bool IsAnybodyHere(int jobId) => _here.Keys.Any(key => key.JobId == jobId);

    public IReadOnlyList<int> JobsOf(string connection) =>
        [.. _here.Keys.Where(key => key.Connection == connection).Select(key => key.JobId)];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Renewal, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var ((jobId, connection), user) in _here)
            {
                await TryAsync(redis => redis.HashSetAsync(KeyOf(jobId), connection, Entry(user)));
                await TryAsync(redis => redis.KeyExpireAsync(KeyOf(jobId), Patience));
            }
        }
    }

    /// <summary>Everybody who has the job open, each once.</summary>
    public async Task<IReadOnlyList<PresentUser>> ReadAsync(int jobId)
    {
        var users = _here.Where(entry => entry.Key.JobId == jobId).Select(entry => entry.Value).ToList();
        var since = time.GetUtcNow() - Patience;
        await TryAsync(async redis =>
        {
            foreach (var entry in await redis.HashGetAllAsync(KeyOf(jobId)))
            {
                if (Parse(entry.Value!) is { } found && found.At >= since)
                {
                    users.Add(found.User);
                }
            }

            await redis.KeyExpireAsync(KeyOf(jobId), Patience);
        });
        return [.. users.DistinctBy(user => user.Id).OrderBy(user => user.Username, StringComparer.Ordinal)];
    }

    private async Task TryAsync(Func<IDatabase, Task> act)
    {
        if (_redis.Value is not { IsConnected: true } redis)
        {
            return;
        }

        try
        {
            await act(redis.GetDatabase());
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException)
        {
            // What others miss now they see at the next renewal.
        }
    }

    private static RedisKey KeyOf(int jobId) => FormattableString.Invariant($"presence:job:{jobId}");

    private RedisValue Entry(PresentUser user) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow().ToUnixTimeSeconds()} {user.Id} {user.Username}");

    private static (DateTimeOffset At, PresentUser User)? Parse(string entry) =>
        entry.Split(' ', 3) is [var at, var id, var name]
        && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var userId)
            ? (DateTimeOffset.FromUnixTimeSeconds(seconds), new PresentUser(userId, name))
            : null;
}
