using Annotator.Api.Errors;
using Annotator.Api.Lists;
using Annotator.Core;
using Annotator.Core.CloudStorages;
using Annotator.Core.Identity;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.CloudStorages;

/// <summary>Makes and changes cloud storages. What cannot be opened is not stored.</summary>
internal sealed class CloudStorageChange(
    AnnotatorDbContext db, CurrentUser user, CloudBuckets buckets, CredentialsVault vault, TimeProvider time, Links links)
{
    private const int MaxManifests = 100;

    public async Task<(CloudStorage? Storage, ProblemHttpResult? Refused)> CreateAsync(CloudStorageWriteRequest body, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var storage = new CloudStorage { OwnerId = user.Id, CreatedDate = now };
        if (await ApplyAsync(storage, body, new CloudCredentials(), cancel) is { } refused)
        {
            return (null, refused);
        }

        db.CloudStorages.Add(storage);
        await db.SaveChangesAsync(cancel);
        return (storage, null);
    }

    /// <summary>Null when it was saved.</summary>
    public async Task<ProblemHttpResult?> ChangeAsync(int id, CloudStorageWriteRequest body, HttpRequest request, CancellationToken cancel)
    {
        var storage = await db.CloudStorages.SingleOrDefaultAsync(row => row.Id == id, cancel);
        if (storage is null)
        {
            return Problems.NotFound();
        }

        if (!RowTag.Matches(request, RowTag.Of(storage.RowVersion)))
        {
            return await StaleAsync(id, cancel);
        }

        if (await ApplyAsync(storage, body, KnownCredentials(storage, body), cancel) is { } refused)
        {
            return refused;
        }

        try
        {
            await db.SaveChangesAsync(cancel);
            return null;
        }
        catch (DbUpdateConcurrencyException)
        {
            return await StaleAsync(id, cancel);
        }
    }

    private async Task<ProblemHttpResult> StaleAsync(int id, CancellationToken cancel) =>
        await db.CloudStorages.AsNoTracking().Where(row => row.Id == id).Select(CloudStorageRow.Select).SingleOrDefaultAsync(cancel) is { } current
            ? Problems.Stale(current.Write(links))
            : Problems.NotFound();

    /// <summary>
    /// The stored secrets, unless the change would send them to somebody else: to another service, or by another kind of proof. Who
    /// moves a storage proves anew that it is his or hers.
    /// </summary>
    private CloudCredentials KnownCredentials(CloudStorage storage, CloudStorageWriteRequest body)
    {
        var moves = (body.ProviderType.IsSent && body.ProviderType.Value != storage.ProviderType)
            || (body.CredentialsType.IsSent && body.CredentialsType.Value != storage.CredentialsType)
            || (body.SpecificAttributes.IsSent && EndpointOf(body.SpecificAttributes.Value ?? "") != EndpointOf(storage.SpecificAttributes));
        return moves || !body.Reconnects ? new CloudCredentials() : vault.Open(storage.SealedCredentials);
    }

    private static Uri? EndpointOf(string attributes) => CloudAttributes.Read(attributes).Attributes?.EndpointUrl;

    private async Task<ProblemHttpResult?> ApplyAsync(CloudStorage storage, CloudStorageWriteRequest body, CloudCredentials known, CancellationToken cancel)
    {
        storage.ProviderType = body.ProviderType.Or(storage.ProviderType) ?? "";
        storage.Resource = body.Resource.Or(storage.Resource) ?? "";
        storage.DisplayName = body.DisplayName.Or(storage.DisplayName) ?? "";
        storage.CredentialsType = body.CredentialsType.Or(storage.CredentialsType) ?? "";
        storage.SpecificAttributes = body.SpecificAttributes.Or(storage.SpecificAttributes) ?? "";
        storage.Description = body.Description.Or(storage.Description) ?? "";
        storage.Manifests = body.Manifests.Or(storage.Manifests) ?? [];
        storage.UpdatedDate = time.GetUtcNow();
        var credentials = body.CredentialsOver(known);
        var checks = Check(storage, body, credentials);
        if (!checks.Passed)
        {
            return checks.Problem();
        }

        if (!body.Reconnects && !body.Manifests.IsSent)
        {
            return null;
        }

        ICloudBucket bucket;
        if (body.Reconnects)
        {
            storage.SealedCredentials = vault.Seal(credentials);
        }

        try
        {
            bucket = buckets.Open(storage);
            if (Refusal(storage, await bucket.StatusAsync(cancel)) is { } refused)
            {
                return refused;
            }

            foreach (var manifest in storage.Manifests)
            {
                checks.That(
                    await bucket.FindAsync(manifest, cancel) is not null,
                    "manifests", $"The manifest '{manifest}' does not exist on the storage '{storage.DisplayName}'.");
            }
        }
        catch (CloudStorageException error)
        {
            return Problems.Invalid("resource", error.Message);
        }

        return checks.Passed ? null : checks.Problem();
    }

    private static ProblemHttpResult? Refusal(CloudStorage storage, CloudStatus status) => status switch
    {
        CloudStatus.Available => null,
        CloudStatus.Forbidden => Problems.Invalid("credentials_type", $"The resource {storage.Resource} cannot be opened with these credentials: access is forbidden."),
        _ => Problems.Invalid("resource", $"The resource {storage.Resource} was not found. Check its name, and where the service is."),
    };

    private static Checks Check(CloudStorage storage, CloudStorageWriteRequest body, CloudCredentials credentials)
    {
        var checks = new Checks();
        checks.That(CloudProviders.All.Contains(storage.ProviderType), "provider_type", $"\"{storage.ProviderType}\" is not one of {string.Join(", ", CloudProviders.All)}.");
        checks.Required("resource", storage.Resource, 222);
        checks.That(storage.Resource.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_' or '$'), "resource", "The name of a bucket or container has letters, digits, dots and dashes.");
        checks.That(storage.Resource.Any(char.IsAsciiLetterOrDigit) || storage.Resource.Length == 0, "resource", "The name of a bucket or container has letters or digits.");
        checks.Required("display_name", storage.DisplayName, 63);
        checks.AtMost("specific_attributes", storage.SpecificAttributes, 1024);
        checks.AtMost("description", storage.Description, 100_000);
        checks.AtMost("session_token", credentials.SessionToken, 4096);
        checks.AtMost("account_name", credentials.AccountName, 24);
        checks.AtMost("key", credentials.Key, 128);
        checks.AtMost("secret_key", credentials.SecretKey, 128);
        checks.AtMost("connection_string", credentials.ConnectionString, 1024);
        checks.That(storage.Manifests.Length <= MaxManifests && storage.Manifests.All(path => path is { Length: > 0 and <= 1024 }), "manifests", $"At most {MaxManifests} paths.");
        if (CloudAttributes.Read(storage.SpecificAttributes).Refused is { } wrong)
        {
            checks.Fail("specific_attributes", wrong);
        }

        CheckCredentials(storage, body, credentials, checks);
        return checks;
    }

    private static void CheckCredentials(CloudStorage storage, CloudStorageWriteRequest body, CloudCredentials credentials, Checks checks)
    {
        var types = CredentialsTypes.Of(storage.ProviderType);
        var keyFile = storage.CredentialsType == CredentialsTypes.KeyFile || body.KeyFile.IsSent;
        checks.That(
            types.Contains(storage.CredentialsType) || types.Count == 0,
            "credentials_type",
            keyFile
                ? "Key files are not taken here: make an HMAC key for the service account, and use KEY_SECRET_KEY_PAIR."
                : $"\"{storage.CredentialsType}\" is not one of {string.Join(", ", types)}.");
        if (!body.Reconnects)
        {
            return;
        }

        var type = storage.CredentialsType;
        Needs(type == CredentialsTypes.KeyPair, "key", credentials.Key);
        Needs(type == CredentialsTypes.KeyPair, "secret_key", credentials.SecretKey);
        Needs(type == CredentialsTypes.AccountToken, "account_name", credentials.AccountName);
        Needs(type == CredentialsTypes.AccountToken, "session_token", credentials.SessionToken);
        Needs(type == CredentialsTypes.Anonymous && storage.ProviderType == CloudProviders.Azure, "account_name", credentials.AccountName);
        Needs(type == CredentialsTypes.ConnectionString, "connection_string", credentials.ConnectionString);
        checks.That(
            credentials.AccountName is not { Length: > 0 } account || account.All(char.IsAsciiLetterOrDigit),
            "account_name", "The name of an Azure account has letters and digits.");

        void Needs(bool asked, string field, string? value) => checks.That(!asked || !string.IsNullOrEmpty(value), field, $"{type} needs this field.");
    }
}
