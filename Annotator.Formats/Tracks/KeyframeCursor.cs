using Annotator.Formats.Model;

namespace Annotator.Formats.Tracks;

/// <summary>A track's, or a skeleton node's, state on one frame.</summary>
internal readonly record struct TrackState(
    ShapeKind Kind,
    double[] Points,
    double Rotation,
    bool Occluded,
    bool Outside,
    int ZOrder,
    bool Keyframe);

/// <summary>
/// Walks the keyframes of one track, or of one node of a skeleton, as frames rise. Keyframes on deleted frames do not shape
/// other frames, but the attributes that were set there hold.
/// </summary>
internal sealed class KeyframeCursor
{
    private readonly IReadOnlyList<DatasetKeyframe> _all;
    private readonly List<DatasetKeyframe> _positions;
    private readonly Dictionary<string, string> _attributes;
    private readonly InterpolationMode _mode;
    private int _next;
    private int _nextAttributes;

    /// <summary>The right keyframe that was turned to fit its left one, and its points then: once for all frames between.</summary>
    private (int Next, double[] Points) _aligned = (-1, []);

    public KeyframeCursor(DatasetTrack track, IReadOnlySet<int> deletedFrames)
    {
        _all = track.Keyframes;
        _mode = track.Interpolation;
        _positions = [.. track.Keyframes.Where(keyframe => !deletedFrames.Contains(keyframe.Frame))];
        _attributes = new Dictionary<string, string>(track.Attributes, StringComparer.Ordinal);
    }

    /// <summary>Whether nothing is visible from the last asked frame on.</summary>
    public bool Finished => _next == _positions.Count && (_next == 0 || _positions[^1].Outside);

    /// <summary>Values that hold on the last asked frame.</summary>
    public IReadOnlyDictionary<string, string> Attributes => _attributes;

    /// <summary>The state on a frame; null when there is no keyframe at all. Frames must not fall from call to call.</summary>
    public TrackState? At(int frame)
    {
        while (_nextAttributes < _all.Count && _all[_nextAttributes].Frame <= frame)
        {
            foreach (var (name, value) in _all[_nextAttributes].Attributes)
            {
                _attributes[name] = value;
            }

            _nextAttributes++;
        }

        while (_next < _positions.Count && _positions[_next].Frame <= frame)
        {
            _next++;
        }

        if (_positions.Count == 0)
        {
            return null;
        }

        if (_next == 0)
        {
            return StateOf(_positions[0]) with { Outside = true };
        }

        var left = _positions[_next - 1];
        if (left.Frame == frame)
        {
            return StateOf(left) with { Keyframe = true };
        }

        if (_next == _positions.Count || left.Outside)
        {
            return StateOf(left);
        }

        var right = _positions[_next];
        var t = (double)(frame - left.Frame) / (right.Frame - left.Frame);
        return StateOf(left) with
        {
            Points = Interpolation.Points(left.Kind, left.Points, RightPoints(left, right), t),
            Rotation = Interpolation.Rotation(left.Rotation, right.Rotation, t),
        };
    }

    private double[] RightPoints(DatasetKeyframe left, DatasetKeyframe right)
    {
        if (_mode == InterpolationMode.Cvat)
        {
            return right.Points;
        }

        if (_aligned.Next != _next)
        {
            _aligned = (_next, Alignment.Of(left.Kind, left.Points, right.Points));
        }

        return _aligned.Points;
    }

    private static TrackState StateOf(DatasetKeyframe keyframe) => new(
        keyframe.Kind,
        keyframe.Points,
        keyframe.Rotation,
        keyframe.Occluded,
        keyframe.Outside,
        keyframe.ZOrder,
        false);
}
