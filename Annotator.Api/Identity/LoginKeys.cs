using Annotator.Core;
using Annotator.Core.Identity;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Identity;

/// <summary>
/// The <c>key</c> that a login answers with and that older clients send as <c>Authorization: Token</c>. Only its hash is kept, so
/// every login makes a new one; a user's oldest ones beyond <see cref="Kept"/> go.
/// </summary>
internal sealed class LoginKeys(AnnotatorDbContext db, TimeProvider time)
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
            .OrderByDescending(key => key.LastUsedDate ?? key.CreatedDate)
            .ThenByDescending(key => key.Id)
            .Select(key => key.Id)
            .Take(Kept);
        await Of(userId).Where(key => !kept.Contains(key.Id)).ExecuteDeleteAsync(cancel);
        return (secret.Text, token.Id);
    }

    public Task DeleteAsync(int keyId, CancellationToken cancel) =>
        db.AccessTokens.Where(key => key.Id == keyId && key.Kind == AccessTokenKind.Login).ExecuteDeleteAsync(cancel);

    /// <summary>After a password change nobody keeps a key that the old password had opened.</summary>
    public Task DeleteAllAsync(int userId, CancellationToken cancel) => Of(userId).ExecuteDeleteAsync(cancel);

    private IQueryable<AccessToken> Of(int userId) =>
        db.AccessTokens.Where(key => key.OwnerId == userId && key.Kind == AccessTokenKind.Login);
}
