using System.Runtime.CompilerServices;
using System.Text.Json;
using Annotator.Core.Annotations;

namespace Annotator.Core.Datasets;

/// <summary>
/// Keeps checked objects in a temporary file, so that nothing is written to the tables before the whole file of annotations
/// was found good, and so that each job gets its own whatever the file's order. Eight bytes a frame stay in memory.
/// </summary>
internal sealed class ImportSpool : IAsyncDisposable
{
    private const int BufferBytes = 128 << 10;

    private readonly Dictionary<int, List<long>> _byJob = [];
    private readonly FileStream _file = new(
        Path.Combine(Path.GetTempPath(), "annotator-" + Path.GetRandomFileName()),
        new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            BufferSize = BufferBytes,
            Options = FileOptions.DeleteOnClose,
        });

    /// <summary>Adds the objects of one frame, or a track, to every job that has them.</summary>
    public void Add(IEnumerable<int> jobIds, IReadOnlyList<Tag> tags, IReadOnlyList<Shape> shapes, IReadOnlyList<Track> tracks)
    {
        var offset = _file.Position;
        var bytes = JsonSerializer.SerializeToUtf8Bytes(new Spooled(tags, shapes, tracks));
        _file.Write(BitConverter.GetBytes(bytes.Length));
        _file.Write(bytes);
        foreach (var job in jobIds)
        {
            if (!_byJob.TryGetValue(job, out var offsets))
            {
                _byJob[job] = offsets = [];
            }

            offsets.Add(offset);
        }
    }

    /// <summary>How many frames with objects, and tracks, a job has.</summary>
    public int Frames(int jobId) => _byJob.TryGetValue(jobId, out var offsets) ? offsets.Count : 0;

    /// <summary>The job's objects in the order in which they were added.</summary>
    public async IAsyncEnumerable<AnnotationObject> ReadAsync(int jobId, Action onFrame, [EnumeratorCancellation] CancellationToken cancel)
    {
        var length = new byte[sizeof(int)];
        foreach (var offset in _byJob.GetValueOrDefault(jobId) ?? [])
        {
            _file.Position = offset;
            await _file.ReadExactlyAsync(length, cancel);
            var bytes = new byte[BitConverter.ToInt32(length)];
            await _file.ReadExactlyAsync(bytes, cancel);
            var spooled = JsonSerializer.Deserialize<Spooled>(bytes)!;
            foreach (var tag in spooled.Tags)
            {
                yield return tag;
            }

            foreach (var shape in spooled.Shapes)
            {
                yield return shape;
            }

            foreach (var track in spooled.Tracks)
            {
                yield return track;
            }

            onFrame();
        }
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private sealed record Spooled(IReadOnlyList<Tag> Tags, IReadOnlyList<Shape> Shapes, IReadOnlyList<Track> Tracks);
}
