using Annotator.Inference.Decoding;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Preprocessing;
using Annotator.Inference.Sessions;

namespace Annotator.Inference.Interactive;

/// <summary>
/// Click to segment: an encoder that looks at the picture once, and a decoder that turns clicks into masks. SAM, MobileSAM,
/// HQ-SAM, EdgeSAM, SAM 2, and Hugging Face's SAM, as the description's decoder says.
/// </summary>
public sealed class InteractiveModel(OnnxSession encoder, OnnxSession decoder, ModelDescription description) : IDisposable
{
    private const int LowSide = 256;

    public string Provider => encoder.Provider;
    public string Reason => encoder.Reason;
    public ModelDescription Description => description;

    /// <summary>Looks at a picture.</summary>
    /// <param name="key">Names picture and model.</param>
    public ImageEmbedding Encode(string key, PixelImage image, CancellationToken cancel)
    {
        var placement = ImagePlacement.Of(description.Input, image.Width, image.Height);
        var data = new float[ImageTensor.Length(placement)];
        ImageTensor.Fill(image, placement, description.Input, data);
        long[] shape = description.Input.Layout switch
        {
            TensorLayout.Nchw => [1, 3, placement.Height, placement.Width],
            TensorLayout.Nhwc => [1, placement.Height, placement.Width, 3],
            TensorLayout.Chw => [3, placement.Height, placement.Width],
            _ => [placement.Height, placement.Width, 3],
        };
        var outputs = encoder.Run([new ModelFeed(description.Input.Name, shape, data)], cancel);
        var wanted = decoder.Inputs.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        var kept = outputs.Values.Where(output => wanted.Contains(output.Name)).ToList();
        return kept.Count > 0
            ? new ImageEmbedding(key, image.Width, image.Height, kept)
            : throw new ModelException("model-pair", "The encoder gives nothing that the decoder takes: the two files do not belong together.");
    }

    /// <summary>The masks that the prompt may mean, best first.</summary>
    public IReadOnlyList<MaskCandidate> Segment(ImageEmbedding embedding, Prompt prompt, CancellationToken cancel)
    {
        if (prompt.Points.Count == 0 && prompt.Box is null)
        {
            return [];
        }

        var placement = Geometry(embedding);
        var feeds = embedding.Tensors.Select(tensor => new ModelFeed(tensor.Name, Array.ConvertAll(tensor.Shape, length => (long)length), tensor.Data)).ToList();
        feeds.AddRange(decoder.Inputs.Where(input => feeds.TrueForAll(feed => feed.Name != input.Name)).Select(input => PromptFeeds.Make(input, prompt, placement, embedding)));
        return Read(decoder.Run(feeds, cancel), embedding, placement);
    }

    public void Dispose()
    {
        encoder.Dispose();
        decoder.Dispose();
    }

    /// <summary>The square that coordinates of clicks and coarse masks are counted in.</summary>
    private ImagePlacement Geometry(ImageEmbedding embedding)
    {
        var side = Math.Max(description.Input.MaxSide, Math.Max(description.Input.Height, description.Input.Width));
        var rule = description.Input.Resize == ResizeRule.Stretch ? ResizeRule.Stretch : ResizeRule.LetterboxTopLeft;
        return ImagePlacement.Of(description.Input with { Resize = rule, Size = [side, side] }, embedding.ImageWidth, embedding.ImageHeight);
    }

    private List<MaskCandidate> Read(IReadOnlyDictionary<string, ModelTensor> outputs, ImageEmbedding embedding, ImagePlacement placement)
    {
        var masks = outputs.GetValueOrDefault("masks") ?? outputs.GetValueOrDefault("pred_masks")
            ?? outputs.Values.FirstOrDefault(output => output.Rank >= 4)
            ?? throw new ModelException("output-shape", "The decoder gave no masks.");
        var scores = outputs.GetValueOrDefault("iou_predictions") ?? outputs.GetValueOrDefault("iou_scores") ?? outputs.GetValueOrDefault("scores");
        var low = outputs.GetValueOrDefault("low_res_masks");
        var (height, width) = (masks.Along(-2), masks.Along(-1));
        var size = width * height;
        var count = size == 0 ? 0 : masks.Data.Length / size;
        double[] whole = [0, 0, embedding.ImageWidth, embedding.ImageHeight];
        var found = new List<MaskCandidate>(count);
        for (var i = 0; i < count; i++)
        {
            var grid = masks.Data.AsSpan(i * size, size);
            var own = (width, height) == (embedding.ImageWidth, embedding.ImageHeight);
            var runs = own
                ? MaskSampler.Sample(grid, width, height, (1, -0.5), (1, -0.5), (width, height), whole, 0)
                : MaskSampler.Sample(grid, width, height, placement, whole, 0);
            var score = description.Decoder == DecoderNames.EdgeSam ? Stability(grid) : scores is not null && i < scores.Data.Length ? scores.Data[i] : Stability(grid);
            found.Add(new MaskCandidate(runs, float.IsFinite(score) ? Math.Clamp(score, 0, 1) : 0, Low(low, i) ?? (!own && size == LowSide * LowSide ? grid.ToArray() : [])));
        }

        return [.. found.OrderByDescending(candidate => candidate.Score)];
    }

    private static float[]? Low(ModelTensor? low, int candidate)
    {
        const int Size = LowSide * LowSide;
        return low is not null && low.Data.Length >= (candidate + 1) * Size ? low.Data.AsSpan(candidate * Size, Size).ToArray() : null;
    }

    /// <summary>How little the mask changes with its threshold: pixels above 1 by pixels above −1.</summary>
    private static float Stability(ReadOnlySpan<float> grid)
    {
        var (sure, perhaps) = (0, 0);
        foreach (var value in grid)
        {
            sure += value > 1 ? 1 : 0;
            perhaps += value > -1 ? 1 : 0;
        }

        return perhaps == 0 ? 0 : (float)sure / perhaps;
    }
}
