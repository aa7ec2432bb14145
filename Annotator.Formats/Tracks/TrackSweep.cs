using Annotator.Formats.Model;

namespace Annotator.Formats.Tracks;

/// <summary>
/// Gives the visible shapes of all tracks frame by frame. Only tracks that have begun and not ended are in memory. Frames
/// must rise, and tracks must come in order of their first frame.
/// </summary>
public sealed class TrackSweep : IAsyncDisposable
{
    private readonly IAsyncEnumerator<DatasetTrack> _tracks;
    private readonly IReadOnlySet<int> _deletedFrames;
    private readonly List<TrackCursor> _open = [];
    private DatasetTrack? _waiting;
    private bool _started;

    /// <param name="deletedFrames">Frames whose keyframes do not shape others.</param>
    public TrackSweep(IAsyncEnumerable<DatasetTrack> tracks, IReadOnlySet<int> deletedFrames, CancellationToken cancel)
    {
        _tracks = tracks.GetAsyncEnumerator(cancel);
        _deletedFrames = deletedFrames;
    }

    /// <summary>Shapes on a frame, in order of their tracks.</summary>
    public async ValueTask<IReadOnlyList<DatasetShape>> AtAsync(int frame)
    {
        if (!_started)
        {
            _started = true;
            _waiting = await _tracks.MoveNextAsync() ? _tracks.Current : null;
        }

        while (_waiting is not null && _waiting.FirstFrame <= frame)
        {
            _open.Add(new TrackCursor(_waiting, _deletedFrames));
            _waiting = await _tracks.MoveNextAsync() ? _tracks.Current : null;
        }

        if (_open.Count == 0)
        {
            return [];
        }

        var shapes = new List<DatasetShape>(_open.Count);
        foreach (var cursor in _open)
        {
            if (cursor.At(frame) is { } shape)
            {
                shapes.Add(shape);
            }
        }

        _open.RemoveAll(cursor => cursor.Finished);
        return shapes;
    }

    public ValueTask DisposeAsync() => _tracks.DisposeAsync();
}
