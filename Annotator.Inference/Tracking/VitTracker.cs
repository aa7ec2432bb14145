namespace Annotator.Inference.Tracking;

/// <summary>
/// Follows an object with a model of the VitTrack kind: it compares the object's first picture with the place where it was
/// last. When it is not sure, the object is lost and the last place stays.
/// </summary>
public sealed class VitTracker : IObjectTracker
{
    private const double TemplateRoom = 2, SearchRoom = 4;
    private const double LeastScore = 0.2;

    private readonly Func<PixelImage, PixelImage, CancellationToken, Task<TrackSight>> _look;
    private readonly PixelImage _template;
    private readonly double[] _startPoints, _startBox;
    private double[] _box;

    /// <param name="look">Asks the model: the object's first picture, then where to search. See <see cref="VitNetwork.Look"/>.</param>
    /// <param name="points">x, y pairs of any shape, or the two corners of a rectangle.</param>
    public VitTracker(Func<PixelImage, PixelImage, CancellationToken, Task<TrackSight>> look, PixelImage frame, double[] points)
    {
        (_look, _startPoints, _startBox) = (look, points, CarriedPoints.BoxOf(points));
        _box = _startBox;
        _template = Around(frame, _box, TemplateRoom).Picture;
    }

    /// <inheritdoc/>
    public async ValueTask<TrackStep> NextAsync(PixelImage frame, CancellationToken cancel)
    {
        var (picture, left, top) = Around(frame, _box, SearchRoom);
        var sight = await _look(_template, picture, cancel);
        if (sight.Score < LeastScore)
        {
            return new TrackStep(Points(), sight.Score, "the model does not see it any more");
        }

        var side = picture.Width;
        var (x, y, width, height) = (left + (side * sight.X), top + (side * sight.Y), side * sight.Width, side * sight.Height);
        double[] box =
        [
            Math.Clamp(x - (width / 2), 0, frame.Width), Math.Clamp(y - (height / 2), 0, frame.Height),
            Math.Clamp(x + (width / 2), 0, frame.Width), Math.Clamp(y + (height / 2), 0, frame.Height),
        ];
        if (!(box[2] > box[0] && box[3] > box[1]))
        {
            return new TrackStep(Points(), sight.Score, "it left the picture");
        }

        _box = box;
        return new TrackStep(Points(), sight.Score, null);
    }

    private double[] Points() => CarriedPoints.Move(_startPoints, _startBox, _box);

    /// <summary>A square about the box's centre; black where it reaches over the frame.</summary>
    private static (PixelImage Picture, int Left, int Top) Around(PixelImage frame, double[] box, double room)
    {
        var (width, height) = (Math.Max(1, box[2] - box[0]), Math.Max(1, box[3] - box[1]));
        var side = (int)Math.Ceiling(Math.Sqrt(width * height) * room);
        var (left, top) = ((int)Math.Round(((box[0] + box[2]) / 2) - (side / 2.0)), (int)Math.Round(((box[1] + box[3]) / 2) - (side / 2.0)));
        return (frame.Window(left, top, side, side), left, top);
    }
}
