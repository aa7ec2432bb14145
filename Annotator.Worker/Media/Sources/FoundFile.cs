namespace Annotator.Worker.Media.Sources;

/// <summary>A file that is to become part of a task, where it lies now.</summary>
/// <param name="Name">The path as the user knows it.</param>
/// <param name="Key">How the blob store's door knows it: <see cref="Core.Media.Sources.SourceKey"/>.</param>
/// <param name="Length">Bytes.</param>
internal sealed record FoundFile(string Name, string Key, long Length);
