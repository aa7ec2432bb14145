using System.Globalization;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;

namespace Annotator.Formats.Yolo;

/// <summary>
/// A row of aerial images' files (<c>labelTxt</c>): four corners in pixels, the name of a class, and how difficult it is. It
/// is what other tools call oriented boxes for YOLO.
/// </summary>
internal static class DotaRow
{
    private const int Numbers = 8;

    /// <summary>Null for a blank line, the two lines a file may begin with, and for what is no row; then there is a flaw.</summary>
    public static DatasetShape? Read(string line, out string flaw)
    {
        flaw = "";
        var fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length == 0 || fields[0].StartsWith("imagesource:", StringComparison.OrdinalIgnoreCase) || fields[0].StartsWith("gsd:", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (fields.Length is < Numbers + 1 or > Numbers + 2)
        {
            flaw = $"{fields.Length} fields";
            return null;
        }

        var corners = new double[Numbers];
        for (var i = 0; i < Numbers; i++)
        {
            if (!double.TryParse(fields[i], NumberStyles.Float, CultureInfo.InvariantCulture, out corners[i]) || !double.IsFinite(corners[i]))
            {
                flaw = $"\"{(fields[i].Length > 40 ? fields[i][..40] : fields[i])}\" is no number";
                return null;
            }
        }

        var (box, rotation) = TurnedBox.Around(corners);
        if (box[2] <= box[0] || box[3] <= box[1])
        {
            flaw = "a box without width or height";
            return null;
        }

        var difficult = fields.Length > Numbers + 1 && fields[Numbers + 1] is not "0";
        return new DatasetShape
        {
            Kind = ShapeKind.Rectangle,
            Label = fields[Numbers],
            Points = box,
            Rotation = rotation,
            Attributes = difficult ? new Dictionary<string, string> { ["difficult"] = "true" } : DatasetShape.NoAttributes,
        };
    }
}
