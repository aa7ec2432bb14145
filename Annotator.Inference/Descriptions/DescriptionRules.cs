using Annotator.Inference.Onnx;

namespace Annotator.Inference.Descriptions;

/// <summary>What a description must hold to be usable, by itself and against its file.</summary>
public static class DescriptionRules
{
    private const int LargestSide = 8192;

    /// <summary>Sentences for the user; empty when all is well.</summary>
    public static IReadOnlyList<string> Violations(ModelDescription description, InferenceLimits limits)
    {
        var found = new List<string>();
        var input = description.Input;
        Check(found, description.Schema == ModelDescription.CurrentSchema, $"schema is {description.Schema}; this server reads {ModelDescription.CurrentSchema}.");
        Check(found, DecoderNames.All.Contains(description.Decoder), $"decoder \"{description.Decoder}\" is unknown; it is one of {string.Join(", ", DecoderNames.All)}.");
        Check(found, description.Labels.Count <= limits.MaxLabels, $"labels has {description.Labels.Count:N0} entries; the limit is {limits.MaxLabels:N0}.");
        Check(found, input.Size is { Length: 2 } && input.Size.All(side => side is >= 0 and <= LargestSide), $"input.size is height and width, 0 to {LargestSide} each.");
        Check(found, input.Mean is { Length: 3 } && input.Std is { Length: 3 } && input.Mean.Concat(input.Std).All(double.IsFinite), "input.mean and input.std have three numbers each.");
        Check(found, input.Std is not { Length: 3 } || input.Std.All(std => std != 0), "input.std must not be 0.");
        Check(found, input.Multiple is >= 1 and <= 512, "input.multiple is between 1 and 512.");
        Check(found, input.ShortSide is >= 0 and <= LargestSide && input.MaxSide is >= 0 and <= LargestSide, $"input.short_side and input.max_side are between 0 and {LargestSide}.");
        Check(found, description.Nms.Iou is >= 0 and <= 1 && description.Nms.Conf is >= 0 and <= 1, "nms.iou and nms.conf are between 0 and 1.");
        Check(found, description.Nms.MaxDet >= 1 && description.Nms.MaxDet <= limits.MaxPredictions, $"nms.max_det is between 1 and {limits.MaxPredictions}.");
        Check(found, description.Batch is >= 1 and <= 256, "batch is between 1 and 256.");
        Check(found, description.Tiling is not { } tiling || (tiling.Size is 0 or >= 64 && tiling.Overlap is >= 0 and <= 0.9), "tiling.size is 0 or at least 64, tiling.overlap between 0 and 0.9.");
        Check(found, description.Task != ModelTask.Pose || description.Keypoints is { Count: > 0, Dimensions: 2 or 3 }, "A pose model needs keypoints.count, and 2 or 3 as keypoints.dimensions.");
        Check(found, description.Keypoints is not { } nodes || (nodes.Names.All(name => name is not null) && nodes.Edges.All(edge => edge is { Length: 2 })), "keypoints.names are texts, keypoints.edges pairs of numbers.");
        Check(
            found,
            description.Output.Anchors is not { } anchors || anchors.All(level => level is { Length: > 0 } && level.Length % 2 == 0 && level.All(double.IsFinite)),
            "output.anchors has pairs of width and height for each stride.");
        foreach (var name in description.Files.All())
        {
            Check(found, IsPlainName(name), $"files has \"{name}\"; only names without folders are taken.");
        }

        return found;
    }

    /// <summary>What of the description is not in the file.</summary>
    public static IReadOnlyList<string> Violations(ModelDescription description, OnnxFile file)
    {
        var found = new List<string>();
        var input = file.Inputs.FirstOrDefault(value => value.Name == description.Input.Name);
        Check(found, input is not null, $"The model has no input \"{description.Input.Name}\"; it has {Names(file.Inputs)}.");
        if (input is { Rank: 4 } && description.Input.Layout is TensorLayout.Nchw or TensorLayout.Nhwc && description.Input.Height > 0)
        {
            var (height, width) = description.Input.Layout == TensorLayout.Nchw ? (input.Along(2), input.Along(3)) : (input.Along(1), input.Along(2));
            Check(
                found,
                (height < 0 || height == description.Input.Height) && (width < 0 || width == description.Input.Width),
                $"input.size is {description.Input.Height} × {description.Input.Width}; the model takes {height} × {width} only.");
        }

        var output = description.Output;
        foreach (var name in new[] { output.Boxes, output.Scores, output.Classes, output.Count, output.Proto, output.Masks, output.Keypoints, output.KeypointScores }.OfType<string>())
        {
            Check(found, file.Outputs.Any(value => value.Name == name), $"The model has no output \"{name}\"; it has {Names(file.Outputs)}.");
        }

        return found;
    }

    /// <summary>Whether the name can only mean a file in the model's own folder.</summary>
    public static bool IsPlainName(string name) =>
        name.Length is > 0 and <= 255 && name.IndexOfAny(['/', '\\', ':', '\0']) < 0 && name is not ("." or "..") && !char.IsControl(name[0]);

    private static string Names(IEnumerable<OnnxValue> values) => string.Join(", ", values.Take(20).Select(value => $"\"{value.Name}\""));

    private static void Check(List<string> found, bool holds, string message)
    {
        if (!holds)
        {
            found.Add(message);
        }
    }
}
