using System.Globalization;
using System.Text;
using Annotator.Formats.Model;

namespace Annotator.Formats.Cvat;

/// <summary>Writes single shapes and tags of a CVAT file.</summary>
internal sealed class CvatShapeXml(IndentedXml xml, IReadOnlyList<DatasetLabel> labels)
{
    private static readonly string[] _corners = ["tl1", "bl1", "tr1", "br1", "tl2", "bl2", "tr2", "br2"];

    private readonly Dictionary<string, DatasetLabel> _labels = labels.GroupBy(label => label.Name).ToDictionary(group => group.Key, group => group.First());
    private readonly StringBuilder _text = new();

    public void Tag(DatasetTag tag)
    {
        xml.Start("tag");
        xml.Attribute("label", tag.Label);
        xml.Attribute("source", Words.Of(tag.Source));
        Group(tag.Group);
        Attributes(_labels.GetValueOrDefault(tag.Label), tag.Attributes);
        xml.End();
    }

    public void Shape(DatasetShape shape)
    {
        xml.Start(ElementName(shape.Kind));
        xml.Attribute("label", shape.Label);
        xml.Attribute("source", Words.Of(shape.Source));
        if (shape.Kind != ShapeKind.Skeleton)
        {
            xml.Attribute("occluded", Flag(shape.Occluded));
        }

        Geometry(shape);
        xml.Attribute("z_order", Number(shape.ZOrder));
        Group(shape.Group);
        var label = _labels.GetValueOrDefault(shape.Label);
        Attributes(label, shape.Attributes);
        foreach (var element in shape.Elements)
        {
            Element(element, label?.Sublabels.FirstOrDefault(sublabel => sublabel.Name == element.Label));
        }

        xml.End();
    }

    private void Element(DatasetShape element, DatasetLabel? label)
    {
        xml.Start(ElementName(element.Kind));
        xml.Attribute("label", element.Label);
        xml.Attribute("source", Words.Of(element.Source));
        xml.Attribute("outside", Flag(element.Outside));
        xml.Attribute("occluded", Flag(element.Occluded));
        Geometry(element);
        Attributes(label, element.Attributes);
        xml.End();
    }

    /// <summary>Attributes that say where a shape lies.</summary>
    public void Geometry(DatasetShape shape)
    {
        var points = shape.Points;
        switch (shape.Kind)
        {
            case ShapeKind.Rectangle:
                xml.Attribute("xtl", Decimal(points[0]));
                xml.Attribute("ytl", Decimal(points[1]));
                xml.Attribute("xbr", Decimal(points[2]));
                xml.Attribute("ybr", Decimal(points[3]));
                Rotation(shape.Rotation);
                break;
            case ShapeKind.Ellipse:
                xml.Attribute("cx", Decimal(points[0]));
                xml.Attribute("cy", Decimal(points[1]));
                xml.Attribute("rx", Decimal(points[2] - points[0]));
                xml.Attribute("ry", Decimal(points[1] - points[3]));
                Rotation(shape.Rotation);
                break;
            case ShapeKind.Cuboid:
                for (var i = 0; i < _corners.Length; i++)
                {
                    xml.Attribute("x" + _corners[i], Decimal(points[i * 2]));
                    xml.Attribute("y" + _corners[i], Decimal(points[i * 2 + 1]));
                }

                break;
            case ShapeKind.Mask:
                Mask(points);
                break;
            case ShapeKind.Skeleton:
                break;
            case ShapeKind.Polygon or ShapeKind.Polyline or ShapeKind.Points:
                xml.Attribute("points", Pairs(points));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(shape), shape.Kind, null);
        }
    }

    private void Mask(double[] points)
    {
        _text.Clear();
        foreach (var run in points.AsSpan(0, points.Length - 4))
        {
            _text.Append(_text.Length > 0 ? ", " : "").Append(CultureInfo.InvariantCulture, $"{(long)run}");
        }

        xml.Attribute("rle", _text.ToString());
        xml.Attribute("left", Number((int)points[^4]));
        xml.Attribute("top", Number((int)points[^3]));
        xml.Attribute("width", Number((int)points[^2] - (int)points[^4] + 1));
        xml.Attribute("height", Number((int)points[^1] - (int)points[^3] + 1));
    }

    private string Pairs(double[] points)
    {
        _text.Clear();
        for (var i = 0; i + 1 < points.Length; i += 2)
        {
            _text.Append(i > 0 ? ";" : "").Append(Decimal(points[i])).Append(',').Append(Decimal(points[i + 1]));
        }

        return _text.ToString();
    }

    private void Rotation(double degrees)
    {
        if (Decimal(degrees) is var text && text != "0.00")
        {
            xml.Attribute("rotation", text);
        }
    }

    public void Group(int group)
    {
        if (group != 0)
        {
            xml.Attribute("group_id", Number(group));
        }
    }

    public DatasetLabel? Label(string name) => _labels.GetValueOrDefault(name);

    /// <summary>Every declared attribute, with its default where none is set, and then what nobody declared.</summary>
    /// <param name="mutableFirst">The order in which tracks have them.</param>
    public void Attributes(DatasetLabel? label, IReadOnlyDictionary<string, string> values, bool mutableFirst = false)
    {
        IEnumerable<DatasetAttribute> attributes = label?.Attributes ?? [];
        foreach (var declared in mutableFirst ? attributes.OrderBy(attribute => !attribute.Mutable) : attributes)
        {
            xml.Text("attribute", "name", declared.Name, values.GetValueOrDefault(declared.Name) ?? declared.DefaultValue);
        }

        if (values.Count > 0)
        {
            foreach (var (name, value) in values.Where(pair => label is null || label.Attributes.All(declared => declared.Name != pair.Key)))
            {
                xml.Text("attribute", "name", name, value);
            }
        }
    }

    public static string ElementName(ShapeKind kind) => kind == ShapeKind.Rectangle ? "box" : Words.Of(kind);

    public static string Flag(bool value) => value ? "1" : "0";

    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Decimal(double value)
    {
        var text = value.ToString("F2", CultureInfo.InvariantCulture);
        return text == "-0.00" ? "0.00" : text;
    }
}
