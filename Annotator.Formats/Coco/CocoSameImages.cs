using Annotator.Formats.Archives;

namespace Annotator.Formats.Coco;

/// <summary>
/// Images that several files of one subset and folder list, as the benchmark's own archive has them: its boxes, keypoints and captions
/// are files each. They are one image with the objects of all.
/// </summary>
internal sealed class CocoSameImages
{
    private readonly Dictionary<(int File, int Image), List<(int File, int Image)>> _others = [];
    private readonly HashSet<(int File, int Image)> _later = [];

    public CocoSameImages(IReadOnlyList<CocoFile> files)
    {
        var subsets = files.Select((file, index) => (Subset: CocoValues.Subset(file.Path), Folder: EntryPaths.Folder(file.Path), Index: index)).GroupBy(file => (file.Subset, file.Folder), file => file.Index);
        foreach (var group in subsets.Where(group => group.Count() > 1))
        {
            var first = new Dictionary<string, (int File, int Image)>(StringComparer.Ordinal);
            foreach (var file in group)
            {
                for (var i = 0; i < files[file].Images.Count; i++)
                {
                    var image = files[file].Images[i];
                    if (!image.Listed || first.TryAdd(image.Name, (file, i)) || first[image.Name].File == file)
                    {
                        continue;
                    }

                    _later.Add((file, i));
                    if (!_others.TryGetValue(first[image.Name], out var others))
                    {
                        _others[first[image.Name]] = others = [];
                    }

                    others.Add((file, i));
                }
            }
        }
    }

    /// <summary>Whether there are such images at all.</summary>
    public bool Any => _later.Count > 0;

    /// <summary>Whether the image is not that of a file before.</summary>
    public bool IsFirst(int file, int image) => !_later.Contains((file, image));

    /// <summary>The image itself, then what it is in other files.</summary>
    public IEnumerable<(int File, int Image)> Of(int file, int image) =>
        _others.TryGetValue((file, image), out var others) ? others.Prepend((file, image)) : [(file, image)];
}
