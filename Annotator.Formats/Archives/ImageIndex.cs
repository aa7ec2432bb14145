using System.Runtime.InteropServices;

namespace Annotator.Formats.Archives;

/// <summary>Numbers images in the order in which files name them.</summary>
internal sealed class ImageIndex(DatasetLimits limits)
{
    private readonly Dictionary<(string Subset, string Name), int> _numbers = [];
    private readonly List<(string Subset, string Name)> _images = [];
    private readonly Dictionary<string, string> _subsets = new(StringComparer.Ordinal);

    public IReadOnlyList<(string Subset, string Name)> Images => _images;

    /// <summary>The image's number from 0; a new one for a new image.</summary>
    /// <exception cref="DatasetException">There are more images than <see cref="DatasetLimits.MaxFrames"/>.</exception>
    public int Add(string subset, string name)
    {
        // The same few subsets come again and again.
        if (!_subsets.TryGetValue(subset, out var known))
        {
            _subsets[subset] = known = subset;
        }

        ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, (known, name), out var seen);
        if (!seen)
        {
            DatasetArchive.ThrowIfOver("too-many-images", "images", _images.Count + 1L, limits.MaxFrames);
            number = _images.Count;
            _images.Add((known, name));
        }

        return number;
    }

    /// <summary>The image's number; null when it was not added.</summary>
    public int? Find(string subset, string name) => _numbers.TryGetValue((subset, name), out var number) ? number : null;
}
