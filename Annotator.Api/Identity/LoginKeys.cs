using Annotator.Core;
using Annotator.Core.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Annotator.Api.Identity;

/// <summary>
/// The <c>key</c> that a login answers with and that older clients send as <c>Authorization: Token</c>. Only its hash is kept, so
/// every login makes a new one; a user's oldest ones beyond <see cref="Kept"/> go. One that was signed out stays, revoked, for
/// as long as a session cookie lives: that is how a copy of the cookie is known to be dead.
/// </summary>
internal sealed class LoginKeys(AnnotatorDbContext db, IOptions<IdentityPolicy> policy, TimeProvider time)
{
    private const int Kept = 50;

    public async Task<(string Key, int Id)> CreateAsync(int userId, CancellationToken cancel)
    {
        var secret = TokenSecret.Create(AccessTokenKind.Login);
        var now = time.GetUtcNow();
        var token = new AccessToken
        {
            OwnerId = userId,
            Kind = AccessTokenKind.Login,
            Name = "login",
            Prefix = secret.Prefix,
            SecretHash = secret.Hash,
            CreatedDate = now,
            UpdatedDate = now,
        };
        db.AccessTokens.Add(token);
        await db.SaveChangesAsync(cancel);

        var kept = Of(userId)
            .Where(key => key.RevokedDate == null)
            .OrderByDescending(key => key.LastUsedDate ?? key.CreatedDate)
            .ThenByDescending(key => key.Id)
            .Select(key => key.Id)
            .Take(Kept);
        var forgotten = now.AddDays(-policy.Value.SessionDays);
        await Of(userId)
            .Where(key => key.RevokedDate == null ? !kept.Contains(key.Id) : key.RevokedDate < forgotten)
            .ExecuteDeleteAsync(cancel);
        return (secret.Text, token.Id);
    }

    /// <summary>Signs out: the key opens nothing any more, and neither does the session that was begun with it.</summary>
    public Task RevokeAsync(int keyId, CancellationToken cancel) =>
        db.AccessTokens
            .Where(key => key.Id == keyId && key.Kind == AccessTokenKind.Login && key.RevokedDate == null)
            .ExecuteUpdateAsync(set => set.SetProperty(key => key.RevokedDate, time.GetUtcNow()), cancel);

    /// <summary>After a password change nobody keeps a key that the old password had opened.</summary>
    public Task DeleteAllAsync(int userId, CancellationToken cancel) => Of(userId).ExecuteDeleteAsync(cancel);

    private IQueryable<AccessToken> Of(int userId) =>
        db.AccessTokens.Where(key => key.OwnerId == userId && key.Kind == AccessTokenKind.Login);
}
