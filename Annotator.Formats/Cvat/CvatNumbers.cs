using System.Globalization;
using Annotator.Formats.Geometry;

namespace Annotator.Formats.Cvat;

/// <summary>Reads lists of numbers out of a CVAT file's attributes.</summary>
internal static class CvatNumbers
{
    /// <summary>A mask in the contract's form; null when anything is missing or the runs do not fill the box.</summary>
    public static double[]? Mask(string? runs, int? left, int? top, int? width, int? height, DatasetLimits limits)
    {
        if (runs is null || left is null || top is null || width is not > 0 || height is not > 0)
        {
            return null;
        }

        var points = new List<double>(runs.Length / 4);
        foreach (var range in runs.AsSpan().Split(','))
        {
            if (!int.TryParse(runs.AsSpan()[range], NumberStyles.Integer, CultureInfo.InvariantCulture, out var run))
            {
                return null;
            }

            points.Add(run);
        }

        points.Add(left.Value);
        points.Add(top.Value);
        points.Add((double)left.Value + width.Value - 1);
        points.Add((double)top.Value + height.Value - 1);
        var result = points.ToArray();
        return MaskRuns.IsMask(result, limits.MaxPixels) ? result : null;
    }

    /// <summary><c>x,y;x,y</c>; null when there is anything else.</summary>
    public static double[]? Pairs(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return null;
        }

        var points = new List<double>(text.Length / 6);
        foreach (var pair in text.AsSpan().Split(';'))
        {
            var part = text.AsSpan()[pair];
            var comma = part.IndexOf(',');
            if (comma < 0 || !Number(part[..comma], out var x) || !Number(part[(comma + 1)..], out var y))
            {
                return null;
            }

            points.Add(x);
            points.Add(y);
        }

        return [.. points];

        static bool Number(ReadOnlySpan<char> text, out double number) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);
    }
}
