using System.Globalization;
using Annotator.Formats.Model;

namespace Annotator.Formats.Kitti;

/// <summary>
/// A line of KITTI's boxes: type, truncated, occluded, alpha, left, top, right, bottom, three numbers each for size and place
/// in space, a rotation, and perhaps a score. Columns are counted from the end, for a type may hold blanks.
/// </summary>
internal sealed record KittiRow
{
    private const int Numbers = 14;
    private const int NumbersWithScore = 15;

    public required string Type { get; init; }
    public double Truncated { get; init; }
    public double Occlusion { get; init; }
    public required double[] Box { get; init; }

    /// <summary>The line says where in space the object is.</summary>
    public bool HasSpace { get; init; }
    public double Score { get; init; } = 1;

    /// <summary>Whether a line is a row whose type is one word that is no number: rows of other formats are numbers throughout.</summary>
    public static bool IsPlain(string line) =>
        Parse(line) is { Type: var type } && type.Length > 0 && char.IsAsciiLetter(type[0]) && !type.Contains(' ', StringComparison.Ordinal);

    /// <summary>Null when the line is none.</summary>
    public static KittiRow? Parse(string line)
    {
        var fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Span<double> numbers = stackalloc double[NumbersWithScore];
        var count = 0;
        while (count < NumbersWithScore && fields.Length - count > 1
            && double.TryParse(fields[^(count + 1)], NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
        {
            numbers[NumbersWithScore - ++count] = number;
        }

        if (count < Numbers)
        {
            return null;
        }

        var values = numbers[(NumbersWithScore - count)..];
        return new KittiRow
        {
            Type = string.Join(' ', fields[..^count]),
            Truncated = values[0],
            Occlusion = values[1],
            Box = [.. values.Slice(3, 4)],
            HasSpace = values[7] > 0 || values[8] > 0 || values[9] > 0,
            Score = count == NumbersWithScore ? values[14] : 1,
        };
    }

    /// <summary>Null when the box has no area.</summary>
    public DatasetShape? Shape()
    {
        if (Box[2] <= Box[0] || Box[3] <= Box[1])
        {
            return null;
        }

        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Truncated > 0)
        {
            attributes["truncated"] = Truncated.ToString(CultureInfo.InvariantCulture);
        }

        // 1 is partly, 2 largely occluded; 3 says that it is not known.
        if (Occlusion > 1)
        {
            attributes["occlusion"] = Occlusion.ToString(CultureInfo.InvariantCulture);
        }

        return new DatasetShape
        {
            Kind = ShapeKind.Rectangle,
            Label = Type,
            Points = Box,
            Occluded = Occlusion is 1 or 2,
            Score = Math.Clamp(Score, 0, 1),
            Source = AnnotationSource.File,
            Attributes = attributes.Count > 0 ? attributes : DatasetShape.NoAttributes,
        };
    }

    /// <summary>A box as the line that says it.</summary>
    /// <param name="label">Without blanks.</param>
    public static string Text(DatasetShape shape, string label)
    {
        var truncated = Attribute(shape, "truncated") ?? 0;
        var occlusion = Attribute(shape, "occlusion") is { } given and >= 0 and <= 3 && shape.Occluded == given is 1 or 2 ? given : shape.Occluded ? 1 : 0;
        return string.Create(CultureInfo.InvariantCulture,
            $"{label} {Decimal(Math.Clamp(truncated, 0, 1))} {(int)occlusion} -1 {Decimal(shape.Points[0])} {Decimal(shape.Points[1])} {Decimal(shape.Points[2])} {Decimal(shape.Points[3])} -1 -1 -1 -1 -1 -1 -1 {Decimal(shape.Score)}\n");
    }

    /// <summary>Attributes that have a column.</summary>
    public static bool Holds(string attribute) => attribute is "truncated" or "occlusion";

    private static double? Attribute(DatasetShape shape, string name) =>
        !shape.Attributes.TryGetValue(name, out var text) ? null
        : text == "true" ? 1
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    /// <summary>In full, and with a point even where it is whole.</summary>
    private static string Decimal(double number)
    {
        var text = number.ToString(CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text;
    }
}
