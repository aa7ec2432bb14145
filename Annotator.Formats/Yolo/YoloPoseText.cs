using System.Globalization;
using System.Text;
using Annotator.Formats.Model;
using Annotator.Formats.Skeletons;

namespace Annotator.Formats.Yolo;

/// <summary>Skeletons as numbers of a row: the box around what is visible, then x, y and how it is seen for each node.</summary>
internal sealed class YoloPoseText
{
    private const int NumbersOfNode = 3;
    private const int BoxNumbers = 4;

    private readonly List<IReadOnlyList<string>> _nodes;
    private readonly Dictionary<string, IReadOnlyList<string>> _byLabel;
    private readonly int _points;

    public YoloPoseText(IReadOnlyList<DatasetLabel> labels)
    {
        var classes = Classes(YoloKind.Pose, labels);
        _nodes = [.. classes.Select(label => SkeletonLayout.Of(label).Nodes)];
        _points = _nodes.Select(nodes => nodes.Count).DefaultIfEmpty(0).Max();
        _byLabel = classes.Zip(_nodes).GroupBy(pair => pair.First.Name).ToDictionary(group => group.Key, group => group.First().Second);
    }

    /// <summary>Labels that have a number: skeletons only where rows hold nothing else.</summary>
    public static IReadOnlyList<DatasetLabel> Classes(YoloKind kind, IReadOnlyList<DatasetLabel> labels) =>
        kind == YoloKind.Pose ? [.. labels.Where(label => label.Type == "skeleton" || label.Sublabels.Count > 0)] : labels;

    /// <summary>Whether the number at that place says how a node is seen: 0 not at all, 1 occluded, 2 visible.</summary>
    public static bool IsWhole(int place) => place >= BoxNumbers && (place - BoxNumbers) % NumbersOfNode == NumbersOfNode - 1;

    /// <summary>Fractions of the image's size; null when no node is visible.</summary>
    /// <param name="clipped">Whether a node lay outside of the image and was moved to its edge: trainers leave out whole images.</param>
    public double[]? Numbers(DatasetItem item, DatasetShape shape, out bool clipped)
    {
        clipped = false;
        var nodes = _byLabel[shape.Label];
        var numbers = new double[BoxNumbers + _points * NumbersOfNode];
        double left = 1, top = 1, right = 0, bottom = 0;
        var visible = false;
        foreach (var element in shape.Elements)
        {
            var place = IndexOf(nodes, element.Label);
            if (place < 0 || element.Outside || element.Points.Length < 2)
            {
                continue;
            }

            var (x, y) = (element.Points[0] / item.Width, element.Points[1] / item.Height);
            var (insideX, insideY) = (Math.Clamp(x, 0, 1), Math.Clamp(y, 0, 1));
            clipped |= x != insideX || y != insideY;
            var at = BoxNumbers + place * NumbersOfNode;
            (numbers[at], numbers[at + 1], numbers[at + 2]) = (insideX, insideY, element.Occluded ? 1 : 2);
            (left, right, top, bottom) = (Math.Min(left, insideX), Math.Max(right, insideX), Math.Min(top, insideY), Math.Max(bottom, insideY));
            visible = true;
        }

        (numbers[0], numbers[1], numbers[2], numbers[3]) = ((left + right) / 2, (top + bottom) / 2, right - left, bottom - top);
        return visible ? numbers : null;
    }

    /// <summary>How many nodes a row has, and what they are called.</summary>
    public string Yaml()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"kpt_shape: [{_points}, {NumbersOfNode}]\nkpt_names:\n");
        for (var i = 0; i < _nodes.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {i}: [{string.Join(", ", _nodes[i].Select(YoloWriter.Quoted))}]\n");
        }

        return text.ToString();
    }

    private static int IndexOf(IReadOnlyList<string> nodes, string name)
    {
        for (var i = 0; i < nodes.Count; i++)
        {
            if (nodes[i] == name)
            {
                return i;
            }
        }

        return -1;
    }
}
