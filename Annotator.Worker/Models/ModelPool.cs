using System.Threading.Channels;
using Annotator.Inference;
using Annotator.Inference.Interactive;
using Annotator.Inference.Processes;
using Annotator.Inference.Tracking;

namespace Annotator.Worker.Models;

/// <summary>Several processes of one model: calls that come at the same time run beside each other, each in a process that is free.</summary>
internal sealed class ModelPool : IRunningModel
{
    private readonly Channel<IRunningModel> _free = Channel.CreateUnbounded<IRunningModel>();

    /// <param name="models">All loaded with the same model; the pool ends them.</param>
    public ModelPool(IReadOnlyList<IRunningModel> models)
    {
        Models = models;
        foreach (var model in models)
        {
            _free.Writer.TryWrite(model);
        }
    }

    /// <summary>Every process, free or not.</summary>
    public IReadOnlyList<IRunningModel> Models { get; }

    public Task<IReadOnlyList<IReadOnlyList<Prediction>>> PredictAsync(IReadOnlyList<PixelImage> images, PredictionOptions options, CancellationToken cancel) =>
        WithAsync(model => model.PredictAsync(images, options, cancel), cancel);

    public Task<IReadOnlyList<float[]>> EmbedAsync(IReadOnlyList<PixelImage> images, CancellationToken cancel) =>
        WithAsync(model => model.EmbedAsync(images, cancel), cancel);

    public Task<ImageEmbedding> EncodeAsync(string key, PixelImage image, CancellationToken cancel) =>
        WithAsync(model => model.EncodeAsync(key, image, cancel), cancel);

    public Task<IReadOnlyList<MaskCandidate>> SegmentAsync(ImageEmbedding embedding, Prompt prompt, CancellationToken cancel) =>
        WithAsync(model => model.SegmentAsync(embedding, prompt, cancel), cancel);

    public Task<TrackSight> TrackAsync(PixelImage template, PixelImage search, CancellationToken cancel) =>
        WithAsync(model => model.TrackAsync(template, search, cancel), cancel);

    public async ValueTask DisposeAsync()
    {
        foreach (var model in Models)
        {
            await model.DisposeAsync();
        }
    }

    private async Task<T> WithAsync<T>(Func<IRunningModel, Task<T>> call, CancellationToken cancel)
    {
        var model = await _free.Reader.ReadAsync(cancel);
        try
        {
            return await call(model);
        }
        finally
        {
            // A process that died is started again by its next call.
            _free.Writer.TryWrite(model);
        }
    }
}
