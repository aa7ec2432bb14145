namespace Annotator.Core.Identity;

/// <summary>
/// A fact about the whole installation, kept as text under a fixed key. Inserting a key twice fails, which is what makes
/// "exactly once" steps such as the first set-up safe against races.
/// </summary>
public sealed class InstanceSetting
{
    /// <summary>The name that the first administrator gave the installation; shown to everybody.</summary>
    public const string Organization = "organization";

    /// <summary>Present once the first administrator was made; the value is that user's id.</summary>
    public const string FirstAdministrator = "first_administrator";

    /// <summary>At most 64 characters.</summary>
    public string Key { get; set; } = "";

    /// <summary>At most 1024 characters.</summary>
    public string Value { get; set; } = "";
}
