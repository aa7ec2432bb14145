using System.Runtime.CompilerServices;
using System.Text.Json;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Tracks;

/// <summary>
/// Keeps tracks in a temporary file, to be read in order of their first frame whatever the order they came in. A few bytes a
/// track stay in memory.
/// </summary>
internal sealed class TrackSpool : IAsyncDisposable
{
    private readonly FileStream _file = Spool.Create();
    private readonly List<Entry> _entries = [];
    private long _end;

    /// <summary>Adds a track to those of one kind and task.</summary>
    public async Task AddAsync(int list, DatasetTrack track, CancellationToken cancel)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(track);
        _file.Position = _end;
        await _file.WriteAsync(BitConverter.GetBytes(bytes.Length), cancel);
        await _file.WriteAsync(bytes, cancel);
        _entries.Add(new Entry(list, track.FirstFrame, _end));
        _end = _file.Position;
    }

    /// <summary>The tracks of one list in the order in which they were added.</summary>
    public IAsyncEnumerable<DatasetTrack> ReadAsync(int list, CancellationToken cancel) =>
        ReadAsync(_entries.Where(entry => entry.List == list), cancel);

    /// <summary>The tracks of one list in order of their first frame.</summary>
    public IAsyncEnumerable<DatasetTrack> ReadByFrameAsync(int list, CancellationToken cancel) =>
        ReadAsync(_entries.Where(entry => entry.List == list).OrderBy(entry => entry.FirstFrame), cancel);

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private async IAsyncEnumerable<DatasetTrack> ReadAsync(IEnumerable<Entry> entries, [EnumeratorCancellation] CancellationToken cancel)
    {
        var length = new byte[sizeof(int)];
        foreach (var entry in entries)
        {
            _file.Position = entry.Offset;
            await _file.ReadExactlyAsync(length, cancel);
            var bytes = new byte[BitConverter.ToInt32(length)];
            await _file.ReadExactlyAsync(bytes, cancel);
            yield return JsonSerializer.Deserialize<DatasetTrack>(bytes)!;
        }
    }

    private readonly record struct Entry(int List, int FirstFrame, long Offset);
}
