using Annotator.Client.Models;
using Annotator.Client.Projects;

namespace Annotator.Web.Models;

/// <summary>What one class of a model becomes, as the form has it.</summary>
public sealed class ClassRow(string name, IReadOnlyList<string> attributes)
{
    /// <summary>Chosen for a label that is made when the run starts; no label can have this name.</summary>
    public const string NewLabel = "\n";

    /// <summary>The class.</summary>
    public string Name { get; } = name;

    /// <summary>A label's name; empty leaves the class out.</summary>
    public string Label { get; set; } = "";

    /// <summary>The least score for this class alone, 0 to 1.</summary>
    public double? Threshold { get; set; }

    /// <summary>What the model says of each object, and the attribute that it becomes; empty leaves it out.</summary>
    public Dictionary<string, string> Attributes { get; } = attributes.ToDictionary(name => name, _ => "", StringComparer.Ordinal);

    /// <summary>What it became the last time; else the label of the same name, whatever its capitals, spaces and hyphens.</summary>
    public static ClassRow Of(string name, IReadOnlyList<string> attributes, IReadOnlyList<Label> labels, LabelChoice? before)
    {
        var row = new ClassRow(name, attributes) { Threshold = before?.Threshold };
        row.Choose(
            before is not null ? labels.FirstOrDefault(label => label.Name == before.Label)?.Name ?? ""
            : labels.FirstOrDefault(label => label.Name == name)?.Name ?? labels.FirstOrDefault(label => Plain(label.Name) == Plain(name))?.Name ?? "",
            labels);
        foreach (var (said, attribute) in before?.Attributes ?? new Dictionary<string, string>())
        {
            if (row.Attributes.ContainsKey(said) && (attribute.Length == 0 || row.Fitting(labels).Contains(attribute)))
            {
                row.Attributes[said] = attribute;
            }
        }

        return row;
    }

    /// <summary>Takes a label, and of its attributes those that are called as the model calls them.</summary>
    public void Choose(string label, IReadOnlyList<Label> labels)
    {
        Label = label;
        foreach (var said in Attributes.Keys.ToList())
        {
            Attributes[said] = Fitting(labels).FirstOrDefault(attribute => Plain(attribute) == Plain(said)) ?? "";
        }
    }

    /// <summary>Attributes of the chosen label.</summary>
    public IReadOnlyList<string> Fitting(IReadOnlyList<Label> labels) =>
        labels.FirstOrDefault(label => label.Name == Label) is { } chosen ? [.. chosen.Attributes.Select(attribute => attribute.Name)] : [];

    /// <summary>The label to make, where one is to be made: with an attribute of text for each thing that the model says.</summary>
    public Label? ToMake() => Label != NewLabel ? null : new Label
    {
        Name = Name,
        Attributes = [.. Attributes.Keys.Select(said => new LabelAttribute { Name = said, InputType = "text", Mutable = true })],
    };

    public LabelChoice Choice() => Label switch
    {
        "" => new LabelChoice(null, Threshold),
        NewLabel => new LabelChoice(Name, Threshold),
        _ => new LabelChoice(Label, Threshold, new Dictionary<string, string>(Attributes, StringComparer.Ordinal)),
    };

    private static string Plain(string name) => new([.. name.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);
}
