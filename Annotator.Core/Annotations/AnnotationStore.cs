using Annotator.Core.Tasks;

namespace Annotator.Core.Annotations;

/// <summary>
/// The only reader and writer of the annotation tables. Every method that writes runs in one transaction that locks the job's
/// row, advances <c>revision</c>, adjusts <c>label_count</c> and appends to <c>annotation_change</c>.
/// </summary>
public sealed class AnnotationStore(AnnotatorDbContext db, TimeProvider time)
{
    private readonly AnnotatorDbContext _db = db;
    private readonly TimeProvider _time = time;

    /// <summary>The most ids of one reservation, and the most ops of one batch.</summary>
    public const int MaxBatch = 10_000;

    /// <summary>Reserves ids for new objects of a job. Unused ids are lost, which is harmless: there are 2^63.</summary>
    public Task<IdBlock> ReserveIdsAsync(int jobId, int userId, int count, CancellationToken cancel) => throw Unwritten();

    /// <summary>
    /// Reads a job, or the given frames of it: tags and shapes on these frames, and every track that reaches into them.
    /// Elements are in order of frame, then id.
    /// </summary>
    public Task<JobAnnotations> ReadAsync(int jobId, FrameRange? frames, CancellationToken cancel) => throw Unwritten();

    /// <summary>Applies the editor's batch: see docs/annotations-protocol.md for the rules of merging.</summary>
    /// <exception cref="InvalidAnnotationsException">An op is not valid; nothing was applied.</exception>
    /// <exception cref="BatchOutOfOrderException">A batch before this one is missing.</exception>
    public Task<OpsAnswer> ApplyAsync(int jobId, int userId, OpsBatch batch, CancellationToken cancel) => throw Unwritten();

    /// <summary>
    /// Adds objects; ids are given by the store. Returns them with their ids. <paramref name="expectedRevision"/> null
    /// means: whatever the revision is.
    /// </summary>
    public Task<JobAnnotations> CreateAsync(int jobId, int userId, JobAnnotations added, int? expectedRevision, CancellationToken cancel) => throw Unwritten();

    /// <summary>
    /// Replaces objects by id, keeping their ids. An object without an id (0) is created, as newer servers of the contract do.
    /// </summary>
    public Task<JobAnnotations> UpdateAsync(int jobId, int userId, JobAnnotations changed, int? expectedRevision, CancellationToken cancel) => throw Unwritten();

    /// <summary>Deletes objects by id; an unknown id is an error that names it.</summary>
    public Task<JobAnnotations> DeleteAsync(int jobId, int userId, JobAnnotations removed, int? expectedRevision, CancellationToken cancel) => throw Unwritten();

    /// <summary>Replaces everything in the job. Uses COPY, whatever the size.</summary>
    public Task<JobAnnotations> ReplaceAsync(int jobId, int userId, JobAnnotations all, int? expectedRevision, CancellationToken cancel) => throw Unwritten();

    /// <summary>Removes everything in the job and returns the new revision.</summary>
    public Task<int> ClearAsync(int jobId, int userId, int? expectedRevision, CancellationToken cancel) => throw Unwritten();

    /// <summary>
    /// Adds any number of objects by COPY, in one transaction: the road of imports. With <paramref name="replace"/> the job
    /// is emptied first. Returns the new revision.
    /// </summary>
    public Task<int> AppendAsync(int jobId, int userId, IAsyncEnumerable<AnnotationObject> objects, bool replace, CancellationToken cancel) => throw Unwritten();

    /// <summary>
    /// Tags and shapes of a job in order of frame, then id, one frame at a time from an unbuffered reader: the road of
    /// exports. Tracks come separately (<see cref="ReadTracksAsync"/>).
    /// </summary>
    public IAsyncEnumerable<FrameObjects> ReadFramesAsync(int jobId, CancellationToken cancel) => throw Unwritten();

    /// <summary>Every track of a job in order of first frame, then id.</summary>
    public IAsyncEnumerable<Track> ReadTracksAsync(int jobId, CancellationToken cancel) => throw Unwritten();

    /// <summary>Changes after <paramref name="since"/>, oldest first; null when the log no longer reaches back so far.</summary>
    public Task<IReadOnlyList<JobChange>?> ReadChangesAsync(int jobId, int since, CancellationToken cancel) => throw Unwritten();

    private static NotSupportedException Unwritten() => new();
}

/// <summary>What stands on one frame, tracks apart.</summary>
public sealed record FrameObjects(int Frame, IReadOnlyList<Tag> Tags, IReadOnlyList<Shape> Shapes);
