using Annotator.Core.Projects;
using Annotator.Formats.Model;

namespace Annotator.Core.Datasets;

/// <summary>Labels for a project or task that lacks them, by what a dataset says of its own.</summary>
public static class NewLabels
{
    /// <summary>Characters of a label's name.</summary>
    public const int LongestName = 64;

    private const int LongestValue = 128;

    private static readonly string[] _types = ["any", "rectangle", "polygon", "polyline", "points", "ellipse", "cuboid", "mask", "skeleton", "tag"];

    /// <summary>Labels of a project (or of a task that stands alone) that were not stored yet; names that cannot be stored are left out.</summary>
    /// <param name="taken">Colours that are in use already.</param>
    public static List<Label> Of(IEnumerable<DatasetLabel> labels, int? projectId, int? taskId = null, IEnumerable<string>? taken = null)
    {
        var made = new List<Label>();
        var colors = new List<string>(taken ?? []);
        foreach (var label in labels.Where(label => label.Name.Length is > 0 and <= LongestName).DistinctBy(label => label.Name))
        {
            made.Add(Make(label, projectId, taskId, colors));
            colors.Add(made[^1].Color);
        }

        return made;
    }

    private static Label Make(DatasetLabel label, int? projectId, int? taskId, List<string> colors)
    {
        var made = new Label
        {
            ProjectId = projectId,
            TaskId = taskId,
            Name = label.Name,
            Color = LabelPalette.IsColor(label.Color) ? label.Color.ToLowerInvariant() : LabelPalette.Next(colors),
            Type = _types.Contains(label.Type) ? label.Type : "any",
        };
        made.Attributes.AddRange(label.Attributes.Where(attribute => attribute.Name.Length is > 0 and <= LongestName).DistinctBy(attribute => attribute.Name).Select(Make));
        made.Sublabels.AddRange(Of(label.Sublabels, projectId, taskId));
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
