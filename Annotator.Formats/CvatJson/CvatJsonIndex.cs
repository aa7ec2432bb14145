using System.Globalization;
using System.Text.Json;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;
using Annotator.Formats.Tracks;

namespace Annotator.Formats.CvatJson;

/// <summary>
/// A file of annotations and where in it each frame's tags and shapes stand: a few bytes for each, in whatever order they
/// come. Tracks wait in a file of their own, in order of their first frame.
/// </summary>
internal sealed class CvatJsonIndex : IAsyncDisposable
{
    private readonly CvatJsonTask _task;
    private readonly CvatJsonObjects _objects;
    private readonly DatasetLimits _limits;
    private readonly DatasetReport _report;
    private readonly FileStream _content;
    private readonly int _jobs;
    private readonly int _firstJob;
    private TrackSpool _tracks = new();
    private readonly List<Entry> _entries = [];
    private byte[] _buffer = new byte[4 << 10];
    private int _lastTracked = -1;
    private int _firstTracked = int.MaxValue;
    private int _at;

    private CvatJsonIndex(CvatJsonTask task, FileStream content, DatasetLimits limits, DatasetReport report)
    {
        (_task, _content, _limits, _report) = (task, content, limits, report);
        _jobs = task.Jobs.Count;
        _firstJob = task.Jobs.TakeWhile(job => job is null).Count() is var skipped && skipped < _jobs ? skipped : 0;
        _objects = new CvatJsonObjects(task.Labels, limits, report);
    }

    /// <summary>Tracks that were read.</summary>
    public int TrackCount { get; private set; }

    /// <param name="firstTrack">The number of the first track; later ones count on.</param>
    /// <exception cref="DatasetException">The file is damaged, or holds no annotations.</exception>
    public static async Task<CvatJsonIndex> ReadAsync(CvatJsonTask task, DatasetArchive archive, int firstTrack, DatasetReport report, CancellationToken cancel)
    {
        FileStream copy;
        await using (var packed = archive.Open(task.Annotations))
        {
            copy = await JsonSpool.CopyAsync(packed, task.Annotations.Path, archive.Limits.MaxDocumentBytes, cancel);
        }

        var index = new CvatJsonIndex(task, copy, archive.Limits, report);
        try
        {
            await index.ReadAsync(firstTrack, cancel);
            return index;
        }
        catch
        {
            await index.DisposeAsync();
            throw;
        }
    }

    /// <summary>The frames that are given, in the task's own numbering and in rising order.</summary>
    public IEnumerable<int> Frames()
    {
        var last = _entries.Count > 0 ? _entries[^1].Frame : -1;
        if (_task.Frames.Size is { } size)
        {
            return Enumerable.Range(0, size).Where(frame => !_task.Frames.Deleted.Contains(frame));
        }

        // What lies between a track's keyframes has its shapes, too.
        return _lastTracked >= 0
            ? Enumerable.Range(0, Math.Max(last, _lastTracked) + 1).Where(frame => frame >= Math.Min(_firstTracked, _entries.Count > 0 ? _entries[0].Frame : int.MaxValue))
            : _entries.Select(entry => entry.Frame).Distinct();
    }

    public IAsyncEnumerable<DatasetTrack> TracksByFrameAsync(CancellationToken cancel) => _tracks.ReadByFrameAsync(0, cancel);

    public IAsyncEnumerable<DatasetTrack> TracksAsync(CancellationToken cancel) => _tracks.ReadAsync(0, cancel);

    /// <summary>The frame's own objects, by the job they come from. Frames must rise.</summary>
    public List<(int Job, List<DatasetTag> Tags, List<DatasetShape> Shapes)> At(int frame)
    {
        var result = new List<(int Job, List<DatasetTag> Tags, List<DatasetShape> Shapes)>();
        for (; _at < _entries.Count && _entries[_at].Frame <= frame; _at++)
        {
            var entry = _entries[_at];
            if (entry.Frame < frame)
            {
                continue;
            }

            if (result.Count == 0 || result[^1].Job != entry.Job)
            {
                result.Add((entry.Job, [], []));
            }

            Read(entry, result[^1].Tags, result[^1].Shapes);
        }

        return result;
    }

    public async ValueTask DisposeAsync()
    {
        await _content.DisposeAsync();
        await _tracks.DisposeAsync();
    }

    private void Read(Entry entry, List<DatasetTag> tags, List<DatasetShape> shapes)
    {
        if (_buffer.Length < entry.Length)
        {
            _buffer = new byte[entry.Length];
        }

        _content.Position = entry.Offset;
        _content.ReadExactly(_buffer, 0, entry.Length);
        var place = string.Create(CultureInfo.InvariantCulture, $"{_task.Annotations.Path} frame {entry.Frame}: byte {entry.Offset}");
        Guarded(place, () =>
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(0, entry.Length), JsonScanner.Options(_limits));
            using var parsed = JsonDocument.ParseValue(ref reader);
            if (!entry.IsTag && _objects.Shape(parsed.RootElement, place) is { } shape)
            {
                shapes.Add(shape);
            }
            else if (entry.IsTag && _objects.Tag(parsed.RootElement, place) is { } tag)
            {
                tags.Add(tag);
            }
        });
    }

    private async Task ReadAsync(int firstTrack, CancellationToken cancel)
    {
        using (var shared = new BorrowedStream(_content))
        using (var json = new JsonScanner(shared, _task.Annotations.Path, _limits))
        {
            var first = json.ReadToken();
            var job = 0;
            var found = first == JsonTokenType.StartObject && await ReadPartAsync(json, 0, firstTrack, cancel);
            while (first == JsonTokenType.StartArray && json.ReadToken() is var token && token != JsonTokenType.EndArray)
            {
                if (token != JsonTokenType.StartObject)
                {
                    throw NoAnnotations();
                }

                found |= await ReadPartAsync(json, job, firstTrack, cancel);
                job++;
            }

            if (!found && first != JsonTokenType.StartArray)
            {
                throw NoAnnotations();
            }
        }

        _entries.Sort((one, other) => one.Frame != other.Frame ? one.Frame.CompareTo(other.Frame) : one.Job != other.Job ? one.Job.CompareTo(other.Job) : one.Offset.CompareTo(other.Offset));
        var last = Math.Max(_lastTracked, _lastTracked >= 0 && _entries.Count > 0 ? _entries[^1].Frame : -1);
        if (Math.Max(last, _task.Frames.Size ?? 0) >= _limits.MaxFrames)
        {
            throw new DatasetException("too-many-frames", $"{_task.Annotations.Path}: a task of more than {_limits.MaxFrames} frames.");
        }

        await JoinAsync(cancel);
    }

    /// <summary>Puts the tracks of all jobs together.</summary>
    private async Task JoinAsync(CancellationToken cancel)
    {
        if (_jobs < 2)
        {
            return;
        }

        var joined = new TrackSpool();
        try
        {
            var join = new CvatJsonJoin(_task.Frames);
            foreach (var (job, range) in _task.Jobs.Index().Where(job => job.Item is not null).OrderBy(job => job.Item!.Value.First).ThenBy(job => job.Index))
            {
                var tracks = await _tracks.ReadAsync(job, cancel).ToListAsync(cancel);
                foreach (var track in join.Add(range!.Value.First, range.Value.Last, tracks))
                {
                    await joined.AddAsync(0, track, cancel);
                }
            }

            foreach (var track in join.Rest())
            {
                await joined.AddAsync(0, track, cancel);
            }
        }
        catch
        {
            await joined.DisposeAsync();
            throw;
        }

        await _tracks.DisposeAsync();
        _tracks = joined;
    }

    private DatasetException NoAnnotations() => new("cvat-json-no-annotations", $"{_task.Annotations.Path} holds no lists of tags, shapes and tracks.");

    /// <summary>One job's annotations, or all. The scanner stands behind the bracket that opens them.</summary>
    private async Task<bool> ReadPartAsync(JsonScanner json, int job, int firstTrack, CancellationToken cancel)
    {
        var found = false;
        JsonTokenType token;
        while ((token = json.ReadToken()) == JsonTokenType.PropertyName)
        {
            var name = json.PropertyName;
            if (name is not ("tags" or "shapes" or "tracks"))
            {
                json.SkipValue();
                continue;
            }

            if (json.ReadToken() != JsonTokenType.StartArray)
            {
                throw NoAnnotations();
            }

            found = true;
            if (name == "tracks")
            {
                while (NextTrack(json, job, firstTrack + TrackCount, out var track))
                {
                    cancel.ThrowIfCancellationRequested();
                    if (track is not null)
                    {
                        await _tracks.AddAsync(job < _jobs ? job : _firstJob, track, cancel);
                        TrackCount++;
                    }
                }
            }
            else
            {
                ReadList(json, job, isTag: name == "tags");
            }
        }

        return token == JsonTokenType.None
            ? throw new DatasetException("json-damaged", $"{_task.Annotations.Path} ends before its last bracket; it was probably cut off.")
            : found;
    }

    private void ReadList(JsonScanner json, int job, bool isTag)
    {
        var options = JsonScanner.Options(_limits);
        while (json.ReadValue(out var value, out var offset))
        {
            if (!IsWork(job))
            {
                _report.Note("job-skipped", "What stands in jobs of ground truth was left out", _task.Annotations.Path);
            }
            else if (CvatJsonHead.Frame(value, options, _task.Labels) is not { } frame)
            {
                _report.Loss("frame-missing", "Objects that do not say their frame were left out", string.Create(CultureInfo.InvariantCulture, $"{_task.Annotations.Path}: byte {offset}"));
            }
            else if (frame >= (_task.Frames.Size ?? int.MaxValue))
            {
                _report.Loss("frame-not-in-task", "Objects on frames that the task does not have were left out", string.Create(CultureInfo.InvariantCulture, $"{_task.Annotations.Path}: frame {frame}"));
            }
            else
            {
                ThrowIfTooManyLabels();
                _entries.Add(new Entry(frame, job, isTag, value.Length, offset));
            }
        }
    }

    private bool NextTrack(JsonScanner json, int job, int number, out DatasetTrack? track)
    {
        track = null;
        if (!json.ReadValue(out var value, out var offset))
        {
            return false;
        }

        if (!IsWork(job))
        {
            _report.Note("job-skipped", "What stands in jobs of ground truth was left out", _task.Annotations.Path);
            return true;
        }

        var bytes = value.ToArray();
        DatasetTrack? read = null;
        var place = string.Create(CultureInfo.InvariantCulture, $"{_task.Annotations.Path} track {number}: byte {offset}");
        Guarded(place, () =>
        {
            var reader = new Utf8JsonReader(bytes, JsonScanner.Options(_limits));
            using var parsed = JsonDocument.ParseValue(ref reader);
            read = _objects.Track(parsed.RootElement, number, place);
        });
        if (read is not null)
        {
            track = CvatJsonTracks.Fit(read, job < _task.Jobs.Count ? _task.Jobs[job] : null, _task.Frames, place, _report);
        }

        if (track is not null)
        {
            _task.Labels.Meet(track.Label);
            ThrowIfTooManyLabels();
            _firstTracked = Math.Min(_firstTracked, track.FirstFrame);
            _lastTracked = Math.Max(_lastTracked, CvatJsonTracks.LastFrame(track));
        }

        return true;
    }

    /// <summary>A part of which nothing is told is taken for work, too.</summary>
    private bool IsWork(int job) => job >= _task.Jobs.Count || _task.Jobs[job] is not null;

    private void ThrowIfTooManyLabels()
    {
        if (_task.Labels.Described.Count > _limits.MaxLabels)
        {
            throw new DatasetException("too-many-labels", $"{_task.Annotations.Path} has objects of more than {_limits.MaxLabels} labels.");
        }
    }

    private void Guarded(string place, Action read)
    {
        try
        {
            read();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            _report.Loss("annotation-unreadable", "Annotations that cannot be read were left out", $"{place}: {error.Message}");
        }
    }

    private readonly record struct Entry(int Frame, int Job, bool IsTag, int Length, long Offset);
}
