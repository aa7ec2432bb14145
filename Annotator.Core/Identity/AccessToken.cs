namespace Annotator.Core.Identity;

/// <summary>What a token was made for.</summary>
public enum AccessTokenKind : short
{
    /// <summary>Made by its owner on the profile page or over the API; sent as <c>Authorization: Bearer</c>.</summary>
    Personal = 0,

    /// <summary>The <c>key</c> that a login answers with; sent as <c>Authorization: Token</c> by clients of the contract.</summary>
    Login = 1,
}

/// <summary>
/// A secret that authenticates without a password. Only the SHA-256 of the secret part is stored; the token itself is shown
/// once. The secret has 256 random bits, so a slow hash would add nothing.
/// </summary>
public sealed class AccessToken
{
    public int Id { get; set; }
    public int OwnerId { get; set; }
    public User Owner { get; set; } = null!;
    public AccessTokenKind Kind { get; set; }

    /// <summary>At most 50 characters, as the contract says.</summary>
    public string Name { get; set; } = "";

    /// <summary>The public part by which the row is found.</summary>
    public string Prefix { get; set; } = "";
    public byte[] SecretHash { get; set; } = [];
    public bool ReadOnly { get; set; }
    public DateTimeOffset CreatedDate { get; set; }
    public DateTimeOffset UpdatedDate { get; set; }
    public DateTimeOffset? ExpiryDate { get; set; }
    public DateTimeOffset? LastUsedDate { get; set; }
    public DateTimeOffset? RevokedDate { get; set; }
}
