using System.Diagnostics;
using System.Runtime.InteropServices;
using Annotator.Inference.Interactive;
using Annotator.Inference.Recognition;
using Annotator.Inference.Sessions;
using Annotator.Inference.Tracking;

namespace Annotator.Inference.Processes;

/// <summary>
/// The inner side: holds one model and answers one call after the other, until the pipe ends. Everything that a stranger's
/// model can do wrong, it does here.
/// </summary>
public sealed class InferenceHost : IDisposable
{
    private const int KeptEmbeddings = 4;
    private const int WarmUpSide = 64;

    private readonly LinkedList<ImageEmbedding> _embeddings = new();
    private (IImageModel? Images, ModelSession? Session, InteractiveModel? Interactive, VitNetwork? Tracker) _model;

    /// <summary>Serves standard input and output of this process.</summary>
    public static async Task RunAsync()
    {
        await using var input = Console.OpenStandardInput();
        await using var output = Console.OpenStandardOutput();

        // What libraries print must not come between the messages.
        Console.SetOut(Console.Error);
        using var host = new InferenceHost();
        await host.ServeAsync(new MessageChannel(input, output));
    }

    public void Dispose() => Close();

    private async Task ServeAsync(MessageChannel channel)
    {
        while (true)
        {
            InferenceRequest request;
            byte[] body;
            try
            {
                (request, body) = await channel.ReadAsync<InferenceRequest>(CancellationToken.None);
            }
            catch (EndOfStreamException)
            {
                // The server is gone, and so is all reason to live.
                return;
            }

            if (request.Call == InferenceCall.Stop)
            {
                return;
            }

            var (answer, bytes) = Answer(request, body);
            await channel.WriteAsync(answer, bytes, CancellationToken.None);
        }
    }

    private (InferenceAnswer Answer, IReadOnlyList<ReadOnlyMemory<byte>> Bytes) Answer(InferenceRequest request, byte[] body)
    {
        try
        {
            return request.Call switch
            {
                InferenceCall.Probe => (Probe(request), []),
                InferenceCall.Load => (Load(request), []),
                InferenceCall.Predict => (new InferenceAnswer { Predictions = Images().Predict(Pictures(request, body), request.Options ?? new PredictionOptions(), CancellationToken.None) }, []),
                InferenceCall.Embed => Embed(Pictures(request, body)),
                InferenceCall.Encode => Encode(request, body),
                InferenceCall.Segment => (Segment(request, body), []),
                InferenceCall.Track => (Track(Pictures(request, body)), []),
                _ => throw new InvalidOperationException($"{request.Call} is no call."),
            };
        }
        catch (ModelException error)
        {
            return (new InferenceAnswer { ErrorCode = error.Code, ErrorMessage = error.Message }, []);
        }
        catch (Exception error) when (error is OutOfMemoryException or OverflowException or ArgumentException or IndexOutOfRangeException or InvalidOperationException or IOException)
        {
            // A model may give shapes that no decoder foresaw; the process goes on.
            return (new InferenceAnswer { ErrorCode = "model-failed", ErrorMessage = $"The model gave something that cannot be read: {error.Message}" }, []);
        }
    }

    private static InferenceAnswer Probe(InferenceRequest request)
    {
        using var session = OnnxSession.Open(request.Path!, request.Session!, request.Limits!);
        return new InferenceAnswer { Probe = ModelProbe.Run(session, CancellationToken.None) };
    }

    private InferenceAnswer Load(InferenceRequest request)
    {
        Close();
        var start = Stopwatch.GetTimestamp();
        var package = ModelPackage.Read(request.Path!, request.Limits!);
        _model = package.Open(request.Session!, request.Limits!);
        var loaded = Stopwatch.GetElapsedTime(start);
        var (first, second) = (TimeSpan.Zero, TimeSpan.Zero);
        if (request.Session!.WarmUp && _model.Session is { } session)
        {
            start = Stopwatch.GetTimestamp();
            session.WarmUp(CancellationToken.None);
            first = Stopwatch.GetElapsedTime(start);
            start = Stopwatch.GetTimestamp();
            session.WarmUp(CancellationToken.None);
            second = Stopwatch.GetElapsedTime(start);
        }
        else if (request.Session!.WarmUp && _model.Tracker is not null)
        {
            var black = new PixelImage(WarmUpSide, WarmUpSide, new byte[WarmUpSide * WarmUpSide * 3]);
            start = Stopwatch.GetTimestamp();
            Track([black, black]);
            first = Stopwatch.GetElapsedTime(start);
            start = Stopwatch.GetTimestamp();
            Track([black, black]);
            second = Stopwatch.GetElapsedTime(start);
        }

        return new InferenceAnswer
        {
            Model = new LoadedModel(
                package.Description,
                _model.Images?.Provider ?? _model.Interactive?.Provider ?? _model.Tracker!.Provider,
                _model.Images?.Reason ?? _model.Interactive?.Reason ?? _model.Tracker!.Reason,
                loaded,
                first,
                second),
        };
    }

    private (InferenceAnswer, IReadOnlyList<ReadOnlyMemory<byte>>) Embed(List<PixelImage> images)
    {
        var session = _model.Session ?? throw NotLoaded("makes vectors");
        var vectors = session.Embed(images, CancellationToken.None);
        return (new InferenceAnswer { Lengths = [.. vectors.Select(vector => vector.Length)] }, [.. vectors.Select(vector => (ReadOnlyMemory<byte>)MemoryMarshal.AsBytes(vector.AsSpan()).ToArray())]);
    }

    private (InferenceAnswer, IReadOnlyList<ReadOnlyMemory<byte>>) Encode(InferenceRequest request, byte[] body)
    {
        var embedding = Interactive().Encode(request.Key!, Pictures(request, body)[0], CancellationToken.None);
        Keep(embedding);
        return (new InferenceAnswer(), [embedding.ToBytes()]);
    }

    /// <summary>The embedding comes along only when this process does not have it.</summary>
    private InferenceAnswer Segment(InferenceRequest request, byte[] body)
    {
        var embedding = body.Length > 0 ? ImageEmbedding.FromBytes(body) : _embeddings.FirstOrDefault(kept => kept.Key == request.Key);
        if (embedding is null)
        {
            return new InferenceAnswer { ErrorCode = InferenceProcess.EmbeddingUnknown, ErrorMessage = "The embedding is not here." };
        }

        Keep(embedding);
        return new InferenceAnswer { Candidates = Interactive().Segment(embedding, request.Prompt!, CancellationToken.None) };
    }

    private InferenceAnswer Track(List<PixelImage> pictures) =>
        new() { Sight = (_model.Tracker ?? throw NotLoaded("follows objects")).Look(pictures[0], pictures[1], CancellationToken.None) };

    private void Keep(ImageEmbedding embedding)
    {
        if (_embeddings.FirstOrDefault(kept => kept.Key == embedding.Key) is { } before)
        {
            _embeddings.Remove(before);
        }

        _embeddings.AddFirst(embedding);
        while (_embeddings.Count > KeptEmbeddings)
        {
            _embeddings.RemoveLast();
        }
    }

    private IImageModel Images() => _model.Images ?? throw NotLoaded("predicts");

    private InteractiveModel Interactive() => _model.Interactive ?? throw NotLoaded("takes clicks");

    private static ModelException NotLoaded(string what) => new("model-other-kind", $"The loaded model is none that {what}.");

    private static List<PixelImage> Pictures(InferenceRequest request, byte[] body)
    {
        var images = new List<PixelImage>(request.Images.Count);
        var at = 0;
        foreach (var size in request.Images)
        {
            var length = checked(size[0] * size[1] * 3);
            images.Add(new PixelImage(size[0], size[1], body.AsMemory(at, length)));
            at += length;
        }

        return images;
    }

    private void Close()
    {
        _model.Images?.Dispose();
        _model.Interactive?.Dispose();
        _model.Tracker?.Dispose();
        _model = default;
        _embeddings.Clear();
    }
}
