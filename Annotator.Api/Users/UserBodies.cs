using System.Globalization;
using System.Linq.Expressions;
using Annotator.Api.Json;
using Annotator.Api.Lists;
using Annotator.Core.Identity;

namespace Annotator.Api.Users;

/// <summary>A user as he or she and administrators see one. <see cref="Email"/> and what follows is absent for others.</summary>
internal sealed record MetaUser(
    string Url,
    int Id,
    string Username,
    string FirstName,
    string LastName,
    string Email,
    IReadOnlyList<string> Groups,
    bool IsStaff,
    bool IsSuperuser,
    bool IsActive,
    DateTimeOffset? LastLogin,
    DateTimeOffset DateJoined,
    bool HasAnalyticsAccess)
{
    public static MetaUser Of(MetaUserRow user, Links links)
    {
        var admin = user.Group == UserGroup.Admin;
        return new MetaUser(
            links.To($"/api/users/{user.Id.ToString(CultureInfo.InvariantCulture)}"),
            user.Id,
            user.Username,
            user.FirstName,
            user.LastName,
            user.Email,
            user.Group == UserGroup.None ? [] : [UserGroups.Word(user.Group)],
            IsStaff: admin,
            IsSuperuser: admin,
            user.IsActive,
            user.LastLogin,
            user.DateJoined,
            HasAnalyticsAccess: admin);
    }
}

internal sealed record MetaUserRow(
    int Id, string Username, string FirstName, string LastName, string Email, UserGroup Group, bool IsActive, DateTimeOffset? LastLogin, DateTimeOffset DateJoined)
{
    public static Expression<Func<User, MetaUserRow>> Select { get; } = user =>
        new MetaUserRow(user.Id, user.UserName!, user.FirstName, user.LastName, user.Email ?? "", user.Group, user.IsActive, user.LastLogin, user.DateJoined);
}

/// <param name="Group">worker, user, business or admin; user when absent.</param>
internal sealed record UserCreateRequest(string? Username, string? Email, string? Password, string? Group, string? FirstName, string? LastName);

/// <param name="Groups">At most one group; it is what the contract calls a list of groups.</param>
/// <param name="Password">Administrators may set a new one; everybody else uses /api/auth/password/change.</param>
internal sealed record PatchedUserRequest(
    Sent<string> Username,
    Sent<string> FirstName,
    Sent<string> LastName,
    Sent<string> Email,
    Sent<string[]> Groups,
    Sent<bool?> IsStaff,
    Sent<bool?> IsSuperuser,
    Sent<bool?> IsActive,
    Sent<string> Password);

/// <summary>The words for the groups.</summary>
internal static class UserGroups
{
    public static string Word(UserGroup group) => group.ToString().ToLowerInvariant();

    /// <summary>The group of that word; null when there is none.</summary>
    public static UserGroup? Of(string word) =>
        Enum.GetValues<UserGroup>().Cast<UserGroup?>().FirstOrDefault(group => Word(group!.Value) == word);
}
