using System.Globalization;
using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Recognition;

/// <summary>YOLO exports that say nothing of themselves, or that name another number of classes than they give, by the shapes that their grids leave.</summary>
internal sealed class YoloShapeMatcher : IModelMatcher
{
    internal const int PersonNodes = 17;
    internal const int MaskWeights = 32;

    /// <summary>Shares end at 1; a little is left to rounding.</summary>
    private const float LargestShare = 1.01f;

    public IEnumerable<Guess> Match(ModelEvidence evidence, InferenceLimits limits)
    {
        if (evidence.Image is null)
        {
            return [];
        }

        if (evidence.Outputs.Count is 3 or 4 && evidence.Outputs.All(output => output is { Rank: 5, IsReal: true } && output.Along(4) > 5))
        {
            return [new Guess(Detect(evidence, DecoderNames.YoloV5Heads, new OutputRules()), 0.8, "Three outputs of five axes are YOLOv5's heads before the grid; the usual anchors are taken.", [])
                .WithLabels(evidence, evidence.Outputs[0].Along(4) - 5, limits)];
        }

        // Older exports of YOLOv5 and v7 give their heads of five axes beside the finished table.
        var outputs = evidence.Outputs.Where(output => output.Rank != 5).ToList();
        var output = outputs.Find(output => output is { Rank: 3, IsReal: true });
        var proto = outputs.Find(output => output is { Rank: 4, IsReal: true } && output.Along(1) == MaskWeights);
        if (output is null || outputs.Count > (proto is null ? 1 : 2))
        {
            return outputs is [{ Rank: 2, IsReal: true } rows] && rows.Along(1) == 7 ? [RowsOfSeven(evidence, rows, limits)] : [];
        }

        var (height, width) = evidence.Size;
        return AnchorCount.IsFree(output.Along(2), height, width) ? [V8(evidence, output, proto, limits)]
            : AnchorCount.IsTriple(output.Along(1), height, width) ? [V5(evidence, output, proto, limits)]
            : AnchorCount.IsFree(output.Along(1), height, width) ? [ByPlaces(evidence, output, limits)]
            : output.Along(1) is > 0 and <= 1000 && !output.RowsSumToOne && !WholeImageMatcher.IsVector(output) ? YoloRowMatcher.Match(evidence, output, proto, limits)
            : [];
    }

    internal static ModelDescription Detect(ModelEvidence evidence, string decoder, OutputRules rules) => new()
    {
        Task = ModelTask.Detect,
        Decoder = decoder,
        Input = evidence.Input(ResizeRule.LetterboxCenter).ZeroToOne(),
        Output = rules,
    };

    private static Guess V8(ModelEvidence evidence, ProbedOutput output, ProbedOutput? proto, InferenceLimits limits)
    {
        var rows = output.Along(1) - 4;
        var description = Detect(evidence, DecoderNames.YoloV8, new OutputRules { Boxes = output.Name, Proto = proto?.Name });
        var reason = $"The output [B, {output.Along(1)}, {output.Along(2)}] has the places of a grid without anchors: YOLOv8 and later.";
        if (proto is not null)
        {
            return new Guess(description with { Task = ModelTask.Segment }, 0.9, $"{reason} With prototypes it segments.", []).WithLabels(evidence, rows - MaskWeights, limits);
        }

        var guess = new Guess(description, 0.85, reason, []);
        // Nodes are pixels where scores would be shares; an angle leaves 0 to 1.
        var isNamed = evidence.HasNames(rows, limits);
        var hasNodes = !isNamed && rows > 1 && (rows - 1) % 3 == 0 && (evidence.Is("pose") || (output.Rows.Count > 5 && output.Rows[5].Max > LargestShare));
        if (hasNodes)
        {
            return (guess with { Description = Skeleton(description, (rows - 1) / 3), Reason = $"{reason} Behind the boxes are a score and {(rows - 1) / 3} nodes." }).WithLabels(evidence, 1, limits);
        }

        var turned = description with { Task = ModelTask.OrientedBoxes, Nms = description.Nms with { Mode = SuppressionMode.ProbIou } };
        var hasAngle = !isNamed && rows > 1 && (evidence.Is("obb") || output.LastRow is { Min: < 0 } or { Max: > LargestShare });
        if (hasAngle)
        {
            return (guess with { Description = turned, Reason = $"{reason} The last row is the angle of turned boxes." }).WithLabels(evidence, rows - 1, limits);
        }

        if (isNamed || rows == 1 || evidence.Is("detect"))
        {
            return guess.WithLabels(evidence, rows, limits);
        }

        var classes = new RecognitionChoice(string.Create(CultureInfo.InvariantCulture, $"{rows} classes"), description with { Labels = Numbered(rows) });
        var angle = new RecognitionChoice(string.Create(CultureInfo.InvariantCulture, $"{rows - 1} classes and the angle of turned boxes"), turned with { Labels = Numbered(rows - 1) });
        var question = $"What are the {rows} rows behind the boxes?";
        if (evidence.HasNames(rows - 1, limits))
        {
            var fitting = (guess with { Description = turned, Reason = $"{reason} There is one row more than names: the angle of turned boxes, or a class without a name." }).WithLabels(evidence, rows - 1, limits);
            return fitting.Asking("task", question, angle with { Description = fitting.Description }, classes);
        }

        var labelled = guess.WithLabels(evidence, rows, limits);
        return rows == 1 + (PersonNodes * 3)
            ? labelled.Asking("task", question, classes, new("A person with 17 nodes", Skeleton(description, PersonNodes) with { Labels = LabelQuestions.Labels(["person"]) }), angle)
            : labelled.Asking("task", question, classes, angle);
    }

    private static ModelDescription Skeleton(ModelDescription description, int nodes) => description with { Task = ModelTask.Pose, Keypoints = KnownSkeletons.Of(nodes, 3) };

    private static IReadOnlyList<ModelLabel> Numbered(int count) => LabelQuestions.Labels([.. Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"class_{i}"))]);

    private static Guess V5(ModelEvidence evidence, ProbedOutput output, ProbedOutput? proto, InferenceLimits limits)
    {
        var classes = output.Along(2) - 5 - (proto is null ? 0 : MaskWeights);
        return new Guess(
            Detect(evidence, DecoderNames.YoloV5, new OutputRules { Boxes = output.Name, Proto = proto?.Name }) with { Task = proto is null ? ModelTask.Detect : ModelTask.Segment },
            0.85,
            $"The output [B, {output.Along(1)}, {output.Along(2)}] has the places of a grid with three anchors: YOLOv5 or v7.",
            []).WithLabels(evidence, classes, limits);
    }

    /// <summary>
    /// Place by place: YOLOX takes plain bytes and mostly leaves the grid to its reader; v6 takes 0 to 1, gives pixels, and is sure
    /// of every place; v8 may have had its axes swapped. Numbers of centres that stay small, or sizes below 0, have no pixels yet.
    /// </summary>
    private static Guess ByPlaces(ModelEvidence evidence, ProbedOutput output, InferenceLimits limits)
    {
        var grid = output.Min < 0 && output.Max < 100;
        var bare = new OutputRules { Boxes = output.Name, Grid = grid };
        var yolox = Detect(evidence, DecoderNames.Yolox, bare) with
        {
            Input = (evidence.Input(ResizeRule.LetterboxTopLeft) with { Color = ChannelOrder.Bgr }).Raw(),
            Nms = new SuppressionRules { Mode = SuppressionMode.Agnostic, Iou = 0.45 },
        };
        var v6 = Detect(evidence, DecoderNames.Yolox, bare);
        var (classes, reason) = (output.Along(2) - 5, $"The output [B, {output.Along(1)}, {output.Along(2)}] has the places of a grid without anchors, place by place");
        if (!evidence.HasNames(classes, limits) && evidence.HasNames(classes + 1, limits))
        {
            return new Guess(
                Detect(evidence, DecoderNames.RtDetrUltralytics, new OutputRules { Boxes = output.Name }), 0.8, $"{reason}, and as many scores as names behind each box: YOLOv8 with its axes swapped.", [])
                .WithLabels(evidence, classes + 1, limits);
        }

        if (grid)
        {
            return new Guess(yolox, 0.8, $"{reason}, and no pixels yet: YOLOX.", [])
                .Asking("color", "In which order does the model take colours?", new("Blue, green, red (YOLOX itself)", yolox), new("Red, green, blue", yolox with { Input = yolox.Input with { Color = ChannelOrder.Rgb } }))
                .WithLabels(evidence, classes, limits);
        }

        if (evidence.Kind.StartsWith("yolov6", StringComparison.Ordinal) || (output.Columns.Count > 4 && output.Columns[4] is { Min: 1, Max: 1 }))
        {
            return new Guess(v6, 0.85, $"{reason}, each of them surely an object: YOLOv6.", []).WithLabels(evidence, classes, limits);
        }

        var guess = new Guess(yolox, 0.75, $"{reason}: YOLOX or YOLOv6.", []);
        return (evidence.Kind.StartsWith("yolox", StringComparison.Ordinal) ? guess
            : guess.Asking("normaliser", "Which one is it?", new("YOLOX: blue, green, red, 0 to 255", yolox), new("YOLOv6: red, green, blue, 0 to 1", v6))).WithLabels(evidence, classes, limits);
    }

    /// <summary>The image's number and a box; then v7 has class and score, YOLO-NAS score and class.</summary>
    private static Guess RowsOfSeven(ModelEvidence evidence, ProbedOutput rows, InferenceLimits limits)
    {
        var v7 = Detect(evidence, DecoderNames.YoloV7EndToEnd, new OutputRules { Boxes = rows.Name, BoxFormat = BoxFormat.Xyxy }) with { Nms = new SuppressionRules { Mode = SuppressionMode.None } };
        var nas = v7 with { Decoder = DecoderNames.YoloNasFlat };
        var (isV7, isNas) = rows.Columns.Count == 7
            ? (rows.Columns[5].IsWhole && !rows.Columns[6].IsWhole, rows.Columns[6].IsWhole && !rows.Columns[5].IsWhole)
            : (false, false);
        if (isNas || (!isV7 && rows.Name.EndsWith("flat_predictions", StringComparison.Ordinal)))
        {
            return new Guess(nas, 0.8, "Rows of seven, the image's number first and the class last, are those of YOLO-NAS with suppression inside.", []).WithLabels(evidence, -1, limits);
        }

        var guess = new Guess(v7, 0.75, "Rows of seven, the image's number first, are those of YOLOv7 with suppression inside.", []);
        return (isV7 || (rows.Name == "output" && evidence.Image!.Value.Name == "images") ? guess
            : guess.Asking(
                "task",
                "The trial picture showed nothing. What are the last two of the seven numbers of a row?",
                new("Class, then score: YOLOv7", v7),
                new("Score, then class: YOLO-NAS", nas))).WithLabels(evidence, -1, limits);
    }
}
