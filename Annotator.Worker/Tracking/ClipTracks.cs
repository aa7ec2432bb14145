using Annotator.Core.Annotations;
using Annotator.Formats.Model;
using Annotator.Inference;
using Annotator.Inference.Tracking;
using Annotator.Worker.Models;

namespace Annotator.Worker.Tracking;

/// <summary>Joins what a detector finds on the frames of a clip to tracks; what has no box, or is of a kind that cannot be followed, stays as it is.</summary>
internal sealed class ClipTracks(FoundObjects objects)
{
    private readonly Dictionary<(int Clip, int Number), List<Shape>> _tracks = [];
    private readonly List<AnnotationObject> _others = [];
    private ByteTracker _tracker = new(new ByteTrackSettings());
    private int _clip;
    private int _last = -1;

    /// <param name="frame">Rising. Behind a frame that was left out tracks begin anew.</param>
    public void Add(int frame, IReadOnlyList<Prediction> found)
    {
        if (frame != _last + 1)
        {
            (_tracker, _clip) = (new ByteTracker(new ByteTrackSettings()), _clip + 1);
        }

        _last = frame;
        var made = found.Select(one => (Found: one, Object: objects.Of(one, frame))).Where(pair => pair.Object is not null).ToList();
        var joined = made.Where(pair => pair.Object is Shape { Kind: ShapeKind.Rectangle or ShapeKind.Polygon }).ToList();
        _others.AddRange(made.Except(joined).Select(pair => pair.Object!));
        var numbers = _tracker.Next([.. joined.Select(pair => pair.Found)]);
        for (var i = 0; i < numbers.Count; i++)
        {
            if (numbers[i] > 0)
            {
                if (!_tracks.TryGetValue((_clip, numbers[i]), out var track))
                {
                    _tracks[(_clip, numbers[i])] = track = [];
                }

                track.Add((Shape)joined[i].Object!);
            }
        }
    }

    /// <summary>Tracks of two frames and more, and the rest.</summary>
    /// <param name="lastFrame">The last frame of the job: a track that was lost before it ends behind its last sight.</param>
    public IEnumerable<AnnotationObject> Build(int lastFrame) =>
        _others.Concat(_tracks.Values.Where(sights => sights.Count > 1).Select(sights => TrackOf(sights, lastFrame)));

    private static Track TrackOf(List<Shape> sights, int lastFrame)
    {
        // A detector's polygons have as many corners as they please, and only such of equal count can be thinned out.
        var thinned = sights.TrueForAll(sight => sight.Points.Length == sights[0].Points.Length && sight.Rotation == sights[0].Rotation)
            ? KeyframeReduction.Keep([.. sights.Select(sight => sight.Frame)], [.. sights.Select(sight => sight.Points)]).Select(i => sights[i])
            : sights;
        var keyframes = thinned.Select(sight => new Keyframe { Frame = sight.Frame, Kind = sight.Kind, Points = sight.Points, Rotation = sight.Rotation }).ToList();
        if (sights[^1].Frame < lastFrame)
        {
            keyframes.Add(keyframes[^1] with { Frame = sights[^1].Frame + 1, Outside = true });
        }

        return new Track
        {
            Frame = keyframes[0].Frame,
            LabelId = sights[0].LabelId,
            Source = AnnotationSource.Auto,
            Attributes = sights[0].Attributes,
            Interpolation = InterpolationMode.Aligned,
            Keyframes = keyframes,
        };
    }
}
