using System.ComponentModel.DataAnnotations;

namespace Annotator.Core.Identity;

/// <summary>Who may come in, and how often they may try: configuration section <c>Identity</c>.</summary>
public sealed class IdentityPolicy
{
    public const string Section = "Identity";

    /// <summary>Whether anybody may make an account of his or her own.</summary>
    public bool AllowRegistration { get; init; }

    /// <summary>Characters of a password at least.</summary>
    [Range(8, 256)]
    public int PasswordLength { get; init; } = 8;

    /// <summary>Wrong passwords in a row after which an account is closed for <see cref="LockoutMinutes"/>.</summary>
    [Range(3, 1000)]
    public int LockoutAttempts { get; init; } = 10;

    [Range(1, 1440)]
    public int LockoutMinutes { get; init; } = 10;

    /// <summary>Sign-ins a minute that one address may try on one account.</summary>
    [Range(1, 100_000)]
    public int SignInsPerAccountAndMinute { get; init; } = 20;

    /// <summary>Sign-ins a minute that one address may try in all: an office behind one address signs in at nine.</summary>
    [Range(1, 100_000)]
    public int SignInsPerAddressAndMinute { get; init; } = 600;

    /// <summary>Days that a session lasts after its last use.</summary>
    [Range(1, 365)]
    public int SessionDays { get; init; } = 14;

    /// <summary>Usable personal tokens of one user at most.</summary>
    [Range(1, 10_000)]
    public int AccessTokensPerUser { get; init; } = 50;

    /// <summary>Days after which a personal token that nobody uses is dead.</summary>
    [Range(1, 3650)]
    public int AccessTokenStaleDays { get; init; } = 365;
}
