using System.Buffers.Binary;
using System.Text;
using Annotator.Formats.TfRecord;

namespace Annotator.Benchmarks;

/// <summary>
/// Damages a dataset: files cut off, bytes swapped and flipped, numbers made huge, brackets and tags nested deep, pieces doubled,
/// left out, or spliced in from other datasets, files lost, renamed or exchanged, and the zip archive itself.
/// </summary>
internal sealed class FuzzMutation(Random random, List<FuzzSeed> others)
{
    /// <summary>A zip archive's names have at most 65,535 bytes; a letter takes up to three.</summary>
    private const int MaxName = 20_000;

    private static readonly string[] _words =
    [
        "-1", "0", "2147483647", "2147483648", "-2147483648", "4294967296", "9223372036854775807", "-9223372036854775809", "99999999999999999999999",
        "1e308", "-1e308", "1e999", "NaN", "Infinity", "0.0000000000000000000001", "null", "true", "\"\"", "[]", "{}", "\n", "\0", "&lt;", "<", "\"", "\ud83d\ude00",
        "../../x", "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>", "\u00ef\u00bb\u00bf",
    ];

    private static readonly string[] _nests = ["[", "{\"a\":", "<a>", "{\"elements\":[", "(", "{", "\x0a\xff\xff\xff\x07"];

    public (byte[] Content, string Name) Of(FuzzSeed seed)
    {
        if (seed.IsBare)
        {
            return (Times(seed.Files[0].Content, seed.FileName), seed.FileName);
        }

        if (random.Next(6) == 0)
        {
            return (Times(seed.Pack(), ".zip"), seed.FileName);
        }

        var files = seed.Files.ToList();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(files.Count);
            switch (random.Next(12))
            {
                case 0 when files.Count > 1:
                    files.RemoveAt(at);
                    break;
                case 1:
                    var path = Encoding.UTF8.GetString(Once(Encoding.UTF8.GetBytes(files[at].Path)));
                    files[at] = (path[..Math.Min(path.Length, MaxName)], files[at].Content);
                    break;
                case 2:
                    files[at] = (files[at].Path, files[random.Next(files.Count)].Content);
                    break;
                default:
                    files[at] = (files[at].Path, Times(files[at].Content, files[at].Path));
                    break;
            }
        }

        return (FuzzSeed.Zip(files.Where(file => file.Path.Length > 0)), seed.FileName);
    }

    private byte[] Times(byte[] content, string path)
    {
        if (path.EndsWith(".tfrecord", StringComparison.Ordinal) && random.Next(4) > 0)
        {
            return Records(content);
        }

        for (var times = random.Next(1, 5); times > 0; times--)
        {
            content = Once(content);
        }

        return content;
    }

    private byte[] Once(byte[] original)
    {
        if (original.Length < 2)
        {
            return Encoding.UTF8.GetBytes(_words[random.Next(_words.Length)]);
        }

        var bytes = original.ToArray();
        var at = random.Next(bytes.Length);
        var length = random.Next(1, Math.Min(random.Next(2) == 0 ? 16 : 2048, bytes.Length - at) + 1);
        switch (random.Next(11))
        {
            case 0:
                return bytes[..at];
            case 1:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 2:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 3:
                var other = random.Next(bytes.Length);
                (bytes[at], bytes[other]) = (bytes[other], bytes[at]);
                return bytes;
            case 4:
                return [.. bytes[..(at + length)], .. bytes[at..]];
            case 5:
                return [.. bytes[..at], .. bytes[(at + length)..]];
            case 6:
                bytes.AsSpan(at, Math.Min(length, 8)).Fill(random.Next(2) == 0 ? (byte)0xff : (byte)0);
                return bytes;
            case 7:
                return Number(bytes, at);
            case 8:
                var nest = Encoding.Latin1.GetBytes(_nests[random.Next(_nests.Length)]);
                return [.. bytes[..at], .. Enumerable.Repeat(nest, random.Next(1, random.Next(2) == 0 ? 80 : 20_000)).SelectMany(part => part), .. bytes[at..]];
            case 9:
                var files = others[random.Next(others.Count)].Files;
                var content = files[random.Next(files.Length)].Content;
                var from = random.Next(content.Length + 1);
                return [.. bytes[..at], .. content.AsSpan(from, random.Next(content.Length - from + 1)), .. bytes[at..]];
            default:
                return [.. bytes[..at], .. Encoding.UTF8.GetBytes(_words[random.Next(_words.Length)]), .. bytes[at..]];
        }
    }

    /// <summary>Puts something else where the next number stands, so that the file is still of its format.</summary>
    private byte[] Number(byte[] bytes, int at)
    {
        var from = bytes.AsSpan(at).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (from < 0)
        {
            return bytes[..at];
        }

        from += at;
        var to = from;
        while (to < bytes.Length && bytes[to] is (>= (byte)'0' and <= (byte)'9') or (byte)'.')
        {
            to++;
        }

        return [.. bytes[..from], .. Encoding.UTF8.GetBytes(_words[random.Next(_words.Length)]), .. bytes[to..]];
    }

    /// <summary>Changes what the records of a TFRecord hold, under right checksums: wrong ones end the reading at once.</summary>
    private byte[] Records(byte[] content)
    {
        using var output = new MemoryStream();
        var header = new byte[12];
        for (var at = 0; at + 16 <= content.Length;)
        {
            var length = (int)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(content.AsSpan(at)), int.MaxValue);
            if (length > content.Length - at - 16)
            {
                break;
            }

            var data = content.AsSpan(at + 12, length).ToArray();
            data = random.Next(2) == 0 ? Once(data) : data;
            BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)data.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), Crc32C.Masked(header.AsSpan(0, 8)));
            output.Write(header);
            output.Write(data);
            output.Write(BitConverter.GetBytes(Crc32C.Masked(data)));
            at += 16 + length;
        }

        return output.ToArray();
    }
}
