using System.Text.Json;

namespace Annotator.Inference.Descriptions;

/// <summary>What <c>config.json</c> and <c>preprocessor_config.json</c> of a Hugging Face model say that matters here.</summary>
public sealed record HuggingFaceConfig
{
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Such as <c>detr</c> or <c>vit</c>; empty when it is not said.</summary>
    public string ModelType { get; init; } = "";

    /// <summary>Null where no preprocessor file is beside.</summary>
    public ImageInput? Input { get; init; }

    /// <param name="config">Text of config.json, or null.</param>
    /// <param name="preprocessor">Text of preprocessor_config.json, or null.</param>
    /// <exception cref="ModelException"><c>config-damaged</c>.</exception>
    public static HuggingFaceConfig Read(string? config, string? preprocessor, InferenceLimits limits)
    {
        try
        {
            return new HuggingFaceConfig
            {
                Labels = config is not null && Has(config, "id2label") ? LabelFiles.Read("config.json", config, limits) : null,
                ModelType = config is null ? "" : Type(config),
                Input = preprocessor is null ? null : Preprocessor(preprocessor),
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new ModelException("config-damaged", "config.json or preprocessor_config.json beside the model is not as Hugging Face writes it. Mend it, or leave it out.", error);
        }
    }

    private static string Type(string config)
    {
        using var document = JsonDocument.Parse(config);
        return document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("model_type", out var type) ? type.GetString() ?? "" : "";
    }

    private static bool Has(string config, string key)
    {
        using var document = JsonDocument.Parse(config);
        return document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty(key, out _);
    }

    private static ImageInput Preprocessor(string text)
    {
        using var document = JsonDocument.Parse(text);
        var root = document.RootElement;
        var rescale = Truth(root, "do_rescale", true) ? Number(root, "rescale_factor", 1.0 / 255) : 1;
        var normalised = Truth(root, "do_normalize", true) && root.TryGetProperty("image_mean", out _);
        var crops = Truth(root, "do_center_crop", false);
        var (height, width, shortest) = Size(root, "size");
        var (cropHeight, cropWidth, _) = crops ? Size(root, "crop_size") : (0, 0, 0);

        // ConvNeXt enlarges by crop_pct first and cuts the middle out, below 384.
        if (!crops && height == 0 && shortest < 384 && Number(root, "crop_pct", 0) is > 0 and <= 1 and var part)
        {
            (crops, cropHeight, cropWidth, shortest) = (true, shortest, shortest, (int)(shortest / part));
        }

        var (mean, std) = normalised ? (Three(root, "image_mean"), Three(root, "image_std")) : ([], []);
        return new ImageInput
        {
            Name = "pixel_values",
            Size = crops && cropHeight > 0 ? [cropHeight, cropWidth] : height > 0 ? [height, width] : [shortest, shortest],
            ShortSide = crops ? (shortest > 0 ? shortest : Math.Min(height, width)) : 0,
            Resize = crops ? ResizeRule.ShortCrop : ResizeRule.Stretch,

            // (x × rescale − mean) / std on the scale of bytes.
            Mean = normalised ? [.. mean.Select(value => value / rescale)] : [0, 0, 0],
            Std = normalised ? [.. std.Select(value => value / rescale)] : [1 / rescale, 1 / rescale, 1 / rescale],
            Interp = (int)Number(root, "resample", 2) switch
            {
                0 => Resampling.Nearest,
                3 => Resampling.Bicubic,
                _ => Resampling.BilinearAntialias,
            },
        };
    }

    /// <summary>A number, or an object of height and width, or of shortest_edge.</summary>
    private static (int Height, int Width, int Shortest) Size(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var size))
        {
            return (0, 0, 224);
        }

        if (size.ValueKind == JsonValueKind.Number)
        {
            return (size.GetInt32(), size.GetInt32(), size.GetInt32());
        }

        return size.TryGetProperty("height", out var height) && size.TryGetProperty("width", out var width)
            ? (height.GetInt32(), width.GetInt32(), Math.Min(height.GetInt32(), width.GetInt32()))
            : (0, 0, size.TryGetProperty("shortest_edge", out var shortest) ? shortest.GetInt32() : 224);
    }

    /// <summary>One number stands for all three.</summary>
    private static double[] Three(JsonElement root, string name)
    {
        var value = root.GetProperty(name);
        double[] numbers = value.ValueKind == JsonValueKind.Number ? [value.GetDouble(), value.GetDouble(), value.GetDouble()] : [.. value.EnumerateArray().Select(number => number.GetDouble())];
        return numbers.Length == 3 ? numbers : throw new FormatException();
    }

    private static bool Truth(JsonElement root, string name, bool otherwise) =>
        root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : otherwise;

    private static double Number(JsonElement root, string name, double otherwise) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : otherwise;
}
