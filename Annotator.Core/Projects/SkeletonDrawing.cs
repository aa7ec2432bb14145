using System.Globalization;
using System.Security;
using System.Text;
using Annotator.Formats;
using Annotator.Formats.Archives;

namespace Annotator.Core.Projects;

/// <summary>One node of a skeleton's drawing: a sublabel and where it stands, 0 to 100 in both directions.</summary>
public sealed record SkeletonNode(int Id, string Label, double X, double Y);

/// <summary>A line between two nodes, by their ids.</summary>
public sealed record SkeletonEdge(int From, int To);

/// <summary>A skeleton's drawing is not one; the message is for the person who made it.</summary>
public sealed class InvalidSkeletonException(string message) : Exception(message);

/// <summary>
/// The drawing of a skeleton label. It arrives as SVG that anybody may have written, is read to nodes and edges, and only
/// those are written out again: nothing else of the SVG survives. Stored, its nodes name their sublabels
/// (<c>data-label-name</c>); shown over the API they carry the sublabels' ids (<c>data-label-id</c>).
/// </summary>
public sealed record SkeletonDrawing(IReadOnlyList<SkeletonNode> Nodes, IReadOnlyList<SkeletonEdge> Edges)
{
    public const int MostNodes = 500;
    private const int LongestSvg = 512 * 1024;

    /// <param name="svg">A fragment of circles (nodes) and lines (edges), with the contract's <c>data-</c> attributes.</param>
    /// <param name="labelOf">The sublabel that a node names, from its <c>data-label-name</c> or <c>data-label-id</c>; null for none.</param>
    /// <exception cref="InvalidSkeletonException">It is not a drawing of a skeleton.</exception>
    public static SkeletonDrawing Parse(string svg, Func<string?, string?, string?> labelOf)
    {
        if (svg.Length > LongestSvg)
        {
            throw new InvalidSkeletonException($"A skeleton's drawing has at most {LongestSvg} characters.");
        }

        var nodes = new List<SkeletonNode>();
        var edges = new List<SkeletonEdge>();
        try
        {
            using var xml = new SafeXml(new MemoryStream(Encoding.UTF8.GetBytes($"<svg>{svg}</svg>")), "svg", DatasetLimits.Default);
            while (xml.Read())
            {
                if (xml.IsStart && xml["data-type"] == "element node")
                {
                    var label = labelOf(xml["data-label-name"], xml["data-label-id"])
                        ?? throw new InvalidSkeletonException($"Node {xml["data-node-id"]} belongs to no sublabel.");
                    nodes.Add(new SkeletonNode(Id(xml["data-node-id"]), label, Coordinate(xml["cx"]), Coordinate(xml["cy"])));
                }
                else if (xml.IsStart && xml["data-type"] == "edge")
                {
                    edges.Add(new SkeletonEdge(Id(xml["data-node-from"]), Id(xml["data-node-to"])));
                }
            }
        }
        catch (DatasetException exception)
        {
            throw new InvalidSkeletonException($"The drawing is not valid SVG: {exception.Message}");
        }

        return new SkeletonDrawing(nodes, edges).Checked();
    }

    /// <summary>Nodes on a circle, each joined to the next: for skeletons that come without a drawing.</summary>
    public static SkeletonDrawing Ring(IReadOnlyList<string> labels)
    {
        var nodes = labels.Select((label, n) =>
        {
            var angle = 2 * Math.PI * n / labels.Count;
            return new SkeletonNode(n + 1, label, Math.Round(50 + (40 * Math.Sin(angle)), 3), Math.Round(50 - (40 * Math.Cos(angle)), 3));
        });
        var edges = Enumerable.Range(1, Math.Max(0, labels.Count - 1)).Select(n => new SkeletonEdge(n, n + 1));
        return new SkeletonDrawing([.. nodes], [.. edges]).Checked();
    }

    /// <summary>The drawing as SVG, with sublabels by name, or by id where <paramref name="idOf"/> knows one.</summary>
    public string ToSvg(Func<string, int?>? idOf = null)
    {
        var byId = Nodes.ToDictionary(node => node.Id);
        var svg = new StringBuilder();
        foreach (var edge in Edges)
        {
            var (from, to) = (byId[edge.From], byId[edge.To]);
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<line x1=\"{from.X}\" y1=\"{from.Y}\" x2=\"{to.X}\" y2=\"{to.Y}\" stroke=\"black\" data-type=\"edge\" data-node-from=\"{edge.From}\" stroke-width=\"0.5\" data-node-to=\"{edge.To}\"></line>");
        }

        foreach (var node in Nodes)
        {
            var label = idOf?.Invoke(node.Label) is { } id
                ? string.Create(CultureInfo.InvariantCulture, $"data-label-id=\"{id}\"")
                : $"data-label-name=\"{SecurityElement.Escape(node.Label)}\"";
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<circle r=\"1.5\" stroke=\"black\" fill=\"#b3b3b3\" cx=\"{node.X}\" cy=\"{node.Y}\" stroke-width=\"0.1\" data-type=\"element node\" data-element-id=\"{node.Id}\" data-node-id=\"{node.Id}\" {label}></circle>");
        }

        return svg.ToString();
    }

    private SkeletonDrawing Checked()
    {
        if (Nodes.Count is 0 or > MostNodes)
        {
            throw new InvalidSkeletonException($"A skeleton has 1 to {MostNodes} nodes; this drawing has {Nodes.Count}.");
        }

        if (Nodes.DistinctBy(node => node.Id).Count() != Nodes.Count || Nodes.DistinctBy(node => node.Label).Count() != Nodes.Count)
        {
            throw new InvalidSkeletonException("Every node has an id and a sublabel of its own.");
        }

        var ids = Nodes.Select(node => node.Id).ToHashSet();
        return Edges.All(edge => ids.Contains(edge.From) && ids.Contains(edge.To) && edge.From != edge.To)
            ? this
            : throw new InvalidSkeletonException("An edge joins two different nodes of the drawing.");
    }

    private static int Id(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new InvalidSkeletonException("A node's id is a whole number: data-node-id, data-node-from, data-node-to.");

    private static double Coordinate(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 100
            ? value
            : throw new InvalidSkeletonException("A node's cx and cy are numbers from 0 to 100.");
}
