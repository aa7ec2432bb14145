namespace Annotator.Core.Queues;

/// <summary>Arguments of <c>queue:task</c>: which frames look like nothing that is labelled, and which look alike.</summary>
/// <param name="ModelId">The embedder whose vectors are compared; null for perceptual hashes.</param>
public sealed record QueueArguments(int? ModelId);
