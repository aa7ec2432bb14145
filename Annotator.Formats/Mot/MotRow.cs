using System.Globalization;

namespace Annotator.Formats.Mot;

/// <summary>One line of a file of boxes: <c>frame, track, left, top, width, height, confidence, class, visibility</c>.</summary>
/// <param name="Frame">As the file counts, mostly from 1.</param>
/// <param name="Track">-1 for a box of no track.</param>
/// <param name="Class">From 1; -1 where the line does not say it.</param>
/// <param name="Visibility">0 to 1; 1 where the line does not say it.</param>
internal readonly record struct MotRow(int Frame, int Track, double Left, double Top, double Width, double Height, double Confidence, int Class, double Visibility)
{
    private const int LeastColumns = 6;
    private const int ColumnsOfClass = 8;

    /// <summary>Files of ten columns end in a place in the world, and have no class.</summary>
    private const int ColumnsOfWorld = 10;

    /// <summary>Null when the line is not of the format; <paramref name="flaw"/> says why.</summary>
    public static MotRow? Parse(ReadOnlySpan<char> line, out string flaw)
    {
        Span<double> numbers = stackalloc double[ColumnsOfWorld];
        var count = 0;
        flaw = "";
        foreach (var range in line.Split(','))
        {
            var field = line[range].Trim();
            if (field.Length == 0 && count >= LeastColumns)
            {
                break;
            }

            if (count == numbers.Length)
            {
                flaw = "more than 10 columns";
                return null;
            }

            if (!double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[count]) || !double.IsFinite(numbers[count]))
            {
                flaw = $"\"{(field.Length > 40 ? field[..40] : field)}\" is no number";
                return null;
            }

            count++;
        }

        if (count < LeastColumns)
        {
            flaw = $"{count} columns";
            return null;
        }

        if (Whole(numbers[0]) is not >= 0 || Whole(numbers[1]) is null)
        {
            flaw = "the number of a frame or track is no whole number";
            return null;
        }

        if (numbers[4] <= 0 || numbers[5] <= 0)
        {
            flaw = "a box without width or height";
            return null;
        }

        if (!double.IsFinite(numbers[2] + numbers[4]) || !double.IsFinite(numbers[3] + numbers[5]))
        {
            flaw = "a box without end";
            return null;
        }

        var classed = count is >= ColumnsOfClass and < ColumnsOfWorld;
        return new MotRow(
            (int)numbers[0],
            Math.Max(-1, (int)numbers[1]),
            numbers[2],
            numbers[3],
            numbers[4],
            numbers[5],
            count > LeastColumns ? numbers[6] : 1,
            classed ? Whole(numbers[7]) ?? 0 : -1,
            classed && count > ColumnsOfClass ? Math.Clamp(numbers[8], 0, 1) : 1);
    }

    private static int? Whole(double number) => number == Math.Truncate(number) && Math.Abs(number) <= int.MaxValue ? (int)number : null;
}
