using Annotator.Inference.Onnx;
using Annotator.Inference.Sessions;

namespace Annotator.Inference.Recognition;

/// <summary>What a model gave when it was run once on a made-up picture.</summary>
/// <param name="Height">The picture's size as the model took it.</param>
public sealed record ProbeResult(int Height, int Width, IReadOnlyList<ProbedOutput> Outputs);

/// <summary>One output of a trial run.</summary>
/// <param name="Shape">With the batch's axis; -1 along axes that a file leaves open and no trial settled.</param>
/// <param name="Min">NaN where the output was empty, or was not run.</param>
/// <param name="RowsSumToOne">Whether the numbers along the last axis (along the second of maps) sum to 1 everywhere.</param>
public sealed record ProbedOutput(string Name, ElementType Type, int[] Shape, float Min, float Max, bool RowsSumToOne)
{
    private const int WidestTable = 8;

    /// <summary>Of a table of rank 2 or 3: its first eight columns, over all rows. Empty where nothing was run, or no row came out.</summary>
    public IReadOnlyList<ColumnRange> Columns { get; init; } = [];

    /// <summary>Of a table of rank 3: its first eight rows along the second axis, and the last. Empty as <see cref="Columns"/> are.</summary>
    public IReadOnlyList<ColumnRange> Rows { get; init; } = [];
    public ColumnRange? LastRow { get; init; }

    /// <summary>Whether numbers came out, and all of them whole: numbers of classes, never shares.</summary>
    public bool IsWhole { get; init; }

    public int Rank => Shape.Length;
    public bool IsReal => Type is ElementType.Float32 or ElementType.Float16 or ElementType.Float64 or ElementType.BFloat16;

    /// <summary>Whether values leave 0 to 1: then they are not yet shares.</summary>
    public bool LooksLikeLogits => Min < 0 || Max > 1;

    /// <summary>Length along an axis, counted from the end when negative; -1 where there is none.</summary>
    public int Along(int axis)
    {
        var at = axis < 0 ? Rank + axis : axis;
        return at >= 0 && at < Rank ? Shape[at] : -1;
    }

    public static ProbedOutput Of(ModelTensor tensor)
    {
        float min = float.NaN, max = float.NaN;
        var whole = tensor.Data.Length > 0;
        foreach (var value in tensor.Data)
        {
            min = value < min || float.IsNaN(min) ? value : min;
            max = value > max || float.IsNaN(max) ? value : max;
            whole &= value == MathF.Truncate(value);
        }

        return new ProbedOutput(tensor.Name, tensor.Type, tensor.Shape, min, max, SumsToOne(tensor)) { Columns = ColumnsOf(tensor), Rows = RowsOf(tensor, 0, WidestTable), LastRow = RowsOf(tensor, tensor.Along(1) - 1, 1).FirstOrDefault(), IsWhole = whole };
    }

    /// <summary>From the file alone.</summary>
    public static ProbedOutput Of(OnnxValue value) =>
        new(value.Name, value.Type, [.. (value.Dimensions ?? []).Select(length => (int)Math.Clamp(length, -1, int.MaxValue))], float.NaN, float.NaN, false);

    private static List<ColumnRange> ColumnsOf(ModelTensor tensor)
    {
        var width = tensor.Rank is 2 or 3 ? tensor.Along(-1) : 0;
        if (width < 1 || tensor.Data.Length < width)
        {
            return [];
        }

        return [.. Enumerable.Range(0, Math.Min(width, WidestTable)).Select(column => ColumnRange.Of(tensor.Data, column, width))];
    }

    /// <summary>Of the first image alone.</summary>
    private static List<ColumnRange> RowsOf(ModelTensor tensor, int from, int count)
    {
        var (rows, width) = (tensor.Along(1), tensor.Along(2));
        if (tensor.Rank != 3 || from < 0 || width < 1 || tensor.Data.Length < rows * width)
        {
            return [];
        }

        return [.. Enumerable.Range(from, Math.Min(count, rows - from)).Select(row => ColumnRange.Of(tensor.Data.AsSpan(row * width, width), 0, 1))];
    }

    /// <summary>Along the last axis; of maps along the second, or the last where that is much the shortest, as TensorFlow lays them.</summary>
    private static bool SumsToOne(ModelTensor tensor)
    {
        var axis = tensor.Rank == 4 && !(tensor.Along(3) > 1 && tensor.Along(3) < Math.Min(tensor.Along(1), tensor.Along(2))) ? 1 : tensor.Rank - 1;
        var width = tensor.Along(axis);
        if (tensor.Data.Length == 0 || width < 2)
        {
            return false;
        }

        var step = tensor.Shape.Skip(axis + 1).Aggregate(1, (product, length) => product * length);
        for (var i = 0; i < tensor.Data.Length / width; i++)
        {
            var (from, sum) = ((i / step * step * width) + (i % step), 0.0);
            for (var k = 0; k < width; k++)
            {
                sum += tensor.Data[from + (k * step)];
            }

            if (!(Math.Abs(sum - 1) < 1e-3))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>The numbers of one column, or row, of a table.</summary>
/// <param name="IsWhole">Whether all are whole: numbers of classes or images.</param>
public sealed record ColumnRange(float Min, float Max, bool IsWhole)
{
    public static ColumnRange Of(ReadOnlySpan<float> data, int column, int width)
    {
        var (min, max, whole) = (float.PositiveInfinity, float.NegativeInfinity, true);
        for (var i = column; i < data.Length; i += width)
        {
            (min, max) = (Math.Min(min, data[i]), Math.Max(max, data[i]));
            whole &= data[i] == MathF.Truncate(data[i]);
        }

        return new ColumnRange(min, max, whole);
    }
}
