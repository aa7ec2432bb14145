using System.Globalization;
using System.Text.Json;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Vott;

/// <summary>An image with its regions.</summary>
internal sealed class VottAsset
{
    private readonly List<Region> _regions = [];

    public string Name { get; private init; } = "";
    public int Width { get; private init; }
    public int Height { get; private init; }

    /// <summary>The names of the regions' tags.</summary>
    public IEnumerable<string> Tags => _regions.SelectMany(region => region.Tags);

    /// <summary>Null when the value is no asset.</summary>
    public static VottAsset? Read(JsonElement element)
    {
        if (JsonElements.Find(element, "asset") is not { ValueKind: JsonValueKind.Object } described)
        {
            return null;
        }

        var size = JsonElements.Find(described, "size") ?? default;
        var asset = new VottAsset
        {
            Name = Uri.UnescapeDataString(JsonElements.Text(described, "name") ?? ""),
            Width = JsonElements.Whole(size, "width") is > 0 and var width ? width : 0,
            Height = JsonElements.Whole(size, "height") is > 0 and var height ? height : 0,
        };
        foreach (var region in JsonElements.List(element, "regions"))
        {
            asset._regions.Add(Region.Read(region));
        }

        return asset;
    }

    /// <summary>
    /// An image of the tool's first version. Its regions are measured on the view that it was shown in, of which they tell
    /// the size; null when the value is no list.
    /// </summary>
    public static VottAsset? ReadFrame(string name, JsonElement regions)
    {
        if (regions.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var view = regions.GetArrayLength() > 0 ? regions[0] : default;
        var asset = new VottAsset
        {
            Name = Uri.UnescapeDataString(name.Replace('\\', '/')),
            Width = JsonElements.Whole(view, "width") is > 0 and var width ? width : 0,
            Height = JsonElements.Whole(view, "height") is > 0 and var height ? height : 0,
            IsView = true,
        };
        foreach (var region in regions.EnumerateArray())
        {
            asset._regions.Add(Region.Read(region));
        }

        return asset;
    }

    /// <summary>Whether width and height are those of the view and not of the image.</summary>
    public bool IsView { get; private init; }

    /// <summary>The same, measured on an image of that size.</summary>
    public VottAsset At(int width, int height)
    {
        var asset = new VottAsset { Name = Name, Width = width, Height = height };
        asset._regions.AddRange(_regions.Select(region => region with
        {
            Points = region.Points is null || Width == 0 || Height == 0
                ? region.Points
                : [.. region.Points.Select((number, i) => i % 2 == 0 ? number * width / Width : number * height / Height)],
        }));
        return asset;
    }

    /// <summary>A shape for each region and tag. What is not valid is left out and reported.</summary>
    public List<DatasetShape> Shapes(DatasetReport report)
    {
        var shapes = new List<DatasetShape>(_regions.Count);
        for (var i = 0; i < _regions.Count; i++)
        {
            var region = _regions[i];
            var place = string.Create(CultureInfo.InvariantCulture, $"{Name}: region {i + 1}");
            if (region.Points is not { } points)
            {
                report.Loss("shape-invalid", "Regions without a size, with too few points, or with something that is no number were left out", place);
                continue;
            }

            if (region.Tags.Count == 0)
            {
                report.Loss("label-missing", "Regions without a tag were left out", place);
            }

            if (region.Tags.Count > 1)
            {
                report.Repair("region-of-tags", "Regions of several tags became a shape for each", place);
            }

            foreach (var tag in region.Tags)
            {
                shapes.Add(new DatasetShape { Kind = region.Kind, Label = tag, Points = points, Source = AnnotationSource.File });
                report.Count(Words.Of(region.Kind));
            }
        }

        return shapes;
    }

    /// <param name="Points">Null when they are not valid.</param>
    private sealed record Region(ShapeKind Kind, List<string> Tags, double[]? Points)
    {
        public static Region Read(JsonElement element)
        {
            var tags = new List<string>();
            var known = new HashSet<string>(StringComparer.Ordinal);
            foreach (var tag in JsonElements.List(element, "tags"))
            {
                if (JsonElements.Text(tag) is { Length: > 0 } name && known.Add(name))
                {
                    tags.Add(name);
                }
            }

            var corners = new List<double>();
            foreach (var point in JsonElements.List(element, "points"))
            {
                corners.Add(JsonElements.Number(point, "x") ?? double.NaN);
                corners.Add(JsonElements.Number(point, "y") ?? double.NaN);
            }

            var whole = corners.TrueForAll(double.IsFinite);
            return JsonElements.Text(element, "type")?.ToUpperInvariant() switch
            {
                "POLYGON" => new Region(ShapeKind.Polygon, tags, whole && corners.Count >= 6 ? [.. corners] : null),
                "POLYLINE" => new Region(ShapeKind.Polyline, tags, whole && corners.Count >= 4 ? [.. corners] : null),
                "POINT" => new Region(ShapeKind.Points, tags, whole && corners.Count >= 2 ? [.. corners] : null),
                _ => new Region(ShapeKind.Rectangle, tags, Box(element)),
            };
        }

        private static double[]? Box(JsonElement element)
        {
            if (JsonElements.Number(element, "x1") is { } x1 && JsonElements.Number(element, "y1") is { } y1
                && JsonElements.Number(element, "x2") is { } x2 && JsonElements.Number(element, "y2") is { } y2)
            {
                return x1 != x2 && y1 != y2 ? [Math.Min(x1, x2), Math.Min(y1, y2), Math.Max(x1, x2), Math.Max(y1, y2)] : null;
            }

            var box = JsonElements.Find(element, "boundingBox") ?? default;
            return JsonElements.Number(box, "left") is { } left && JsonElements.Number(box, "top") is { } top
                && JsonElements.Number(box, "width") is > 0 and var width && JsonElements.Number(box, "height") is > 0 and var height
                    ? [left, top, left + width, top + height]
                    : null;
        }
    }
}
