using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace Annotator.Core.CloudStorages;

/// <summary>
/// The secrets of a storage. They come in by the API, are sealed before they are stored and opened only to make a request;
/// nothing writes them out.
/// </summary>
/// <param name="AccountName">Azure only.</param>
/// <param name="Key">The access key's id.</param>
/// <param name="SessionToken">Of temporary S3 keys; for Azure the shared access signature or account key.</param>
public sealed record CloudCredentials(
    string? Key = null, string? SecretKey = null, string? SessionToken = null, string? AccountName = null, string? ConnectionString = null)
{
    /// <summary>Never the secrets.</summary>
    public override string ToString() => "credentials";
}

/// <summary>Seals credentials with the data-protection keys that Api and Worker share.</summary>
public sealed class CredentialsVault(IDataProtectionProvider protection)
{
    private readonly IDataProtector _protector = protection.CreateProtector("Annotator.CloudStorages.Credentials");

    public string Seal(CloudCredentials credentials) => _protector.Protect(JsonSerializer.Serialize(credentials, JsonSerializerOptions.Web));

    /// <exception cref="CloudStorageException">The keys that sealed them are gone.</exception>
    public CloudCredentials Open(string sealedCredentials)
    {
        try
        {
            return JsonSerializer.Deserialize<CloudCredentials>(_protector.Unprotect(sealedCredentials), JsonSerializerOptions.Web)!;
        }
        catch (CryptographicException error)
        {
            throw new CloudStorageException(CloudFailure.Forbidden, "The storage's credentials cannot be opened with this server's keys; enter them again.", error);
        }
    }
}
