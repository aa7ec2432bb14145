using System.IO.Compression;
using Annotator.Formats;
using Annotator.Formats.Png;

namespace Annotator.Tests.Formats;

/// <summary>Label images in archives, read and made.</summary>
internal static class LabelImageFiles
{
    /// <summary>Pixels of a PNG image in an archive, as 0xRRGGBB or, of 16 bits, as they are; then its width.</summary>
    public static int[] Colors(byte[] zip, string name) => Pixels(zip, name, colors: true);

    /// <summary>The same, but the numbers as they are stored.</summary>
    public static int[] Numbers(byte[] zip, string name) => Pixels(zip, name, colors: false);

    /// <summary>Pixels of each value, the most frequent first, such as <c>0x4400 1000x400</c>.</summary>
    public static string Areas(byte[] zip, string name) =>
        string.Join(' ', Numbers(zip, name).SkipLast(1).GroupBy(value => value).OrderByDescending(group => group.Count()).Select(group => $"{group.Key}x{group.Count()}"));

    public static byte[] Make(PngForm form, int[][] rows, params int[] palette)
    {
        using var output = new MemoryStream();
        using (var writer = new PngWriter(output, rows[0].Length, rows.Length, form, palette))
        {
            Array.ForEach(rows, row => writer.WriteRow(row));
        }

        return output.ToArray();
    }

    private static int[] Pixels(byte[] zip, string name, bool colors)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        using var content = archive.GetEntry(name)!.Open();
        using var png = new PngReader(content, name, DatasetLimits.Default);
        var pixels = new List<int>();
        var row = new int[png.Width];
        while (png.ReadRow(row))
        {
            pixels.AddRange(row.Select(value => colors && png.Form.Depth < 16 ? png.ColorOf(value) : value));
        }

        return [.. pixels, png.Width];
    }
}
