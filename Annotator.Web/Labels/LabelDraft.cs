using Annotator.Client.Projects;

namespace Annotator.Web.Labels;

/// <summary>A label while it is edited.</summary>
public sealed class LabelDraft
{
    public int? Id { get; init; }
    public string Name { get; set; } = "";
    public string Color { get; set; } = "#2b54c9";
    public string Type { get; set; } = "any";
    public List<AttributeDraft> Attributes { get; init; } = [];
    public IReadOnlyList<Label>? Sublabels { get; init; }
    public string? Svg { get; init; }

    public static LabelDraft Of(Label label) => new()
    {
        Id = label.Id,
        Name = label.Name,
        Color = label.Color.Length == 7 ? label.Color : LabelColors.Next([]),
        Type = label.Type,
        Attributes = [.. label.Attributes.Select(AttributeDraft.Of)],
        Sublabels = label.Sublabels,
        Svg = label.Svg,
    };

    public Label ToLabel() => new()
    {
        Id = Id,
        Name = Name.Trim(),
        Color = Color,
        Type = Type,
        Attributes = [.. Attributes.Select(attribute => attribute.ToAttribute())],
        Sublabels = Type == "skeleton" ? Sublabels : null,
        Svg = Type == "skeleton" ? Svg : null,
    };
}

/// <summary>An attribute while it is edited; its choices are one text, a line each.</summary>
public sealed class AttributeDraft
{
    public int? Id { get; init; }
    public string Name { get; set; } = "";
    public string InputType { get; set; } = "select";
    public string Choices { get; set; } = "";
    public string Minimum { get; set; } = "0";
    public string Maximum { get; set; } = "100";
    public string Step { get; set; } = "1";
    public string Default { get; set; } = "";
    public bool Mutable { get; set; }

    public static AttributeDraft Of(LabelAttribute attribute)
    {
        var number = attribute.InputType == "number" && attribute.Values.Count >= 3;
        return new AttributeDraft
        {
            Id = attribute.Id,
            Name = attribute.Name,
            InputType = attribute.InputType,
            Choices = number ? "" : string.Join('\n', attribute.Values),
            Minimum = number ? attribute.Values[0] : "0",
            Maximum = number ? attribute.Values[1] : "100",
            Step = number ? attribute.Values[2] : "1",
            Default = attribute.DefaultValue,
            Mutable = attribute.Mutable,
        };
    }

    public IReadOnlyList<string> ChoiceList => Choices.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public LabelAttribute ToAttribute() => new()
    {
        Id = Id,
        Name = Name.Trim(),
        InputType = InputType,
        Mutable = Mutable,
        DefaultValue = InputType switch
        {
            "checkbox" => Default == "true" ? "true" : "false",
            "select" or "radio" when !ChoiceList.Contains(Default) => ChoiceList.Count > 0 ? ChoiceList[0] : "",
            "number" when Default.Length == 0 => Minimum,
            _ => Default,
        },
        Values = InputType switch
        {
            "checkbox" => ["false", "true"],
            "number" => [Minimum, Maximum, Step],
            "text" => [],
            _ => ChoiceList,
        },
    };
}
