using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using StackExchange.Redis;

namespace Annotator.Core.Operations;

/// <summary>
/// Progress on its fast way, through Redis: a few times a second instead of once per heartbeat. Without Redis, or while it
/// is down, everybody reads what the worker persists.
/// </summary>
public sealed class OperationProgress(IServiceProvider services)
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromMinutes(10);

    // Redis is optional, and asking for it must not connect before somebody works.
    private readonly Lazy<IConnectionMultiplexer?> _redis = new(() => services.GetService<IConnectionMultiplexer>());

    /// <summary>Hands the values to Redis without waiting; a failure is nobody's business.</summary>
    public void Write(Guid operationId, double progress, string step)
    {
        if (_redis.Value is { IsConnected: true } redis)
        {
            var value = string.Create(CultureInfo.InvariantCulture, $"{progress:R}\n{step}");
            redis.GetDatabase().StringSet(KeyOf(operationId), value, TimeToLive, flags: CommandFlags.FireAndForget);
        }
    }

    /// <summary>What Redis has; null when it has nothing or cannot be asked.</summary>
    public async Task<(double Progress, string Step)?> ReadAsync(Guid operationId)
    {
        if (_redis.Value is not { IsConnected: true } redis)
        {
            return null;
        }

        try
        {
            var value = (string?)await redis.GetDatabase().StringGetAsync(KeyOf(operationId));
            return value?.Split('\n', 2) is [var progress, var step]
                && double.TryParse(progress, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? (number, step)
                : null;
        }
        catch (Exception error) when (error is RedisException or TimeoutException)
        {
            return null;
        }
    }

    private static RedisKey KeyOf(Guid operationId) => $"operation:{operationId:N}:progress";
}
