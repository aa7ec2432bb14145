using System.Globalization;
using Annotator.Formats.Archives;

namespace Annotator.Formats.Mot;

/// <summary>What <c>seqinfo.ini</c> tells of a sequence; zeros and empty where it does not.</summary>
internal sealed record MotInfo(string Name, string Folder, int Length, int Width, int Height)
{
    public static MotInfo None { get; } = new("", "", 0, 0, 0);

    public static MotInfo Read(IEnumerable<string> lines)
    {
        var info = None;
        foreach (var line in lines)
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            var value = equals < 0 ? "" : line[(equals + 1)..].Trim();
            var number = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
            info = (equals < 0 ? "" : line[..equals].Trim().ToLowerInvariant()) switch
            {
                "name" => info with { Name = value },
                "imdir" => info with { Folder = value.Trim('/') },
                "seqlength" => info with { Length = number },
                "imwidth" => info with { Width = number },
                "imheight" => info with { Height = number },
                _ => info,
            };
        }

        return info;
    }
}

/// <summary>
/// Which image a sequence's frame is. Frames count from 0 here. Images are in order of their names; files of the contract
/// count by the number in the image's name where it is one.
/// </summary>
internal sealed class MotFrames
{
    private const string VideoPrefix = "frame_";

    private readonly Dictionary<int, DatasetArchiveEntry> _byFrame = [];

    /// <param name="images">The sequence's images.</param>
    /// <param name="length">Frames of the sequence as it says itself; 0 when it does not.</param>
    /// <param name="isNumbered">Whether the file's frames, less 1, are all among such numbers.</param>
    /// <param name="by">What frames mean, where the images' names could be read either way.</param>
    public MotFrames(IEnumerable<DatasetArchiveEntry> images, int length, Func<IReadOnlyCollection<int>, bool> isNumbered, FrameNumbering by)
    {
        var ordered = images.OrderBy(image => image.Path, StringComparer.Ordinal).ToList();
        var numbers = ordered.ConvertAll(image => Number(Path.GetFileNameWithoutExtension(image.Path)));
        var numbered = numbers.Count > 0 && !numbers.Contains(null) && numbers.Distinct().Count() == numbers.Count;
        var video = numbered && EntryPaths.FileName(ordered[0].Path).StartsWith(VideoPrefix, StringComparison.Ordinal);
        if (numbered && !video)
        {
            var whole = numbers.OfType<int>().ToList();
            var places = Enumerable.Range(0, ordered.Count).ToList();
            var told = length != ordered.Count && isNumbered(whole);
            IsAmbiguous = by == FrameNumbering.Told && !whole.SequenceEqual(places) && isNumbered(whole) && isNumbered(places);
            numbered = by == FrameNumbering.Told ? told : by == FrameNumbering.Number;
        }

        IsNumbered = numbered;

        for (var i = 0; i < ordered.Count; i++)
        {
            _byFrame[numbered ? numbers[i]!.Value : i] = ordered[i];
        }

        Last = Math.Max(length - 1, _byFrame.Count == 0 ? -1 : _byFrame.Keys.Max());
        Known = length > 0 || ordered.Count > 0;
    }

    /// <summary>Whether frames are the numbers in the images' names, and not their places.</summary>
    public bool IsNumbered { get; }

    /// <summary>Whether every line has an image either way, if another one, and nobody has said which way is meant.</summary>
    public bool IsAmbiguous { get; }

    /// <summary>The last frame there is, as far as is known; -1 when nothing is.</summary>
    public int Last { get; }

    /// <summary>Whether anything but the boxes says how many frames there are.</summary>
    public bool Known { get; }
    public IEnumerable<int> Frames => _byFrame.Keys;

    public DatasetArchiveEntry? Find(int frame) => _byFrame.GetValueOrDefault(frame);

    /// <summary>Frames of videos are called by their number from 0; a bare number is one more, so that 0 is none.</summary>
    private static int? Number(string stem)
    {
        var video = stem.StartsWith(VideoPrefix, StringComparison.Ordinal);
        return int.TryParse(video ? stem.AsSpan(VideoPrefix.Length) : stem, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= DatasetLimits.Default.MaxFrames && (video || number > 0)
                ? number - (video ? 0 : 1)
                : null;
    }
}
