using Annotator.Core;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Api.Media;

/// <summary>
/// The right to write to one upload. It is a lock of the database session, so that it holds between replicas and dies with
/// the process that has it.
/// </summary>
internal sealed class UploadTurn : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private readonly AnnotatorDbContext _db;
    private readonly long _key;

    private UploadTurn(AnnotatorDbContext db, long key) => (_db, _key) = (db, key);

    /// <summary>
    /// Waits a little for whoever writes at the moment, because a client that lost its connection comes back before the
    /// server has noticed; null when the other one goes on writing.
    /// </summary>
    public static async Task<UploadTurn?> TakeAsync(AnnotatorDbContext db, Guid uploadId, CancellationToken cancel)
    {
        var key = BitConverter.ToInt64(uploadId.ToByteArray(), 8);
        await db.Database.OpenConnectionAsync(cancel);
        for (var waited = TimeSpan.Zero; ; waited += Pause)
        {
            if (await db.Database.SqlQuery<bool>($"select pg_try_advisory_lock({key}) as \"Value\"").SingleAsync(cancel))
            {
                return new UploadTurn(db, key);
            }

            if (waited >= Patience)
            {
                await db.Database.CloseConnectionAsync();
                return null;
            }

            await Task.Delay(Pause, cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _db.Database.ExecuteSqlAsync($"select pg_advisory_unlock({_key})", CancellationToken.None);
        await _db.Database.CloseConnectionAsync();
    }
}
