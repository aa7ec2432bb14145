namespace Annotator.Core.Identity;

/// <summary>How a request proved who sends it.</summary>
public enum AuthenticationMethod
{
    /// <summary>The session cookie; unsafe requests need the CSRF header too.</summary>
    Session,

    /// <summary><c>Authorization: Basic</c>.</summary>
    Basic,

    /// <summary><c>Authorization: Token</c>, the key of a login.</summary>
    LoginToken,

    /// <summary><c>Authorization: Bearer</c>, a personal access token.</summary>
    AccessToken,
}

/// <summary>
/// Who sends the request: a fact that was read from the database for this very request, so that a change of group or a
/// deactivation holds at once.
/// </summary>
/// <param name="TokenId">The personal access token or login key in use; null for cookie and password.</param>
/// <param name="ReadOnly">True when the token in use may only read.</param>
public sealed record CurrentUser(
    int Id,
    string Username,
    UserGroup Group,
    AuthenticationMethod Method,
    int? TokenId = null,
    bool ReadOnly = false)
{
    public bool IsAdmin => Group == UserGroup.Admin;

    /// <summary>A user as background work knows one: no request, no token.</summary>
    public static CurrentUser Of(User user) => new(user.Id, user.UserName!, user.Group, AuthenticationMethod.Session);
}
