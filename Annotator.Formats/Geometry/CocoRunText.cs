using System.Text;

namespace Annotator.Formats.Geometry;

/// <summary>COCO's packed run lengths: six bits a character, from '0' on; from the third count on the difference to the one before last.</summary>
public static class CocoRunText
{
    private const int FirstCharacter = 48;
    private const int More = 0x20;
    private const int Sign = 0x10;
    private const int Low = 0x1f;

    public static string Pack(ReadOnlySpan<int> runs)
    {
        var text = new StringBuilder(runs.Length * 2);
        for (var i = 0; i < runs.Length; i++)
        {
            long rest = runs[i] - (i > 2 ? (long)runs[i - 2] : 0);
            bool more;
            do
            {
                var group = (int)(rest & Low);
                rest >>= 5;
                more = (group & Sign) != 0 ? rest != -1 : rest != 0;
                text.Append((char)((more ? group | More : group) + FirstCharacter));
            }
            while (more);
        }

        return text.ToString();
    }

    /// <summary>Null when the text is no packed run lengths.</summary>
    public static int[]? Unpack(ReadOnlySpan<char> text)
    {
        var runs = new List<int>(text.Length);
        var at = 0;
        while (at < text.Length)
        {
            long value = 0;
            var shift = 0;
            int group;
            do
            {
                if (at == text.Length || shift > 35)
                {
                    return null;
                }

                group = text[at++] - FirstCharacter;
                if (group is < 0 or > 63)
                {
                    return null;
                }

                value |= (long)(group & Low) << shift;
                shift += 5;
            }
            while ((group & More) != 0);

            if ((group & Sign) != 0)
            {
                value |= -1L << shift;
            }

            if (runs.Count > 2)
            {
                value += runs[^2];
            }

            if (value is < 0 or > int.MaxValue)
            {
                return null;
            }

            runs.Add((int)value);
        }

        return [.. runs];
    }
}
