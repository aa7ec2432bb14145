using Annotator.Formats.Geometry;

namespace Annotator.Inference.Decoding;

/// <summary>A class for each pixel of a picture, gathered into one mask for each class.</summary>
internal static class ClassMap
{
    /// <param name="classes">Row by row; -1 for none.</param>
    /// <param name="scores">Sum of the scores of each class's pixels.</param>
    public static IEnumerable<Prediction> Masks(DecodeContext context, int[] classes, IReadOnlyDictionary<int, double>? scores)
    {
        var (width, height) = (context.Placement.ImageWidth, context.Placement.ImageHeight);
        var (parts, counts) = (new SortedDictionary<int, RowSegments>(), new Dictionary<int, long>());
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width;)
            {
                var (kind, from) = (classes[(y * width) + x], x);
                while (x < width && classes[(y * width) + x] == kind)
                {
                    x++;
                }

                var label = kind - context.Rules.LabelOffset;
                if (kind >= 0 && label >= 0 && !IsBackground(context, kind))
                {
                    if (!parts.TryGetValue(label, out var segments))
                    {
                        parts[label] = segments = new RowSegments();
                    }

                    segments.Add(y, from, x);
                    counts[label] = counts.GetValueOrDefault(label) + x - from;
                }
            }
        }

        return parts
            .Select(part => new Prediction
            {
                Kind = PredictionKind.Mask,
                LabelIndex = part.Key,
                Label = context.Description.LabelName(part.Key),
                Score = scores is null ? 1 : Math.Clamp(scores.GetValueOrDefault(part.Key + context.Rules.LabelOffset) / counts[part.Key], 0, 1),
                Points = part.Value.ToMask(),
            })
            .Where(prediction => context.Accepts(prediction.LabelIndex, (float)prediction.Score))
            .SelectMany(prediction => MaskPolygons.AsAsked(prediction, context.Options));
    }

    private static bool IsBackground(DecodeContext context, int kind) => context.Rules.Background == Descriptions.BackgroundClass.First && kind == 0;
}
