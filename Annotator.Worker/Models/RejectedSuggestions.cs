using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.Models;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;
using Annotator.Worker.Tracking;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Models;

/// <summary>What people have rejected in a job: a run that fills gaps or replaces what is there does not suggest it again.</summary>
internal sealed class RejectedSuggestions(IReadOnlyList<(int Frame, int LabelId, Box? Box)> rejected)
{
    /// <summary>Common area by the area of both from which two suggestions are the same.</summary>
    private const double Same = 0.5;

    private readonly ILookup<(int Frame, int LabelId), Box?> _rejected = rejected.ToLookup(one => (one.Frame, one.LabelId), one => one.Box);

    private readonly ILookup<int, (int Frame, Box? Box)> _boxes = rejected.Where(one => one.Box is not null).ToLookup(one => one.LabelId, one => (one.Frame, one.Box));

    private static readonly HashSet<int> _none = [];

    public static RejectedSuggestions None { get; } = new([]);

    public static async Task<RejectedSuggestions> ReadAsync(AnnotatorDbContext db, int jobId, CancellationToken cancel)
    {
        var rows = await db.ObjectWork.Where(row => row.JobId == jobId && row.Outcome == WorkOutcome.Rejected).Select(row => new { row.Frame, row.LabelId, row.Box }).ToListAsync(cancel);
        return new RejectedSuggestions(rows.ConvertAll(row => (row.Frame, row.LabelId, row.Box is [var left, var top, var right, var bottom] ? new Box(left, top, right, bottom) : (Box?)null)));
    }

    public IEnumerable<AnnotationObject> Without(IEnumerable<AnnotationObject> found) => found.Where(one => !Holds(one));

    /// <summary>A track is what was rejected when it was there on any of its frames; deleted frames hold no suggestion to reject.</summary>
    private bool Holds(AnnotationObject one) => one switch
    {
        Shape shape => _rejected[(shape.Frame, shape.LabelId)].Any(box => IsSame(box, BoxOf(shape))),
        Track track => _boxes[track.LabelId].Any(row => TrackPose.Of(track, row.Frame, _none) is { Outside: false } pose && IsSame(row.Box, BoxOf(pose))),
        _ => _rejected[(one.Frame, one.LabelId)].Any(box => box is null),
    };

    private static bool IsSame(Box? rejected, Box? found) => rejected is { } before && found is { } now && before.IntersectionOverUnion(now) >= Same;

    private static Box? BoxOf(Keyframe pose) => ShapeOverlap.BoxOf(Words.Of(pose.Kind), [.. pose.Points], pose.Rotation);

    private static Box? BoxOf(Shape shape) => ShapeOverlap.BoxOf(Words.Of(shape.Kind), [.. shape.Points], shape.Rotation);
}
