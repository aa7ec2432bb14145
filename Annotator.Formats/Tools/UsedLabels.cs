using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Tools;

/// <summary>Gives a dataset that declares no labels at all those that its objects have, so that other formats can hold them.</summary>
public static class UsedLabels
{
    /// <summary>
    /// Reads the archive through once more, beside <paramref name="source"/>, which the result owns. A dataset without
    /// objects comes back as it is.
    /// </summary>
    /// <exception cref="DatasetException">There are more labels than the archive's limit.</exception>
    public static async Task<IDatasetSource> DeclareAsync(
        IDatasetSource source, IDatasetReader reader, DatasetArchive archive, DatasetReadOptions options, CancellationToken cancel)
    {
        try
        {
            await using var other = await reader.OpenAsync(archive, options, new DatasetReport(), cancel);
            var labels = new OrderedDictionary<string, DatasetLabel>(StringComparer.Ordinal);
            await foreach (var item in other.ReadItemsAsync(cancel))
            {
                // Fractions become shapes at any size.
                var whole = item.AtSize?.Invoke(1, 1) ?? item;
                foreach (var name in whole.Shapes.Select(shape => shape.Label).Concat(whole.Tags.Select(tag => tag.Label)))
                {
                    labels.TryAdd(name, new DatasetLabel { Name = name });
                }

                DatasetArchive.ThrowIfOver("too-many-labels", "labels", labels.Count, archive.Limits.MaxLabels);
            }

            return labels.Count == 0 ? source : new MappedSource(source, source.Info with { Labels = [.. labels.Values] }, item => item, track => track) { OfFrames = true };
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }
}
