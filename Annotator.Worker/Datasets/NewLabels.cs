using Annotator.Core.Projects;
using Annotator.Formats.Model;

namespace Annotator.Worker.Datasets;

/// <summary>Labels for a project that has none, by what a dataset says of its own.</summary>
internal static class NewLabels
{
    private const int LongestName = 64;
    private const int LongestValue = 128;

    private static readonly string[] _types = ["any", "rectangle", "polygon", "polyline", "points", "ellipse", "cuboid", "mask", "skeleton", "tag"];

    public static List<Label> Of(IReadOnlyList<DatasetLabel> labels, int projectId)
    {
        var made = new List<Label>(labels.Count);
        foreach (var label in labels.Where(label => label.Name.Length is > 0 and <= LongestName).DistinctBy(label => label.Name))
        {
            made.Add(Make(label, projectId, [.. made.Select(other => other.Color)]));
        }

        return made;
    }

    private static Label Make(DatasetLabel label, int projectId, IReadOnlyCollection<string> colors)
    {
        var made = new Label
        {
            ProjectId = projectId,
            Name = label.Name,
            Color = LabelPalette.IsColor(label.Color) ? label.Color.ToLowerInvariant() : LabelPalette.Next(colors),
            Type = _types.Contains(label.Type) ? label.Type : "any",
        };
        made.Attributes.AddRange(label.Attributes.Where(attribute => attribute.Name.Length is > 0 and <= LongestName).DistinctBy(attribute => attribute.Name).Select(Make));
        made.Sublabels.AddRange(Of(label.Sublabels, projectId));
        if (made.Type == "skeleton")
        {
            made.Svg = Drawing(label.Svg, [.. made.Sublabels.Select(node => node.Name)]);
        }

        return made;
    }

    private static LabelAttribute Make(DatasetAttribute attribute) => new()
    {
        Name = attribute.Name,
        Mutable = attribute.Mutable,
        InputType = Enum.TryParse<AttributeInputType>(attribute.InputType, ignoreCase: true, out var type) ? type : AttributeInputType.Text,
        DefaultValue = attribute.DefaultValue.Length <= LongestValue ? attribute.DefaultValue : attribute.DefaultValue[..LongestValue],
        Values = [.. attribute.Values],
    };

    /// <summary>The drawing as parsed and written by us; a plain ring where it cannot be read or does not fit the nodes.</summary>
    private static string Drawing(string svg, IReadOnlyList<string> nodes)
    {
        try
        {
            var drawing = SkeletonDrawing.Parse(svg, (name, _) => name);
            if (drawing.Nodes.Select(node => node.Label).ToHashSet().SetEquals(nodes))
            {
                return drawing.ToSvg();
            }
        }
        catch (InvalidSkeletonException)
        {
            // The ring below serves.
        }

        return nodes.Count == 0 ? "" : SkeletonDrawing.Ring(nodes).ToSvg();
    }
}
