using System.Globalization;
using StackExchange.Redis;

namespace Annotator.Api.Annotations;

/// <summary>
/// Who has which job open. Each replica knows its own connections; through Redis they know each other's. Without Redis, or
/// while it is down, everybody sees those of the same replica, and nothing else suffers.
/// </summary>
internal sealed class Presence(IServiceProvider services, TimeProvider time)
{
    /// <summary>How often a replica says that its connections are still there.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromSeconds(30);

    /// <summary>After this long without renewal the replica is taken for dead, and its people for gone.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Lock _lock = new();
    private readonly Dictionary<int, Dictionary<string, PresentUser>> _here = [];
    private readonly Lazy<IConnectionMultiplexer?> _redis = new(() => services.GetService<IConnectionMultiplexer>());

    /// <summary>The jobs that somebody has open through this replica.</summary>
    public IReadOnlyList<int> OpenJobs
    {
        get
        {
            lock (_lock)
            {
                return [.. _here.Keys];
            }
        }
    }

    public async Task EnterAsync(int jobId, string connection, PresentUser user)
    {
        lock (_lock)
        {
            if (!_here.TryGetValue(jobId, out var people))
            {
                _here.Add(jobId, people = []);
            }

            people[connection] = user;
        }

        await TryAsync(redis => redis.HashSetAsync(KeyOf(jobId), connection, Entry(user)));
    }

    /// <summary>False when the connection did not have the job open.</summary>
    public async Task<bool> LeaveAsync(int jobId, string connection)
    {
        lock (_lock)
        {
            if (!_here.TryGetValue(jobId, out var people) || !people.Remove(connection))
            {
                return false;
            }

            if (people.Count == 0)
            {
                _here.Remove(jobId);
            }
        }

        await TryAsync(redis => redis.HashDeleteAsync(KeyOf(jobId), connection));
        return true;
    }

    /// <summary>Whether anybody listens to the job through this replica.</summary>
    public bool IsAnybodyHere(int jobId)
    {
        lock (_lock)
        {
            return _here.ContainsKey(jobId);
        }
    }

    /// <summary>Says of every connection of this replica that it is still there; also what makes a new, empty Redis know them.</summary>
    public async Task RenewAsync()
    {
        List<(int JobId, HashEntry[] Entries)> jobs;
        lock (_lock)
        {
            jobs = [.. _here.Select(job => (job.Key, Entries(job.Value)))];
        }

        foreach (var (jobId, entries) in jobs)
        {
            await TryAsync(redis => redis.HashSetAsync(KeyOf(jobId), entries));
            await TryAsync(redis => redis.KeyExpireAsync(KeyOf(jobId), Patience));
        }

        HashEntry[] Entries(Dictionary<string, PresentUser> people) => [.. people.Select(one => new HashEntry(one.Key, Entry(one.Value)))];
    }

    /// <summary>Everybody who has the job open, each once, by name.</summary>
    public async Task<IReadOnlyList<PresentUser>> ReadAsync(int jobId)
    {
        List<PresentUser> users;
        lock (_lock)
        {
            users = _here.TryGetValue(jobId, out var people) ? [.. people.Values] : [];
        }

        var since = time.GetUtcNow() - Patience;
        await TryAsync(async redis =>
        {
            foreach (var entry in await redis.HashGetAllAsync(KeyOf(jobId)))
            {
                if (Parse(entry.Value!) is { } found && found.At >= since)
                {
                    users.Add(found.User);
                }
                else
                {
                    // Its replica died and will not take it out.
                    await redis.HashDeleteAsync(KeyOf(jobId), entry.Name);
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
