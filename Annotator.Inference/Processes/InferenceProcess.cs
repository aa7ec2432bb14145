using System.Runtime.InteropServices;
using Annotator.Inference.Interactive;
using Annotator.Inference.Recognition;
using Annotator.Inference.Sessions;
using Annotator.Inference.Tracking;

namespace Annotator.Inference.Processes;

/// <summary>
/// A model in a process of its own. Calls are answered one after the other. A crash, a hang or too much memory fails the call
/// that met it, with a reason; the next call starts a new process and loads the model again.
/// </summary>
public sealed class InferenceProcess(InferenceLimits limits, SessionSettings settings) : IRunningModel
{
    internal const string EmbeddingUnknown = "embedding-unknown";

    private readonly SemaphoreSlim _turn = new(1);
    private RunningHost? _host;
    private string? _folder;

    /// <summary>The process's number; null while none runs.</summary>
    public int? ProcessId => _host?.Id;

    /// <summary>How often a process was started.</summary>
    public int Starts { get; private set; }

    /// <summary>Runs a file once on a made-up picture; nothing stays loaded of it. Null when it runs at no size.</summary>
    /// <exception cref="ModelException">Refused, not loadable, or <c>process-crashed</c>, <c>process-timeout</c>, <c>process-memory</c>.</exception>
    public async Task<ProbeResult?> ProbeAsync(string path, CancellationToken cancel)
    {
        var (answer, _) = await CallAsync(new InferenceRequest { Call = InferenceCall.Probe, Path = path, Limits = limits, Session = settings }, [], limits.LoadTimeout, cancel);
        return answer.Probe;
    }

    /// <summary>Loads the model of a folder in place of the one before, and runs it to warm up.</summary>
    /// <param name="folder">Holds <c>model.json</c> and the files that it names.</param>
    /// <exception cref="ModelException">As <see cref="ProbeAsync"/>; <c>package-incomplete</c>, <c>description-…</c>.</exception>
    public async Task<LoadedModel> LoadAsync(string folder, CancellationToken cancel)
    {
        _folder = null;
        var (answer, _) = await CallAsync(LoadRequest(folder), [], limits.LoadTimeout, cancel);
        _folder = folder;
        return answer.Model!;
    }

    /// <summary>The predictions of each picture, in the pictures' order.</summary>
    /// <exception cref="ModelException">The model failed, or its process did: <c>process-crashed</c>, <c>process-timeout</c>, <c>process-memory</c>.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<Prediction>>> PredictAsync(IReadOnlyList<PixelImage> images, PredictionOptions options, CancellationToken cancel)
    {
        if (images.Count == 0)
        {
            return [];
        }

        var request = new InferenceRequest { Call = InferenceCall.Predict, Images = Sizes(images), Options = options };
        var (answer, _) = await CallAsync(request, Pixels(images), limits.CallTimeout, cancel);
        return answer.Predictions!;
    }

    /// <summary>One vector of length 1 for each picture.</summary>
    /// <exception cref="ModelException">As <see cref="PredictAsync"/>.</exception>
    public async Task<IReadOnlyList<float[]>> EmbedAsync(IReadOnlyList<PixelImage> images, CancellationToken cancel)
    {
        var (answer, body) = await CallAsync(new InferenceRequest { Call = InferenceCall.Embed, Images = Sizes(images) }, Pixels(images), limits.CallTimeout, cancel);
        var numbers = MemoryMarshal.Cast<byte, float>(body).ToArray();
        var (vectors, at) = (new List<float[]>(), 0);
        foreach (var length in answer.Lengths!)
        {
            vectors.Add(numbers[at..(at + length)]);
            at += length;
        }

        return vectors;
    }

    /// <summary>Looks at a picture, so that clicks on it are cheap.</summary>
    /// <param name="key">Names picture and model.</param>
    /// <exception cref="ModelException">As <see cref="PredictAsync"/>.</exception>
    public async Task<ImageEmbedding> EncodeAsync(string key, PixelImage image, CancellationToken cancel)
    {
        var request = new InferenceRequest { Call = InferenceCall.Encode, Key = key, Images = Sizes([image]) };
        var (_, body) = await CallAsync(request, Pixels([image]), limits.CallTimeout, cancel);
        return ImageEmbedding.FromBytes(body);
    }

    /// <summary>The masks that a prompt may mean, best first. The embedding goes to the process only when it does not have it.</summary>
    /// <exception cref="ModelException">As <see cref="PredictAsync"/>.</exception>
    public async Task<IReadOnlyList<MaskCandidate>> SegmentAsync(ImageEmbedding embedding, Prompt prompt, CancellationToken cancel)
    {
        var request = new InferenceRequest { Call = InferenceCall.Segment, Key = embedding.Key, Prompt = prompt };
        try
        {
            return (await CallAsync(request, [], limits.CallTimeout, cancel)).Answer.Candidates!;
        }
        catch (ModelException error) when (error.Code == EmbeddingUnknown)
        {
            return (await CallAsync(request, [embedding.ToBytes()], limits.CallTimeout, cancel)).Answer.Candidates!;
        }
    }

    /// <summary>Where an object is in a picture; the process keeps nothing between calls.</summary>
    /// <exception cref="ModelException">As <see cref="PredictAsync"/>; or the model is no tracker.</exception>
    public async Task<TrackSight> TrackAsync(PixelImage template, PixelImage search, CancellationToken cancel)
    {
        var request = new InferenceRequest { Call = InferenceCall.Track, Images = Sizes([template, search]) };
        return (await CallAsync(request, Pixels([template, search]), limits.CallTimeout, cancel)).Answer.Sight!;
    }

    public async ValueTask DisposeAsync()
    {
        // What it does now is of no use to anybody.
        _host?.Kill();
        await _turn.WaitAsync();
        if (_host is { } host)
        {
            await host.DisposeAsync();
            _host = null;
        }

        _turn.Dispose();
    }

    private InferenceRequest LoadRequest(string folder) => new() { Call = InferenceCall.Load, Path = folder, Limits = limits, Session = settings };

    /// <summary>
    /// A caller that gives up goes at once; the process finishes what it does, within the call's time, before the next one's
    /// turn: to load a model again costs more.
    /// </summary>
    private async Task<(InferenceAnswer Answer, byte[] Body)> CallAsync(InferenceRequest request, IReadOnlyList<ReadOnlyMemory<byte>> body, TimeSpan limit, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        var work = InTurnAsync(request, body, limit);
        var (answer, bytes) = await work.WaitAsync(cancel);
        return answer.ErrorCode is { } code ? throw new ModelException(code, answer.ErrorMessage ?? code) : (answer, bytes);
    }

    private async Task<(InferenceAnswer, byte[])> InTurnAsync(InferenceRequest request, IReadOnlyList<ReadOnlyMemory<byte>> body, TimeSpan limit)
    {
        try
        {
            if (_host is { HasEnded: true } ended)
            {
                await ended.DisposeAsync();
                _host = null;
            }

            if (_host is null)
            {
                _host = RunningHost.Start(limits);
                Starts++;
                if (request.Call is not (InferenceCall.Load or InferenceCall.Probe) && _folder is not null)
                {
                    var (again, _) = await _host.CallAsync(LoadRequest(_folder), [], limits.LoadTimeout);
                    if (again.ErrorCode is not null)
                    {
                        return (again, []);
                    }
                }
            }

            return await _host.CallAsync(request, body, limit);
        }
        catch (ModelException error)
        {
            // The process is gone; the next call starts another one.
            if (_host is { } failed)
            {
                await failed.DisposeAsync();
                _host = null;
            }

            return (new InferenceAnswer { ErrorCode = error.Code, ErrorMessage = error.Message }, []);
        }
        finally
        {
            _turn.Release();
        }
    }

    private static List<int[]> Sizes(IEnumerable<PixelImage> images) => [.. images.Select(image => new[] { image.Width, image.Height })];

    private static List<ReadOnlyMemory<byte>> Pixels(IEnumerable<PixelImage> images) => [.. images.Select(image => image.Pixels)];
}
