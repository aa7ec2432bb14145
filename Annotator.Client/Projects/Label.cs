using System.Text.Json.Serialization;

namespace Annotator.Client.Projects;

/// <summary>
/// A class of objects. In a request to create or change, an <see cref="Id"/> of null makes a new one, and
/// <see cref="Deleted"/> removes the one with the id.
/// </summary>
public sealed record Label
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Id { get; init; }

    /// <summary>1 to 64 characters, unique within its project or task.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>#rrggbb</c>; empty lets the server choose.</summary>
    public string Color { get; init; } = "";

    /// <summary>any, rectangle, polygon, polyline, points, ellipse, cuboid, mask, skeleton, tag.</summary>
    public string Type { get; init; } = "any";
    public IReadOnlyList<LabelAttribute> Attributes { get; init; } = [];

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Label>? Sublabels { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Svg { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Deleted { get; init; }
}

/// <summary>A property of a label's objects.</summary>
public sealed record LabelAttribute
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Id { get; init; }

    /// <summary>1 to 64 characters, unique within its label.</summary>
    public string Name { get; init; } = "";

    /// <summary>Whether the value may change along a track.</summary>
    public bool Mutable { get; init; }

    /// <summary>checkbox, radio, number, text, select.</summary>
    public string InputType { get; init; } = "select";
    public string DefaultValue { get; init; } = "";

    /// <summary>The choices; for a number: minimum, maximum, step.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];
}
