using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Core.CloudStorages;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Annotator.Api.CloudStorages;

/// <summary>The contract's <c>Storage</c>: where files of a project or task come from or go to by themselves.</summary>
/// <param name="Id">Nothing is addressed by it; clients want a number.</param>
internal sealed record Storage(int Id, string Location, int? CloudStorageId)
{
    private const string Local = "local";
    private const string Cloud = "cloud_storage";

    /// <summary>Null where nobody has said; local where the storage was deleted since.</summary>
    public static Storage? Of(int ownerId, bool target, StorageLocation? location, int? cloudStorageId) =>
        location is null ? null : new Storage((ownerId * 2) + (target ? 0 : 1), location == StorageLocation.CloudStorage && cloudStorageId is not null ? Cloud : Local, cloudStorageId);
}

/// <summary>The contract's <c>StorageRequest</c>.</summary>
/// <param name="Location">local or cloud_storage.</param>
internal sealed record StorageRequest(string? Location, int? CloudStorageId)
{
    public StorageLocation? Parsed => Location switch
    {
        "cloud_storage" => StorageLocation.CloudStorage,
        _ => StorageLocation.Local,
    };

    public int? ParsedId => Parsed == StorageLocation.CloudStorage ? CloudStorageId : null;
}

/// <summary>Storages that requests name: who names one must be allowed to see it.</summary>
internal sealed class NamedStorages(Access access)
{
    /// <summary>Why a source or target storage cannot be set; null when it can.</summary>
    public async Task<ProblemHttpResult?> RefusalAsync(string field, StorageRequest? storage, CancellationToken cancel)
    {
        if (storage is null)
        {
            return null;
        }

        return storage.Location switch
        {
            "local" => null,
            "cloud_storage" when storage.CloudStorageId is { } id => await RefusalAsync(field, id, cancel),
            "cloud_storage" => Problems.Invalid(field, "A cloud storage needs a cloud_storage_id."),
            _ => Problems.Invalid(field, "location must be local or cloud_storage."),
        };
    }

    /// <inheritdoc cref="RefusalAsync(string, StorageRequest?, CancellationToken)"/>
    public async Task<ProblemHttpResult?> RefusalAsync(string field, int id, CancellationToken cancel) =>
        await access.ObjectAsync("cloudstorages", id, "view", cancel) is null ? null : Problems.Invalid(field, $"There is no cloud storage {id}.");
}
