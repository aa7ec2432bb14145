using Annotator.Core.Tasks;

namespace Annotator.Core.Projects;

/// <summary>How an attribute's value is entered, and what values it may have.</summary>
public enum AttributeInputType : short
{
    Checkbox = 0,
    Radio = 1,
    Number = 2,
    Text = 3,
    Select = 4,
}

/// <summary>
/// A class of objects. It belongs to a project or to a task without one, never to both; a sublabel belongs to the same owner
/// as its skeleton.
/// </summary>
public sealed class Label
{
    public int Id { get; set; }
    public int? ProjectId { get; set; }
    public Project? Project { get; set; }
    public int? TaskId { get; set; }
    public AnnotationTask? Task { get; set; }

    /// <summary>The skeleton label of which this is a node.</summary>
    public int? ParentId { get; set; }
    public Label? Parent { get; set; }

    /// <summary>1 to 64 characters, unique within owner and parent.</summary>
    public string Name { get; set; } = "";

    /// <summary>Seven characters, <c>#rrggbb</c>.</summary>
    public string Color { get; set; } = "";

    /// <summary>
    /// One of any, rectangle, polygon, polyline, points, ellipse, cuboid, mask, skeleton, tag (the contract's words).
    /// </summary>
    public string Type { get; set; } = "any";

    /// <summary>A skeleton's drawing, re-emitted by us from parsed nodes and edges; never stored as it came.</summary>
    public string Svg { get; set; } = "";
    public List<LabelAttribute> Attributes { get; } = [];
    public List<Label> Sublabels { get; } = [];
}

/// <summary>A property of a label's objects.</summary>
public sealed class LabelAttribute
{
    public int Id { get; set; }
    public int LabelId { get; set; }
    public Label Label { get; set; } = null!;

    /// <summary>1 to 64 characters, unique within its label.</summary>
    public string Name { get; set; } = "";

    /// <summary>Whether the value may change along a track.</summary>
    public bool Mutable { get; set; }
    public AttributeInputType InputType { get; set; }

    /// <summary>At most 128 characters.</summary>
    public string DefaultValue { get; set; } = "";

    /// <summary>The choices; for a number: minimum, maximum, step; for a text: at most one, a hint.</summary>
    public string[] Values { get; set; } = [];
}
