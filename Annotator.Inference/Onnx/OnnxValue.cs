namespace Annotator.Inference.Onnx;

/// <summary>Types of numbers in tensors; the values are ONNX's own.</summary>
public enum ElementType
{
    Unknown = 0,
    Float32 = 1,
    UInt8 = 2,
    Int8 = 3,
    UInt16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    Text = 8,
    Bool = 9,
    Float16 = 10,
    Float64 = 11,
    UInt32 = 12,
    UInt64 = 13,
    BFloat16 = 16,
}

/// <summary>An input or output of a model.</summary>
/// <param name="Dimensions">Length along each axis; -1 where the model takes any. Null where the file does not even tell the rank.</param>
public sealed record OnnxValue(string Name, ElementType Type, IReadOnlyList<long>? Dimensions)
{
    public int Rank => Dimensions?.Count ?? -1;

    /// <summary>Whether the numbers are fractions of any width.</summary>
    public bool IsReal => Type is ElementType.Float32 or ElementType.Float16 or ElementType.Float64 or ElementType.BFloat16;

    public bool IsInteger => Type is ElementType.Int64 or ElementType.Int32 or ElementType.UInt8 or ElementType.Int8 or ElementType.Int16 or ElementType.UInt16 or ElementType.UInt32 or ElementType.UInt64;

    /// <summary>Length along an axis, counted from the end when negative; -1 for any, and where there is no such axis.</summary>
    public long Along(int axis)
    {
        var at = axis < 0 ? Rank + axis : axis;
        return Dimensions is not null && at >= 0 && at < Rank ? Dimensions[at] : -1;
    }

    public override string ToString() =>
        $"{Name} {Type} [{(Dimensions is null ? "?" : string.Join(", ", Dimensions.Select(length => length < 0 ? "any" : length.ToString(System.Globalization.CultureInfo.InvariantCulture))))}]";
}
