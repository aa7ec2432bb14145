namespace Annotator.Client.Identity;

/// <summary>A user as other objects name them.</summary>
public sealed record BasicUser
{
    public int Id { get; init; }
    public string Username { get; init; } = "";
    public string FirstName { get; init; } = "";
    public string LastName { get; init; } = "";

    /// <summary>First and last name, or the user name where there is none.</summary>
    public string DisplayName => $"{FirstName} {LastName}".Trim() is { Length: > 0 } name ? name : Username;
}

/// <summary>A user as they see themselves, or as an administrator sees them. Others get the basic fields only.</summary>
public sealed record Account
{
    public int Id { get; init; }
    public string Username { get; init; } = "";
    public string FirstName { get; init; } = "";
    public string LastName { get; init; } = "";
    public string Email { get; init; } = "";

    /// <summary>admin, business, user, worker.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];
    public bool IsStaff { get; init; }
    public bool IsSuperuser { get; init; }
    public bool IsActive { get; init; } = true;
    public DateTimeOffset? LastLogin { get; init; }
    public DateTimeOffset? DateJoined { get; init; }
    public string DisplayName => $"{FirstName} {LastName}".Trim() is { Length: > 0 } name ? name : Username;
}

/// <summary>A personal access token; <see cref="Value"/> is there only in the reply that made it.</summary>
public sealed record AccessToken
{
    public int Id { get; init; }
    public string Name { get; init; } = "";
    public DateTimeOffset CreatedDate { get; init; }
    public DateTimeOffset? ExpiryDate { get; init; }
    public DateTimeOffset? LastUsedDate { get; init; }
    public bool ReadOnly { get; init; }
    public string? Value { get; init; }
}

/// <summary>A new personal access token.</summary>
/// <param name="Name">1 to 50 characters.</param>
public sealed record NewAccessToken(string Name, DateTimeOffset? ExpiryDate, bool ReadOnly);

/// <summary>A new account, as an administrator makes it.</summary>
public sealed record NewAccount
{
    public string Username { get; init; } = "";
    public string Email { get; init; } = "";
    public string Password { get; init; } = "";

    /// <summary>worker, user, business, admin; user when null.</summary>
    public string? Group { get; init; }
    public string? FirstName { get; init; }
    public string? LastName { get; init; }
}

/// <summary>The first administrator, made with the one-time token that the server printed.</summary>
public sealed record FirstAdministrator
{
    public string Token { get; init; } = "";
    public string Username { get; init; } = "";
    public string Email { get; init; } = "";
    public string Password { get; init; } = "";
    public string? Organization { get; init; }
}

/// <summary>How far an installation is set up.</summary>
/// <param name="Needed">Whether it still waits for its first administrator.</param>
/// <param name="PasswordLength">Characters that their password must have at least.</param>
public sealed record SetupStatus(bool Needed, int PasswordLength);
