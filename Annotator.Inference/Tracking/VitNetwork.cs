using Annotator.Inference.Decoding;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Preprocessing;
using Annotator.Inference.Sessions;

namespace Annotator.Inference.Tracking;

/// <summary>Where an object is in the square that was searched; places and sizes are shares of its side, 0 to 1.</summary>
/// <param name="Score">How sure the model is, 0 to 1.</param>
public sealed record TrackSight(double Score, double X, double Y, double Width, double Height);

/// <summary>VitTrack: a small network that compares an object's first picture with the place where it may be now.</summary>
public sealed class VitNetwork(OnnxSession session) : IDisposable
{
    private const int TemplateSide = 128, SearchSide = 256, Cells = 16;

    private static readonly float[] _window = Window();

    public string Provider => session.Provider;
    public string Reason => session.Reason;

    /// <param name="template">A square about the object, as it looked first.</param>
    /// <param name="search">A square in which it may be.</param>
    /// <exception cref="ModelException">The model failed, or is none of the kind.</exception>
    public TrackSight Look(PixelImage template, PixelImage search, CancellationToken cancel)
    {
        var outputs = session.Run([Feed("template", template, TemplateSide), Feed("search", search, SearchSide)], cancel);
        var (sure, size, offset) = (Of(outputs, "output1", 1), Of(outputs, "output2", 2), Of(outputs, "output3", 2));
        var weighed = new float[Cells * Cells];
        for (var i = 0; i < weighed.Length; i++)
        {
            weighed[i] = sure[i] * _window[i];
        }

        var best = Numbers.IndexOfMax(weighed);
        const int Plane = Cells * Cells;
        return best < 0 || !float.IsFinite(weighed[best]) ? new TrackSight(0, 0, 0, 0, 0)
            : new TrackSight(
                Math.Clamp(weighed[best], 0, 1),
                ((best % Cells) + offset[best]) / Cells,
                ((best / Cells) + offset[Plane + best]) / Cells,
                size[best],
                size[Plane + best]);
    }

    public void Dispose() => session.Dispose();

    private static float[] Of(IReadOnlyDictionary<string, ModelTensor> outputs, string name, int planes) =>
        outputs.TryGetValue(name, out var tensor) && tensor.Data.Length == planes * Cells * Cells ? tensor.Data
        : throw new ModelException("output-shape", $"A VitTrack model gives {name} of [1, {planes}, {Cells}, {Cells}].");

    private static ModelFeed Feed(string name, PixelImage picture, int side)
    {
        var input = new ImageInput
        {
            Size = [side, side], Resize = ResizeRule.Stretch, Mean = [123.675, 116.28, 103.53], Std = [58.395, 57.12, 57.375],
        };
        var placement = ImagePlacement.Of(input, picture.Width, picture.Height);
        var numbers = new float[ImageTensor.Length(placement)];
        ImageTensor.Fill(picture, placement, input, numbers);
        return new ModelFeed(name, [1, 3, side, side], numbers);
    }

    /// <summary>What moved little is likelier: a hill over the middle.</summary>
    private static float[] Window()
    {
        var hill = Enumerable.Range(0, Cells).Select(i => 0.5 * (1 - Math.Cos(2 * Math.PI * (i + 1) / (Cells + 1)))).ToArray();
        return [.. Enumerable.Range(0, Cells * Cells).Select(i => (float)(hill[i / Cells] * hill[i % Cells]))];
    }
}
