using Annotator.Api.Errors;
using Annotator.Core;
using Annotator.Core.Media;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Annotator.Api.Media;

/// <summary>
/// Files on their way to us: a row that says what and whose, and bytes in the blob store, written as they arrive. How far
/// an upload got is what the blob store holds, so that a killed process forgets nothing that it confirmed.
/// </summary>
internal sealed class UploadStore(AnnotatorDbContext db, IBlobStore blobs, IOptions<UploadOptions> options, TimeProvider time)
{
    private readonly AnnotatorDbContext _db = db;
    private readonly IBlobStore _blobs = blobs;
    private readonly UploadOptions _options = options.Value;
    private readonly TimeProvider _time = time;

    public long MaxBytes(UploadTarget target) =>
        target.Purpose switch
        {
            UploadPurpose.TaskAnnotations or UploadPurpose.JobAnnotations => _options.MaxAnnotationFileBytes,
            UploadPurpose.ModelFile => _options.MaxModelFileBytes,
            _ => _options.MaxFileBytes,
        };

    /// <summary>Registers a file of <paramref name="length"/> bytes that will arrive in pieces.</summary>
    public async Task<(Upload? Upload, IResult? Refused)> RegisterAsync(UploadTarget target, int ownerId, string? fileName, long length, CancellationToken cancel)
    {
        if (length > MaxBytes(target))
        {
            return (null, Problems.Of(StatusCodes.Status413PayloadTooLarge, BodyLimit.Type, $"The file has {length} bytes; at most {MaxBytes(target)} are accepted."));
        }

        var name = UploadFileName.Normalize(fileName, _options.MaxFileNameBytes, out var error);
        if (name is null)
        {
            return (null, Problems.Invalid("filename", error));
        }

        if (await CountRefusalAsync(target, 1, cancel) is { } refused)
        {
            return (null, refused);
        }

        var upload = New(target, ownerId, name, length);
        _db.Uploads.Add(upload);
        return await SaveAsync(target, cancel) is { } taken ? (null, taken) : (upload, null);
    }

    /// <summary>Stores whole files as they come out of a multipart body; either all of them are kept or none.</summary>
    public async Task<(IReadOnlyList<Upload> Uploads, IResult? Refused)> ReceiveAsync(
        UploadTarget target, int ownerId, IAsyncEnumerable<IncomingFile> files, CancellationToken cancel)
    {
        var received = new List<Upload>();
        IResult? refused = null;
        try
        {
            var budget = MaxBytes(target);
            await foreach (var file in files.WithCancellation(cancel))
            {
                (var upload, refused) = await ReceiveOneAsync(target, ownerId, file, received, budget, cancel);
                if (upload is null)
                {
                    return ([], refused);
                }

                budget -= upload.Length;
                received.Add(upload);
            }

            refused = await CountRefusalAsync(target, received.Count, cancel);
            if (refused is null)
            {
                _db.Uploads.AddRange(received);
                refused = await SaveAsync(target, cancel);
            }

            return refused is null ? (received, null) : ([], refused);
        }
        catch
        {
            refused = Problems.Invalid("non_field_errors", "The request broke off.");
            throw;
        }
        finally
        {
            if (refused is not null)
            {
                foreach (var upload in received)
                {
                    await _blobs.DeleteAsync(upload.BlobKey, CancellationToken.None);
                }
            }
        }
    }

    /// <summary>An upload by its id, only under the object it was made for.</summary>
    public Task<Upload?> FindAsync(UploadTarget target, Guid id, CancellationToken cancel) =>
        _db.Uploads.SingleOrDefaultAsync(upload => upload.Id == id && upload.Purpose == target.Purpose && upload.TargetId == target.Id, cancel);

    /// <summary>Bytes of an upload that are safely stored.</summary>
    public async Task<long> ReadOffsetAsync(Upload upload, CancellationToken cancel) =>
        Math.Min(upload.Length, (await _blobs.FindAsync(upload.BlobKey, cancel))?.Length ?? 0);

    /// <summary>
    /// Appends <paramref name="count"/> bytes at <paramref name="offset"/>, in durable steps, and returns the new offset. One
    /// writer at a time: whoever comes second gets the offset that the first one reached, and no bytes of theirs are taken.
    /// </summary>
    public async Task<(long Offset, bool Accepted)> AppendAsync(Upload upload, long offset, long count, Stream body, CancellationToken cancel)
    {
        await using var turn = await UploadTurn.TakeAsync(_db, upload.Id, cancel);
        var stored = await ReadOffsetAsync(upload, cancel);
        if (turn is null || stored != offset)
        {
            return (stored, false);
        }

        if (count == 0 && offset == 0)
        {
            stored = await _blobs.AppendAsync(upload.BlobKey, 0, Stream.Null, cancel);
        }

        var end = offset + count;
        while (stored < end)
        {
            var step = Math.Min(_options.DurableStepBytes, end - stored);
            var reached = await _blobs.AppendAsync(upload.BlobKey, stored, new LimitedReadStream(body, step), cancel);
            if (reached < stored + step)
            {
                throw new BadHttpRequestException("The request body ended before its Content-Length.");
            }

            stored = reached;
        }

        upload.Offset = stored;
        upload.UpdatedDate = _time.GetUtcNow();
        await _db.SaveChangesAsync(cancel);
        return (stored, true);
    }

    /// <summary>Forgets an upload, its bytes included.</summary>
    public async Task DeleteAsync(Upload upload, CancellationToken cancel)
    {
        await _blobs.DeleteAsync(upload.BlobKey, cancel);
        _db.Uploads.Remove(upload);
        await _db.SaveChangesAsync(cancel);
    }

    private async Task<(Upload? Upload, IResult? Refused)> ReceiveOneAsync(
        UploadTarget target, int ownerId, IncomingFile file, List<Upload> before, long budget, CancellationToken cancel)
    {
        if (before.Count == _options.MaxFilesPerRequest)
        {
            return (null, Problems.Of(StatusCodes.Status413PayloadTooLarge, BodyLimit.Type, $"A request may carry at most {_options.MaxFilesPerRequest} files."));
        }

        var name = UploadFileName.Normalize(UploadFileName.OfPart(file.Name), _options.MaxFileNameBytes, out var error);
        if (name is null)
        {
            return (null, Problems.Invalid(file.Field, error));
        }

        if (target.KeepsNames && before.Exists(other => other.FileName == name))
        {
            return (null, TakenName(name));
        }

        var upload = New(target, ownerId, name, 0);
        await using (var blob = await _blobs.CreateAsync(upload.BlobKey, cancel))
        {
            var counted = new LimitedReadStream(file.Content, budget + 1);
            await counted.CopyToAsync(blob, cancel);
            if (counted.Count > budget)
            {
                return (null, Problems.Of(StatusCodes.Status413PayloadTooLarge, BodyLimit.Type, $"The files of the request have more than {MaxBytes(target)} bytes together; send them by TUS."));
            }

            upload.Length = upload.Offset = counted.Count;
            blob.Complete();
        }

        return (upload, null);
    }

    private Upload New(UploadTarget target, int ownerId, string name, long length)
    {
        var now = _time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        return new Upload
        {
            Id = id,
            OwnerId = ownerId,
            Purpose = target.Purpose,
            TargetId = target.Id,
            FileName = name,
            Length = length,
            BlobKey = target.BlobKey(id),
            CreatedDate = now,
            UpdatedDate = now,
        };
    }

    private async Task<IResult?> CountRefusalAsync(UploadTarget target, int more, CancellationToken cancel)
    {
        if (!target.KeepsNames)
        {
            return null;
        }

        var there = await _db.Uploads.CountAsync(upload => upload.Purpose == target.Purpose && upload.TargetId == target.Id, cancel);
        var (owner, most) = target.Purpose == UploadPurpose.ModelFile ? ("model", _options.MaxFilesPerModel) : ("task", _options.MaxFilesPerTask);
        return there + more > most
            ? Problems.Of(StatusCodes.Status413PayloadTooLarge, BodyLimit.Type, $"A {owner} may have at most {most} files.")
            : null;
    }

    private async Task<IResult?> SaveAsync(UploadTarget target, CancellationToken cancel)
    {
        try
        {
            await _db.SaveChangesAsync(cancel);
            return null;
        }
        catch (DbUpdateException failure) when (failure.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            var names = _db.ChangeTracker.Entries<Upload>().Where(entry => entry.State == EntityState.Added).Select(entry => entry.Entity.FileName).ToList();
            _db.ChangeTracker.Clear();
            var taken = await _db.Uploads
                .Where(upload => upload.Purpose == target.Purpose && upload.TargetId == target.Id && names.Contains(upload.FileName))
                .Select(upload => upload.FileName)
                .FirstOrDefaultAsync(cancel);
            return TakenName(taken ?? names[0]);
        }
    }

    private static ProblemHttpResult TakenName(string name) => Problems.Conflict(
        "urn:annotator:file-exists",
        $"There is a file named '{name}' here already.",
        new Dictionary<string, object?> { ["filename"] = name });
}

/// <summary>One file of a multipart body.</summary>
/// <param name="Field">The form field it came in, such as <c>client_files[0]</c>.</param>
/// <param name="Content">Readable until the next file is asked for.</param>
internal sealed record IncomingFile(string Field, string? Name, Stream Content);
