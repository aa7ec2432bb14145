using System.Diagnostics;
using Annotator.Inference.Decoding;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Preprocessing;

namespace Annotator.Inference.Sessions;

/// <summary>One model of tensors with its description: pictures in, predictions out. Calls come one after the other.</summary>
public sealed class ModelSession : IImageModel
{
    private readonly ITensorSession _session;
    private readonly InferenceLimits _limits;
    private readonly Onnx.OnnxValue _input;
    private readonly int _batch;
    private float[] _buffer = [];

    public ModelSession(ITensorSession session, ModelDescription description, InferenceLimits limits)
    {
        (_session, Description, _limits) = (session, description, limits);
        _input = session.Inputs.FirstOrDefault(input => input.Name == description.Input.Name)
            ?? throw new ModelException("input-missing", $"The model has no input \"{description.Input.Name}\"; it has {string.Join(", ", session.Inputs.Select(input => input.Name))}.");
        _batch = IsBatched ? (_input.Along(0) is > 0 and var fixedCount ? (int)fixedCount : description.Batch) : 1;
    }

    public ModelDescription Description { get; }
    public string Provider => _session.Provider;
    public string Reason => _session.Reason;

    /// <summary>Time spent since the session was opened, by stage.</summary>
    public StageTimes Times { get; } = new();

    private bool IsBatched => Description.Input.Layout is TensorLayout.Nchw or TensorLayout.Nhwc && Description.Decoder != DecoderNames.TorchVision;

    public IReadOnlyList<IReadOnlyList<Prediction>> Predict(IReadOnlyList<PixelImage> images, PredictionOptions options, CancellationToken cancel)
    {
        if (Description.Decoder is DecoderNames.SimCc or DecoderNames.Heatmap)
        {
            return [.. images.Select(image => PersonCrops.Predict(this, image, options, cancel))];
        }

        var size = options.TileSize ?? Description.Tiling?.Size ?? 0;
        return size == 0
            ? PredictWhole(images, options, cancel)
            : [.. images.Select(image => Tiles.Predict(this, image, size, Description.Tiling?.Overlap ?? new TilingRules().Overlap, options, cancel))];
    }

    /// <summary>As <see cref="Predict"/>, without tiles and crops.</summary>
    internal List<IReadOnlyList<Prediction>> PredictWhole(IReadOnlyList<PixelImage> images, PredictionOptions options, CancellationToken cancel)
    {
        var decoder = Decoders.Of(Description.Decoder);
        var result = new List<IReadOnlyList<Prediction>>(images.Count);
        Run(images, (outputs, placements) =>
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < placements.Count; i++)
            {
                result.Add([.. decoder.Decode(new DecodeContext(Description, outputs, i, placements[i], options)).Take(_limits.MaxPredictions)]);
            }

            Times.Decode += Stopwatch.GetElapsedTime(start);
        }, cancel);
        return result;
    }

    /// <summary>One vector of length 1 for each image.</summary>
    public IReadOnlyList<float[]> Embed(IReadOnlyList<PixelImage> images, CancellationToken cancel)
    {
        var result = new List<float[]>(images.Count);
        Run(images, (outputs, placements) =>
        {
            for (var i = 0; i < placements.Count; i++)
            {
                result.Add(EmbeddingReader.Read(Description, outputs, i));
            }
        }, cancel);
        return result;
    }

    /// <summary>Runs a grey picture of the description's own size once; what the model gives is thrown away.</summary>
    public void WarmUp(CancellationToken cancel)
    {
        var (width, height) = (Description.Input.Width > 0 ? Description.Input.Width : 640, Description.Input.Height > 0 ? Description.Input.Height : 640);
        Run([new PixelImage(width, height, new byte[width * height * 3])], (_, _) => { }, cancel);
    }

    public void Dispose() => _session.Dispose();

    /// <summary>Pictures of one size in the input go together, as many as the model takes, in the order they come.</summary>
    private void Run(IReadOnlyList<PixelImage> images, Action<IReadOnlyDictionary<string, ModelTensor>, IReadOnlyList<ImagePlacement>> read, CancellationToken cancel)
    {
        var placements = images.Select(image => ImagePlacement.Of(Description.Input, image.Width, image.Height)).ToList();
        for (var from = 0; from < images.Count;)
        {
            var count = 1;
            while (count < _batch && from + count < images.Count && SameSize(placements[from], placements[from + count]))
            {
                count++;
            }

            var part = placements.GetRange(from, count);
            read(RunOnce([.. images.Skip(from).Take(count)], part, cancel), part);
            from += count;
        }
    }

    private static bool SameSize(ImagePlacement one, ImagePlacement other) => (one.Width, one.Height) == (other.Width, other.Height);

    private IReadOnlyDictionary<string, ModelTensor> RunOnce(IReadOnlyList<PixelImage> images, List<ImagePlacement> placements, CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        var one = ImageTensor.Length(placements[0]);

        // A model that takes exactly so many gets the last picture again.
        var slots = IsBatched && _input.Along(0) > 0 ? _batch : images.Count;
        if (_buffer.Length != one * slots)
        {
            _buffer = new float[one * slots];
        }

        for (var i = 0; i < slots; i++)
        {
            var at = Math.Min(i, images.Count - 1);
            ImageTensor.Fill(images[at], placements[at], Description.Input, _buffer.AsSpan(i * one, one));
        }

        var (height, width) = (placements[0].Height, placements[0].Width);
        long[] shape = Description.Input.Layout switch
        {
            TensorLayout.Nchw => [slots, 3, height, width],
            TensorLayout.Nhwc => [slots, height, width, 3],
            TensorLayout.Chw => [3, height, width],
            TensorLayout.Hwc => [height, width, 3],
            _ => throw new InvalidOperationException($"{Description.Input.Layout} is no layout."),
        };
        var fed = placements.Concat(Enumerable.Repeat(placements[^1], slots - placements.Count)).ToList();
        var feeds = new List<ModelFeed> { new(_input.Name, shape, _buffer) };
        feeds.AddRange(_session.Inputs.Where(input => input.Name != _input.Name).Select(input => SideInputs.Make(input, fed)));
        Times.Prepare += Stopwatch.GetElapsedTime(start);
        start = Stopwatch.GetTimestamp();
        var outputs = _session.Run(feeds, cancel);
        Times.Run += Stopwatch.GetElapsedTime(start);
        Times.Images += images.Count;
        return outputs;
    }
}

/// <summary>Where the time goes.</summary>
public sealed class StageTimes
{
    /// <summary>Resizing and normalising.</summary>
    public TimeSpan Prepare { get; set; }

    /// <summary>The model itself.</summary>
    public TimeSpan Run { get; set; }

    /// <summary>From numbers to predictions.</summary>
    public TimeSpan Decode { get; set; }
    public long Images { get; set; }
}
