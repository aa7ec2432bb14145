using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Decoding;

/// <summary>Turns four numbers of a model into a box in pixels of its input, and such a box into a prediction.</summary>
internal static class BoxReader
{
    public static Candidate Read(DecodeContext context, ReadOnlySpan<float> four, float score, int label, int row, float angle = 0)
    {
        var (left, top, right, bottom) = context.Rules.BoxFormat switch
        {
            BoxFormat.Cxcywh => (four[0] - (four[2] / 2), four[1] - (four[3] / 2), four[0] + (four[2] / 2), four[1] + (four[3] / 2)),
            BoxFormat.Xyxy => (four[0], four[1], four[2], four[3]),
            BoxFormat.Yxyx => (four[1], four[0], four[3], four[2]),
            BoxFormat.Xywh => (four[0], four[1], four[0] + four[2], four[1] + four[3]),
            _ => throw new InvalidOperationException($"{context.Rules.BoxFormat} is no form of a box."),
        };
        if (context.Rules.Normalized)
        {
            var (width, height) = context.Rules.Original
                ? (context.Placement.ImageWidth, context.Placement.ImageHeight)
                : (context.Placement.Width, context.Placement.Height);
            (left, right, top, bottom) = (left * width, right * width, top * height, bottom * height);
        }

        return new Candidate(left, top, right, bottom, score, label, row, angle);
    }

    /// <summary>Left, top, right, bottom in the picture, cut at its edges.</summary>
    public static double[] ToImage(DecodeContext context, Candidate box)
    {
        var placement = context.Placement;
        return context.Rules.Original
            ?
            [
                Math.Clamp(box.Left, 0, placement.ImageWidth), Math.Clamp(box.Top, 0, placement.ImageHeight),
                Math.Clamp(box.Right, 0, placement.ImageWidth), Math.Clamp(box.Bottom, 0, placement.ImageHeight),
            ]
            : [placement.ToImageX(box.Left), placement.ToImageY(box.Top), placement.ToImageX(box.Right), placement.ToImageY(box.Bottom)];
    }

    /// <summary>A plain rectangle; null when nothing of it lies inside the picture.</summary>
    public static Prediction? Rectangle(DecodeContext context, Candidate box)
    {
        var points = ToImage(context, box);
        return points[2] <= points[0] || points[3] <= points[1] ? null : Of(context, box, PredictionKind.Rectangle) with { Points = points };
    }

    /// <summary>A rectangle turned about its centre. It is not cut at the picture's edges, which would change its shape.</summary>
    public static Prediction Rotated(DecodeContext context, Candidate box)
    {
        var placement = context.Placement;
        var (x, y) = ((box.CentreX - placement.OffsetX) / placement.ScaleX, (box.CentreY - placement.OffsetY) / placement.ScaleY);
        var (width, height) = (box.Width / placement.ScaleX, box.Height / placement.ScaleY);
        var degrees = box.Angle * 180.0 / Math.PI % 360;
        return Of(context, box, PredictionKind.RotatedRectangle) with
        {
            Points = [x - (width / 2), y - (height / 2), x + (width / 2), y + (height / 2)],
            Rotation = degrees < 0 ? (degrees + 360) % 360 : degrees,
        };
    }

    public static Prediction Of(DecodeContext context, Candidate box, PredictionKind kind) => new()
    {
        Kind = kind,
        LabelIndex = box.Class,
        Label = context.Description.LabelName(box.Class),
        Score = Math.Clamp(box.Score, 0, 1),
    };
}
