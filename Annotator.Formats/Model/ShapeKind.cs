namespace Annotator.Formats.Model;

/// <summary>
/// The kinds of shape an annotation can have. The numbers are stored in the database and never change meaning.
/// </summary>
public enum ShapeKind : short
{
    /// <summary>Four numbers: left, top, right, bottom; a rotation turns it about its centre.</summary>
    Rectangle = 1,

    /// <summary>A closed ring of at least three x, y pairs.</summary>
    Polygon = 2,

    /// <summary>An open line of at least two x, y pairs.</summary>
    Polyline = 3,

    /// <summary>One or more x, y pairs.</summary>
    Points = 4,

    /// <summary>Four numbers: centre x, centre y, right, top; the contract's form of an ellipse.</summary>
    Ellipse = 5,

    /// <summary>Sixteen numbers: eight x, y corners of a projected cuboid.</summary>
    Cuboid = 6,

    /// <summary>Row-major run lengths that start with zeros, followed by left, top, right, bottom (inclusive).</summary>
    Mask = 7,

    /// <summary>No numbers of its own; its elements carry them.</summary>
    Skeleton = 8,
}
