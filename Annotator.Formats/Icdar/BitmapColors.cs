using System.Buffers.Binary;
using Annotator.Formats.Archives;
using Annotator.Formats.Geometry;

namespace Annotator.Formats.Icdar;

/// <summary>
/// The pixels of each colour of a bitmap of 24 or 32 bits. The bitmap waits in a temporary file, whose rows are stored from
/// the lowest up; a row is in memory at a time.
/// </summary>
internal sealed class BitmapColors
{
    private const int HeaderBytes = 54;

    private readonly Dictionary<int, RowSegments> _colors = [];

    private BitmapColors(int width, int height) => (Width, Height) = (width, height);

    public int Width { get; }
    public int Height { get; }

    /// <summary>Colours of pixels that were not asked for, white left out.</summary>
    public HashSet<int> Others { get; } = [];

    /// <param name="content">The bitmap.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="wanted">Colours as 0xRRGGBB.</param>
    /// <exception cref="DatasetException">No such bitmap, cut off, over a limit, or too fine.</exception>
    public static BitmapColors Read(Stream content, string path, IReadOnlySet<int> wanted, DatasetLimits limits)
    {
        using var spool = Spool.Create();
        content.CopyTo(spool);
        Span<byte> header = stackalloc byte[HeaderBytes];
        if (spool.Length < HeaderBytes)
        {
            throw Unreadable(path, "it is too short");
        }

        spool.Position = 0;
        spool.ReadExactly(header);
        var (offset, width, height) = (BinaryPrimitives.ReadUInt32LittleEndian(header[10..]), BinaryPrimitives.ReadInt32LittleEndian(header[18..]), (long)BinaryPrimitives.ReadInt32LittleEndian(header[22..]));
        var (bits, packing) = (BinaryPrimitives.ReadUInt16LittleEndian(header[28..]), BinaryPrimitives.ReadUInt32LittleEndian(header[30..]));
        var rows = Math.Abs(height);
        if (header[0] != 'B' || header[1] != 'M' || bits is not (24 or 32) || packing is not (0 or 3) || width <= 0 || rows is 0 or > int.MaxValue)
        {
            throw Unreadable(path, "it is no bitmap of 24 or 32 bits that is not packed");
        }

        var rowBytes = ((long)width * bits / 8 + 3) / 4 * 4;
        if (width * rows > limits.MaxPixels || rowBytes > limits.MaxTokenBytes)
        {
            throw new DatasetException("image-too-large", $"{path} has {width} x {rows} pixels; the limit is {limits.MaxPixels}.");
        }

        if (offset + rowBytes * rows > spool.Length)
        {
            throw Unreadable(path, "it is cut off");
        }

        var colors = new BitmapColors(width, (int)rows);
        var row = new byte[rowBytes];
        for (var y = 0; y < rows; y++)
        {
            spool.Position = offset + rowBytes * (height > 0 ? rows - 1 - y : y);
            spool.ReadExactly(row);
            colors.Add(row, bits / 8, y, wanted);
        }

        return colors;
    }

    /// <summary>The mask in the contract's form of a colour; empty when no pixel has it.</summary>
    public double[] Mask(int color) => _colors.TryGetValue(color, out var segments) ? segments.ToMask() : [];

    private void Add(byte[] row, int pixelBytes, int y, IReadOnlySet<int> wanted)
    {
        var from = 0;
        var current = Color(row, 0);
        for (var x = 1; x <= Width; x++)
        {
            var next = x < Width ? Color(row, x * pixelBytes) : -1;
            if (next == current)
            {
                continue;
            }

            if (wanted.Contains(current))
            {
                if (!_colors.TryGetValue(current, out var segments))
                {
                    _colors[current] = segments = new RowSegments();
                }

                segments.Add(y, from, x);
            }
            else if (current != IcdarSegmentationLine.White && Others.Count < DatasetReport.MaxPlaces)
            {
                Others.Add(current);
            }

            (from, current) = (x, next);
        }
    }

    private static int Color(byte[] row, int at) => (row[at + 2] << 16) | (row[at + 1] << 8) | row[at];

    private static DatasetException Unreadable(string path, string why) => new("bitmap-unreadable", $"{path} cannot be read: {why}.");
}
