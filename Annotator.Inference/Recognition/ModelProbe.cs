using Annotator.Inference.Onnx;
using Annotator.Inference.Preprocessing;
using Annotator.Inference.Sessions;

namespace Annotator.Inference.Recognition;

/// <summary>Runs a model on a made-up picture to learn the shapes and ranges that its file leaves open.</summary>
public static class ModelProbe
{
    private static readonly int[] _sides = [640, 416, 320, 512, 1024, 224];

    /// <summary>Null when the model takes no picture, or runs at no size that was tried.</summary>
    public static ProbeResult? Run(ITensorSession session, CancellationToken cancel)
    {
        if (ImageInputs.Find(session.Inputs) is not { } image)
        {
            return null;
        }

        foreach (var (height, width) in Sizes(image))
        {
            try
            {
                return RunAt(session, image, height, width, cancel);
            }
            catch (ModelException)
            {
                // Not at this size, or not with what was guessed for its other inputs; the next size is tried.
            }
        }

        return null;
    }

    private static IEnumerable<(int Height, int Width)> Sizes(ImageInputs image)
    {
        if (image.Height > 0 && image.Width > 0)
        {
            return [(image.Height, image.Width)];
        }

        return image.Height > 0 ? [(image.Height, 320)] : _sides.Select(side => (side, image.Width > 0 ? image.Width : side));
    }

    private static ProbeResult RunAt(ITensorSession session, ImageInputs image, int height, int width, CancellationToken cancel)
    {
        var count = image.Value.Rank == 4 && image.Value.Along(0) > 0 ? (int)image.Value.Along(0) : 1;
        var placement = new ImagePlacement(width, height, width, height, width, height, 1, 1, 0, 0);
        var one = Picture(height, width, image.Value.Type is ElementType.UInt8);
        var data = new float[one.Length * count];
        for (var i = 0; i < count; i++)
        {
            one.CopyTo(data, i * one.Length);
        }

        var feeds = new List<ModelFeed> { new(image.Value.Name, image.Shape(count, height, width), data) };
        feeds.AddRange(session.Inputs.Where(input => input.Name != image.Value.Name).Select(input => SideInputs.Make(input, [.. Enumerable.Repeat(placement, count)])));
        var outputs = session.Run(feeds, cancel);
        return new ProbeResult(height, width, [.. session.Outputs.Where(output => outputs.ContainsKey(output.Name)).Select(output => ProbedOutput.Of(outputs[output.Name]))]);
    }

    /// <summary>Patches of all colours, the same every time.</summary>
    private static float[] Picture(int height, int width, bool bytes)
    {
        var data = new float[3 * height * width];
        for (var i = 0; i < data.Length; i++)
        {
            var (x, y, channel) = (i % width, i / width % height, i / (width * height));
            var value = ((x / 16 * 37) + (y / 16 * 61) + (channel * 97)) % 256;
            data[i] = bytes ? value : value / 255f;
        }

        return data;
    }
}
