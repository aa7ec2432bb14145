using System.Globalization;
using Annotator.Core.Media;

namespace Annotator.Core.Datasets;

/// <summary>
/// Finds the task's frame that a file of annotations means. Exact names count before alike ones; a name that fits several
/// frames fits none.
/// </summary>
public sealed class FrameMatcher
{
    private const int Ambiguous = -1;
    private const string FramePrefix = "frame_";

    private readonly Dictionary<string, int> _exact = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _stems = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _folded = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> _fileNames = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> _fileStems = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> _paths = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<int, int> _bySource = [];
    private readonly Dictionary<int, string> _names = [];
    private readonly bool _video;

    /// <param name="frames">The task's frames.</param>
    /// <param name="sourceNumber">A frame's number in the source media.</param>
    /// <param name="video">Frames of videos have no names of their own: their numbers count.</param>
    public FrameMatcher(IEnumerable<Frame> frames, Func<int, int> sourceNumber, bool video)
    {
        _video = video;
        foreach (var frame in frames)
        {
            var name = Normal(frame.Name);
            _names[frame.Number] = name;
            Add(_exact, name, frame.Number);
            Add(_stems, Stem(name), frame.Number);
            Add(_folded, Stem(name), frame.Number);
            Add(_fileNames, FileName(name), frame.Number);
            Add(_fileStems, Stem(FileName(name)), frame.Number);
            foreach (var end in Ends(name))
            {
                Add(_paths, Stem(end), frame.Number);
            }

            _bySource[sourceNumber(frame.Number)] = frame.Number;
        }
    }

    /// <summary>The frame in the task's numbering, or null.</summary>
    /// <param name="name">As the file has it, with folders or without.</param>
    /// <param name="sourceNumber">The number that the file gives beside the name.</param>
    public int? Find(string name, int? sourceNumber, FrameMatching by = FrameMatching.Automatic)
    {
        var path = Normal(name);
        switch (by)
        {
            case FrameMatching.Path:
                return Get(_exact, path);
            case FrameMatching.Name:
                return Get(_fileNames, FileName(path));
            case FrameMatching.Stem:
                return Get(_fileStems, FileName(path)) ?? Get(_fileStems, Stem(FileName(path)));
            case FrameMatching.Number:
                return FindNumber(sourceNumber ?? NumberIn(path));
            case FrameMatching.Automatic:
            default:
                return (path.Length > 0 ? Alike(path) : null)
                    ?? (_video ? FindNumber(sourceNumber ?? NumberIn(path)) : IsFrameName(path) ? FindNumber(NumberIn(path)) : null);
        }
    }

    /// <summary>What a name and the frame that was found for it have in common.</summary>
    public FrameMatching Common(string name, int frame)
    {
        var (path, own) = (Normal(name), _names[frame]);
        return path.Equals(own, StringComparison.OrdinalIgnoreCase) ? FrameMatching.Path
            : FileName(path).Equals(FileName(own), StringComparison.OrdinalIgnoreCase) ? FrameMatching.Name
            : Stem(FileName(own)) is var stem && (stem.Equals(FileName(path), StringComparison.OrdinalIgnoreCase)
                || stem.Equals(Stem(FileName(path)), StringComparison.OrdinalIgnoreCase)) ? FrameMatching.Stem
            : FrameMatching.Number;
    }

    /// <summary>The frame of that number in the source media, whatever it is called; or null.</summary>
    public int? FindNumber(int? sourceNumber) =>
        sourceNumber is { } number && _bySource.TryGetValue(number, out var frame) ? frame : null;

    /// <summary>The name as it is may be one without its extension, and have a dot of its own.</summary>
    private int? Alike(string path) =>
        Get(_exact, path)
        ?? Get(_stems, path)
        ?? Get(_stems, Stem(path))
        ?? Get(_folded, path)
        ?? Get(_folded, Stem(path))
        ?? Ends(path).Select(end => Get(_folded, Stem(end))).FirstOrDefault(number => number is not null)
        ?? Get(_paths, Stem(path))
        ?? Get(_fileNames, FileName(path))
        ?? Get(_fileStems, Stem(FileName(path)));

    /// <summary>Names such as <c>frame_000421</c>, which exports give to frames that have none of their own.</summary>
    private static bool IsFrameName(string path) =>
        Stem(FileName(path)) is var stem
        && stem.StartsWith(FramePrefix, StringComparison.OrdinalIgnoreCase)
        && stem.Length > FramePrefix.Length
        && stem.AsSpan(FramePrefix.Length).IndexOfAnyExceptInRange('0', '9') < 0;

    private static int? Get(Dictionary<string, int> names, string name) =>
        names.TryGetValue(name, out var number) && number != Ambiguous ? number : null;

    private static void Add(Dictionary<string, int> names, string name, int number)
    {
        if (!names.TryAdd(name, number) && names[name] != number)
        {
            names[name] = Ambiguous;
        }
    }

    /// <summary>The path without its first folders, longest first; neither the path itself nor the bare file name.</summary>
    private static IEnumerable<string> Ends(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            if (path.IndexOf('/', slash + 1) >= 0)
            {
                yield return path[(slash + 1)..];
            }
        }
    }

    private static string Normal(string name) => name.Replace('\\', '/').TrimStart('/');

    private static string FileName(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>Without the extension: what follows the last dot of the file's name, where it is short and has no blank.</summary>
    private static string Stem(string path)
    {
        var dot = path.LastIndexOf('.');
        return dot > path.LastIndexOf('/') + 1 && path.Length - dot is > 1 and <= 6 && !path.AsSpan(dot).Contains(' ') ? path[..dot] : path;
    }

    private static int? NumberIn(string path)
    {
        var stem = Stem(FileName(path));
        var digits = stem.Length;
        while (digits > 0 && char.IsAsciiDigit(stem[digits - 1]))
        {
            digits--;
        }

        return int.TryParse(stem.AsSpan(digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
