using System.Globalization;
using System.Linq.Expressions;
using System.Text.Json.Serialization;
using Annotator.Api.Errors;
using Annotator.Api.Json;
using Annotator.Api.Lists;
using Annotator.Api.Users;
using Annotator.Core;
using Annotator.Core.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Annotator.Api.Identity;

/// <param name="Value">The token itself: only in the answer to its creation.</param>
internal sealed record AccessTokenRead(
    int Id,
    string Name,
    DateTimeOffset CreatedDate,
    DateTimeOffset UpdatedDate,
    DateTimeOffset? ExpiryDate,
    DateTimeOffset? LastUsedDate,
    bool ReadOnly,
    BasicUser? Owner,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Value = null);

/// <param name="ReadOnly">True when absent.</param>
internal sealed record AccessTokenWriteRequest(string? Name, DateTimeOffset? ExpiryDate, bool? ReadOnly);

internal sealed record PatchedAccessTokenWriteRequest(Sent<string> Name, Sent<DateTimeOffset?> ExpiryDate, Sent<bool?> ReadOnly);

/// <summary>Personal access tokens: everybody sees and keeps his or her own only, administrators too.</summary>
internal static class AccessTokenEndpoints
{
    private static readonly ListFields<AccessToken> Fields = new ListFields<AccessToken>()
        .Number("id", token => token.Id, parameter: false)
        .Text("name", token => token.Name, searched: true)
        .Flag("read_only", token => token.ReadOnly)
        .Date("created_date", token => token.CreatedDate)
        .Date("updated_date", token => token.UpdatedDate)
        .Date("expiry_date", token => token.ExpiryDate)
        .Date("last_used_date", token => token.LastUsedDate);

    private static readonly Expression<Func<AccessToken, Row>> Select = token => new Row(
        token.Id,
        token.Name,
        token.CreatedDate,
        token.UpdatedDate,
        token.ExpiryDate,
        token.LastUsedDate,
        token.ReadOnly,
        new UserRow(token.Owner.Id, token.Owner.UserName!, token.Owner.FirstName, token.Owner.LastName));

    private sealed record Row(
        int Id, string Name, DateTimeOffset Created, DateTimeOffset Updated, DateTimeOffset? Expiry, DateTimeOffset? LastUsed, bool ReadOnly, UserRow Owner)
    {
        public AccessTokenRead Write(Links links, string? value = null) =>
            new(Id, Name, Created, Updated, Expiry, LastUsed, ReadOnly, BasicUser.Of(Owner, links), value);
    }

    public static void MapAccessTokens(this IEndpointRouteBuilder routes)
    {
        var tokens = routes.MapGroup("/auth/access_tokens").WithTags("Auth").WithMetadata(new IgnoreOrganization());
        tokens.MapGet("/", ListAsync).WithName("auth_list_access_tokens");
        tokens.MapPost("/", CreateAsync).WithMetadata(new RefusePersonalTokens()).WithName("auth_create_access_tokens");
        tokens.MapGet("/self", SelfAsync).WithName("auth_retrieve_access_tokens_self");
        tokens.MapGet("/{id:int}", ReadAsync).WithName("auth_retrieve_access_tokens");
        tokens.MapPatch("/{id:int}", PatchAsync).WithMetadata(new RefusePersonalTokens()).WithName("auth_partial_update_access_tokens");
        tokens.MapDelete("/{id:int}", RevokeAsync).WithMetadata(new RefusePersonalTokens()).WithName("auth_destroy_access_tokens");
    }

    private static Task<Results<Ok<Page<AccessTokenRead>>, ProblemHttpResult>> ListAsync(
        [AsParameters] ListQuery query,
        Listing listing,
        AnnotatorDbContext db,
        CurrentUser user,
        TimeProvider time,
        IOptions<IdentityPolicy> policy,
        Links links,
        CancellationToken cancel) =>
        listing.AnswerAsync(Usable(db, user, time, policy.Value), Fields, query, Select, row => row.Write(links), cancel);

    private static async Task<Results<Created<AccessTokenRead>, ProblemHttpResult>> CreateAsync(
        AccessTokenWriteRequest body,
        AnnotatorDbContext db,
        CurrentUser user,
        TimeProvider time,
        IOptions<IdentityPolicy> policy,
        Links links,
        CancellationToken cancel)
    {
        if (user.Group < UserGroup.Worker)
        {
            return Problems.Forbidden();
        }

        var now = time.GetUtcNow();
        var checks = new Checks();
        checks.Required("name", body.Name, 50);
        checks.That(body.ExpiryDate is null || body.ExpiryDate > now, "expiry_date", "The expiry date is in the past.");
        if (!checks.Passed)
        {
            return checks.Problem();
        }

        var limit = policy.Value.AccessTokensPerUser;
        if (await Usable(db, user, time, policy.Value).CountAsync(cancel) >= limit)
        {
            return Problems.Invalid("non_field_errors", $"You have {limit} access tokens, which is the most. Revoke one first.");
        }

        var secret = TokenSecret.Create(AccessTokenKind.Personal);
        var token = new AccessToken
        {
            OwnerId = user.Id,
            Kind = AccessTokenKind.Personal,
            Name = body.Name!,
            Prefix = secret.Prefix,
            SecretHash = secret.Hash,
            ReadOnly = body.ReadOnly ?? true,
            ExpiryDate = body.ExpiryDate,
            CreatedDate = now,
            UpdatedDate = now,
        };
        db.AccessTokens.Add(token);
        await db.SaveChangesAsync(cancel);
        var row = await db.AccessTokens.Where(stored => stored.Id == token.Id).Select(Select).SingleAsync(cancel);
        return TypedResults.Created(
            links.To($"/api/auth/access_tokens/{token.Id.ToString(CultureInfo.InvariantCulture)}"), row.Write(links, secret.Text));
    }

    private static async Task<Results<Ok<AccessTokenRead>, ProblemHttpResult>> SelfAsync(
        AnnotatorDbContext db, CurrentUser user, Links links, CancellationToken cancel)
    {
        if (user.Method != AuthenticationMethod.AccessToken)
        {
            return Problems.Unauthorized("This request was not authenticated by an access token.");
        }

        var row = await db.AccessTokens.Where(token => token.Id == user.TokenId).Select(Select).SingleAsync(cancel);
        return TypedResults.Ok(row.Write(links));
    }

    private static async Task<Results<Ok<AccessTokenRead>, ProblemHttpResult>> ReadAsync(
        int id, AnnotatorDbContext db, CurrentUser user, TimeProvider time, IOptions<IdentityPolicy> policy, Links links, CancellationToken cancel)
    {
        var row = await Usable(db, user, time, policy.Value).Where(token => token.Id == id).Select(Select).SingleOrDefaultAsync(cancel);
        return row is null ? Problems.NotFound() : TypedResults.Ok(row.Write(links));
    }

    private static async Task<Results<Ok<AccessTokenRead>, ProblemHttpResult>> PatchAsync(
        int id,
        PatchedAccessTokenWriteRequest body,
        AnnotatorDbContext db,
        CurrentUser user,
        TimeProvider time,
        IOptions<IdentityPolicy> policy,
        Links links,
        CancellationToken cancel)
    {
        var token = await Usable(db, user, time, policy.Value).SingleOrDefaultAsync(token => token.Id == id, cancel);
        if (token is null)
        {
            return Problems.NotFound();
        }

        var now = time.GetUtcNow();
        var checks = new Checks();
        if (body.Name.IsSent)
        {
            checks.Required("name", body.Name.Value, 50);
        }

        checks.That(body.ExpiryDate.Value is not { } expiry || expiry > now, "expiry_date", "The expiry date is in the past.");
        if (!checks.Passed)
        {
            return checks.Problem();
        }

        token.Name = body.Name.Or(token.Name)!;
        token.ExpiryDate = body.ExpiryDate.Or(token.ExpiryDate);
        token.ReadOnly = body.ReadOnly.Or(token.ReadOnly) ?? token.ReadOnly;
        token.UpdatedDate = now;
        await db.SaveChangesAsync(cancel);
        var row = await db.AccessTokens.Where(stored => stored.Id == id).Select(Select).SingleAsync(cancel);
        return TypedResults.Ok(row.Write(links));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(
        int id, AnnotatorDbContext db, CurrentUser user, TimeProvider time, IOptions<IdentityPolicy> policy, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var revoked = await Usable(db, user, time, policy.Value)
            .Where(token => token.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(token => token.RevokedDate, now), cancel);
        return revoked == 0 ? Problems.NotFound() : TypedResults.NoContent();
    }

    private static IQueryable<AccessToken> Usable(AnnotatorDbContext db, CurrentUser user, TimeProvider time, IdentityPolicy policy)
    {
        var now = time.GetUtcNow();
        var stale = now.AddDays(-policy.AccessTokenStaleDays);
        return db.AccessTokens.Where(token =>
            token.OwnerId == user.Id
            && token.Kind == AccessTokenKind.Personal
            && token.RevokedDate == null
            && (token.ExpiryDate == null || token.ExpiryDate > now)
            && (token.LastUsedDate ?? token.CreatedDate) >= stale);
    }
}
