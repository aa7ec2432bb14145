using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Annotator.Inference.Onnx;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Annotator.Inference.Sessions;

/// <summary>Between our numbers and ONNX Runtime's.</summary>
internal static class OrtValues
{
    public static OnnxValue Describe(string name, NodeMetadata metadata) => metadata.IsTensor
        ? new OnnxValue(name, (ElementType)(int)metadata.ElementDataType, [.. metadata.Dimensions.Select(length => length > 0 ? (long)length : -1)])
        : new OnnxValue(name, ElementType.Unknown, null);

    /// <exception cref="ModelException"><c>input-type</c>: the model takes numbers of a kind that no picture has.</exception>
    public static OrtValue Make(ModelFeed feed, ElementType type)
    {
        var data = feed.Data;
        switch (type)
        {
            case ElementType.Float32:
                return OrtValue.CreateTensorValueFromMemory(data, feed.Shape);
            case ElementType.Float16:
                var halves = new Float16[data.Length];
                TensorPrimitives.ConvertToHalf(data, MemoryMarshal.Cast<Float16, Half>(halves.AsSpan()));
                return OrtValue.CreateTensorValueFromMemory(halves, feed.Shape);
            case ElementType.Float64:
                return OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(data, value => (double)value), feed.Shape);
            case ElementType.UInt8:
                return OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(data, value => (byte)Math.Clamp(MathF.Round(value), 0, 255)), feed.Shape);
            case ElementType.Int8:
                return OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(data, value => (sbyte)Math.Clamp(MathF.Round(value), -128, 127)), feed.Shape);
            case ElementType.Int32:
                return OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(data, value => (int)value), feed.Shape);
            case ElementType.Int64:
                return OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(data, value => (long)value), feed.Shape);
            case ElementType.Bool:
                return OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(data, value => value != 0), feed.Shape);
            default:
                throw new ModelException("input-type", $"The input \"{feed.Name}\" takes {type}, which no picture can be turned into.");
        }
    }

    /// <summary>Null for what is no tensor of numbers.</summary>
    /// <exception cref="ModelException"><c>output-too-large</c>.</exception>
    public static ModelTensor? Read(string name, OrtValue value, InferenceLimits limits)
    {
        if (!value.IsTensor)
        {
            return null;
        }

        var about = value.GetTensorTypeAndShape();
        var count = about.Shape.Aggregate(1L, (product, length) => product * length);
        if (count * sizeof(float) > limits.MaxOutputBytes)
        {
            throw new ModelException("output-too-large", $"The output \"{name}\" has {count:N0} numbers; the limit is {limits.MaxOutputBytes / sizeof(float):N0}.");
        }

        var data = Numbers(value, about.ElementDataType, (int)count);
        return data is null ? null : new ModelTensor(name, Array.ConvertAll(about.Shape, length => (int)length), data, (ElementType)(int)about.ElementDataType);
    }

    private static float[]? Numbers(OrtValue value, TensorElementType type, int count)
    {
        if (count == 0)
        {
            return [];
        }

        switch (type)
        {
            case TensorElementType.Float:
                return value.GetTensorDataAsSpan<float>().ToArray();
            case TensorElementType.Float16:
                var result = new float[count];
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<Float16, Half>(value.GetTensorDataAsSpan<Float16>()), result);
                return result;
            case TensorElementType.Double:
                return Widened<double>(value, number => (float)number);
            case TensorElementType.Int64:
                return Widened<long>(value, number => number);
            case TensorElementType.Int32:
                return Widened<int>(value, number => number);
            case TensorElementType.UInt8:
                return Widened<byte>(value, number => number);
            case TensorElementType.Int8:
                return Widened<sbyte>(value, number => number);
            case TensorElementType.Int16:
                return Widened<short>(value, number => number);
            case TensorElementType.UInt16:
                return Widened<ushort>(value, number => number);
            case TensorElementType.UInt32:
                return Widened<uint>(value, number => number);
            case TensorElementType.UInt64:
                return Widened<ulong>(value, number => number);
            case TensorElementType.Bool:
                return Widened<bool>(value, number => number ? 1 : 0);
            default:
                return null;
        }
    }

    private static float[] Widened<T>(OrtValue value, Func<T, float> widen)
        where T : unmanaged
    {
        var source = value.GetTensorDataAsSpan<T>();
        var result = new float[source.Length];
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = widen(source[i]);
        }

        return result;
    }
}
