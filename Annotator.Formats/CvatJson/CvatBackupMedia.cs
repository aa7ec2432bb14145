using System.Text.Json;
using Annotator.Formats.Archives;

namespace Annotator.Formats.CvatJson;

/// <summary>The media of one task in a backup, in the order of its frames.</summary>
/// <param name="IsListed">Whether a list stood beside the files, so that each of them is known to be wanted.</param>
public sealed record CvatBackupMedia(IReadOnlyList<CvatBackupFile> Files, bool IsListed)
{
    private const string RelatedFolder = "related_images";

    /// <summary>Pictures that stand beside frames: <c>a/related_images/1_jpg/depth.png</c> beside <c>a/1.jpg</c>.</summary>
    public IReadOnlyList<CvatBackupFile> Related { get; private init; } = [];

    private static readonly string[] s_lists = ["manifest.jsonl", "index.json"];

    /// <param name="folder">Ends in a slash.</param>
    /// <exception cref="DatasetException">There is none, or one that the list names is missing.</exception>
    internal static CvatBackupMedia Read(DatasetArchive archive, string folder)
    {
        var files = archive.Entries
            .Where(entry => entry.Path.StartsWith(folder, StringComparison.Ordinal) && !s_lists.Contains(entry.Path[folder.Length..]))
            .Select(entry => new CvatBackupFile(entry.Path[folder.Length..], entry))
            .ToList();
        if (files.Count == 0)
        {
            throw new DatasetException("backup-no-media", $"The backup holds no media: there is no file in {folder}.");
        }

        // A picture that only looks like one beside a frame is a frame: the list says so.
        var (names, isVideo) = archive.Find(folder + "manifest.jsonl") is { } manifest ? ReadList(archive, manifest) : ([], false);
        var listed = names.ToHashSet(StringComparer.Ordinal);
        var related = files.Where(file => file.Name.Split('/') is { Length: >= 3 } parts && parts[^3] == RelatedFolder && !listed.Contains(file.Name)).ToHashSet();
        files.RemoveAll(related.Contains);
        return (names.Count == 0 ? new CvatBackupMedia(files, false)
            : isVideo ? new CvatBackupMedia([Named(files, names[0], folder)], true)
            : new CvatBackupMedia(Arrange(files, names, folder), true)) with
        {
            Related = [.. related],
        };
    }

    /// <summary>Images by the list. Frames of videos stand in it too: numbered, and below their video's name where there are several.</summary>
    private static List<CvatBackupFile> Arrange(List<CvatBackupFile> files, List<string> names, string folder)
    {
        var listed = names.ToHashSet(StringComparer.Ordinal);
        var byName = files.ToDictionary(file => file.Name, StringComparer.Ordinal);
        var videos = files.Where(file => !listed.Contains(file.Name)).ToList();
        var videoOf = new Dictionary<string, CvatBackupFile>(StringComparer.Ordinal);
        var arranged = new List<CvatBackupFile>();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var file = byName.GetValueOrDefault(name) ?? (IsVideoFrame(name) ? VideoOf(name[..Math.Max(0, name.LastIndexOf('/'))]) : null) ?? throw Missing(name, folder);
            if (taken.Add(file.Name))
            {
                arranged.Add(file);
            }
        }

        return arranged;

        CvatBackupFile? VideoOf(string prefix)
        {
            if (!videoOf.TryGetValue(prefix, out var video))
            {
                video = videos.Find(file => Path.ChangeExtension(file.Name, null) == prefix) ?? videos.Find(file => !videoOf.ContainsValue(file));
                if (video is not null)
                {
                    videoOf[prefix] = video;
                }
            }

            return video;
        }
    }

    private static bool IsVideoFrame(string name)
    {
        const string Begin = "frame_";
        var own = Path.ChangeExtension(name[(name.LastIndexOf('/') + 1)..], null);
        return own.Length > Begin.Length && own.StartsWith(Begin, StringComparison.Ordinal) && own.AsSpan(Begin.Length).IndexOfAnyExceptInRange('0', '9') < 0;
    }

    private static CvatBackupFile Named(List<CvatBackupFile> files, string name, string folder) =>
        files.Find(file => file.Name == name) ?? (files.Count == 1 ? files[0] : throw Missing(name, folder));

    private static DatasetException Missing(string name, string folder) =>
        new("backup-media-missing", $"{folder}{name} is missing: the backup's list of media names it.");

    private static (List<string> Names, bool IsVideo) ReadList(DatasetArchive archive, DatasetArchiveEntry manifest)
    {
        var (names, isVideo) = (new List<string>(), false);
        foreach (var line in LineReader.Lines(archive, manifest))
        {
            if (names.Count > archive.Limits.MaxFrames)
            {
                throw new DatasetException("too-many-frames", $"{manifest.Path} has more than {archive.Limits.MaxFrames} frames.");
            }

            try
            {
                using var parsed = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = archive.Limits.MaxDepth });
                var root = parsed.RootElement;
                isVideo |= JsonElements.Text(root, "type") == "video";
                if (isVideo && names.Count == 0 && JsonElements.Find(root, "properties") is { } properties && JsonElements.Text(properties, "name") is { Length: > 0 } video)
                {
                    names.Add(video);
                }
                else if (!isVideo && JsonElements.Text(root, "name") is { Length: > 0 } name)
                {
                    names.Add(name + JsonElements.Text(root, "extension"));
                }
            }
            catch (JsonException error)
            {
                throw new DatasetException("backup-damaged", $"{manifest.Path} has a line that is no JSON: {error.Message}", error);
            }
        }

        return (names, isVideo);
    }
}

/// <summary>A file among a task's media.</summary>
/// <param name="Name">Below the folder of the media.</param>
public sealed record CvatBackupFile(string Name, DatasetArchiveEntry Entry);
