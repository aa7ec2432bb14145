using System.Data.Common;
using System.Runtime.CompilerServices;
using Annotator.Core.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Annotator.Core.Annotations;

/// <summary>
/// Tells of new revisions once they are committed, and only then: no writer of annotations can forget to, and a transaction that
/// is rolled back says nothing.
/// </summary>
internal sealed class AdvancedJobs(IJobEvents events) : DbTransactionInterceptor
{
    private static readonly ConditionalWeakTable<DbContext, List<(Guid Transaction, int JobId, int Revision)>> s_noted = [];

    /// <summary>Notes a revision of the context's open transaction.</summary>
    public static void Note(DbContext db, int jobId, int revision) =>
        s_noted.GetOrCreateValue(db).Add((db.Database.CurrentTransaction!.TransactionId, jobId, revision));

    public override void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) => Tell(eventData);

    public override Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Tell(eventData);
        return Task.CompletedTask;
    }

    /// <summary>What other transactions of the context have noted was never committed and is forgotten.</summary>
    private void Tell(TransactionEndEventData committed)
    {
        if (committed.Context is not { } db || !s_noted.TryGetValue(db, out var noted))
        {
            return;
        }

        s_noted.Remove(db);
        foreach (var (_, jobId, revision) in noted.Where(note => note.Transaction == committed.TransactionId))
        {
            events.Advanced(jobId, revision);
        }
    }
}
