using Annotator.Formats.Archives;
using Annotator.Formats.Png;

namespace Annotator.Formats.LabelImages;

/// <summary>
/// An image whose pixels are numbers of labels or objects, as runs of equal pixels from left to right and from top to bottom.
/// A run may go on in the next row.
/// </summary>
internal sealed class LabelImage(int width, int height)
{
    /// <summary>Runs of one image; more is a photo or noise, not labels.</summary>
    public const int MaxRuns = 4_000_000;

    private Func<int, int> _colorOf = value => value;

    public int Width { get; } = width;
    public int Height { get; } = height;

    /// <summary>What the numbers are in the file that the image was read from.</summary>
    public PngForm Form { get; private init; }
    public List<(int Value, int Length)> Runs { get; } = [];

    /// <summary>Reads a PNG image of an archive. Nothing else may be open in the archive.</summary>
    /// <exception cref="DatasetException">No PNG, damaged, over a limit, or noise.</exception>
    public static LabelImage Read(DatasetArchive archive, DatasetArchiveEntry entry, CancellationToken cancel)
    {
        using var content = archive.Open(entry);
        using var png = new PngReader(content, entry.Path, archive.Limits);
        var image = new LabelImage(png.Width, png.Height) { Form = png.Form, _colorOf = png.ColorOf };
        var row = new int[png.Width];
        while (png.ReadRow(row))
        {
            cancel.ThrowIfCancellationRequested();
            image.AddRow(row, entry.Path);
        }

        return image;
    }

    /// <summary>The colour of a number in the file, as 0xRRGGBB.</summary>
    public int ColorOf(int value) => _colorOf(value);

    /// <param name="path">Whose row it is, for messages.</param>
    /// <exception cref="DatasetException">There are more than <see cref="MaxRuns"/> runs.</exception>
    public void AddRow(ReadOnlySpan<int> row, string path)
    {
        while (row.Length > 0)
        {
            var value = row[0];
            var length = row.IndexOfAnyExcept(value);
            length = length < 0 ? row.Length : length;
            if (Runs.Count > 0 && Runs[^1].Value == value)
            {
                Runs[^1] = (value, Runs[^1].Length + length);
            }
            else if (Runs.Count < MaxRuns)
            {
                Runs.Add((value, length));
            }
            else
            {
                throw new DatasetException("label-image-noise", $"{path} changes from pixel to pixel more than {MaxRuns} times; it is no image of labels.");
            }

            row = row[length..];
        }
    }

    /// <summary>Pixels of each number.</summary>
    public Dictionary<int, long> Areas()
    {
        var areas = new Dictionary<int, long>();
        foreach (var (value, length) in Runs)
        {
            areas[value] = areas.GetValueOrDefault(value) + length;
        }

        return areas;
    }

    /// <summary>Writes a PNG image with another number, or a colour, for each.</summary>
    public void Write(Stream output, PngForm form, Func<int, int> map)
    {
        using var png = new PngWriter(output, Width, Height, form);
        var row = new int[Width];
        var x = 0;
        foreach (var (value, length) in Runs)
        {
            var (mapped, rest) = (map(value), length);
            while (rest > 0)
            {
                var part = Math.Min(rest, Width - x);
                row.AsSpan(x, part).Fill(mapped);
                (x, rest) = (x + part, rest - part);
                if (x == Width)
                {
                    png.WriteRow(row);
                    x = 0;
                }
            }
        }
    }
}
