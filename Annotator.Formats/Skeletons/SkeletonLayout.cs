using System.Globalization;
using System.Text;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Skeletons;

/// <summary>
/// A skeleton's nodes in the order in which files list their points, and its edges as pairs of positions in that order,
/// counted from 1.
/// </summary>
internal sealed record SkeletonLayout(IReadOnlyList<string> Nodes, IReadOnlyList<(int From, int To)> Edges)
{
    /// <summary>
    /// In the order of the drawing's circles where they name all nodes, else in that of the sublabels.
    /// </summary>
    public static SkeletonLayout Of(DatasetLabel label)
    {
        var names = label.Sublabels.Select(node => node.Name).ToList();
        var drawing = Drawing.Parse(label.Svg);
        if (drawing is null || drawing.Circles.Count != names.Count)
        {
            return new SkeletonLayout(names, []);
        }

        var drawn = drawing.Circles.Select(circle => circle.Label).ToList();
        if (!drawn.Order(StringComparer.Ordinal).SequenceEqual(names.Order(StringComparer.Ordinal)))
        {
            drawn = names;
        }

        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < drawing.Circles.Count; i++)
        {
            positions[drawing.Circles[i].Id] = i + 1;
        }

        return new SkeletonLayout(drawn, [.. drawing.Lines.Where(line => positions.ContainsKey(line.From) && positions.ContainsKey(line.To))
            .Select(line => (positions[line.From], positions[line.To]))]);
    }

    /// <summary>
    /// Out of what a file says of edges: pairs of positions, which some writers count from 0 and others from 1. Pairs that
    /// join no two nodes are left out.
    /// </summary>
    public static SkeletonLayout Of(IReadOnlyList<string> nodes, IReadOnlyList<(int From, int To)> joints)
    {
        var shift = joints.Any(joint => Math.Min(joint.From, joint.To) == 0) ? 1 : 0;
        return new SkeletonLayout(nodes, [.. joints.Select(joint => (joint.From + shift, joint.To + shift))
            .Where(edge => edge.Item1 > 0 && edge.Item2 > 0 && edge.Item1 <= nodes.Count && edge.Item2 <= nodes.Count && edge.Item1 != edge.Item2)]);
    }

    /// <summary>The label with these nodes, each a point, and a drawing of them.</summary>
    public DatasetLabel ToLabel(string name, string color = "") => new()
    {
        Name = name,
        Color = color,
        Type = "skeleton",
        Svg = ToSvg(),
        Sublabels = [.. Nodes.Select(node => new DatasetLabel { Name = node, Type = "points" })],
    };

    /// <summary>The nodes on a ring, as nothing is known of their places: lines first, then circles, as the contract has it.</summary>
    public string ToSvg()
    {
        var svg = new StringBuilder();
        foreach (var (from, to) in Edges)
        {
            var ((x1, y1), (x2, y2)) = (Place(from - 1), Place(to - 1));
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\" data-type=\"edge\" data-node-from=\"{from}\" data-node-to=\"{to}\"></line>");
        }

        for (var i = 0; i < Nodes.Count; i++)
        {
            var (x, y) = Place(i);
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<circle r=\"1.5\" cx=\"{x}\" cy=\"{y}\" data-type=\"element node\" data-element-id=\"{i + 1}\" data-node-id=\"{i + 1}\" data-label-name=\"{Escaped(Nodes[i])}\"></circle>");
        }

        return svg.ToString();
    }

    private (double X, double Y) Place(int node)
    {
        var (sin, cos) = Math.SinCos(2 * Math.PI * node / Math.Max(1, Nodes.Count));
        return (Math.Round(50 + 40 * sin, 2), Math.Round(50 - 40 * cos, 2));
    }

    private static string Escaped(string text) => System.Security.SecurityElement.Escape(text);

    private sealed record Drawing(List<(string Id, string Label)> Circles, List<(string From, string To)> Lines)
    {
        /// <summary>Null when there is no drawing that can be read.</summary>
        public static Drawing? Parse(string svg)
        {
            if (svg.Length == 0)
            {
                return null;
            }

            try
            {
                var drawing = new Drawing([], []);
                using var xml = new SafeXml(new MemoryStream(Encoding.UTF8.GetBytes($"<svg>{svg}</svg>")), "svg", DatasetLimits.Default);
                while (xml.Read())
                {
                    if (xml.IsStart && xml.Name == "circle")
                    {
                        drawing.Circles.Add((xml["data-node-id"] ?? "", xml["data-label-name"] ?? ""));
                    }
                    else if (xml.IsStart && xml.Name == "line")
                    {
                        drawing.Lines.Add((xml["data-node-from"] ?? "", xml["data-node-to"] ?? ""));
                    }
                }

                return drawing;
            }
            catch (DatasetException)
            {
                return null;
            }
        }
    }
}
