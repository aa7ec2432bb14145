namespace Annotator.Formats.Model;

/// <summary>A class of objects, known by its name.</summary>
public sealed record DatasetLabel
{
    public required string Name { get; init; }

    /// <summary><c>#rrggbb</c>, or empty where a format has no colours.</summary>
    public string Color { get; init; } = "";

    /// <summary>One of any, rectangle, polygon, polyline, points, ellipse, cuboid, mask, skeleton, tag.</summary>
    public string Type { get; init; } = "any";

    /// <summary>A skeleton's drawing: lines between numbered circles. Material to be parsed, never to be shown as it is.</summary>
    public string Svg { get; init; } = "";
    public IReadOnlyList<DatasetAttribute> Attributes { get; init; } = [];

    /// <summary>The nodes of a skeleton; their names are unique within this label only.</summary>
    public IReadOnlyList<DatasetLabel> Sublabels { get; init; } = [];
}

/// <summary>A property of a label's objects.</summary>
public sealed record DatasetAttribute
{
    public required string Name { get; init; }

    /// <summary>Whether the value may change along a track.</summary>
    public bool Mutable { get; init; }

    /// <summary>One of select, radio, checkbox, number, text.</summary>
    public string InputType { get; init; } = "text";
    public string DefaultValue { get; init; } = "";

    /// <summary>The choices; for a number: minimum, maximum, step.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];
}
