using System.Linq.Expressions;
using Annotator.Api.Json;
using Annotator.Api.Lists;
using Annotator.Api.Users;
using Annotator.Core.CloudStorages;

namespace Annotator.Api.CloudStorages;

/// <summary>A storage as its owner reads it: never with its secrets.</summary>
internal sealed record CloudStorageRead(
    int Id,
    BasicUser? Owner,
    IReadOnlyList<string> Manifests,
    DateTimeOffset CreatedDate,
    DateTimeOffset UpdatedDate,
    string ProviderType,
    string Resource,
    string DisplayName,
    string CredentialsType,
    string SpecificAttributes,
    string Description,
    int? Organization);

/// <summary>The contract's <c>CloudStorageWrite</c>, for making one and, with what was sent, for changing one.</summary>
/// <param name="Key">Write-only, like all secrets.</param>
/// <param name="KeyFile">Refused with words: this server speaks to Google by HMAC keys.</param>
internal sealed record CloudStorageWriteRequest(
    Sent<string> ProviderType,
    Sent<string> Resource,
    Sent<string> DisplayName,
    Sent<string> CredentialsType,
    Sent<string> SessionToken,
    Sent<string> AccountName,
    Sent<string> Key,
    Sent<string> SecretKey,
    Sent<string> ConnectionString,
    Sent<string> KeyFile,
    Sent<string> SpecificAttributes,
    Sent<string> Description,
    Sent<string[]> Manifests)
{
    private bool HasSecrets => SessionToken.IsSent || AccountName.IsSent || Key.IsSent || SecretKey.IsSent || ConnectionString.IsSent;

    /// <summary>Whether it says anew where the files are or how to get in: the storage is knocked at then.</summary>
    public bool Reconnects => HasSecrets || ProviderType.IsSent || Resource.IsSent || CredentialsType.IsSent || SpecificAttributes.IsSent;

    /// <summary>What was sent of the secrets, the rest as it was.</summary>
    public CloudCredentials CredentialsOver(CloudCredentials known) => new(
        Key.Or(known.Key), SecretKey.Or(known.SecretKey), SessionToken.Or(known.SessionToken), AccountName.Or(known.AccountName), ConnectionString.Or(known.ConnectionString));

    /// <summary>Never the secrets.</summary>
    public override string ToString() => "cloud storage";
}

/// <summary>The contract's page of a storage's content.</summary>
internal sealed record CloudStorageContent(string? Next, IReadOnlyList<FileInfoRead> Content);

/// <summary>A file or folder of a storage or share.</summary>
/// <param name="Type">REG or DIR.</param>
/// <param name="MimeType">image, video, archive, pdf, unknown or DIR.</param>
internal sealed record FileInfoRead(string Name, string Type, string MimeType)
{
    public static FileInfoRead File(string name) => new(name, "REG", MediaKind.Of(name));

    public static FileInfoRead Folder(string name) => new(name, "DIR", "DIR");
}

/// <summary>The columns behind <see cref="CloudStorageRead"/>.</summary>
internal sealed record CloudStorageRow(
    int Id,
    UserRow? Owner,
    string[] Manifests,
    DateTimeOffset CreatedDate,
    DateTimeOffset UpdatedDate,
    string ProviderType,
    string Resource,
    string DisplayName,
    string CredentialsType,
    string SpecificAttributes,
    string Description,
    uint RowVersion)
{
    public static Expression<Func<CloudStorage, CloudStorageRow>> Select { get; } = storage => new CloudStorageRow(
        storage.Id,
        storage.Owner == null ? null : new UserRow(storage.Owner.Id, storage.Owner.UserName!, storage.Owner.FirstName, storage.Owner.LastName),
        storage.Manifests,
        storage.CreatedDate,
        storage.UpdatedDate,
        storage.ProviderType,
        storage.Resource,
        storage.DisplayName,
        storage.CredentialsType,
        storage.SpecificAttributes,
        storage.Description,
        storage.RowVersion);

    public CloudStorageRead Write(Links links) => new(
        Id, BasicUser.Of(Owner, links), Manifests, CreatedDate, UpdatedDate, ProviderType, Resource, DisplayName, CredentialsType, SpecificAttributes, Description, Organization: null);
}
