using System.Globalization;
using System.Runtime.CompilerServices;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;
using Annotator.Formats.Tracks;

namespace Annotator.Formats.Cvat;

/// <summary>
/// A CVAT file of tracks. The file is read once into a spool; then frames and tracks are given in order. Masks cannot move:
/// each comes as a shape of its first frame.
/// </summary>
internal sealed class CvatVideo : IAsyncDisposable
{
    private readonly TrackSpool _spool = new();
    private readonly List<Stretch> _tasks = [];
    private readonly bool _project;

    private CvatVideo(bool project) => _project = project;

    /// <param name="firstNumber">The number of the first track; later ones count on.</param>
    public static async Task<CvatVideo> ReadAsync(
        SafeXml xml, CvatHeader header, int firstNumber, DatasetLimits limits, DatasetReport report, CancellationToken cancel)
    {
        var video = new CvatVideo(header.IsProject);
        try
        {
            video._tasks.AddRange((header.Tasks.Count > 0 ? header.Tasks : [new CvatTask()]).Select(task => new Stretch(task)));
            await video.SpoolAsync(xml, header, firstNumber, limits, report, cancel);
            return video;
        }
        catch
        {
            await video.DisposeAsync();
            throw;
        }
    }

    /// <summary>Tracks that were read.</summary>
    public int Count { get; private set; }

    public async IAsyncEnumerable<DatasetItem> ReadItemsAsync(ArchiveImages images, DatasetReport report, [EnumeratorCancellation] CancellationToken cancel)
    {
        var nothingDeleted = new HashSet<int>();
        for (var i = 0; i < _tasks.Count; i++)
        {
            var task = _tasks[i];
            await using var sweep = new TrackSweep(_spool.ReadByFrameAsync(i * 2, cancel), nothingDeleted, cancel);
            await using var masks = _spool.ReadByFrameAsync(i * 2 + 1, cancel).GetAsyncEnumerator(cancel);
            var more = await masks.MoveNextAsync();
            for (var frame = (long)task.First; frame <= task.Last; frame += task.Described.Step)
            {
                cancel.ThrowIfCancellationRequested();
                var shapes = new List<DatasetShape>(await sweep.AtAsync((int)frame));
                while (more && masks.Current.FirstFrame <= frame)
                {
                    shapes.Add(Mask(masks.Current));
                    more = await masks.MoveNextAsync();
                }

                report.Images++;
                yield return Item(task.Described, (int)frame, shapes, images);
            }
        }
    }

    public async IAsyncEnumerable<DatasetTrack> ReadTracksAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        for (var i = 0; i < _tasks.Count; i++)
        {
            await foreach (var track in _spool.ReadAsync(i * 2, cancel))
            {
                yield return track;
            }
        }
    }

    public ValueTask DisposeAsync() => _spool.DisposeAsync();

    private async Task SpoolAsync(SafeXml xml, CvatHeader header, int number, DatasetLimits limits, DatasetReport report, CancellationToken cancel)
    {
        var tracks = new CvatTracks(xml, header.Labels, limits, report);
        do
        {
            if (xml.Name != "track")
            {
                report.Loss("kind-unknown", "Elements of unknown kinds were left out", $"{xml.Place}: <{xml.Name}>");
                CvatLabels.Skip(xml);
                continue;
            }

            cancel.ThrowIfCancellationRequested();
            var place = xml.Place;
            if (tracks.Read(number) is not { } track)
            {
                continue;
            }

            var at = _project ? Math.Max(0, _tasks.FindIndex(task => task.Described.Id == track.TaskId)) : 0;
            var mask = track.Keyframes.Any(keyframe => keyframe.Kind == ShapeKind.Mask);
            if (_tasks[at].Fit(track, place, limits, report) is { } fitting)
            {
                await _spool.AddAsync(at * 2 + (mask ? 1 : 0), fitting with { TaskId = _project ? _tasks[at].Described.Id : null }, cancel);
                report.Count(mask ? "mask" : "track");
                number++;
                Count++;
            }
        }
        while (xml.ReadChild(0));
    }

    private DatasetItem Item(CvatTask task, int frame, List<DatasetShape> shapes, ArchiveImages images)
    {
        var (name, open) = images.FindStem(string.Create(CultureInfo.InvariantCulture, $"frame_{frame:D6}"), task.Subset);
        return new DatasetItem
        {
            Frame = frame,
            Name = name,
            Subset = _project ? task.Subset : "",
            TaskId = _project ? task.Id : null,
            Width = task.Width,
            Height = task.Height,
            Shapes = shapes,
            OpenImage = open,
        };
    }

    private static DatasetShape Mask(DatasetTrack track)
    {
        var first = track.Keyframes[0];
        return new DatasetShape
        {
            Kind = first.Kind,
            Label = track.Label,
            Points = first.Points,
            Occluded = first.Occluded,
            ZOrder = first.ZOrder,
            Group = track.Group,
            Source = track.Source,
            Attributes = new Dictionary<string, string>([.. track.Attributes, .. first.Attributes]),
        };
    }

    /// <summary>The frames of a task, which an old file tells only by its keyframes.</summary>
    private sealed class Stretch(CvatTask task)
    {
        private int _first = int.MaxValue;
        private int _last = -1;

        public CvatTask Described => task;
        public int First => task.Start ?? (_last < 0 ? 0 : _first);
        public int Last => task.Stop ?? _last;

        /// <summary>The track without keyframes on frames that the task does not have; null when none is left.</summary>
        public DatasetTrack? Fit(DatasetTrack track, string place, DatasetLimits limits, DatasetReport report)
        {
            var fitting = track with
            {
                Keyframes = Fit(track.Keyframes, place, report),
                Elements = [.. track.Elements.Select(element => element with { Keyframes = Fit(element.Keyframes, place, report) }).Where(element => element.Keyframes.Count > 0)],
            };
            // The keyframes of this very track may be what makes the task too long.
            if (((long)Last - First) / task.Step >= limits.MaxFrames)
            {
                throw new DatasetException("too-many-frames", $"{place}: a task of more than {limits.MaxFrames} frames.");
            }

            return fitting.FirstFrame == int.MaxValue ? null : fitting;
        }

        private List<DatasetKeyframe> Fit(IReadOnlyList<DatasetKeyframe> keyframes, string place, DatasetReport report)
        {
            var kept = new List<DatasetKeyframe>(keyframes.Count);
            foreach (var keyframe in keyframes)
            {
                var (before, behind) = (keyframe.Frame < (task.Start ?? 0), keyframe.Frame > (task.Stop ?? int.MaxValue));
                if (before || behind || (keyframe.Frame - (task.Start ?? 0)) % task.Step != 0)
                {
                    if (!keyframe.Outside)
                    {
                        report.Loss("frame-not-in-task", "Keyframes on frames that the task does not have were left out", $"{place}: frame {keyframe.Frame}");
                    }

                    continue;
                }

                _first = Math.Min(_first, keyframe.Frame);
                _last = Math.Max(_last, keyframe.Frame);
                kept.Add(keyframe);
            }

            return kept;
        }
    }
}
