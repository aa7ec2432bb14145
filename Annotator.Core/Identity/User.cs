using Microsoft.AspNetCore.Identity;

namespace Annotator.Core.Identity;

/// <summary>The global groups of the permission matrix, weakest first, so that "at least" is a comparison.</summary>
public enum UserGroup : short
{
    None = 0,
    Worker = 1,
    User = 2,
    Business = 3,
    Admin = 4,
}

/// <summary>A person or a script's account. An inactive user cannot sign in and every token of theirs is dead.</summary>
public sealed class User : IdentityUser<int>
{
    public string FirstName { get; set; } = "";
    public string LastName { get; set; } = "";
    public UserGroup Group { get; set; } = UserGroup.User;
    public bool IsActive { get; set; } = true;
    public DateTimeOffset DateJoined { get; set; }
    public DateTimeOffset? LastLogin { get; set; }
}
