using System.Globalization;

namespace Annotator.Formats.Voc;

/// <summary>The outline that some tools write beside an object's box: <c>x1 y1 x2 y2</c> and so on.</summary>
internal sealed class VocOutline
{
    private const int MostCorners = 100_000;

    private readonly SortedDictionary<int, (double? X, double? Y)> _corners = [];

    /// <param name="name">Such as <c>x12</c>; other names are passed over.</param>
    public void Add(string name, double? value)
    {
        if (name.Length > 1 && name[0] is 'x' or 'y' && int.TryParse(name.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= MostCorners)
        {
            var corner = _corners.GetValueOrDefault(number);
            _corners[number] = name[0] == 'x' ? (value, corner.Y) : (corner.X, value);
        }
    }

    /// <summary>Flattened; null when there are no three corners, or one of them is not whole.</summary>
    public double[]? Points(int shift) =>
        _corners.Count >= 3 && _corners.Values.All(corner => corner is { X: not null, Y: not null })
            ? [.. _corners.Values.SelectMany(corner => new[] { corner.X!.Value - shift, corner.Y!.Value - shift })]
            : null;

    /// <summary>The box around it.</summary>
    public static double[]? Around(double[]? outline) => outline is null
        ? null
        : [outline.Where((_, i) => i % 2 == 0).Min(), outline.Where((_, i) => i % 2 == 1).Min(), outline.Where((_, i) => i % 2 == 0).Max(), outline.Where((_, i) => i % 2 == 1).Max()];

    /// <summary>Whether the outline is the box's own: its four corners, perhaps closed.</summary>
    public static bool IsBox(double[]? outline, double[]? box)
    {
        if (outline is null || box is null || outline.Length is not (8 or 10))
        {
            return false;
        }

        var corners = new HashSet<(double, double)>();
        for (var i = 0; i < outline.Length; i += 2)
        {
            corners.Add((outline[i], outline[i + 1]));
        }

        return corners.SetEquals([(box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3])]);
    }
}
