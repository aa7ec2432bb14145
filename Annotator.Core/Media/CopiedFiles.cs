using System.Security.Cryptography;
using System.Text;
using Annotator.Core.Operations;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Core.Media;

/// <summary>
/// Uploads that nobody sent: files that a request for a task's data has copied from elsewhere. Their ids say of which request and of which
/// file they are, so that a second run of it finds what the first one has, and no other request takes them for its own.
/// </summary>
public static class CopiedFiles
{
    private const int Half = 8;

    /// <summary>
    /// The same for the same file of the same request. Never that of another request, whose frames may be made of it. The first half is
    /// the request's.
    /// </summary>
    /// <param name="address">Where the file comes from; any text.</param>
    public static Guid IdOf(Guid operationId, string address)
    {
        var id = new byte[2 * Half];
        Hash(operationId.ToString())[..Half].CopyTo(id);
        Hash(address)[..Half].CopyTo(id.AsSpan(Half));
        return new Guid(id, bigEndian: true);

        static ReadOnlySpan<byte> Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Those of the uploads that the request has copied.</summary>
    public static IQueryable<Upload> Of(Guid operationId, IQueryable<Upload> uploads)
    {
        var id = IdOf(operationId, "").ToByteArray(bigEndian: true);
        id.AsSpan(Half).Clear();
        var first = new Guid(id, bigEndian: true);
        id.AsSpan(Half).Fill(byte.MaxValue);
        var last = new Guid(id, bigEndian: true);
        return uploads.Where(upload => upload.Id >= first && upload.Id <= last);
    }

    /// <summary>
    /// Forgets what requests have copied that are over and made no frames of it: they were called off, or given up after their workers had
    /// died. Nobody else can use it, and it must not stand in the way of the next request. The blobs are left to who removes what no row refers to.
    /// </summary>
    public static async Task ForgetEndedAsync(AnnotatorDbContext db, int taskId, CancellationToken cancel)
    {
        var uploads = db.Uploads.Where(upload => upload.Purpose == UploadPurpose.TaskData && upload.TargetId == taskId);
        if (!await uploads.AnyAsync(cancel))
        {
            return;
        }

        var ended = await db.Operations
            .Where(row => row.TaskId == taskId && row.Type == "create:task" && row.State != OperationState.Queued && row.State != OperationState.Started)
            .Select(row => row.Id)
            .ToListAsync(cancel);
        foreach (var id in ended)
        {
            await Of(id, uploads).ExecuteDeleteAsync(cancel);
        }
    }
}
