using Annotator.Core.Identity;

namespace Annotator.Core.CloudStorages;

/// <summary>A bucket or container of somebody else's, which tasks take their files from and exports are written to.</summary>
public sealed class CloudStorage
{
    public int Id { get; set; }

    /// <summary>One of <see cref="CloudProviders"/>, in the contract's words.</summary>
    public string ProviderType { get; set; } = "";

    /// <summary>The bucket's or container's name; 1 to 222 characters.</summary>
    public string Resource { get; set; } = "";

    /// <summary>1 to 63 characters.</summary>
    public string DisplayName { get; set; } = "";
    public string Description { get; set; } = "";

    /// <summary>One of <see cref="CredentialsTypes"/>, in the contract's words.</summary>
    public string CredentialsType { get; set; } = "";

    /// <summary>The secrets, sealed by <see cref="CredentialsVault"/>; nobody reads them back.</summary>
    public string SealedCredentials { get; set; } = "";

    /// <summary>
    /// A query string, such as <c>endpoint_url=https%3A%2F%2Fminio.example&amp;region=eu-central-1&amp;prefix=photos%2F</c>; at most
    /// 1024 characters.
    /// </summary>
    public string SpecificAttributes { get; set; } = "";

    /// <summary>Keys of <c>manifest.jsonl</c> files in the bucket.</summary>
    public string[] Manifests { get; set; } = [];
    public int? OwnerId { get; set; }
    public User? Owner { get; set; }
    public DateTimeOffset CreatedDate { get; set; }
    public DateTimeOffset UpdatedDate { get; set; }
    public uint RowVersion { get; set; }
}

/// <summary>Where files of a project or task come from by themselves, or exports go to.</summary>
public enum StorageLocation : short
{
    /// <summary>This server and whoever asks: uploads and downloads.</summary>
    Local = 0,
    CloudStorage = 1,
}

/// <summary>The contract's words for providers.</summary>
public static class CloudProviders
{
    /// <summary>Amazon S3, and all that speaks its protocol at an endpoint of its own.</summary>
    public const string S3 = "AWS_S3_BUCKET";
    public const string Azure = "AZURE_CONTAINER";

    /// <summary>Spoken to by its S3-compatible interface, with HMAC keys.</summary>
    public const string Google = "GOOGLE_CLOUD_STORAGE";

    public static IReadOnlyList<string> All { get; } = [S3, Azure, Google];
}

/// <summary>The contract's words for kinds of credentials.</summary>
public static class CredentialsTypes
{
    public const string KeyPair = "KEY_SECRET_KEY_PAIR";
    public const string AccountToken = "ACCOUNT_NAME_TOKEN_PAIR";
    public const string ConnectionString = "CONNECTION_STRING";
    public const string KeyFile = "KEY_FILE_PATH";
    public const string Anonymous = "ANONYMOUS_ACCESS";

    /// <summary>Which kinds a provider takes here.</summary>
    public static IReadOnlyList<string> Of(string provider) => provider switch
    {
        CloudProviders.S3 => [KeyPair, Anonymous],
        CloudProviders.Azure => [AccountToken, ConnectionString, Anonymous],
        CloudProviders.Google => [KeyPair, Anonymous],
        _ => [],
    };
}
