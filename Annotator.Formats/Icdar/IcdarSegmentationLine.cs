using System.Globalization;

namespace Annotator.Formats.Icdar;

/// <summary>A line of a character: its colour in the bitmap, its centre, its box, and what it is.</summary>
internal sealed record IcdarSegmentationLine(int Color, string Center, string Text)
{
    public const int White = 0xFFFFFF;

    private const int Numbers = 9;

    /// <summary>Null for a line that is none.</summary>
    public static IcdarSegmentationLine? Parse(string line)
    {
        // The sign in front marks a blank between words.
        var rest = line.AsSpan().Trim().TrimStart('#');
        Span<double> numbers = stackalloc double[Numbers];
        for (var i = 0; i < Numbers; i++)
        {
            rest = rest.TrimStart();
            var end = rest.IndexOfAny(' ', '\t');
            end = end < 0 ? rest.Length : end;
            if (!double.TryParse(rest[..end], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) || !double.IsFinite(numbers[i]))
            {
                return null;
            }

            rest = rest[end..];
        }

        foreach (var part in numbers[..3])
        {
            if (part is < 0 or > 255 || part != Math.Truncate(part))
            {
                return null;
            }
        }

        return new IcdarSegmentationLine(
            ((int)numbers[0] << 16) | ((int)numbers[1] << 8) | (int)numbers[2],
            string.Create(CultureInfo.InvariantCulture, $"{numbers[3]} {numbers[4]}"),
            IcdarLabel.Unquoted(rest.ToString()));
    }

    /// <summary>Such as <c>100 110 240</c>.</summary>
    public static string Words(int color) => string.Create(CultureInfo.InvariantCulture, $"{color >> 16} {(color >> 8) & 255} {color & 255}");

    /// <summary>Null for anything but three numbers of 0 to 255.</summary>
    public static int? Parsed(string words)
    {
        var parts = words.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 3 && byte.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var red)
            && byte.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var green)
            && byte.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var blue)
            ? (red << 16) | (green << 8) | blue
            : null;
    }
}
