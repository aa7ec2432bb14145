using Annotator.Formats.Model;

namespace Annotator.Formats.Tools.Comparison;

/// <summary>Whether two shapes that are one object say the same of it.</summary>
internal static class ShapeEquality
{
    /// <summary>Formats write two decimals; what rounds to the same is the same.</summary>
    private const double Tolerance = 0.02;

    public static bool Same(DatasetShape one, DatasetShape other) =>
        one.Occluded == other.Occluded
        && one.Outside == other.Outside
        && Math.Abs(one.Rotation - other.Rotation) <= Tolerance
        && SameNumbers(one, other)
        && one.Attributes.Count == other.Attributes.Count
        && one.Attributes.All(pair => other.Attributes.TryGetValue(pair.Key, out var value) && value == pair.Value)
        && one.Elements.Count == other.Elements.Count
        && one.Elements.All(element => other.Elements.Any(match => match.Label == element.Label && Same(element, match)));

    private static bool SameNumbers(DatasetShape one, DatasetShape other)
    {
        if (one.Points.Length != other.Points.Length)
        {
            return false;
        }

        for (var i = 0; i < one.Points.Length; i++)
        {
            if (Math.Abs(one.Points[i] - other.Points[i]) > Tolerance)
            {
                return false;
            }
        }

        return true;
    }
}
