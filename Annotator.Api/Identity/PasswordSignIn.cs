using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;
using Annotator.Core.Identity;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Annotator.Api.Identity;

/// <summary>What a name and a password came to.</summary>
/// <param name="RetryAfter">Set when there were too many attempts: nothing was checked.</param>
internal sealed record SignInOutcome(User? User, TimeSpan? RetryAfter = null);

/// <summary>
/// Checks names and passwords. An unknown name, a wrong password, a locked and an inactive account take the same time and
/// give the same answer, so that nobody learns from it who has an account here.
/// </summary>
internal sealed class PasswordSignIn(UserManager<User> users, SignInLimits limits, IMemoryCache cache)
{
    /// <summary>
    /// Scripts send Basic with every request, and a password hash is slow on purpose: a success is remembered for minutes
    /// under a keyed hash that includes the security stamp, so that a changed password ends it at once.
    /// </summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);
    private static readonly byte[] CacheKey = RandomNumberGenerator.GetBytes(32);
    private static readonly User Nobody = new();
    private static readonly string NobodysHash = new PasswordHasher<User>().HashPassword(Nobody, "nobody has this password");

    /// <summary>Finds by user name or by e-mail address.</summary>
    public async Task<SignInOutcome> CheckAsync(string name, string password, bool remember, HttpContext http)
    {
        var user = await FindAsync(name);
        var key = user is null ? null : Key(user, password);
        if (remember && key is not null && user!.IsActive && cache.TryGetValue(key, out _))
        {
            return new SignInOutcome(user);
        }

        if (!limits.TryAcquire(http.Connection.RemoteIpAddress?.ToString() ?? "", name, out var retryAfter))
        {
            return new SignInOutcome(null, retryAfter);
        }

        if (user is null || !user.IsActive || user.PasswordHash is null || await users.IsLockedOutAsync(user))
        {
            users.PasswordHasher.VerifyHashedPassword(Nobody, NobodysHash, password);
            return new SignInOutcome(null);
        }

        if (!await users.CheckPasswordAsync(user, password))
        {
            await users.AccessFailedAsync(user);
            return new SignInOutcome(null);
        }

        if (user.AccessFailedCount > 0)
        {
            await users.ResetAccessFailedCountAsync(user);
        }

        if (remember)
        {
            cache.Set(Key(user, password), true, Remembered);
        }

        return new SignInOutcome(user);
    }

    private async Task<User?> FindAsync(string name)
    {
        if (name.Length is 0 or > 254)
        {
            return null;
        }

        return await users.FindByNameAsync(name) ?? (name.Contains('@', StringComparison.Ordinal) ? await users.FindByEmailAsync(name) : null);
    }

    private static string Key(User user, string password) =>
        "basic:" + Convert.ToHexString(HMACSHA256.HashData(CacheKey, Encoding.UTF8.GetBytes($"{user.Id}|{user.SecurityStamp}|{password}")));
}

/// <summary>How often an address may try to sign in, in all and on one account. Per replica.</summary>
internal sealed class SignInLimits(IOptions<IdentityPolicy> policy) : IDisposable
{
    private readonly PartitionedRateLimiter<string> _byAddress = Limiter(policy.Value.SignInsPerAddressAndMinute);
    private readonly PartitionedRateLimiter<string> _byAccount = Limiter(policy.Value.SignInsPerAccountAndMinute);

    public bool TryAcquire(string address, string account, out TimeSpan? retryAfter)
    {
        retryAfter = null;
        using var first = _byAddress.AttemptAcquire(address);
        using var second = _byAccount.AttemptAcquire($"{address}|{account.ToUpperInvariant()}");
        if (first.IsAcquired && second.IsAcquired)
        {
            return true;
        }

        var refused = first.IsAcquired ? second : first;
        retryAfter = refused.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromMinutes(1);
        return false;
    }

    public void Dispose()
    {
        _byAddress.Dispose();
        _byAccount.Dispose();
    }

    private static PartitionedRateLimiter<string> Limiter(int permits) =>
        PartitionedRateLimiter.Create<string, string>(key => RateLimitPartition.GetFixedWindowLimiter(
            key,
            _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 }));
}
