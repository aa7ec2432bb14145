using System.Globalization;
using System.Runtime.InteropServices;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;
using Annotator.Formats.Tracks;

namespace Annotator.Formats.Mot;

/// <summary>The boxes of one clip, sorted by frame and by track; they wait in temporary files.</summary>
internal sealed class MotSequence : IDisposable
{
    private readonly RowSpool _byFrame = new();
    private readonly RowSpool _byTrack = new();
    private readonly Dictionary<(int Track, string Label), int> _tracks = [];
    private readonly SortedSet<int> _used = [];
    private readonly Dictionary<int, int> _keys = [];
    private readonly List<string> _labels = [];
    private readonly Dictionary<string, int> _labelNumbers = new(StringComparer.Ordinal);

    private readonly DatasetArchive _archive;
    private readonly DatasetReport _report;
    private readonly MotFile _file;
    private readonly int _firstTrack;
    private readonly bool _oneBased;
    private readonly MotFrames _frames;
    private readonly int _step;

    /// <param name="firstTrack">The number of the first track; later ones count on.</param>
    public MotSequence(DatasetArchive archive, MotFile file, MotLabels labels, int firstTrack, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        (_archive, _report, _file, _firstTrack, _oneBased) = (archive, report, file, firstTrack, options.OneBased);
        try
        {
            Spool(labels, cancel);
            _frames = new MotFrames(file.Images, file.Info.Length, numbers => _used.IsSubsetOf(numbers), options.FramesBy);
            if (_frames.IsAmbiguous)
            {
                report.Note("frames-ambiguous", _frames.IsNumbered
                    ? "Frames were read as the numbers in the images' names; they could be their places in the order of names (choose frames by order)"
                    : "Frames were read as the images' places in the order of names; they could be the numbers in the names (choose frames by number)", file.Boxes.Path);
            }

            foreach (var frame in _frames.Frames)
            {
                _used.Add(frame);
            }

            _step = Step();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Tracks => _tracks.Count;

    /// <summary>Whether there were lines, and none of them was of the format.</summary>
    public bool Unread { get; private set; }

    /// <summary>Frames with boxes or images, and those after them: what ends a track stands there.</summary>
    public IEnumerable<DatasetItem> Items()
    {
        var due = -1L;
        foreach (var frame in _used)
        {
            if (due >= 0 && due < frame)
            {
                yield return Item((int)due);
            }

            yield return Item(frame);
            due = frame + (long)_step;
        }

        if (due >= 0 && due <= _frames.Last)
        {
            yield return Item((int)due);
        }
    }

    public IEnumerable<DatasetTrack> ReadTracks()
    {
        var first = _used.Count == 0 ? 0 : _used.Min % _step;
        var last = Math.Max(_frames.Last, _used.Count == 0 ? 0 : _used.Max);
        foreach (var ((_, label), number) in _tracks)
        {
            var rows = new SortedDictionary<int, MotRow>();
            foreach (var spooled in _byTrack.Read(number))
            {
                var row = MotRow.Parse(spooled.Text, out _)!.Value;
                rows[row.Frame - 1] = row;
            }

            var rebuilder = new TrackRebuilder((_, _) => true);
            var told = new MotAttributes(rows.Values);
            foreach (var (frame, row) in rows)
            {
                rebuilder.Add((frame - first) / _step, Shape(row, label, number) with { Attributes = told.Of(row) });
            }

            // Without anything else that says how long the clip is, a track is over where its boxes end.
            foreach (var track in rebuilder.Build(_frames.Known ? (last - first) / _step : int.MaxValue - 1))
            {
                yield return track with
                {
                    TaskId = _file.TaskId,
                    Keyframes = [.. track.Keyframes.Select(keyframe => keyframe with { Frame = keyframe.Frame * _step + first })],
                };
            }
        }
    }

    public void Dispose()
    {
        _byFrame.Dispose();
        _byTrack.Dispose();
    }

    private void Spool(MotLabels labels, CancellationToken cancel)
    {
        var (number, invalid) = (0, false);
        foreach (var line in LineReader.Lines(_archive, _file.Boxes))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            cancel.ThrowIfCancellationRequested();
            if (MotRow.Parse(line, out var flaw) is not { } row)
            {
                _report.Loss("row-invalid", "Lines that are not of the format were left out", $"{Place(number)}: {flaw}");
                invalid = true;
            }
            else if (row.Frame < 1 || row.Frame > _archive.Limits.MaxFrames)
            {
                _report.Loss("frame-invalid", "Boxes on frames that cannot be were left out; frames count from 1", $"{Place(number)}: frame {row.Frame}");
            }
            else if (labels.Name(row.Class) is not { } label)
            {
                _report.Loss("class-unknown", "Boxes of classes that labels.txt does not have were left out", $"{Place(number)}: class {row.Class} of {labels.Count}");
            }
            else
            {
                Add(row, label, number, line);
            }
        }

        Unread = invalid && _used.Count == 0;
    }

    private void Add(MotRow row, string label, int number, string line)
    {
        ref var labelNumber = ref CollectionsMarshal.GetValueRefOrAddDefault(_labelNumbers, label, out var known);
        if (!known)
        {
            labelNumber = _labels.Count;
            _labels.Add(label);
        }

        _used.Add(row.Frame - 1);
        ref var key = ref CollectionsMarshal.GetValueRefOrAddDefault(_keys, row.Frame - 1, out var seen);
        key = seen ? key : _keys.Count - 1;
        _byFrame.Add(key, labelNumber, number, line);
        if (row.Track < 0)
        {
            return;
        }

        ref var track = ref CollectionsMarshal.GetValueRefOrAddDefault(_tracks, (row.Track, label), out var begun);
        track = begun ? track : _tracks.Count - 1;
        _byTrack.Add(track, labelNumber, number, line);
    }

    private DatasetItem Item(int frame)
    {
        var shapes = new List<DatasetShape>();
        var places = new Dictionary<int, int>();
        foreach (var spooled in _keys.TryGetValue(frame, out var key) ? _byFrame.Read(key) : [])
        {
            var row = MotRow.Parse(spooled.Text, out _)!.Value;
            var label = _labels[spooled.Kind];
            int? track = row.Track < 0 ? null : _tracks[(row.Track, label)];
            var shape = Shape(row, label, track);
            if (track is not { } id || places.TryAdd(id, shapes.Count))
            {
                shapes.Add(shape);
                _report.Count("rectangle");
                continue;
            }

            _report.Repair("keyframe-repeated", "Of several boxes of a track on one frame the last was kept", $"{Place(spooled.Number)}: track {row.Track}");
            shapes[places[id]] = shape;
        }

        _report.Images++;
        var item = new DatasetItem
        {
            Frame = frame,
            Name = string.Create(CultureInfo.InvariantCulture, $"frame_{frame:D6}"),
            Subset = _file.Subset,
            TaskId = _file.TaskId,
            Width = _file.Info.Width,
            Height = _file.Info.Height,
            Shapes = shapes,
        };
        return _frames.Find(frame) is { } image ? _file.WithImage(item, image) : item;
    }

    private DatasetShape Shape(MotRow row, string label, int? track)
    {
        var shift = _oneBased ? 1 : 0;
        return new DatasetShape
        {
            Kind = ShapeKind.Rectangle,
            Label = label,
            Points = [row.Left - shift, row.Top - shift, row.Left - shift + row.Width, row.Top - shift + row.Height],
            Occluded = row.Visibility <= 0,
            Score = row.Confidence == 0 ? 1 : Math.Clamp(row.Confidence, 0, 1),
            TrackId = track is { } number ? _firstTrack + number : null,
            Keyframe = track is not null,
            Attributes = MotAttributes.Of(row, ignored: row.Confidence == 0, visibility: row.Visibility is > 0 and < 1),
        };
    }

    /// <summary>Clips of every second or tenth frame of a video have numbers that far apart.</summary>
    private int Step()
    {
        var step = 0;
        var before = -1;
        foreach (var frame in _used)
        {
            step = before < 0 ? 0 : (int)Gcd(step, frame - before);
            before = frame;
            if (step == 1)
            {
                break;
            }
        }

        return Math.Max(1, _used.Count < 3 ? 1 : step);
    }

    private static long Gcd(long one, long other) => other == 0 ? one : Gcd(other, one % other);

    private string Place(int number) => string.Create(CultureInfo.InvariantCulture, $"{_file.Boxes.Path} line {number}");
}
