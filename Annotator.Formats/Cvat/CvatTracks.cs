using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Cvat;

/// <summary>Reads tracks of a CVAT file one by one. Only keyframes are kept: what lies between them is interpolated again.</summary>
internal sealed class CvatTracks(SafeXml xml, IReadOnlyList<DatasetLabel> labels, DatasetLimits limits, DatasetReport report)
{
    private readonly CvatShapes _shapes = new(xml, limits, report) { InTrack = true };
    private readonly Dictionary<string, DatasetLabel> _labels = labels.GroupBy(label => label.Name).ToDictionary(group => group.Key, group => group.First());

    /// <summary>Call it with the reader on <c>track</c>; null when the track has no keyframe that can be used.</summary>
    public DatasetTrack? Read(int number)
    {
        var place = xml.Place;
        var label = xml["label"] ?? "";
        return Read(number, place, label, _labels.GetValueOrDefault(label), nested: false);
    }

    private DatasetTrack? Read(int number, string place, string name, DatasetLabel? label, bool nested)
    {
        var track = new DatasetTrack
        {
            TrackId = number,
            TaskId = CvatShapes.Whole(xml["task_id"]),
            Label = name,
            Group = CvatShapes.Whole(xml["group_id"]) ?? 0,
            Source = _shapes.Source(),
        };
        var seen = new SortedDictionary<int, DatasetShape>();
        var elements = new List<DatasetTrack>();
        var depth = xml.Depth;
        while (xml.ReadChild(depth))
        {
            var here = $"{xml.Place} (track {number} {name})";
            if (xml.Name == "track" && !nested)
            {
                // Files of before 2022 give a skeleton's nodes as tracks inside of its track.
                var child = xml["label"] ?? "";
                if (Read(number, here, child, Sublabel(label, child), nested: true) is { } element)
                {
                    elements.Add(element);
                }

                continue;
            }

            var frame = CvatShapes.Whole(xml["frame"]);
            if (_shapes.Read(here, element: false) is not { } shape)
            {
                continue;
            }

            if (frame is not >= 0)
            {
                report.Loss("frame-missing", "Shapes of tracks that do not say their frame were left out", here);
            }
            else if (!seen.TryAdd(frame.Value, shape))
            {
                report.Repair("keyframe-repeated", "Of several shapes of a track on one frame the last was kept", here);
                seen[frame.Value] = shape;
            }
        }

        track = Build(track, seen, label, elements);
        if (track.Keyframes.Count == 0 && track.Elements.Count == 0)
        {
            report.Loss("track-empty", "Tracks without a keyframe were left out", place);
            return null;
        }

        return track;
    }

    private static DatasetTrack Build(DatasetTrack track, SortedDictionary<int, DatasetShape> seen, DatasetLabel? label, List<DatasetTrack> nested)
    {
        var (held, keyframes) = Keyframes(seen.Where(pair => pair.Value.Keyframe).Select(pair => (pair.Key, pair.Value)), label);
        var names = seen.Values.SelectMany(shape => shape.Elements).Select(element => element.Label).Distinct().ToList();
        return track with
        {
            Attributes = held,
            Keyframes = keyframes,
            Elements = names.Count == 0 ? nested : [.. names.Select(name => Element(track, name, seen, Sublabel(label, name)))],
        };
    }

    /// <summary>
    /// A node of a skeleton. Some writers mark the skeleton as a keyframe and not the node; then it is one where the node
    /// comes or goes.
    /// </summary>
    private static DatasetTrack Element(DatasetTrack track, string name, SortedDictionary<int, DatasetShape> seen, DatasetLabel? label)
    {
        var kept = new List<(int, DatasetShape)>();
        foreach (var (frame, skeleton) in seen)
        {
            if (skeleton.Elements.LastOrDefault(element => element.Label == name) is { } node
                && (node.Keyframe || kept.Count == 0 || (skeleton.Keyframe && node.Outside != kept[^1].Item2.Outside)))
            {
                kept.Add((frame, node));
            }
        }

        var (held, keyframes) = Keyframes(kept, label);
        return new DatasetTrack
        {
            TrackId = track.TrackId,
            Label = name,
            Source = track.Source,
            Attributes = held,
            Keyframes = keyframes,
        };
    }

    /// <summary>Values that never change belong to the track; of the others a keyframe keeps those that are new.</summary>
    private static (IReadOnlyDictionary<string, string> Held, List<DatasetKeyframe> Keyframes) Keyframes(
        IEnumerable<(int Frame, DatasetShape Shape)> shapes, DatasetLabel? label)
    {
        var held = new Dictionary<string, string>();
        var current = new Dictionary<string, string>();
        var keyframes = new List<DatasetKeyframe>();
        foreach (var (frame, shape) in shapes)
        {
            Dictionary<string, string>? changed = null;
            foreach (var (name, value) in shape.Attributes)
            {
                if (label?.Attributes.FirstOrDefault(attribute => attribute.Name == name)?.Mutable != true)
                {
                    held.TryAdd(name, value);
                }
                else if (!current.TryGetValue(name, out var before) || before != value)
                {
                    (changed ??= [])[name] = current[name] = value;
                }
            }

            keyframes.Add(new DatasetKeyframe
            {
                Frame = frame,
                Kind = shape.Kind,
                Points = shape.Points,
                Rotation = shape.Rotation,
                Occluded = shape.Occluded,
                Outside = shape.Kind == ShapeKind.Skeleton && shape.Elements.Count > 0 ? shape.Elements.All(element => element.Outside) : shape.Outside,
                ZOrder = shape.ZOrder,
                Attributes = changed ?? DatasetShape.NoAttributes,
            });
        }

        return (held, keyframes);
    }

    private static DatasetLabel? Sublabel(DatasetLabel? label, string name) => label?.Sublabels.FirstOrDefault(sublabel => sublabel.Name == name);
}
