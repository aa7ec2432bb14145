using Annotator.Formats.Geometry;
using Annotator.Formats.Merging;

namespace Annotator.Inference.Tracking;

/// <summary>How detections of frames become tracks.</summary>
public sealed record ByteTrackSettings
{
    /// <summary>Score from which a detection may continue any track.</summary>
    public double High { get; init; } = 0.5;

    /// <summary>Score from which a detection may still continue a track that no better one did.</summary>
    public double Low { get; init; } = 0.1;

    /// <summary>Score from which a detection that belongs to no track begins one.</summary>
    public double New { get; init; } = 0.6;

    /// <summary>Least overlap with where a track should be, for good detections, for weak ones, and for tracks of one frame.</summary>
    public double HighOverlap { get; init; } = 0.2;
    public double LowOverlap { get; init; } = 0.5;
    public double FirstOverlap { get; init; } = 0.3;

    /// <summary>Frames for which a track is looked for after it was last seen.</summary>
    public int Patience { get; init; } = 30;
}

/// <summary>
/// Joins the detections of frame after frame to tracks as ByteTrack does: good ones first by where tracks should be, then weak
/// ones for tracks that are left, so that an object half hidden is not lost. Labels are never mixed.
/// </summary>
public sealed class ByteTracker(ByteTrackSettings settings)
{
    private readonly List<Track> _tracks = [];
    private int _frame = -1;
    private int _next = 1;

    /// <summary>The next frame's detections: for each, the number of its track, from 1; 0 for none.</summary>
    /// <param name="detections">Rectangles, or anything with a <see cref="Prediction.Box"/>; others get 0.</param>
    public IReadOnlyList<int> Next(IReadOnlyList<Prediction> detections)
    {
        _frame++;
        _tracks.RemoveAll(track => _frame - track.Seen > settings.Patience);
        _tracks.ForEach(track => track.Filter.Predict());
        var numbers = new int[detections.Count];
        var boxes = detections.Select(BoxOf).ToList();
        var good = Enumerable.Range(0, detections.Count).Where(i => boxes[i] is not null && detections[i].Score >= settings.High).ToList();
        var weak = Enumerable.Range(0, detections.Count).Where(i => boxes[i] is not null && detections[i].Score < settings.High && detections[i].Score >= settings.Low).ToList();

        var (sure, first) = (_tracks.Where(track => track.Sightings > 1).ToList(), _tracks.Where(track => track.Sightings == 1).ToList());
        Join(sure, good, settings.HighOverlap);
        Join([.. sure.Where(track => track.Seen == _frame - 1)], weak, settings.LowOverlap);
        Join(first, good, settings.FirstOverlap);

        // Whoever was seen once and not again was a mistake of the detector.
        _tracks.RemoveAll(track => track.Sightings == 1 && track.Seen < _frame && _frame > track.Seen + 1);
        foreach (var i in good.Where(i => numbers[i] == 0 && detections[i].Score >= settings.New))
        {
            _tracks.Add(new Track(_next, detections[i].LabelIndex, new BoxFilter(boxes[i])) { Seen = _frame, Sightings = 1 });
            numbers[i] = _next++;
        }

        return numbers;

        void Join(List<Track> tracks, List<int> open, double least)
        {
            open = [.. open.Where(i => numbers[i] == 0)];
            tracks = [.. tracks.Where(track => track.Seen < _frame)];
            if (tracks.Count == 0 || open.Count == 0)
            {
                return;
            }

            var values = new double[tracks.Count, open.Count];
            for (var t = 0; t < tracks.Count; t++)
            {
                var box = Outlines.BoxAround(tracks[t].Filter.Box());
                for (var d = 0; d < open.Count; d++)
                {
                    var overlap = tracks[t].Label == detections[open[d]].LabelIndex ? box.IntersectionOverUnion(Outlines.BoxAround(boxes[open[d]])) : 0;
                    values[t, d] = overlap >= least ? overlap : 0;
                }
            }

            var best = Assignment.Best(values);
            for (var t = 0; t < tracks.Count; t++)
            {
                if (best[t] >= 0 && values[t, best[t]] > 0)
                {
                    var i = open[best[t]];
                    numbers[i] = tracks[t].Number;
                    tracks[t].Filter.Update(boxes[i]);
                    tracks[t].Seen = _frame;
                    tracks[t].Sightings++;
                }
            }
        }
    }

    private static double[]? BoxOf(Prediction prediction) => prediction.Kind switch
    {
        PredictionKind.Rectangle => prediction.Points,
        PredictionKind.RotatedRectangle => Around(Outlines.RectangleCorners(prediction.Points, prediction.Rotation)),
        PredictionKind.Polygon => Around(prediction.Points),
        PredictionKind.Mask => prediction.Points[^4..],
        _ => prediction.Box.Length == 4 ? prediction.Box : null,
    };

    private static double[] Around(double[] points) => Outlines.BoxAround(points) is var box ? [box.Left, box.Top, box.Right, box.Bottom] : [];

    private sealed record Track(int Number, int Label, BoxFilter Filter)
    {
        public int Seen { get; set; }
        public int Sightings { get; set; }
    }
}
