using System.Text.Encodings.Web;
using Annotator.Api.Errors;
using Annotator.Core;
using Annotator.Core.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Annotator.Api.Identity;

/// <summary>
/// <c>Authorization: Token KEY</c> (a login's key) and <c>Authorization: Bearer ann_…</c> (a personal token). One query
/// fetches the token and its owner; a dead token, a stale one and one of an inactive owner all read "Invalid token.".
/// </summary>
internal sealed class TokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    AnnotatorDbContext db,
    IOptions<IdentityPolicy> policy,
    TimeProvider time)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>Last use is a hint for people who tidy up, so a write an hour is enough.</summary>
    private static readonly TimeSpan LastUsedGrain = TimeSpan.FromHours(1);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        var separator = header.IndexOf(' ', StringComparison.Ordinal);
        var text = separator < 0 ? Schemes.HubToken(Context) ?? "" : header[(separator + 1)..].Trim();
        var kind = header.StartsWith("Token ", StringComparison.OrdinalIgnoreCase) ? AccessTokenKind.Login : AccessTokenKind.Personal;
        if (!TokenSecret.TryParse(kind, text, out var secret))
        {
            return Invalid();
        }

        var found = await db.AccessTokens
            .Where(token => token.Prefix == secret.Prefix && token.Kind == kind && token.RevokedDate == null && token.Owner.IsActive)
            .Select(token => new
            {
                token.Id,
                token.SecretHash,
                token.ReadOnly,
                token.ExpiryDate,
                token.CreatedDate,
                token.LastUsedDate,
                token.OwnerId,
                token.Owner.UserName,
                token.Owner.Group,
            })
            .SingleOrDefaultAsync(Context.RequestAborted);
        var now = time.GetUtcNow();
        if (found is null
            || !secret.Matches(found.SecretHash)
            || found.ExpiryDate <= now
            || (kind == AccessTokenKind.Personal && (found.LastUsedDate ?? found.CreatedDate) < now.AddDays(-policy.Value.AccessTokenStaleDays)))
        {
            return Invalid();
        }

        if (found.LastUsedDate is null || found.LastUsedDate < now - LastUsedGrain)
        {
            await db.AccessTokens
                .Where(token => token.Id == found.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(token => token.LastUsedDate, now), Context.RequestAborted);
        }

        var method = kind == AccessTokenKind.Login ? AuthenticationMethod.LoginToken : AuthenticationMethod.AccessToken;
        return Context.Succeed(
            new CurrentUser(found.OwnerId, found.UserName!, found.Group, method, found.Id, found.ReadOnly), Scheme.Name);
    }

    private AuthenticateResult Invalid()
    {
        Context.Items[ErrorsFeature.UnauthorizedDetail] = "Invalid token.";
        return AuthenticateResult.Fail("Invalid token.");
    }
}
