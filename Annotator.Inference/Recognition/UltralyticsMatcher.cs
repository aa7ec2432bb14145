using System.Globalization;
using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Recognition;

/// <summary>Models that Ultralytics exported: the file itself names task, classes and size. Also those of the yolov5 repository, which name classes only.</summary>
internal sealed class UltralyticsMatcher : IModelMatcher
{
    public IEnumerable<Guess> Match(ModelEvidence evidence, InferenceLimits limits)
    {
        if (!evidence.File.Metadata.ContainsKey("names") || evidence.Image is null || evidence.Outputs.Count == 0)
        {
            return [];
        }

        // The model's own list tells its shape, whatever list was put beside it.
        foreach (var names in new[] { evidence.OwnNames(limits), evidence.Labels }.OfType<IReadOnlyList<string>>())
        {
            if (ByTask(evidence, names.Count) is { } guess)
            {
                return [guess.WithLabels(evidence, ClassCount(guess.Description, evidence, names.Count), limits)];
            }
        }

        return [];
    }

    private static Guess? ByTask(ModelEvidence evidence, int names)
    {
        var task = evidence.File.Metadata.GetValueOrDefault("task");
        return task switch
        {
            "classify" => Classify(evidence),
            "detect" or "segment" or "pose" or "obb" => Objects(evidence, task, names),
            null when evidence.File.Metadata.ContainsKey("stride") => Objects(evidence, evidence.Outputs.Any(output => output.Rank == 4) ? "segment" : "detect", names),
            _ => null,
        };
    }

    private static Guess Classify(ModelEvidence evidence)
    {
        var output = evidence.Outputs[0];
        return new Guess(
            new ModelDescription
            {
                Task = ModelTask.Classify,
                Decoder = DecoderNames.Classification,
                Name = NameOf(evidence),
                License = evidence.File.Metadata.GetValueOrDefault("license"),
                Input = evidence.Input(ResizeRule.ShortCrop).ZeroToOne() with { Interp = Resampling.BilinearAntialias },
                Output = new OutputRules { Scores = output.Name, Activation = output.LooksLikeLogits ? Activation.Softmax : Activation.None },
                Nms = new SuppressionRules { Mode = SuppressionMode.None },
            },
            1,
            "The model's own metadata says it classifies images, and names its classes.",
            []);
    }

    private static Guess? Objects(ModelEvidence evidence, string task, int names)
    {
        var output = evidence.Outputs.FirstOrDefault(output => output is { Rank: 3, IsReal: true });
        if (output is null)
        {
            return null;
        }

        var proto = task == "segment" ? evidence.Outputs.FirstOrDefault(other => other.Rank == 4) : null;
        var keypoints = task == "pose" ? Keypoints(evidence) : null;
        var extras = proto?.Along(1) ?? (keypoints is null ? (task == "obb" ? 1 : 0) : keypoints.Count * keypoints.Dimensions);
        var (height, width) = evidence.Size;
        var rules = new OutputRules { Boxes = output.Name, Proto = proto?.Name };
        var description = new ModelDescription
        {
            Task = task switch
            {
                "segment" => ModelTask.Segment,
                "pose" => ModelTask.Pose,
                "obb" => ModelTask.OrientedBoxes,
                _ => ModelTask.Detect,
            },
            Decoder = DecoderNames.YoloV8,
            Name = NameOf(evidence),
            License = evidence.File.Metadata.GetValueOrDefault("license"),
            Input = evidence.Input(ResizeRule.LetterboxCenter).ZeroToOne(),
            Output = rules,
            Keypoints = keypoints,
            Nms = new SuppressionRules { Mode = task == "obb" ? SuppressionMode.ProbIou : SuppressionMode.PerClass },
        };
        var reason = $"The model's own metadata says its task ({task}) and names its classes";
        if (output.Along(1) == 4 + names + extras && output.Along(2) != 6 + extras)
        {
            return new Guess(description, 1, $"{reason}; the output [B, 4 + {names} + {extras}, places] is that of YOLOv8 and later.", []);
        }

        var transformer = new Guess(RtDetr(description, output), 1, $"{reason}; the output [B, objects, 4 + {names}] is that of RT-DETR.", []);
        if (output.Along(2) == 6 + extras)
        {
            var finished = new Guess(
                description with
                {
                    Decoder = DecoderNames.YoloEndToEnd,
                    Output = rules with { BoxFormat = task == "obb" ? BoxFormat.Cxcywh : BoxFormat.Xyxy },
                    Nms = new SuppressionRules { Mode = SuppressionMode.None },
                },
                1,
                $"{reason}; the output [B, objects, 6 + {extras}] holds finished objects.",
                []);
            return task == "detect" && names == 2 ? OfTwoClasses(evidence, output, finished, transformer) : finished;
        }

        if (task == "detect" && output.Along(2) == 4 + names)
        {
            return transformer;
        }

        return output.Along(2) == 5 + names + (proto?.Along(1) ?? 0) && (output.Along(1) < 0 || AnchorCount.IsTriple(output.Along(1), height, width))
            ? new Guess(description with { Decoder = DecoderNames.YoloV5 }, 1, "The model names its classes, and the output [B, places, 5 + classes] is that of YOLOv5.", [])
            : null;
    }

    /// <summary>
    /// Two classes make RT-DETR's rows as long as those of finished objects. The numbers of the trial tell them apart, then what
    /// the export says of itself; where both are silent it is asked.
    /// </summary>
    private static Guess OfTwoClasses(ModelEvidence evidence, ProbedOutput output, Guess finished, Guess transformer) => FinishedRows.Read(output) switch
    {
        RowMeaning.Finished => finished,
        RowMeaning.Parts => transformer,
        _ when HasSuppression(evidence) => finished,
        _ when evidence.File.Metadata.GetValueOrDefault("description") is { } text && text.Replace("-", "", StringComparison.Ordinal).Contains("rtdetr", StringComparison.OrdinalIgnoreCase) => transformer,
        _ => finished.Asking(
            "task",
            "Each row has six numbers, and the trial picture showed nothing that tells which. What are they?",
            new RecognitionChoice("Corners, a score and a class: YOLO with suppression inside", finished.Description),
            new RecognitionChoice("A box and the scores of two classes: RT-DETR", transformer.Description)),
    };

    /// <summary>Whether the export says that suppression is inside.</summary>
    private static bool HasSuppression(ModelEvidence evidence) =>
        evidence.File.Metadata.GetValueOrDefault("end2end") == "True"
        || (evidence.File.Metadata.TryGetValue("args", out var text) && PythonLiteral.TryParse(text, out var value) && value is List<KeyValuePair<object?, object?>> pairs
            && pairs.Exists(pair => pair is { Key: "nms" or "end2end", Value: true }));

    private static ModelDescription RtDetr(ModelDescription description, ProbedOutput output) => description with
    {
        Decoder = DecoderNames.RtDetrUltralytics,
        Input = description.Input with { Resize = ResizeRule.Stretch },
        Output = description.Output with { Normalized = true, Activation = output.LooksLikeLogits ? Activation.Sigmoid : Activation.None },
        Nms = new SuppressionRules { Mode = SuppressionMode.None },
    };

    private static KeypointRules Keypoints(ModelEvidence evidence)
    {
        var shape = evidence.File.Metadata.TryGetValue("kpt_shape", out var text) && PythonLiteral.TryParse(text, out var value) && value is List<object?> { Count: 2 } pair
            ? (Count: (int)(pair[0] as double? ?? 17), Dimensions: (int)(pair[1] as double? ?? 3))
            : (Count: 17, Dimensions: 3);
        var known = KnownSkeletons.Of(Math.Clamp(shape.Count, 1, 1000), Math.Clamp(shape.Dimensions, 2, 3));
        return NodeNames(evidence) is { } names && names.Count == known.Count ? known with { Names = names } : known;
    }

    /// <summary>Of the first class: <c>{0: ['nose', …]}</c>.</summary>
    private static List<string>? NodeNames(ModelEvidence evidence) =>
        evidence.File.Metadata.TryGetValue("kpt_names", out var text) && PythonLiteral.TryParse(text, out var value)
            ? ((value as List<KeyValuePair<object?, object?>>)?.FirstOrDefault().Value ?? value) is List<object?> names && names.TrueForAll(name => name is string) ? [.. names.OfType<string>()] : null
            : null;

    /// <summary>How many classes the output has room for.</summary>
    private static int ClassCount(ModelDescription description, ModelEvidence evidence, int names)
    {
        var output = evidence.Outputs.FirstOrDefault(output => output.Name == (description.Output.Scores ?? description.Output.Boxes));
        return description.Decoder == DecoderNames.Classification && output?.Along(-1) is > 0 and var classes ? classes : names;
    }

    private static string NameOf(ModelEvidence evidence) =>
        evidence.File.Metadata.GetValueOrDefault("description") is { Length: > 0 } text
            ? text.Split(" trained on ")[0]
            : string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(evidence.FileName)}");
}
