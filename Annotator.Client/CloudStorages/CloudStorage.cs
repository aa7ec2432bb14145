using Annotator.Client.Identity;

namespace Annotator.Client.CloudStorages;

/// <summary>A bucket or container that tasks take files from and exports are written to; never with its secrets.</summary>
public sealed record CloudStorage
{
    public int Id { get; init; }

    /// <summary>AWS_S3_BUCKET, AZURE_CONTAINER or GOOGLE_CLOUD_STORAGE.</summary>
    public string ProviderType { get; init; } = "";

    /// <summary>The bucket's or container's name.</summary>
    public string Resource { get; init; } = "";
    public string DisplayName { get; init; } = "";
    public string Description { get; init; } = "";
    public string CredentialsType { get; init; } = "";

    /// <summary>A query string with endpoint_url, region and prefix.</summary>
    public string SpecificAttributes { get; init; } = "";
    public IReadOnlyList<string> Manifests { get; init; } = [];
    public BasicUser? Owner { get; init; }
    public DateTimeOffset UpdatedDate { get; init; }
}

/// <summary>One page of a storage's content.</summary>
/// <param name="Next">Asks for the page after this; null at the end.</param>
public sealed record StorageContent(string? Next, IReadOnlyList<StorageFile> Content);

/// <summary>A file or folder of a storage or of the share.</summary>
/// <param name="Name">Without the folders above it.</param>
/// <param name="Type">REG or DIR.</param>
/// <param name="MimeType">image, video, archive, pdf, unknown or DIR.</param>
public sealed record StorageFile(string Name, string Type, string MimeType)
{
    public bool IsFolder => Type == "DIR";
}

/// <summary>Where a project's or task's files come from or go to by themselves.</summary>
/// <param name="Location">local or cloud_storage.</param>
public sealed record DefaultStorage(string Location, int? CloudStorageId);
