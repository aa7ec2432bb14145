using Annotator.Core;
using Annotator.Core.Annotations;
using Annotator.Core.Models;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Models;

/// <summary>What people have rejected in a job: a run that fills gaps does not suggest it again.</summary>
internal sealed class RejectedSuggestions(IReadOnlyList<(int Frame, int LabelId, Box? Box)> rejected)
{
    /// <summary>Common area by the area of both from which two suggestions are the same.</summary>
    private const double Same = 0.5;

    private readonly ILookup<(int Frame, int LabelId), Box?> _rejected = rejected.ToLookup(one => (one.Frame, one.LabelId), one => one.Box);

    public static RejectedSuggestions None { get; } = new([]);

    public static async Task<RejectedSuggestions> ReadAsync(AnnotatorDbContext db, int jobId, CancellationToken cancel)
    {
        var rows = await db.ObjectWork.Where(row => row.JobId == jobId && row.Outcome == WorkOutcome.Rejected).Select(row => new { row.Frame, row.LabelId, row.Box }).ToListAsync(cancel);
        return new RejectedSuggestions(rows.ConvertAll(row => (row.Frame, row.LabelId, row.Box is [var left, var top, var right, var bottom] ? new Box(left, top, right, bottom) : (Box?)null)));
    }

    public IEnumerable<AnnotationObject> Without(IEnumerable<AnnotationObject> found) =>
        found.Where(one => !_rejected[(one.Frame, one.LabelId)].Any(box => one is Shape shape
            ? box is { } before && BoxOf(shape) is { } now && before.IntersectionOverUnion(now) >= Same
            : box is null));

    private static Box? BoxOf(Shape shape) => ShapeOverlap.BoxOf(Words.Of(shape.Kind), [.. shape.Points], shape.Rotation);
}
