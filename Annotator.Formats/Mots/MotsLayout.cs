using Annotator.Formats.Archives;

namespace Annotator.Formats.Mots;

/// <summary>The label images of one clip, in order of their names.</summary>
/// <param name="Name">The folder around <c>instances</c>; empty for none.</param>
internal sealed record MotsClip(string Name)
{
    public List<(string Id, DatasetArchiveEntry File)> Frames { get; } = [];
    public DatasetArchiveEntry? Labels { get; set; }

    /// <summary>Frames that are pictures only, by name without extension.</summary>
    public HashSet<string> Pictures { get; } = new(StringComparer.Ordinal);
}

/// <summary>
/// Sorts the files of a MOTS archive: <c>instances</c> and <c>images</c> in a folder for each clip; or <c>instances</c> with a
/// folder for each clip in it.
/// </summary>
internal sealed class MotsLayout
{
    public const string LabelsName = "labels.txt";

    private readonly SortedDictionary<string, MotsClip> _clips = new(StringComparer.Ordinal);

    public MotsLayout(DatasetArchive archive)
    {
        foreach (var file in archive.Entries)
        {
            var segments = file.Path.Split('/');
            var at = Array.FindIndex(segments, 0, segments.Length - 1, segment => segment is "instances" or "images");
            if (at < 0)
            {
                continue;
            }

            var around = at > 0 && segments[at - 1] != "default" ? segments[at - 1] : "";
            var rest = segments[(at + 1)..];
            if (rest.Length > 1 && IsClip(rest[0]))
            {
                (around, rest) = (rest[0], rest[1..]);
            }

            if (segments[at] == "images")
            {
                if (FileEndings.IsImage(file.Path))
                {
                    Clip(around).Pictures.Add(ImageNames.Stem(string.Join('/', rest)));
                }
            }
            else if (rest[^1].Equals(LabelsName, StringComparison.OrdinalIgnoreCase))
            {
                Clip(around).Labels = file;
            }
            else if (ArchiveProbe.Has(file, ".png"))
            {
                Clip(around).Frames.Add((ImageNames.Stem(string.Join('/', rest)), file));
            }
        }

        foreach (var clip in _clips.Values)
        {
            clip.Frames.Sort((one, other) => string.CompareOrdinal(one.Id, other.Id));
        }
    }

    public IEnumerable<MotsClip> Clips => _clips.Values;

    public bool HasFrames => _clips.Values.Any(clip => clip.Frames.Count > 0);

    public bool HasLabels => _clips.Values.Any(clip => clip.Labels is not null);

    /// <summary>Whether an image file is a frame and not one of objects.</summary>
    public static bool IsFrame(DatasetArchiveEntry file) =>
        !file.Path.StartsWith("instances/", StringComparison.Ordinal) && !file.Path.Contains("/instances/", StringComparison.Ordinal);

    /// <summary>The challenge's folders of clips are called by four digits.</summary>
    private static bool IsClip(string folder) => folder.Length == 4 && folder.All(char.IsAsciiDigit);

    private MotsClip Clip(string name)
    {
        if (!_clips.TryGetValue(name, out var clip))
        {
            _clips[name] = clip = new MotsClip(name);
        }

        return clip;
    }
}
