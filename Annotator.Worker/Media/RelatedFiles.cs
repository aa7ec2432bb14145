using Annotator.Core.Media;

namespace Annotator.Worker.Media;

/// <summary>
/// Pictures that stand beside frames. They lie in <c>related_images/NAME</c> beside the frame's file, where NAME is that file's
/// name with underscores for dots: <c>a/related_images/1_jpg/depth.png</c> belongs to <c>a/1.jpg</c>.
/// </summary>
internal static class RelatedFiles
{
    private const string Folder = "related_images";

    /// <summary>Files that become frames, and files that stand beside them. Without the frame's file they are files like others.</summary>
    public static (List<SourceFile> Media, List<SourceFile> Related) Split(IReadOnlyList<SourceFile> files)
    {
        var related = files.Where(file => OwnerOf(file.Name) is not null).ToList();
        if (related.Count == 0)
        {
            return ([.. files], related);
        }

        var owners = files.Where(file => OwnerOf(file.Name) is null).Select(file => KeyOf(file.Name)).ToHashSet(StringComparer.Ordinal);
        related.RemoveAll(file => !owners.Contains(OwnerOf(file.Name)!));
        var set = related.ToHashSet();
        return ([.. files.Where(file => !set.Contains(file))], related);
    }

    /// <summary>Takes what became of the related files out of what was collected.</summary>
    public static List<Frame> Take(List<Frame> collected, List<SourceFile> related)
    {
        if (related.Count == 0)
        {
            return [];
        }

        var names = related.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        var taken = collected.Where(frame => frame.VideoNumber is null && frame.Page is null && names.Contains(frame.Name)).ToList();
        collected.RemoveAll(frame => names.Contains(frame.Name) || (OwnerOf(frame.Name) is not null && frame.Page is not null));
        return taken;
    }

    /// <summary>The rows, by frame and by name.</summary>
    public static List<RelatedImage> Match(IReadOnlyList<Frame> frames, IReadOnlyList<Frame> related)
    {
        var byOwner = related.ToLookup(image => OwnerOf(image.Name)!, StringComparer.Ordinal);
        return byOwner.Count == 0 ? [] :
        [
            .. frames.SelectMany(frame => byOwner[KeyOf(frame.Name)].OrderBy(image => image.Name, StringComparer.Ordinal).Select((image, position) => new RelatedImage
            {
                FrameNumber = frame.Number,
                Position = position,
                Name = image.Name,
                BlobKey = image.BlobKey,
                BlobOffset = image.BlobOffset,
                ByteLength = image.ByteLength,
                ContentType = image.ContentType,
            })),
        ];
    }

    /// <summary><c>a/1_jpg</c> of <c>a/related_images/1_jpg/depth.png</c>; null of any other path.</summary>
    private static string? OwnerOf(string path)
    {
        var parts = path.Split('/');
        return parts.Length >= 3 && parts[^3] == Folder ? string.Join('/', [.. parts[..^3], parts[^2]]) : null;
    }

    private static string KeyOf(string path)
    {
        var slash = path.LastIndexOf('/') + 1;
        return path[..slash] + path[slash..].Replace('.', '_');
    }
}
