using System.Numerics;

namespace Annotator.Formats.Png;

/// <summary>What PNG does to a row before it is packed, and back: bytes are stored as differences to their neighbours.</summary>
internal static class PngFilter
{
    /// <param name="row">Without the byte that names the filter.</param>
    /// <param name="above">The row before, as it was; zeros above the first.</param>
    /// <param name="back">Bytes of a pixel.</param>
    /// <returns>False for a filter that there is none of.</returns>
    public static bool Undo(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int back)
    {
        switch (filter)
        {
            case 0:
                return true;
            case 1:
                for (var i = back; i < row.Length; i++)
                {
                    row[i] = unchecked((byte)(row[i] + row[i - back]));
                }

                return true;
            case 2:
                Add(row, above);
                return true;
            case 3:
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] = unchecked((byte)(row[i] + ((i < back ? 0 : row[i - back]) + above[i]) / 2));
                }

                return true;
            case 4:
                for (var i = 0; i < row.Length; i++)
                {
                    row[i] = unchecked((byte)(row[i] + (i < back ? above[i] : Nearest(row[i - back], above[i], above[i - back]))));
                }

                return true;
            default:
                return false;
        }
    }

    /// <summary>What filter 2 makes of a row: its difference to the one above.</summary>
    public static void Subtract(ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, Span<byte> difference)
    {
        var at = 0;
        for (; at <= row.Length - Vector<byte>.Count; at += Vector<byte>.Count)
        {
            (new Vector<byte>(row[at..]) - new Vector<byte>(above[at..])).CopyTo(difference[at..]);
        }

        for (; at < row.Length; at++)
        {
            difference[at] = unchecked((byte)(row[at] - above[at]));
        }
    }

    private static void Add(Span<byte> row, ReadOnlySpan<byte> above)
    {
        var at = 0;
        for (; at <= row.Length - Vector<byte>.Count; at += Vector<byte>.Count)
        {
            (new Vector<byte>(row[at..]) + new Vector<byte>(above[at..])).CopyTo(row[at..]);
        }

        for (; at < row.Length; at++)
        {
            row[at] = unchecked((byte)(row[at] + above[at]));
        }
    }

    /// <summary>Whichever neighbour is nearest to left + above - corner, in that order where two are as near.</summary>
    private static int Nearest(int left, int above, int corner)
    {
        var guess = left + above - corner;
        int toLeft = Math.Abs(guess - left), toAbove = Math.Abs(guess - above), toCorner = Math.Abs(guess - corner);
        return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    }
}
