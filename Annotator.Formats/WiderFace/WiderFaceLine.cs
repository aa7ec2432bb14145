using System.Globalization;
using Annotator.Formats.Model;

namespace Annotator.Formats.WiderFace;

/// <summary>
/// A line of a box: left, top, width, height, six properties, and perhaps a label. The benchmark and the contract have the
/// properties in different orders.
/// </summary>
internal static class WiderFaceLine
{
    /// <summary>The label of boxes whose line has none.</summary>
    public const string Face = "face";

    private const int Sides = 4;
    private const int Properties = 6;

    /// <summary>The contract's order; occluded is told apart.</summary>
    public static string[] Order { get; } = ["blur", "expression", "illumination", "occluded", "pose", "invalid"];

    /// <summary>The benchmark's own order.</summary>
    public static string[] OfficialOrder { get; } = ["blur", "expression", "illumination", "invalid", "occluded", "pose"];

    /// <summary>Whether the line begins with the four numbers of a box.</summary>
    public static bool IsBox(string[] fields)
    {
        if (fields.Length < Sides)
        {
            return false;
        }

        for (var i = 0; i < Sides; i++)
        {
            if (!double.TryParse(fields[i], NumberStyles.Float, CultureInfo.InvariantCulture, out _))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Null for a box without size, or with sides that are no finite numbers.</summary>
    /// <param name="contract">Whether the file is known to have the contract's order; otherwise the line itself tells.</param>
    public static DatasetShape? Shape(string line, string[] fields, bool contract)
    {
        var sides = new double[Sides];
        for (var i = 0; i < Sides; i++)
        {
            sides[i] = double.Parse(fields[i], NumberStyles.Float, CultureInfo.InvariantCulture);
        }

        if (!Array.TrueForAll(sides, double.IsFinite) || sides[2] <= 0 || sides[3] <= 0 || !double.IsFinite(sides[0] + sides[2]) || !double.IsFinite(sides[1] + sides[3]))
        {
            return null;
        }

        var known = fields.AsSpan(Sides, Math.Min(Properties, fields.Length - Sides));
        contract |= fields.Length > Sides + Properties || known.ContainsAny(["-", "True", "False"]);
        var order = contract ? Order : OfficialOrder;
        var attributes = new Dictionary<string, string>();
        var occluded = false;
        for (var i = 0; i < known.Length; i++)
        {
            if (order[i] == "occluded")
            {
                occluded = known[i] is not ("-" or "0" or "False" or "false");
            }
            else if (known[i] != "-")
            {
                attributes[order[i]] = known[i];
            }
        }

        return new DatasetShape
        {
            Kind = ShapeKind.Rectangle,
            Label = fields.Length > Sides + Properties ? Rest(line, Sides + Properties) : Face,
            Points = [sides[0], sides[1], sides[0] + sides[2], sides[1] + sides[3]],
            Occluded = occluded,
            Attributes = attributes.Count > 0 ? attributes : DatasetShape.NoAttributes,
        };
    }

    /// <summary>What stands behind so many fields: labels may have blanks.</summary>
    private static string Rest(string line, int fields)
    {
        var at = 0;
        for (var field = 0; field < fields; field++)
        {
            while (at < line.Length && char.IsWhiteSpace(line[at]))
            {
                at++;
            }

            while (at < line.Length && !char.IsWhiteSpace(line[at]))
            {
                at++;
            }
        }

        return line[at..].Trim();
    }
}
