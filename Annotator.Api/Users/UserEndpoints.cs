using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Api.Lists;
using Annotator.Core;
using Annotator.Core.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Users;

/// <summary>
/// Accounts. Everybody may look up who the people are that they share projects with by the list of names that administrators see
/// whole; without organizations a user's own list holds only him- or herself.
/// </summary>
internal static class UserEndpoints
{
    private static readonly ListFields<User> Fields = new ListFields<User>()
        .Number("id", user => user.Id, parameter: false)
        .Text("username", user => user.UserName, searched: true)
        .Text("first_name", user => user.FirstName, searched: true)
        .Text("last_name", user => user.LastName, searched: true)
        .Flag("is_active", user => user.IsActive);

    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        var users = routes.MapGroup("/users").WithTags("Users");
        users.MapGet("/", ListAsync).RequireScope("users", "list").WithName("users_list");
        users.MapPost("/", CreateAsync).RequireScope("users", "create").WithMetadata(new RefusePersonalTokens()).WithName("users_create");
        users.MapGet("/self", SelfAsync).WithName("users_retrieve_self");
        users.MapGet("/{id:int}", ReadAsync).WithName("users_retrieve");
        users.MapPatch("/{id:int}", PatchAsync).WithMetadata(new RefusePersonalTokens()).WithName("users_partial_update");
        users.MapDelete("/{id:int}", DeleteAsync).WithMetadata(new RefusePersonalTokens()).WithName("users_destroy");
    }

    private static Task<Results<Ok<Page<MetaUser>>, ProblemHttpResult>> ListAsync(
        [AsParameters] ListQuery query, Listing listing, AnnotatorDbContext db, CurrentUser user, Links links, CancellationToken cancel) =>
        listing.AnswerAsync(Visible(db, user), Fields, query, MetaUserRow.Select, row => MetaUser.Of(row, links), cancel);

    private static async Task<Ok<MetaUser>> SelfAsync(AnnotatorDbContext db, CurrentUser user, Links links, CancellationToken cancel)
    {
        var row = await db.Users.Where(self => self.Id == user.Id).Select(MetaUserRow.Select).SingleAsync(cancel);
        return TypedResults.Ok(MetaUser.Of(row, links));
    }

    private static async Task<Results<Ok<MetaUser>, ProblemHttpResult>> ReadAsync(
        int id, AnnotatorDbContext db, CurrentUser user, Links links, CancellationToken cancel)
    {
        var row = await Visible(db, user).Where(other => other.Id == id).Select(MetaUserRow.Select).SingleOrDefaultAsync(cancel);
        return row is null ? Problems.NotFound() : TypedResults.Ok(MetaUser.Of(row, links));
    }

    private static async Task<Results<Created<MetaUser>, ProblemHttpResult>> CreateAsync(
        UserCreateRequest body, UserManager<User> users, TimeProvider time, AnnotatorDbContext db, Links links, CancellationToken cancel)
    {
        var checks = new Checks();
        AccountRules.Username(checks, body.Username);
        AccountRules.Email(checks, body.Email, required: true);
        AccountRules.Password(checks, "password", body.Password);
        checks.AtMost("first_name", body.FirstName, 150);
        checks.AtMost("last_name", body.LastName, 150);
        var group = UserGroups.Of(body.Group ?? "user");
        checks.That(group is not null, "group", "A group is one of none, worker, user, business, admin.");
        if (!checks.Passed)
        {
            return checks.Problem();
        }

        var user = new User
        {
            UserName = body.Username,
            Email = body.Email,
            FirstName = body.FirstName ?? "",
            LastName = body.LastName ?? "",
            Group = group!.Value,
            DateJoined = time.GetUtcNow(),
        };
        var made = await users.CreateAsync(user, body.Password!);
        if (!made.Succeeded)
        {
            return AccountRules.Problem(made, "password");
        }

        var row = await db.Users.Where(stored => stored.Id == user.Id).Select(MetaUserRow.Select).SingleAsync(cancel);
        var answer = MetaUser.Of(row, links);
        return TypedResults.Created(answer.Url, answer);
    }

    private static async Task<Results<Ok<MetaUser>, ProblemHttpResult>> PatchAsync(
        int id,
        PatchedUserRequest body,
        AnnotatorDbContext db,
        CurrentUser current,
        UserManager<User> users,
        LoginKeys keys,
        Links links,
        CancellationToken cancel)
    {
        var user = await Visible(db, current).SingleOrDefaultAsync(other => other.Id == id, cancel);
        if (user is null)
        {
            return Problems.NotFound();
        }

        if (Check(body, current) is { } invalid)
        {
            return invalid;
        }

        if (current.IsAdmin)
        {
            var group = NewGroup(body, user.Group);
            var active = body.IsActive.Or(user.IsActive) ?? user.IsActive;
            if (user.Group == UserGroup.Admin && user.IsActive && (group != UserGroup.Admin || !active) && await IsLastAdministratorAsync(db, id, cancel))
            {
                return Problems.Conflict("urn:annotator:last-administrator", "This is the only administrator. Make another one first.");
            }

            (user.Group, user.IsActive) = (group, active);
        }

        user.UserName = body.Username.Or(user.UserName) ?? user.UserName;
        user.Email = body.Email.Or(user.Email) ?? user.Email;
        user.FirstName = body.FirstName.Or(user.FirstName) ?? user.FirstName;
        user.LastName = body.LastName.Or(user.LastName) ?? user.LastName;

        if (await SaveAsync(users, user, body.Password.Value) is { Succeeded: false } refused)
        {
            return AccountRules.Problem(refused, "password");
        }

        if (body.Password.IsSent)
        {
            await keys.DeleteAllAsync(id, cancel);
        }

        var row = await db.Users.AsNoTracking().Where(stored => stored.Id == id).Select(MetaUserRow.Select).SingleAsync(cancel);
        return TypedResults.Ok(MetaUser.Of(row, links));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        int id, AnnotatorDbContext db, CurrentUser current, CancellationToken cancel)
    {
        if (!await Visible(db, current).AnyAsync(other => other.Id == id, cancel))
        {
            return Problems.NotFound();
        }

        if (await IsLastAdministratorAsync(db, id, cancel))
        {
            return Problems.Conflict("urn:annotator:last-administrator", "This is the only administrator. Make another one first.");
        }

        // What the user owned stays, without an owner: other people's work hangs on it.
        await db.Users.Where(user => user.Id == id).ExecuteDeleteAsync(cancel);
        return TypedResults.NoContent();
    }

    private static IQueryable<User> Visible(AnnotatorDbContext db, CurrentUser user) =>
        user.IsAdmin ? db.Users : db.Users.Where(other => other.Id == user.Id);

    private static ProblemHttpResult? Check(PatchedUserRequest body, CurrentUser current)
    {
        if (!current.IsAdmin && (body.Groups.IsSent || body.IsStaff.IsSent || body.IsSuperuser.IsSent || body.IsActive.IsSent || body.Password.IsSent))
        {
            return Problems.Forbidden("Only an administrator may change groups, activity or another person's password.");
        }

        var checks = new Checks();
        if (body.Username.IsSent)
        {
            AccountRules.Username(checks, body.Username.Value);
        }

        if (body.Email.IsSent)
        {
            AccountRules.Email(checks, body.Email.Value, required: true);
        }

        if (body.Password.IsSent)
        {
            AccountRules.Password(checks, "password", body.Password.Value);
        }

        checks.AtMost("first_name", body.FirstName.Value, 150);
        checks.AtMost("last_name", body.LastName.Value, 150);
        checks.That(
            body.Groups.Value is null || (body.Groups.Value.Length <= 1 && body.Groups.Value.All(word => UserGroups.Of(word) is not null)),
            "groups",
            "Give at most one of worker, user, business, admin.");
        return checks.Passed ? null : checks.Problem();
    }

    private static UserGroup NewGroup(PatchedUserRequest body, UserGroup group)
    {
        if (body.Groups is { IsSent: true, Value: { } words })
        {
            return words.Length == 0 ? UserGroup.None : UserGroups.Of(words[0])!.Value;
        }

        return (body.IsSuperuser.Value ?? body.IsStaff.Value) switch
        {
            true => UserGroup.Admin,
            false when group == UserGroup.Admin => UserGroup.User,
            _ => group,
        };
    }

    /// <summary>Everything in one update; a new password changes the security stamp, which ends every session.</summary>
    private static async Task<IdentityResult> SaveAsync(UserManager<User> users, User user, string? password)
    {
        if (password is null)
        {
            return await users.UpdateAsync(user);
        }

        foreach (var validator in users.PasswordValidators)
        {
            if (await validator.ValidateAsync(users, user, password) is { Succeeded: false } refused)
            {
                return refused;
            }
        }

        user.PasswordHash = users.PasswordHasher.HashPassword(user, password);
        return await users.UpdateSecurityStampAsync(user);
    }

    private static async Task<bool> IsLastAdministratorAsync(AnnotatorDbContext db, int id, CancellationToken cancel) =>
        await db.Users.AnyAsync(user => user.Id == id && user.Group == UserGroup.Admin && user.IsActive, cancel)
        && !await db.Users.AnyAsync(user => user.Id != id && user.Group == UserGroup.Admin && user.IsActive, cancel);
}
