using System.Globalization;
using Annotator.Api.Lists;

namespace Annotator.Api.Users;

/// <summary>A user as others see one.</summary>
internal sealed record BasicUser(string Url, int Id, string Username, string FirstName, string LastName)
{
    /// <summary>Null for a row that names nobody, as an object without assignee does.</summary>
    public static BasicUser? Of(UserRow? user, Links links) =>
        user is null
            ? null
            : new BasicUser(links.To($"/api/users/{user.Id.ToString(CultureInfo.InvariantCulture)}"), user.Id, user.Username, user.FirstName, user.LastName);
}

/// <summary>The columns behind <see cref="BasicUser"/>; queries project to it.</summary>
internal sealed record UserRow(int Id, string Username, string FirstName, string LastName);
