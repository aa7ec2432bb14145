using System.Collections.Concurrent;
using Annotator.Inference.Interactive;
using Microsoft.Extensions.Options;

namespace Annotator.Worker.Models;

/// <summary>
/// What interactive models have seen in pictures: made once for all who click, kept while there is room, the longest unused going
/// first. Making one takes seconds, an answer to a click milliseconds.
/// </summary>
internal sealed class ModelEmbeddings(IServiceScopeFactory scopes, IOptions<ModelOptions> options)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<ImageEmbedding>>> _making = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly LinkedList<(ImageEmbedding Embedding, long Bytes)> _kept = [];
    private long _bytes;

    public async Task<ImageEmbedding> OfAsync(int modelId, ModelLease model, int taskId, int frame, CancellationToken cancel)
    {
        // The picture of a frame never changes; a model with other files or another description has another stamp.
        var key = FormattableString.Invariant($"{modelId}/{model.Stamp}/{taskId}/{frame}");
        if (Find(key) is { } kept)
        {
            return kept;
        }

        // Whoever asks for the same waits for one making, which goes on when the first one leaves.
        var making = _making.GetOrAdd(key, _ => new Lazy<Task<ImageEmbedding>>(() => MakeAsync(key, model, taskId, frame)));
        try
        {
            return await making.Value.WaitAsync(cancel);
        }
        finally
        {
            if (making.Value.IsCompleted)
            {
                _making.TryRemove(KeyValuePair.Create(key, making));
            }
        }
    }

    private async Task<ImageEmbedding> MakeAsync(string key, ModelLease model, int taskId, int frame)
    {
        await using var scope = scopes.CreateAsyncScope();
        var picture = await ModelEndpoints.PictureAsync(scope.ServiceProvider.GetRequiredService<FramePictures>(), taskId, frame, CancellationToken.None);
        var embedding = await model.Process.EncodeAsync(key, picture, CancellationToken.None);
        Keep(embedding);
        return embedding;
    }

    private ImageEmbedding? Find(string key)
    {
        lock (_lock)
        {
            for (var node = _kept.First; node is not null; node = node.Next)
            {
                if (node.Value.Embedding.Key == key)
                {
                    _kept.Remove(node);
                    _kept.AddFirst(node);
                    return node.Value.Embedding;
                }
            }

            return null;
        }
    }

    private void Keep(ImageEmbedding embedding)
    {
        var bytes = embedding.Tensors.Sum(tensor => (long)tensor.Data.Length * sizeof(float));
        lock (_lock)
        {
            _kept.AddFirst((embedding, bytes));
            _bytes += bytes;
            while (_bytes > options.Value.EmbeddingBytes && _kept.Last is { } last && last != _kept.First)
            {
                _bytes -= last.Value.Bytes;
                _kept.RemoveLast();
            }
        }
    }
}
