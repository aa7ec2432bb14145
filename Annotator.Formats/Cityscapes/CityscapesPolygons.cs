using System.Text.Json;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Cityscapes;

/// <summary>
/// Reads <c>a_gtFine_polygons.json</c>: outlines in the order in which they are painted, from which the dataset's label images
/// were made.
/// </summary>
internal sealed class CityscapesPolygons(DatasetArchive archive, IReadOnlySet<string> labels, DatasetReport report)
{
    private const string GroupEnd = "group";
    private const int MostBytes = 64 << 20;

    /// <summary>Null when the file cannot be read; the report then says why.</summary>
    public (int Width, int Height, List<DatasetShape> Shapes)? Read(DatasetArchiveEntry file)
    {
        try
        {
            if (file.Length > MostBytes)
            {
                throw new DatasetException("file-unreadable", $"{file.Length} bytes; the limit is {MostBytes}.");
            }

            using var content = archive.Open(file);
            using var json = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = archive.Limits.MaxDepth, AllowTrailingCommas = true });
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("objects", out var objects) || objects.ValueKind != JsonValueKind.Array)
            {
                throw new DatasetException("file-unreadable", "There is no list of objects.");
            }

            var shapes = new List<DatasetShape>();
            var number = 0;
            foreach (var element in objects.EnumerateArray())
            {
                if (Shape(element, $"{file.Path}: object {number++}") is { } shape)
                {
                    shapes.Add(shape);
                    report.Count("polygon");
                }
            }

            return (Size(root, "imgWidth"), Size(root, "imgHeight"), shapes);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or DatasetException)
        {
            report.Loss("file-unreadable", "Files that cannot be read were left out", $"{file.Path}: {error.Message}");
            return null;
        }
    }

    private static int Size(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var size) && size > 0 ? size : 0;

    private DatasetShape? Shape(JsonElement element, string place)
    {
        if (element.ValueKind != JsonValueKind.Object
            || !element.TryGetProperty("label", out var name) || name.ValueKind != JsonValueKind.String
            || !element.TryGetProperty("polygon", out var polygon) || Points(polygon) is not { } points)
        {
            report.Loss("shape-invalid", "Shapes with missing or impossible numbers were left out", place);
            return null;
        }

        if (element.TryGetProperty("deleted", out var deleted) && deleted.ValueKind == JsonValueKind.Number && deleted.TryGetInt32(out var flag) && flag != 0)
        {
            return null;
        }

        // "cargroup" is several cars that nobody told apart; "polegroup" is a label of its own.
        var label = name.GetString()!;
        var group = !labels.Contains(label) && label.EndsWith(GroupEnd, StringComparison.Ordinal) && labels.Contains(label[..^GroupEnd.Length]);
        label = group ? label[..^GroupEnd.Length] : label;
        if (!labels.Contains(label))
        {
            report.Loss("label-unknown", "Annotations of labels that the file does not list were left out", $"{place}: {label}");
            return null;
        }

        return new DatasetShape { Kind = ShapeKind.Polygon, Label = label, Points = points, Source = AnnotationSource.File, Crowd = group ? true : null };
    }

    private static double[]? Points(JsonElement polygon)
    {
        if (polygon.ValueKind != JsonValueKind.Array || polygon.GetArrayLength() < 3)
        {
            return null;
        }

        var points = new double[polygon.GetArrayLength() * 2];
        var at = 0;
        foreach (var pair in polygon.EnumerateArray())
        {
            if (pair.ValueKind != JsonValueKind.Array || pair.GetArrayLength() != 2)
            {
                return null;
            }

            foreach (var number in pair.EnumerateArray())
            {
                if (number.ValueKind != JsonValueKind.Number || !number.TryGetDouble(out points[at]) || !double.IsFinite(points[at++]))
                {
                    return null;
                }
            }
        }

        return points;
    }
}
