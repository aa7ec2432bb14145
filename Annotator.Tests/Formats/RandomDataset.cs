using Annotator.Formats.Geometry;
using Annotator.Formats.Model;

namespace Annotator.Tests.Formats;

/// <summary>A small dataset of all kinds, different for each seed; coordinates have two decimals, as files do.</summary>
internal sealed class RandomDataset(int seed)
{
    private const int Width = 200;
    private const int Height = 120;

    private readonly Random _random = new(seed);

    public static DatasetInfo Info { get; } = new()
    {
        Labels =
        [
            new DatasetLabel
            {
                Name = "car & <\"lorry\"> é 車",
                Color = "#2080c0",
                Attributes =
                [
                    new DatasetAttribute { Name = "brand", InputType = "select", DefaultValue = "bmw", Values = ["bmw", "au di"] },
                    new DatasetAttribute { Name = "parked", InputType = "checkbox", DefaultValue = "false", Values = ["false"], Mutable = true },
                    new DatasetAttribute { Name = "speed", InputType = "number", DefaultValue = "1.5", Values = ["0", "9", "0.5"] },
                    new DatasetAttribute { Name = "note", InputType = "text", DefaultValue = "" },
                ],
            },
            new DatasetLabel { Name = "person", Color = "#c06060" },
            new DatasetLabel
            {
                Name = "face",
                Type = "skeleton",
                Svg = "<circle data-node-id=\"1\"></circle>",
                Sublabels = [new DatasetLabel { Name = "eye", Type = "points" }, new DatasetLabel { Name = "person", Type = "points" }],
            },
        ],
    };

    public List<DatasetItem> Items() => [.. Enumerable.Range(0, _random.Next(1, 5)).Select(frame => new DatasetItem
    {
        Frame = frame,
        Name = $"folder {frame % 2}/im&ge {frame}.jpg",
        Width = Width,
        Height = Height,
        Tags = [.. Enumerable.Range(0, _random.Next(3)).Select(_ => new DatasetTag { Label = Label(), Group = _random.Next(3) }).Select(tag => tag with { Attributes = Attributes(tag.Label) })],
        Shapes = [.. Enumerable.Range(0, _random.Next(8)).Select(_ => Shape()).OrderBy(shape => shape.ZOrder)],
    })];

    private DatasetShape Shape()
    {
        var kind = (ShapeKind)_random.Next(1, 9);
        var label = kind == ShapeKind.Skeleton ? "face" : Label();
        return new DatasetShape
        {
            Kind = kind,
            Label = label,
            Points = Points(kind),
            Rotation = kind is ShapeKind.Rectangle or ShapeKind.Ellipse && _random.Next(2) == 0 ? Math.Round(_random.NextDouble() * 359, 2) : 0,
            Occluded = kind != ShapeKind.Skeleton && _random.Next(2) == 0,
            ZOrder = _random.Next(-2, 3),
            Group = _random.Next(4),
            Source = (AnnotationSource)_random.Next(4),
            Attributes = Attributes(label),
            Elements = kind != ShapeKind.Skeleton ? [] :
            [
                new DatasetShape { Kind = ShapeKind.Points, Label = "eye", Points = Points(ShapeKind.Points), Outside = _random.Next(2) == 0 },
                new DatasetShape { Kind = ShapeKind.Points, Label = "person", Points = Points(ShapeKind.Points), Occluded = false },
            ],
        };
    }

    private double[] Points(ShapeKind kind)
    {
        switch (kind)
        {
            case ShapeKind.Rectangle:
                var (left, top) = (Number(), Number());
                return [left, top, Math.Round(left + 1 + Math.Abs(Number()), 2), Math.Round(top + 1 + Math.Abs(Number()), 2)];
            case ShapeKind.Ellipse:
                var (x, y) = (Number(), Number());
                return [x, y, Math.Round(x + 1 + Math.Abs(Number()) / 4, 2), Math.Round(y - 1 - Math.Abs(Number()) / 4, 2)];
            case ShapeKind.Mask:
                var bits = Enumerable.Range(0, 12 * 8).Select(_ => _random.Next(3) == 0).ToArray();
                var runs = new List<int> { 0 };
                for (var i = 0; i < Width * Height; i++)
                {
                    var (column, row) = (i / Height - 20, i % Height - 30);
                    var set = (column, row) is (>= 0 and < 12, >= 0 and < 8) && (bits[row * 12 + column] || (column, row) == (0, 0));
                    if (set == (runs.Count % 2 == 0))
                    {
                        runs[^1]++;
                    }
                    else
                    {
                        runs.Add(1);
                    }
                }

                return MaskRuns.FromCoco(runs.ToArray(), Width, Height);
            case ShapeKind.Skeleton:
                return [];
            default:
                var count = kind switch { ShapeKind.Cuboid => 8, ShapeKind.Points => _random.Next(1, 5), _ => _random.Next(3, 9) };
                return [.. Enumerable.Range(0, count * 2).Select(_ => Number())];
        }
    }

    private Dictionary<string, string> Attributes(string label) => label != Info.Labels[0].Name ? [] : new()
    {
        ["brand"] = _random.Next(2) == 0 ? "bmw" : "au di",
        ["parked"] = _random.Next(2) == 0 ? "true" : "false",
        ["speed"] = _random.Next(2) == 0 ? "-4" : "2.5",
        ["note"] = _random.Next(3) switch { 0 => "", 1 => " two\nlines & <tags> ", _ => "NaN" },
    };

    private string Label() => Info.Labels[_random.Next(2)].Name;

    private double Number() => Math.Round(_random.NextDouble() * 140 - 20, 2) + 0.0;
}
