using Annotator.Formats.Model;

namespace Annotator.Formats.Tools;

/// <summary>Makes one label of two that are called the same.</summary>
internal static class LabelUnion
{
    /// <summary>
    /// The first one's colour and kind, and the attributes and sublabels of both; an attribute that differs stays as the first
    /// has it, with the values of both.
    /// </summary>
    public static DatasetLabel Of(DatasetLabel first, DatasetLabel second, DatasetReport report)
    {
        if (first.Type != second.Type && first.Type != "any")
        {
            report.Repair("label-kinds-differ", "A label of two kinds was made one of any kind", $"{first.Name}: {first.Type}, {second.Type}");
        }

        var attributes = first.Attributes.ToList();
        foreach (var attribute in second.Attributes)
        {
            var same = attributes.FindIndex(other => other.Name == attribute.Name);
            if (same < 0)
            {
                attributes.Add(attribute);
                continue;
            }

            var known = attributes[same];
            if (known.InputType != attribute.InputType)
            {
                report.Repair("attribute-kinds-differ", "An attribute of two kinds was made one of text", $"{first.Name}: {known.Name}: {known.InputType}, {attribute.InputType}");
                attributes[same] = known with { InputType = "text", Values = [] };
            }
            else if (known.InputType is "select" or "radio")
            {
                attributes[same] = known with { Values = [.. known.Values.Union(attribute.Values)] };
            }
        }

        var sublabels = first.Sublabels.ToList();
        foreach (var sublabel in second.Sublabels.Where(sublabel => sublabels.TrueForAll(other => other.Name != sublabel.Name)))
        {
            report.Note("sublabel-added", "A skeleton got nodes of another one of its name", $"{first.Name}: {sublabel.Name}");
            sublabels.Add(sublabel);
        }

        return first with { Type = first.Type == second.Type ? first.Type : "any", Color = first.Color.Length > 0 ? first.Color : second.Color, Attributes = attributes, Sublabels = sublabels };
    }
}
