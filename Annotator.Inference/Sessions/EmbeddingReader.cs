using System.Numerics.Tensors;
using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Sessions;

/// <summary>From a model's output to one vector of length 1 for an image.</summary>
internal static class EmbeddingReader
{
    /// <summary>[B, D] as it is; of [B, steps, D] the first step, which stands for the image; of [B, D, h, w] the mean over places.</summary>
    public static float[] Read(ModelDescription description, IReadOnlyDictionary<string, ModelTensor> outputs, int image)
    {
        var tensor = description.Output.Boxes is { } name && outputs.TryGetValue(name, out var named) ? named
            : outputs.Values.FirstOrDefault(output => output.Rank is 2 or 3 or 4)
            ?? throw new ModelException("output-shape", "The model gave no vector.");
        var numbers = tensor.Of(image);
        var vector = tensor.Rank switch
        {
            2 => numbers.ToArray(),
            3 => numbers[..tensor.Along(2)].ToArray(),
            4 => Means(numbers, tensor.Along(1)),
            _ => throw new ModelException("output-shape", $"The output \"{tensor.Name}\" has {tensor.Rank} axes; a vector for each image has 2, 3 or 4."),
        };
        var length = TensorPrimitives.Norm<float>(vector);
        if (float.IsFinite(length) && length > 0)
        {
            TensorPrimitives.Divide(vector, length, vector);
        }

        return vector;
    }

    private static float[] Means(ReadOnlySpan<float> numbers, int channels)
    {
        var result = new float[channels];
        var places = channels == 0 ? 0 : numbers.Length / channels;
        for (var channel = 0; channel < channels && places > 0; channel++)
        {
            result[channel] = TensorPrimitives.Sum(numbers.Slice(channel * places, places)) / places;
        }

        return result;
    }
}
