using Annotator.Inference.Decoding;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Preprocessing;
using Annotator.Inference.Sessions;

namespace Annotator.Inference.Tracking;

/// <summary>
/// VitTrack: a small network that compares the object's first picture with the place where it was last, and says how sure it
/// is. Below that, the object is lost and the last place stays.
/// </summary>
public sealed class VitTracker
{
    private const int TemplateSide = 128, SearchSide = 256, Cells = 16;
    private const double TemplateRoom = 2, SearchRoom = 4;
    private const double LeastScore = 0.2;

    private static readonly float[] _window = Window();

    private readonly OnnxSession _session;
    private readonly ModelFeed _template;
    private double[] _box;

    /// <param name="box">Left, top, right, bottom of the object in the frame.</param>
    public VitTracker(OnnxSession session, PixelImage frame, double[] box, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        (_session, _box) = (session, box);
        _template = new ModelFeed("template", [1, 3, TemplateSide, TemplateSide], Crop(frame, box, TemplateRoom, TemplateSide).Numbers);
    }

    /// <summary>Looks for the object in the next frame.</summary>
    /// <exception cref="ModelException">The model failed, or is none of the kind.</exception>
    public TrackStep Step(PixelImage frame, CancellationToken cancel)
    {
        var (numbers, left, top, side) = Crop(frame, _box, SearchRoom, SearchSide);
        var outputs = _session.Run([_template, new ModelFeed("search", [1, 3, SearchSide, SearchSide], numbers)], cancel);
        var (sure, size, offset) = (Of(outputs, "output1", 1), Of(outputs, "output2", 2), Of(outputs, "output3", 2));
        var weighed = new float[Cells * Cells];
        for (var i = 0; i < weighed.Length; i++)
        {
            weighed[i] = sure[i] * _window[i];
        }

        var best = Numbers.IndexOfMax(weighed);
        var score = best < 0 ? 0 : weighed[best];
        if (!(score >= LeastScore))
        {
            return new TrackStep(_box, Math.Clamp(score, 0, 1), "the model does not see it any more");
        }

        const int Plane = Cells * Cells;
        var (x, y) = (left + (side * ((best % Cells) + offset[best]) / Cells), top + (side * ((best / Cells) + offset[Plane + best]) / Cells));
        var (width, height) = (side * size[best], side * size[Plane + best]);
        _box =
        [
            Math.Clamp(x - (width / 2), 0, frame.Width), Math.Clamp(y - (height / 2), 0, frame.Height),
            Math.Clamp(x + (width / 2), 0, frame.Width), Math.Clamp(y + (height / 2), 0, frame.Height),
        ];
        return _box[2] > _box[0] && _box[3] > _box[1] ? new TrackStep(_box, Math.Clamp(score, 0, 1), null) : new TrackStep(_box, score, "it left the picture");
    }

    private static float[] Of(IReadOnlyDictionary<string, ModelTensor> outputs, string name, int planes) =>
        outputs.TryGetValue(name, out var tensor) && tensor.Data.Length == planes * Cells * Cells ? tensor.Data
        : throw new ModelException("output-shape", $"A VitTrack model gives {name} of [1, {planes}, {Cells}, {Cells}].");

    /// <summary>A square about the box's centre; black where it reaches over the frame.</summary>
    private static (float[] Numbers, int Left, int Top, int Side) Crop(PixelImage frame, double[] box, double room, int target)
    {
        var (width, height) = (Math.Max(1, box[2] - box[0]), Math.Max(1, box[3] - box[1]));
        var side = (int)Math.Ceiling(Math.Sqrt(width * height) * room);
        var (left, top) = ((int)Math.Round(((box[0] + box[2]) / 2) - (side / 2.0)), (int)Math.Round(((box[1] + box[3]) / 2) - (side / 2.0)));
        var input = new ImageInput
        {
            Size = [target, target], Resize = ResizeRule.Stretch, Mean = [123.675, 116.28, 103.53], Std = [58.395, 57.12, 57.375],
        };
        var placement = ImagePlacement.Of(input, side, side);
        var numbers = new float[ImageTensor.Length(placement)];
        ImageTensor.Fill(frame.Window(left, top, side, side), placement, input, numbers);
        return (numbers, left, top, side);
    }

    /// <summary>What moved little is likelier: a hill over the middle.</summary>
    private static float[] Window()
    {
        var hill = Enumerable.Range(0, Cells).Select(i => 0.5 * (1 - Math.Cos(2 * Math.PI * (i + 1) / (Cells + 1)))).ToArray();
        return [.. Enumerable.Range(0, Cells * Cells).Select(i => (float)(hill[i / Cells] * hill[i % Cells]))];
    }
}
