using System.Text.Json;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Tracks;

/// <summary>
/// Gathers the shapes of tracks while frames pass, and gives the tracks afterwards, one at a time. Shapes wait in a temporary
/// file, each knowing where the one before it of its track lies; four bytes a frame and a few a track stay in memory.
/// </summary>
internal sealed class TracksOfItems(Func<string, string, bool> isMutable) : IAsyncDisposable
{
    private const int HeaderBytes = sizeof(long) + sizeof(int) + sizeof(int);

    private readonly FileStream _file = Spool.Create();
    private readonly Dictionary<int, (int? TaskId, long Last)> _tracks = [];
    private readonly Dictionary<int, List<int>> _frames = [];
    private long _end;

    /// <summary>Adds a frame's shapes that belong to tracks. Frames of a task come in rising order.</summary>
    /// <param name="frame">In the numbering of the source media.</param>
    public async Task AddAsync(DatasetItem item, int frame, CancellationToken cancel)
    {
        var frames = Frames(item.TaskId);
        frames.Add(frame);
        foreach (var shape in item.Shapes)
        {
            if (shape.TrackId is not { } id)
            {
                continue;
            }

            var bytes = JsonSerializer.SerializeToUtf8Bytes(shape);
            var header = new byte[HeaderBytes];
            BitConverter.TryWriteBytes(header, _tracks.TryGetValue(id, out var before) ? before.Last : -1L);
            BitConverter.TryWriteBytes(header.AsSpan(sizeof(long)), frames.Count - 1);
            BitConverter.TryWriteBytes(header.AsSpan(sizeof(long) + sizeof(int)), bytes.Length);
            _file.Position = _end;
            await _file.WriteAsync(header, cancel);
            await _file.WriteAsync(bytes, cancel);
            _tracks[id] = (item.TaskId, _end);
            _end = _file.Position;
        }
    }

    /// <summary>Tracks in order of their numbers, their frames in the numbering of the source media.</summary>
    public IEnumerable<DatasetTrack> Build()
    {
        foreach (var (id, (taskId, last)) in _tracks.OrderBy(pair => pair.Key))
        {
            var frames = Frames(taskId);
            var rebuilder = new TrackRebuilder(isMutable);
            foreach (var (ordinal, shape) in Shapes(last))
            {
                rebuilder.Add(ordinal, shape);
            }

            foreach (var track in rebuilder.Build(frames.Count - 1))
            {
                yield return Numbered(track, frames) with { TrackId = id, TaskId = taskId };
            }
        }
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static DatasetTrack Numbered(DatasetTrack track, List<int> frames) => track with
    {
        Keyframes = [.. track.Keyframes.Select(keyframe => keyframe with { Frame = frames[keyframe.Frame] })],
        Elements = [.. track.Elements.Select(element => Numbered(element, frames))],
    };

    private List<int> Frames(int? taskId)
    {
        if (!_frames.TryGetValue(taskId ?? 0, out var frames))
        {
            _frames[taskId ?? 0] = frames = [];
        }

        return frames;
    }

    private List<(int Ordinal, DatasetShape Shape)> Shapes(long offset)
    {
        var shapes = new List<(int, DatasetShape)>();
        var header = new byte[HeaderBytes];
        while (offset >= 0)
        {
            _file.Position = offset;
            _file.ReadExactly(header);
            offset = BitConverter.ToInt64(header);
            var bytes = new byte[BitConverter.ToInt32(header, sizeof(long) + sizeof(int))];
            _file.ReadExactly(bytes);
            shapes.Add((BitConverter.ToInt32(header, sizeof(long)), JsonSerializer.Deserialize<DatasetShape>(bytes)!));
        }

        shapes.Reverse();
        return shapes;
    }
}
