namespace Annotator.Inference.Decoding;

/// <summary>Where the parts of a row of finished detections stand.</summary>
/// <param name="Image">Column of the image's number; -1 for none.</param>
/// <param name="Box">First of four columns.</param>
internal sealed record DetectionColumns(int Image, int Box, int Label, int Score, int Width)
{
    /// <summary>v7's own export: image, box, class, score.</summary>
    public static readonly DetectionColumns YoloV7 = new(0, 1, 5, 6, 7);

    /// <summary>YOLO-NAS's flat export: image, box, score, class.</summary>
    public static readonly DetectionColumns YoloNas = new(0, 1, 6, 5, 7);

    /// <summary>PaddleDetection: class, score, box.</summary>
    public static readonly DetectionColumns Paddle = new(-1, 2, 0, 1, 6);
}

/// <summary>[N, 6 or 7]: one finished detection a row. The image's number, where there is one, tells whose it is.</summary>
internal sealed class RowDetectionDecoder(DetectionColumns columns) : IPredictionDecoder
{
    public IEnumerable<Prediction> Decode(DecodeContext context)
    {
        var output = context.Output(context.Rules.Boxes);
        var width = output.Along(-1);
        if (width != columns.Width)
        {
            throw DecodeContext.Shape(output, $"{columns.Width} columns");
        }

        var candidates = new List<Candidate>();
        var (from, to) = Rows(context, output.Data.Length / width);
        for (var i = from; i < to; i++)
        {
            var row = output.Data.AsSpan(i * width, width);
            var (label, score) = ((int)row[columns.Label] - context.Rules.LabelOffset, row[columns.Score]);
            var ours = columns.Image < 0 || (int)row[columns.Image] == context.Image;
            if (ours && label >= 0 && score > 0 && context.Accepts(label, score) && BoxReader.Read(context, row.Slice(columns.Box, 4), score, label, i) is { IsSound: true } box)
            {
                candidates.Add(box);
            }
        }

        return ObjectFinish.Finish(context, candidates);
    }

    /// <summary>Without a column for the image, another output counts the rows of each image.</summary>
    private (int From, int To) Rows(DecodeContext context, int count)
    {
        if (columns.Image >= 0 || context.Rules.Count is null)
        {
            return (0, count);
        }

        var counts = context.Output(context.Rules.Count).Data;
        var from = 0;
        for (var i = 0; i < context.Image && i < counts.Length; i++)
        {
            from += (int)counts[i];
        }

        return context.Image < counts.Length ? (Math.Clamp(from, 0, count), Math.Clamp(from + (int)counts[context.Image], 0, count)) : (0, 0);
    }
}
