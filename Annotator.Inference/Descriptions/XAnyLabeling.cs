using System.Globalization;
using Annotator.Formats;
using Annotator.Formats.Yolo;

namespace Annotator.Inference.Descriptions;

/// <summary>What a configuration of X-AnyLabeling says of a model. It lies beside the ONNX file that it names.</summary>
public sealed record XAnyLabeling
{
    /// <summary>Such as <c>yolov8_seg</c>.</summary>
    public string Type { get; init; } = "";
    public string Name { get; init; } = "";
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>Names of a skeleton's nodes, which stand below the first class; empty for none.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = [];
    public double? Confidence { get; init; }
    public double? Iou { get; init; }
    public int? MaxDetections { get; init; }
    public bool Agnostic { get; init; }

    /// <summary>File names without folders and addresses; empty where it names none.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Whether a YAML text is such a configuration.</summary>
    public static bool Is(string text) =>
        Keys(text) is var keys && keys.ContainsKey("type") && (keys.ContainsKey("model_path") || keys.ContainsKey("encoder_model_path") || keys.ContainsKey("provider"));

    /// <exception cref="ModelException"><c>labels-damaged</c>: more classes than the limit.</exception>
    public static XAnyLabeling Read(string text, InferenceLimits limits)
    {
        var keys = Keys(text);
        var (classes, nodes) = Skeletons(text) ?? (Names(text, limits), []);
        return new XAnyLabeling
        {
            Nodes = nodes,
            Type = keys.GetValueOrDefault("type", ""),
            Name = keys.GetValueOrDefault("display_name") ?? keys.GetValueOrDefault("name", ""),
            Classes = classes,
            Confidence = Part(keys, "conf_threshold") ?? Part(keys, "confidence_threshold"),
            Iou = Part(keys, "iou_threshold") ?? Part(keys, "nms_threshold"),
            MaxDetections = Part(keys, "max_det") is { } most && most is >= 1 and <= 100_000 ? (int)most : null,
            Agnostic = keys.GetValueOrDefault("agnostic", "").Equals("true", StringComparison.OrdinalIgnoreCase),
            Files = [.. new[] { "model_path", "encoder_model_path", "decoder_model_path", "det_model_path", "rec_model_path", "cls_model_path" }.Select(key => keys.GetValueOrDefault(key, "").Split('/', '\\')[^1]).Where(DescriptionRules.IsPlainName)],
        };
    }

    /// <summary>What the configuration says over what was recognised: thresholds, names of nodes, and of classes where none were found.</summary>
    public ModelDescription Over(ModelDescription description) => description with
    {
        Name = Name.Length > 0 ? Name : description.Name,
        Labels = Classes.Count > 0 && description.Labels.Count is 0 ? [.. Classes.Select((name, i) => new ModelLabel(i, name))] : description.Labels,
        Keypoints = description.Keypoints is { } nodes && Nodes.Count == nodes.Count ? nodes with { Names = Nodes } : description.Keypoints,
        Nms = description.Nms with
        {
            Conf = Confidence is >= 0 and <= 1 ? Confidence.Value : description.Nms.Conf,
            Iou = Iou is >= 0 and <= 1 ? Iou.Value : description.Nms.Iou,
            MaxDet = MaxDetections ?? description.Nms.MaxDet,
            Mode = Agnostic && description.Nms.Mode == SuppressionMode.PerClass ? SuppressionMode.Agnostic : description.Nms.Mode,
        },
    };

    private static double? Part(Dictionary<string, string> keys, string key) =>
        keys.TryGetValue(key, out var text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The entries that stand at the left edge.</summary>
    private static Dictionary<string, string> Keys(string text)
    {
        var keys = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var raw in text.Split('\n'))
        {
            var line = YoloNames.WithoutComment(raw.TrimEnd('\r'));
            if (line.Length > 0 && !char.IsWhiteSpace(line[0]) && line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                keys[line[..colon].Trim()] = YoloNames.Unquoted(line[(colon + 1)..].Trim());
            }
        }

        return keys;
    }

    /// <summary>Models of skeletons list their nodes below each class: <c>person:</c> and then <c>- nose</c>. Null for plain classes.</summary>
    private static (List<string> Classes, List<string> Nodes)? Skeletons(string text)
    {
        var (classes, nodes, inside) = (new List<string>(), new List<string>(), false);
        foreach (var raw in text.Split('\n'))
        {
            var line = YoloNames.WithoutComment(raw.TrimEnd('\r')).TrimEnd();
            var entry = line.TrimStart();
            if (entry.Length == 0)
            {
                continue;
            }

            if (entry.Length == line.Length && entry[0] != '-')
            {
                inside = line == "classes:";
            }
            else if (inside && entry[0] != '-' && entry.EndsWith(':'))
            {
                classes.Add(YoloNames.Unquoted(entry[..^1].Trim()));
            }
            else if (inside && classes.Count == 1 && entry[0] == '-')
            {
                nodes.Add(YoloNames.Unquoted(entry[1..].Trim()));
            }
        }

        return classes.Count > 0 ? (classes, nodes) : null;
    }

    private static List<string> Names(string text, InferenceLimits limits)
    {
        try
        {
            var lines = text.Split('\n').Select(line => line.TrimEnd('\r')).Select(line => line.StartsWith("classes:", StringComparison.Ordinal) ? "names:" + line["classes:".Length..] : line);
            return YoloNames.OfYaml(lines, new DatasetLimits { MaxLabels = limits.MaxLabels });
        }
        catch (DatasetException error)
        {
            throw new ModelException("labels-damaged", error.Message, error);
        }
    }
}
