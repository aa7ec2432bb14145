using Annotator.Formats.Model;

namespace Annotator.Formats.Tracks;

/// <summary>Gives a track's visible shape frame by frame.</summary>
internal sealed class TrackCursor(DatasetTrack track, IReadOnlySet<int> deletedFrames)
{
    private readonly KeyframeCursor _own = new(track, deletedFrames);
    private readonly KeyframeCursor[] _elements = [.. track.Elements.Select(element => new KeyframeCursor(element, deletedFrames))];

    /// <summary>Whether nothing is visible from the last asked frame on.</summary>
    public bool Finished => _elements.Length > 0 ? _elements.All(element => element.Finished) : _own.Finished;

    /// <summary>The shape on a frame, or null where the track is not visible. Frames must not fall from call to call.</summary>
    public DatasetShape? At(int frame)
    {
        var own = _own.At(frame);
        if (_elements.Length > 0)
        {
            return Skeleton(own, frame);
        }

        return own is { Outside: false } state ? ShapeOf(track, state, _own.Attributes) : null;
    }

    private DatasetShape? Skeleton(TrackState? own, int frame)
    {
        var zOrder = own?.ZOrder ?? 0;
        var nodes = new List<DatasetShape>(_elements.Length);
        var keyframe = own is { Keyframe: true };
        for (var i = 0; i < _elements.Length; i++)
        {
            if (_elements[i].At(frame) is { } state)
            {
                keyframe |= state.Keyframe;
                nodes.Add(ShapeOf(track.Elements[i], state with { ZOrder = zOrder, Rotation = 0 }, _elements[i].Attributes));
            }
        }

        if (own is { Outside: true } || nodes.TrueForAll(node => node.Outside))
        {
            return null;
        }

        return new DatasetShape
        {
            Kind = ShapeKind.Skeleton,
            Label = track.Label,
            Group = track.Group,
            Source = track.Source,
            ZOrder = zOrder,
            Occluded = nodes.TrueForAll(node => node.Occluded),
            Attributes = Copy(_own.Attributes),
            Elements = nodes,
            TrackId = track.TrackId,
            Keyframe = keyframe,
        };
    }

    private DatasetShape ShapeOf(DatasetTrack owner, TrackState state, IReadOnlyDictionary<string, string> attributes) => new()
    {
        Kind = state.Kind,
        Label = owner.Label,
        Points = state.Points,
        Rotation = state.Rotation,
        Occluded = state.Occluded,
        Outside = state.Outside,
        ZOrder = state.ZOrder,
        Group = track.Group,
        Source = track.Source,
        Attributes = Copy(attributes),
        TrackId = track.TrackId,
        Keyframe = state.Keyframe,
    };

    private static IReadOnlyDictionary<string, string> Copy(IReadOnlyDictionary<string, string> attributes) =>
        attributes.Count == 0 ? DatasetShape.NoAttributes : new Dictionary<string, string>(attributes);
}
