using System.Text.Json;
using Annotator.Formats.Model;

namespace Annotator.Core.Annotations;

/// <summary>Reads single values of annotations; what is wrong is noted and a harmless value is returned.</summary>
internal sealed class JsonValues(AnnotationErrors errors)
{
    /// <summary>Degrees from 0 up to but not including 360.</summary>
    public static float Normalized(double degrees)
    {
        var turned = (float)(((degrees % 360) + 360) % 360);
        return turned < 360 ? turned : 0;
    }

    public int Integer(JsonElement value, string at, int least, int most)
    {
        if (value.ValueKind == JsonValueKind.Number)
        {
            if (value.TryGetInt32(out var number) && number >= least && number <= most)
            {
                return number;
            }

            if (value.TryGetDouble(out var real) && real >= least && real <= most && real == Math.Truncate(real))
            {
                return (int)real;
            }
        }

        errors.Add(at, value.ValueKind == JsonValueKind.Number ? "range" : "type", $"A whole number from {least} to {most} is expected.");
        return Math.Max(least, 0);
    }

    public long Id(JsonElement value, string at)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var id) && id >= 0)
        {
            return id;
        }

        errors.Add(at, "type", "An id is a whole number above 0, or null.");
        return 0;
    }

    public double Number(JsonElement value, string at, double least, double most)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number >= least && number <= most)
        {
            return number;
        }

        errors.Add(at, value.ValueKind == JsonValueKind.Number ? "range" : "type", $"A number from {least} to {most} is expected.");
        return Math.Max(least, 0);
    }

    public bool Flag(JsonElement value, string at)
    {
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.ValueKind == JsonValueKind.True;
        }

        errors.Add(at, "type", "true or false is expected.");
        return false;
    }

    public ShapeKind Kind(JsonElement value, string at)
    {
        if (Words.ParseKind(Text(value)) is { } kind)
        {
            return kind;
        }

        errors.Add(at, "unknown-type", "A shape is a rectangle, polygon, polyline, points, ellipse, cuboid, mask or skeleton.");
        return default;
    }

    public AnnotationSource Source(JsonElement value, string at)
    {
        if (Words.ParseSource(Text(value)) is { } source)
        {
            return source;
        }

        errors.Add(at, "unknown-source", "A source is manual, auto, semi-auto, file or consensus.");
        return default;
    }

    public InterpolationMode Interpolation(JsonElement value, string at)
    {
        switch (Text(value))
        {
            case "cvat":
                return InterpolationMode.Cvat;
            case "aligned":
                return InterpolationMode.Aligned;
            default:
                errors.Add(at, "unknown-interpolation", "An interpolation is cvat or aligned.");
                return default;
        }
    }

    /// <summary>Coordinates or a mask's run lengths; which of them, and so how large they may be, only the kind says.</summary>
    public double[] Numbers(JsonElement value, string at)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            errors.Add(at, "type", "A list of numbers is expected.");
            return [];
        }

        if (value.GetArrayLength() > AnnotationLimits.Numbers)
        {
            errors.Add(at, "too-many", $"A shape has at most {AnnotationLimits.Numbers} numbers.");
            return [];
        }

        var numbers = new double[value.GetArrayLength()];
        var i = 0;
        foreach (var item in value.EnumerateArray())
        {
            numbers[i++] = Coordinate(item, at, i);
        }

        return numbers;
    }

    /// <summary>The contract's list of <c>{spec_id, value}</c>.</summary>
    public IReadOnlyDictionary<int, string> Attributes(JsonElement value, string at)
    {
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0)
        {
            return AnnotationObject.EmptyAttributes;
        }

        var attributes = new Dictionary<int, string>();
        foreach (var (id, text) in List(value, at, AnnotationLimits.Elements, Attribute))
        {
            if (!attributes.TryAdd(id, text))
            {
                errors.Add(at, "duplicate-attribute", $"Attribute {id} is there twice.");
            }
        }

        return attributes;
    }

    public IReadOnlyList<T> List<T>(JsonElement value, string at, int most, Func<JsonElement, string, T> read)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            errors.Add(at, "type", "A list is expected.");
            return [];
        }

        var count = value.GetArrayLength();
        if (count > most)
        {
            errors.Add(at, "too-many", $"At most {most} are accepted.");
            return [];
        }

        var list = new List<T>(count);
        foreach (var item in value.EnumerateArray())
        {
            list.Add(read(item, $"{at}/{list.Count}"));
        }

        return list;
    }

    private double Coordinate(JsonElement item, string at, int index)
    {
        if (item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out var number) && double.IsFinite(number))
        {
            return number;
        }

        errors.Add($"{at}/{index - 1}", "coordinate", "A finite number is expected.");
        return 0;
    }

    private (int Id, string Value) Attribute(JsonElement value, string at)
    {
        if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty("spec_id", out var spec) || !value.TryGetProperty("value", out var text))
        {
            errors.Add(at, "required", "An attribute has spec_id and value.");
            return default;
        }

        var id = Integer(spec, at + "/spec_id", 0, int.MaxValue);
        if (Text(text) is not { Length: <= AnnotationLimits.AttributeValue } words)
        {
            errors.Add(at + "/value", "type", $"A text of at most {AnnotationLimits.AttributeValue} characters is expected.");
            return (id, "");
        }

        // PostgreSQL's text cannot hold it.
        if (words.Contains('\0', StringComparison.Ordinal))
        {
            errors.Add(at + "/value", "range", "The character U+0000 cannot be stored.");
        }

        return (id, words);
    }

    private static string? Text(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: no text.
            return null;
        }
    }
}
