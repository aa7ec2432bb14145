using System.Runtime.CompilerServices;
using System.Text.Json;
using Annotator.Core.Annotations;

namespace Annotator.Core.Datasets;

/// <summary>
/// Keeps checked objects in a temporary file, so that nothing is written to the tables before the whole file of annotations
/// was found good, and so that each job gets its own whatever the file's order. Some 16 bytes a frame stay in memory.
/// </summary>
internal sealed class ImportSpool : IAsyncDisposable
{
    private const int BufferBytes = 128 << 10;

    private readonly Dictionary<int, List<Entry>> _byJob = [];
    private long _end;
    private readonly FileStream _file = new(
        Path.Combine(Path.GetTempPath(), "annotator-" + Path.GetRandomFileName()),
        new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            BufferSize = BufferBytes,
            Options = FileOptions.DeleteOnClose,
        });

    /// <summary>Adds the objects of one frame to every job that has it.</summary>
    public void AddFrame(IEnumerable<int> jobIds, int frame, IReadOnlyList<Tag> tags, IReadOnlyList<Shape> shapes) =>
        Add(jobIds, frame, new Spooled(tags, shapes, []), tracks: false);

    /// <summary>Adds a track to a job.</summary>
    public void AddTrack(int jobId, Track track) => Add([jobId], track.Frame, new Spooled([], [], [track]), tracks: true);

    /// <summary>How many frames with objects, and tracks, a job has.</summary>
    public int Count(int jobId) => _byJob.TryGetValue(jobId, out var entries) ? entries.Count : 0;

    /// <summary>The job's objects in the order in which they were added.</summary>
    public IAsyncEnumerable<AnnotationObject> ReadAsync(int jobId, Action onRead, CancellationToken cancel) =>
        ReadAsync(_byJob.GetValueOrDefault(jobId) ?? [], onRead, cancel);

    /// <summary>The job's tags and shapes in order of frames.</summary>
    public IAsyncEnumerable<AnnotationObject> ReadFramesAsync(int jobId, Action onRead, CancellationToken cancel) =>
        ReadAsync(Sorted(jobId, tracks: false), onRead, cancel);

    /// <summary>The job's tracks in order of their first frames.</summary>
    public IAsyncEnumerable<AnnotationObject> ReadTracksAsync(int jobId, Action onRead, CancellationToken cancel) =>
        ReadAsync(Sorted(jobId, tracks: true), onRead, cancel);

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private IEnumerable<Entry> Sorted(int jobId, bool tracks) =>
        (_byJob.GetValueOrDefault(jobId) ?? []).Where(entry => entry.Tracks == tracks).OrderBy(entry => entry.Frame);

    private void Add(IEnumerable<int> jobIds, int frame, Spooled spooled, bool tracks)
    {
        _file.Position = _end;
        var bytes = JsonSerializer.SerializeToUtf8Bytes(spooled);
        _file.Write(BitConverter.GetBytes(bytes.Length));
        _file.Write(bytes);
        foreach (var job in jobIds)
        {
            if (!_byJob.TryGetValue(job, out var entries))
            {
                _byJob[job] = entries = [];
            }

            entries.Add(new Entry(_end, frame, tracks));
        }

        _end = _file.Position;
    }

    private async IAsyncEnumerable<AnnotationObject> ReadAsync(IEnumerable<Entry> entries, Action onRead, [EnumeratorCancellation] CancellationToken cancel)
    {
        var length = new byte[sizeof(int)];
        foreach (var entry in entries)
        {
            _file.Position = entry.Offset;
            await _file.ReadExactlyAsync(length, cancel);
            var bytes = new byte[BitConverter.ToInt32(length)];
            await _file.ReadExactlyAsync(bytes, cancel);
            var spooled = JsonSerializer.Deserialize<Spooled>(bytes)!;
            foreach (var annotation in spooled.Tags.Concat<AnnotationObject>(spooled.Shapes).Concat(spooled.Tracks))
            {
                yield return annotation;
            }

            onRead();
        }
    }

    private readonly record struct Entry(long Offset, int Frame, bool Tracks);

    private sealed record Spooled(IReadOnlyList<Tag> Tags, IReadOnlyList<Shape> Shapes, IReadOnlyList<Track> Tracks);
}
