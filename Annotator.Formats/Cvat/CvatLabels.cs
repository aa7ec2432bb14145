using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Cvat;

/// <summary>Reads the labels out of a CVAT file's header, of any age.</summary>
internal static class CvatLabels
{
    /// <summary>Call it with the reader on <c>labels</c>; it stands on its end afterwards.</summary>
    public static List<DatasetLabel> Read(SafeXml xml, DatasetLimits limits)
    {
        var read = new List<(DatasetLabel Label, string Parent)>();
        ReadAll(xml, read, limits);
        var parents = read.Where(entry => entry.Parent.Length == 0).Select(entry => entry.Label with
        {
            Sublabels = [.. read.Where(child => child.Parent == entry.Label.Name).Select(child => child.Label)],
        });
        return [.. parents];
    }

    private static void ReadAll(SafeXml xml, List<(DatasetLabel Label, string Parent)> read, DatasetLimits limits)
    {
        var labels = xml.Depth;
        while (xml.ReadChild(labels))
        {
            if (read.Count == limits.MaxLabels)
            {
                throw new DatasetException("too-many-labels", $"{xml.Place}: there are more than {limits.MaxLabels} labels.");
            }

            read.Add(ReadLabel(xml));
        }
    }

    private static (DatasetLabel Label, string Parent) ReadLabel(SafeXml xml)
    {
        var label = new DatasetLabel { Name = "" };
        var parent = "";
        var depth = xml.Depth;
        while (xml.ReadChild(depth))
        {
            switch (xml.Name)
            {
                case "name":
                    label = label with { Name = xml.ReadText() };
                    break;
                case "color":
                    label = label with { Color = xml.ReadText() };
                    break;
                case "type":
                    label = label with { Type = xml.ReadText() };
                    break;
                case "svg":
                    label = label with { Svg = xml.ReadText() };
                    break;
                case "parent":
                    parent = xml.ReadText();
                    break;
                case "attributes":
                    label = label with { Attributes = ReadAttributes(xml) };
                    break;
                default:
                    Skip(xml);
                    break;
            }
        }

        return (label, parent);
    }

    private static List<DatasetAttribute> ReadAttributes(SafeXml xml)
    {
        var attributes = new List<DatasetAttribute>();
        var depth = xml.Depth;
        while (xml.ReadChild(depth))
        {
            attributes.Add(ReadAttribute(xml));
        }

        return attributes;
    }

    private static DatasetAttribute ReadAttribute(SafeXml xml)
    {
        var attribute = new DatasetAttribute { Name = "" };
        var values = "";
        var depth = xml.Depth;
        while (xml.ReadChild(depth))
        {
            switch (xml.Name)
            {
                case "name":
                    attribute = attribute with { Name = xml.ReadText() };
                    break;
                case "mutable":
                    attribute = attribute with { Mutable = xml.ReadText().Equals("true", StringComparison.OrdinalIgnoreCase) };
                    break;
                case "input_type":
                    attribute = attribute with { InputType = xml.ReadText() };
                    break;
                case "default_value":
                    attribute = attribute with { DefaultValue = xml.ReadText() };
                    break;
                case "values":
                    values = xml.ReadText();
                    break;
                default:
                    Skip(xml);
                    break;
            }
        }

        return attribute with { Values = Split(values, attribute.DefaultValue) };
    }

    /// <summary>Old files separate values by blanks, which may also stand inside of a value.</summary>
    private static string[] Split(string values, string defaultValue)
    {
        var text = values.Replace("\r\n", "\n", StringComparison.Ordinal);
        var blanks = !text.Contains('\n', StringComparison.Ordinal) && text != defaultValue && !defaultValue.Contains(' ', StringComparison.Ordinal);
        return text.Length == 0 ? [] : text.Split(blanks ? ' ' : '\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Passes over the current element.</summary>
    public static void Skip(SafeXml xml)
    {
        var depth = xml.Depth;
        while (xml.ReadChild(depth))
        {
            Skip(xml);
        }
    }
}
