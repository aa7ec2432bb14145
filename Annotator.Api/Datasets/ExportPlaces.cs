using Annotator.Api.CloudStorages;
using Annotator.Api.Errors;
using Annotator.Core;
using Annotator.Core.CloudStorages;
using Annotator.Core.Identity;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Datasets;

/// <summary>
/// Where an export goes and an import comes from, as the contract's <c>location</c>, <c>cloud_storage_id</c> and
/// <c>use_default_location</c> say, or by themselves as the object's own target and source storage do.
/// </summary>
internal sealed class ExportPlaces(AnnotatorDbContext db, NamedStorages storages, CurrentUser user)
{
    private const string Cloud = "cloud_storage";

    /// <summary>The cloud storage that an export is to be written to; null for a file that is kept here.</summary>
    public async Task<(int? CloudStorageId, IResult? Refused)> ReadAsync(DatasetObject source, IQueryCollection query, CancellationToken cancel)
    {
        var (storage, refused) = await ReadStorageAsync(source, query, target: true, cancel);
        if (storage is not null && refused is null && user.ReadOnly)
        {
            return (null, Problems.Forbidden("This access token may only read: export with location=local."));
        }

        return query["location"] == Cloud && refused is null && string.IsNullOrWhiteSpace(query["filename"])
            ? (null, Problems.Invalid("filename", "A file in a cloud storage needs a name."))
            : (storage, refused);
    }

    /// <summary>The cloud storage that an import's file is in; null for one that is uploaded.</summary>
    public Task<(int? CloudStorageId, IResult? Refused)> ReadImportAsync(DatasetObject target, IQueryCollection query, CancellationToken cancel) =>
        ReadStorageAsync(target, query, target: false, cancel);

    /// <summary>The cloud storage that a backup is in; null for one that is uploaded. What is restored has no storage of its own yet.</summary>
    public Task<(int? CloudStorageId, IResult? Refused)> ReadRestoreAsync(IQueryCollection query, CancellationToken cancel) =>
        ReadStorageAsync(null, query, target: false, cancel);

    private async Task<(int? CloudStorageId, IResult? Refused)> ReadStorageAsync(DatasetObject? about, IQueryCollection query, bool target, CancellationToken cancel)
    {
        var location = query["location"].ToString();
        if (location is not ("" or "local" or Cloud))
        {
            return (null, Problems.Invalid("location", "Must be local or cloud_storage."));
        }

        var named = query["cloud_storage_id"].ToString();
        var id = 0;
        if (named.Length > 0 && !int.TryParse(named, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out id))
        {
            return (null, Problems.Invalid("cloud_storage_id", "A valid integer is required."));
        }

        int? storage = location switch
        {
            Cloud when named.Length > 0 => id,
            "" when !query["use_default_location"].ToString().Equals("false", StringComparison.OrdinalIgnoreCase) => await DefaultAsync(about, target, cancel),
            _ => null,
        };
        return storage is { } chosen
            ? (chosen, await storages.RefusalAsync("cloud_storage_id", chosen, cancel))
            : location == Cloud ? (null, Problems.Invalid("cloud_storage_id", "Say which cloud storage.")) : (null, null);
    }

    /// <summary>The object's own storage; a job's is its task's.</summary>
    private async Task<int?> DefaultAsync(DatasetObject? about, bool target, CancellationToken cancel)
    {
        var set = about switch
        {
            { TaskId: { } task } => db.Tasks.Where(row => row.Id == task).Select(row => target
                ? new { Location = row.TargetLocation, Id = row.TargetCloudStorageId }
                : new { Location = row.SourceLocation, Id = row.SourceCloudStorageId }),
            { ProjectId: { } project } => db.Projects.Where(row => row.Id == project).Select(row => target
                ? new { Location = row.TargetLocation, Id = row.TargetCloudStorageId }
                : new { Location = row.SourceLocation, Id = row.SourceCloudStorageId }),
            _ => null,
        };
        return set is not null && await set.SingleOrDefaultAsync(cancel) is { Location: StorageLocation.CloudStorage, Id: { } id } ? id : null;
    }
}
