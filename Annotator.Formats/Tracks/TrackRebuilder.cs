using Annotator.Formats.Model;

namespace Annotator.Formats.Tracks;

/// <summary>
/// Puts tracks together again from single shapes that carry a track's number and say which are keyframes, as files of
/// frame-based formats hold them.
/// </summary>
/// <param name="isMutable">Whether an attribute (label, name) may change along a track.</param>
public sealed class TrackRebuilder(Func<string, string, bool> isMutable)
{
    private readonly SortedDictionary<int, List<Seen>> _tracks = [];

    /// <summary>Adds a shape that has a <see cref="DatasetShape.TrackId"/>. Frames are counted without steps: neighbours differ by 1.</summary>
    public void Add(int frame, DatasetShape shape)
    {
        var id = shape.TrackId ?? throw new ArgumentException("The shape belongs to no track.", nameof(shape));
        if (!_tracks.TryGetValue(id, out var seen))
        {
            _tracks[id] = seen = [];
        }

        // A shape that only repeats what interpolation gives need not be kept: its frame says that the track was visible.
        var follows = seen.Count > 0 && seen[^1].Frame == frame - 1;
        seen.Add(new Seen(frame, shape.Keyframe || !follows ? shape : null));
    }

    /// <summary>Tracks in order of their numbers.</summary>
    /// <param name="lastFrame">The last frame there is: a track that ends before it gets a keyframe that says so.</param>
    public IEnumerable<DatasetTrack> Build(int lastFrame)
    {
        foreach (var (id, seen) in _tracks)
        {
            seen.Sort((one, other) => one.Frame.CompareTo(other.Frame));
            if (seen.FirstOrDefault(entry => entry.Shape is not null).Shape is not { } first)
            {
                continue;
            }

            var shapes = Kept(seen, first, lastFrame);
            yield return new DatasetTrack
            {
                TrackId = id,
                Label = first.Label,
                Group = first.Group,
                Source = first.Source,
                Attributes = first.Attributes.Where(pair => !isMutable(first.Label, pair.Key)).ToDictionary(),
                Keyframes = [.. shapes.Select(entry => Keyframe(entry.Frame, entry.Shape, entry.Outside))],
                Elements = [.. Names(shapes).Select(name => Element(id, name, shapes))],
            };
        }
    }

    private static IEnumerable<string> Names(List<(int Frame, DatasetShape Shape, bool Outside)> shapes) =>
        shapes.SelectMany(entry => entry.Shape.Elements).Select(element => element.Label).Distinct();

    /// <summary>A node has a keyframe wherever its skeleton has one; where it is missing, or the skeleton is gone, it is outside.</summary>
    private DatasetTrack Element(int id, string name, List<(int Frame, DatasetShape Shape, bool Outside)> shapes)
    {
        var keyframes = new List<DatasetKeyframe>();
        DatasetShape? last = null;
        foreach (var (frame, skeleton, outside) in shapes)
        {
            var here = skeleton.Elements.LastOrDefault(element => element.Label == name);
            last = here ?? last;
            if (last is not null)
            {
                keyframes.Add(Keyframe(frame, last, outside || here is not { Outside: false }) with { Attributes = DatasetShape.NoAttributes });
            }
        }

        return new DatasetTrack { TrackId = id, Label = name, Source = shapes[0].Shape.Source, Attributes = last?.Attributes ?? DatasetShape.NoAttributes, Keyframes = keyframes };
    }

    private static List<(int Frame, DatasetShape Shape, bool Outside)> Kept(List<Seen> seen, DatasetShape first, int lastFrame)
    {
        var result = new List<(int Frame, DatasetShape Shape, bool Outside)>();
        var last = first;
        var lastVisible = seen[0].Frame - 1;
        foreach (var (frame, shape) in seen)
        {
            if (result.Count > 0 && frame == result[^1].Frame)
            {
                continue;
            }

            var gap = result.Count > 0 && frame > lastVisible + 1;
            if (gap)
            {
                result.Add((lastVisible + 1, last, true));
            }

            last = shape ?? last;
            if (result.Count == 0 || gap || last.Keyframe && shape is not null)
            {
                result.Add((frame, last, false));
            }

            lastVisible = frame;
        }

        if (lastVisible < lastFrame)
        {
            result.Add((lastVisible + 1, last, true));
        }

        return result;
    }

    private DatasetKeyframe Keyframe(int frame, DatasetShape shape, bool outside) => new()
    {
        Frame = frame,
        Kind = shape.Kind,
        Points = shape.Points,
        Rotation = shape.Rotation,
        Occluded = shape.Occluded,
        Outside = outside,
        ZOrder = shape.ZOrder,
        Attributes = shape.Attributes.Where(pair => isMutable(shape.Label, pair.Key)).ToDictionary(),
    };

    private readonly record struct Seen(int Frame, DatasetShape? Shape);
}
