using System.Globalization;
using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Core.Operations;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Media.Sources;

/// <summary>
/// Gathers a task's files from wherever they are. Those that are only referred to are listed; those that are to be ours are copied into
/// the blob store as if they had been uploaded, each once, however often the work begins anew.
/// </summary>
internal sealed class ExternalFiles(AnnotatorDbContext db, IBlobStore blobs, ServerFiles server, RemoteFiles remote, TimeProvider time) : IDisposable
{
    private const int Fetches = 4;

    /// <summary>How much of the whole work the copying is.</summary>
    private const double Share = 0.5;
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>
    /// The task's complete uploads, or what stands for the files that the request names and for nothing else; what cannot be had goes to
    /// <paramref name="refused"/>.
    /// </summary>
    public async Task<List<Upload>> GatherAsync(
        int taskId, int dataId, Operation operation, CreateTaskArguments arguments, List<RefusedFile> refused, OperationContext context)
    {
        var cancel = context.Cancel;
        await CopiedFiles.ForgetEndedAsync(db, taskId, cancel);
        var whole = db.Uploads.AsNoTracking().Where(upload => upload.Purpose == UploadPurpose.TaskData && upload.TargetId == taskId && upload.Offset == upload.Length);
        if (!arguments.NamesFiles)
        {
            return await whole.ToListAsync(cancel);
        }

        if (arguments.RemoteFiles.Count > 0)
        {
            await CopyAsync(taskId, operation, [.. arguments.RemoteFiles.Distinct(StringComparer.Ordinal)], RemoteFiles.Shown, remote.FetchAsync, refused, context);
        }
        else
        {
            context.ReportProgress(0, "Looking for the files");
            var found = await server.FindAsync(dataId, arguments, refused, cancel);
            if (!arguments.CopyData)
            {
                return [.. found.Select((file, index) => new Upload
                {
                    Id = CopiedFiles.IdOf(operation.Id, file.Key),
                    TargetId = taskId,
                    FileName = file.Name,
                    Length = file.Length,
                    Offset = file.Length,
                    BlobKey = file.Key,
                    CreatedDate = DateTimeOffset.UnixEpoch.AddTicks(index),
                })];
            }

            await CopyFoundAsync(taskId, operation, found, arguments, refused, context);
        }

        return await CopiedFiles.Of(operation.Id, whole).ToListAsync(cancel);
    }

    /// <summary>
    /// Takes back what a request copied that came to nothing, and uploads that it could use nothing of. Their blobs are left to who removes
    /// what no row refers to.
    /// </summary>
    public async Task ForgetAsync(int taskId, Operation operation, IEnumerable<Guid> useless)
    {
        var uploads = db.Uploads.Where(upload => upload.Purpose == UploadPurpose.TaskData && upload.TargetId == taskId);
        await CopiedFiles.Of(operation.Id, uploads).ExecuteDeleteAsync();
        await uploads.Where(upload => useless.Contains(upload.Id)).ExecuteDeleteAsync();
    }

    public void Dispose() => _one.Dispose();

    private Task CopyFoundAsync(int taskId, Operation operation, List<FoundFile> found, CreateTaskArguments arguments, List<RefusedFile> refused, OperationContext context)
    {
        var byName = found.ToDictionary(file => file.Name, StringComparer.Ordinal);
        return CopyAsync(taskId, operation, [.. found.Select(file => file.Name)], name => name, FetchAsync, refused, context);

        async Task FetchAsync(string name, int number, Func<string, Stream, CancellationToken, Task> use, CancellationToken cancel)
        {
            await using var content = await OpenAsync(byName[name], arguments, cancel) ?? throw new RemoteFileException("went away while it was copied");
            await use(name, content, cancel);
        }
    }

    private async Task<Stream?> OpenAsync(FoundFile file, CreateTaskArguments arguments, CancellationToken cancel) =>
        arguments.CloudStorageId is { } storage ? await server.OpenAsync(storage, file.Name, cancel) : await blobs.OpenReadAsync(file.Key, cancel);

    private async Task CopyAsync(
        int taskId, Operation operation, List<string> addresses, Func<string, string> shown, Func<string, int, Func<string, Stream, CancellationToken, Task>, CancellationToken, Task> fetch, List<RefusedFile> refused, OperationContext context)
    {
        var known = await db.Uploads.AsNoTracking().Where(upload => upload.Purpose == UploadPurpose.TaskData && upload.TargetId == taskId).ToListAsync(context.Cancel);
        var names = known.Select(upload => upload.FileName).ToHashSet(StringComparer.Ordinal);
        var ids = known.Select(upload => upload.Id).ToHashSet();
        var done = 0;
        await Parallel.ForEachAsync(
            addresses.Select((address, index) => (Address: address, Index: index)),
            new ParallelOptions { MaxDegreeOfParallelism = Fetches, CancellationToken = context.Cancel },
            async (file, cancel) =>
            {
                var id = CopiedFiles.IdOf(operation.Id, file.Address);
                if (!ids.Contains(id))
                {
                    try
                    {
                        await fetch(file.Address, file.Index, (name, content, token) => KeepAsync(taskId, operation.OwnerId, id, name, file.Index, names, content, token), cancel);
                    }
                    catch (RemoteFileException error)
                    {
                        lock (refused)
                        {
                            refused.Add(new RefusedFile(shown(file.Address), error.Message));
                        }
                    }
                }

                var now = Interlocked.Increment(ref done);
                context.ReportProgress(Share * now / addresses.Count, $"{now} of {addresses.Count} files fetched");
            });
    }

    private async Task KeepAsync(int taskId, int ownerId, Guid id, string name, int index, HashSet<string> names, Stream content, CancellationToken cancel)
    {
        var key = DataKeys.TaskUpload(taskId, id);
        await blobs.WriteAsync(key, content, cancel);
        var length = (await blobs.FindAsync(key, cancel))!.Length;
        await _one.WaitAsync(cancel);
        try
        {
            // Two addresses may end in the same name.
            for (var (number, plain) = (2, name); !names.Add(name); number++)
            {
                name = string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(plain)}-{number}{Path.GetExtension(plain)}");
            }

            var now = time.GetUtcNow();
            db.Uploads.Add(new Upload
            {
                Id = id,
                OwnerId = ownerId,
                Purpose = UploadPurpose.TaskData,
                TargetId = taskId,
                FileName = name,
                Length = length,
                Offset = length,
                BlobKey = key,
                CreatedDate = now.AddTicks(index),
                UpdatedDate = now,
            });
            await db.SaveChangesAsync(cancel);
            db.ChangeTracker.Clear();
        }
        finally
        {
            _one.Release();
        }
    }
}
