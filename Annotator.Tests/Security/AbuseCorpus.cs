using System.Buffers.Binary;
using System.Formats.Tar;
using System.Text;
using Annotator.Tests.Api.Media;
using Annotator.Tests.Unit.Media;

namespace Annotator.Tests.Security;

/// <summary>Files that strangers could send to waste time, memory or disk, or to get at what is not theirs; written byte by byte.</summary>
internal static class AbuseCorpus
{
    /// <summary>An animation of so many pictures of one pixel.</summary>
    public static byte[] Gif(int pictures)
    {
        byte[] head = [.. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255];
        byte[] picture = [0x21, 0xF9, 4, 0, 1, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
        var file = new byte[head.Length + (pictures * picture.Length) + 1];
        head.CopyTo(file, 0);
        for (var at = 0; at < pictures; at++)
        {
            picture.CopyTo(file, head.Length + (at * picture.Length));
        }

        file[^1] = 0x3B;
        return file;
    }

    /// <summary>A TIFF of one grey picture whose directory promises any size, and names any directory as the next.</summary>
    public static byte[] Tiff(uint width, uint height, uint next = 0)
    {
        (ushort Tag, ushort Type, uint Count, uint Value)[] entries =
        [
            (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, 64),
        ];
        const int Directory = 8 + 64;
        var file = new byte[Directory + 2 + (entries.Length * 12) + 4];
        "II*\0"u8.CopyTo(file);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(4), Directory);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(Directory), (ushort)entries.Length);
        for (var at = 0; at < entries.Length; at++)
        {
            var entry = file.AsSpan(Directory + 2 + (at * 12));
            BinaryPrimitives.WriteUInt16LittleEndian(entry, entries[at].Tag);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[2..], entries[at].Type);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[4..], entries[at].Count);
            BinaryPrimitives.WriteUInt32LittleEndian(entry[8..], entries[at].Value);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(file.Length - 4), next);
        return file;
    }

    /// <summary>Where the directory of <see cref="Tiff"/> lies.</summary>
    public const uint TiffDirectory = 72;

    /// <summary>A zip whose directory tells another unpacked length of its first file than it has, there and in front of the file.</summary>
    public static byte[] LyingZip(string name, int told)
    {
        var zip = Archives.Zip((name, Images.Noise(".png", 900, 700)));
        var central = zip.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BinaryPrimitives.WriteInt32LittleEndian(zip.AsSpan(central + 24), told);
        BinaryPrimitives.WriteInt32LittleEndian(zip.AsSpan(22), told);
        return zip;
    }

    /// <summary>A zip whose two names share the bytes of one file.</summary>
    public static byte[] OverlappingZip()
    {
        var zip = Archives.Zip(("a.png", Images.Noise(".png")), ("b.png", Images.Encoded(".png")));
        var central = zip.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BinaryPrimitives.WriteInt32LittleEndian(zip.AsSpan(central + 42), 0);
        return zip;
    }

    /// <summary>A zip that says it has 65,534 files, and has one.</summary>
    public static byte[] ZipOfManyPromises()
    {
        var zip = Archives.Zip(("a.png", Images.Encoded(".png")));
        var end = zip.AsSpan().LastIndexOf("PK\u0005\u0006"u8);
        BinaryPrimitives.WriteUInt16LittleEndian(zip.AsSpan(end + 8), 65_534);
        BinaryPrimitives.WriteUInt16LittleEndian(zip.AsSpan(end + 10), 65_534);
        return zip;
    }

    /// <summary>A tar whose first file is said to have a size of any twelve bytes.</summary>
    public static byte[] TarOfSize(ReadOnlySpan<byte> size)
    {
        var tar = Archives.Tar(writer => writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "a.png") { DataStream = new MemoryStream(Images.Encoded(".png")) }));
        tar.AsSpan(124, 12).Clear();
        size.CopyTo(tar.AsSpan(124));
        Seal(tar);
        return tar;
    }

    /// <summary>A tar of one entry that is no file.</summary>
    public static byte[] TarOf(TarEntryType type) => Archives.Tar(writer => writer.WriteEntry(type switch
    {
        TarEntryType.SymbolicLink or TarEntryType.HardLink => new PaxTarEntry(type, "a.png") { LinkName = "/etc/passwd" },
        TarEntryType.CharacterDevice or TarEntryType.BlockDevice => new PaxTarEntry(type, "a.png") { DeviceMajor = 1, DeviceMinor = 5 },
        _ => new PaxTarEntry(type, "a.png"),
    }));

    /// <summary>A film whose box is overwritten at a place behind its four letters.</summary>
    public static byte[] Patch(byte[] film, string box, int at, params byte[] bytes)
    {
        var place = film.AsSpan().IndexOf(Encoding.ASCII.GetBytes(box));
        bytes.CopyTo(film, place + 4 + at);
        return film;
    }

    /// <summary>Makes the first header's check sum right again.</summary>
    private static void Seal(byte[] tar)
    {
        tar.AsSpan(148, 8).Fill((byte)' ');
        var sum = 0;
        foreach (var value in tar.AsSpan(0, 512))
        {
            sum += value;
        }

        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(tar, 148);
    }
}
