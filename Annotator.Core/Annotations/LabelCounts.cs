using Annotator.Formats.Model;
using Npgsql;

namespace Annotator.Core.Annotations;

/// <summary>What one change adds to, or takes from, <c>label_count</c>.</summary>
internal sealed class LabelCounts
{
    private readonly Dictionary<(int LabelId, short Kind), (int Shapes, int Tracks, int Keyframes)> _deltas = [];

    /// <param name="sign">1 for an object that is there now, -1 for one that is not any more.</param>
    public void Add(AnnotationObject annotation, int sign)
    {
        var (kind, shapes, tracks, keyframes) = annotation switch
        {
            Shape shape => (shape.Kind, 1, 0, 0),
            Track track => (track.Kind(), 0, 1, track.KeyframeCount()),
            _ => (default(ShapeKind), 1, 0, 0),
        };
        var key = (annotation.LabelId, (short)kind);
        var delta = _deltas.GetValueOrDefault(key);
        _deltas[key] = (delta.Shapes + (sign * shapes), delta.Tracks + (sign * tracks), delta.Keyframes + (sign * keyframes));
    }

    /// <summary>The statement that applies the deltas; null when nothing changed.</summary>
    public NpgsqlBatchCommand? ToCommand(int jobId)
    {
        // In order, so that two changes never wait for each other's rows.
        var changed = _deltas.Where(pair => pair.Value != default).OrderBy(pair => pair.Key).ToList();
        if (changed.Count == 0)
        {
            return null;
        }

        return new NpgsqlBatchCommand(
            """
            INSERT INTO label_count AS counts (job_id, label_id, kind, shapes, tracks, keyframes)
            SELECT $1, * FROM unnest($2, $3, $4, $5, $6)
            ON CONFLICT (job_id, label_id, kind) DO UPDATE SET
                shapes = counts.shapes + EXCLUDED.shapes,
                tracks = counts.tracks + EXCLUDED.tracks,
                keyframes = counts.keyframes + EXCLUDED.keyframes
            """)
        {
            Parameters =
            {
                new() { Value = jobId },
                new() { Value = changed.ConvertAll(pair => pair.Key.LabelId).ToArray() },
                new() { Value = changed.ConvertAll(pair => pair.Key.Kind).ToArray() },
                new() { Value = changed.ConvertAll(pair => pair.Value.Shapes).ToArray() },
                new() { Value = changed.ConvertAll(pair => pair.Value.Tracks).ToArray() },
                new() { Value = changed.ConvertAll(pair => pair.Value.Keyframes).ToArray() },
            },
        };
    }
}
