using System.Globalization;
using System.Text;
using Annotator.Formats.Model;

namespace Annotator.Formats.Tools;

/// <summary>New names for frames by a pattern, and new numbers for frames and tracks.</summary>
public static class FrameNames
{
    private const string Words = "{name}, {stem}, {ext}, {dir}, {subset}, {frame}, {index}";

    /// <summary>
    /// Names every frame by a pattern such as <c>{subset}_{index:6}{ext}</c>: <c>{name}</c> is the whole old name,
    /// <c>{dir}</c> its folder, <c>{stem}</c> its last part without <c>{ext}</c>, the extension with its dot;
    /// <c>{index}</c> counts frames from 0, and <c>{frame}</c> is the number in the source media or the index; a number of
    /// digits may follow both.
    /// </summary>
    /// <param name="source">Owned by the result from now on.</param>
    /// <exception cref="DatasetException"><c>pattern-invalid</c></exception>
    public static IDatasetSource Rename(IDatasetSource source, string pattern)
    {
        var parts = Parse(pattern);
        var index = 0;
        return new MappedSource(source, source.Info, item =>
        {
            var number = index++;
            var text = new StringBuilder();
            foreach (var part in parts)
            {
                text.Append(part(item, number));
            }

            return item with { Name = text.ToString() };
        }, track => track) { OfFrames = true };
    }

    /// <summary>Adds to the numbers of frames and of tracks.</summary>
    /// <param name="source">Owned by the result from now on.</param>
    /// <param name="frames">Not so far below zero that a number would be negative.</param>
    /// <exception cref="DatasetException">While reading, <c>frame-below-zero</c>.</exception>
    public static IDatasetSource Shift(IDatasetSource source, int frames, int tracks)
    {
        return new MappedSource(source, source.Info, item => item with
        {
            Frame = item.Frame is { } frame ? Number(frame, item.Name) : null,
            Shapes = tracks == 0 ? item.Shapes : [.. item.Shapes.Select(shape => shape.TrackId is { } id ? shape with { TrackId = id + tracks } : shape)],
        }, track => Moved(track) with { TrackId = track.TrackId + tracks });

        int Number(int frame, string place) => frame + (long)frames is var moved and >= 0 and <= int.MaxValue
            ? (int)moved
            : throw new DatasetException("frame-below-zero", $"{place}: frame {frame} cannot be moved by {frames}.");

        DatasetTrack Moved(DatasetTrack track) => track with
        {
            Keyframes = [.. track.Keyframes.Select(keyframe => keyframe with { Frame = Number(keyframe.Frame, track.Label) })],
            Elements = [.. track.Elements.Select(Moved)],
        };
    }

    private static List<Func<DatasetItem, int, string>> Parse(string pattern)
    {
        var parts = new List<Func<DatasetItem, int, string>>();
        var at = 0;
        while (at < pattern.Length)
        {
            var open = pattern.IndexOf('{', at);
            if (open != at)
            {
                var text = open < 0 ? pattern[at..] : pattern[at..open];
                parts.Add((_, _) => text);
                at += text.Length;
                continue;
            }

            var close = pattern.IndexOf('}', open);
            var word = close < 0 ? throw Wrong(pattern[open..]) : pattern[(open + 1)..close];
            parts.Add(Part(word));
            at = close + 1;
        }

        return parts.Count > 0 ? parts : throw new DatasetException("pattern-invalid", "Names: the pattern is empty.");
    }

    private static Func<DatasetItem, int, string> Part(string word)
    {
        var colon = word.IndexOf(':', StringComparison.Ordinal);
        var digits = 1;
        if (colon > 0 && !(int.TryParse(word.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out digits) && digits is > 0 and < 20))
        {
            throw Wrong($"{{{word}}}");
        }

        var format = "D" + digits.ToString(CultureInfo.InvariantCulture);
        return (colon > 0 ? word[..colon] : word, colon > 0) switch
        {
            ("index", _) => (_, index) => index.ToString(format, CultureInfo.InvariantCulture),
            ("frame", _) => (item, index) => (item.Frame ?? index).ToString(format, CultureInfo.InvariantCulture),
            ("name", false) => (item, _) => item.Name,
            ("stem", false) => (item, _) => Path.GetFileNameWithoutExtension(item.Name),
            ("ext", false) => (item, _) => Path.GetExtension(item.Name),
            ("dir", false) => (item, _) => item.Name.LastIndexOf('/') is var slash and >= 0 ? item.Name[..(slash + 1)] : "",
            ("subset", false) => (item, _) => item.Subset,
            _ => throw Wrong($"{{{word}}}"),
        };
    }

    private static DatasetException Wrong(string part) =>
        new("pattern-invalid", $"Names: {part} is not understood; there are {Words}, and {{index:6}} and {{frame:6}} for six digits.");
}
