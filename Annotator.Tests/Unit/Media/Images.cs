using System.Buffers.Binary;
using System.IO.Hashing;
using NetVips;

namespace Annotator.Tests.Unit.Media;

/// <summary>Images that tests make themselves.</summary>
internal static class Images
{
    /// <summary>Red left, blue right, so that turning it shows.</summary>
    public static Image TwoColours(int width, int height)
    {
        using var black = Image.Black(width / 2, height);
        using var red = black.NewFromImage(255, 0, 0);
        using var other = Image.Black(width - (width / 2), height);
        using var blue = other.NewFromImage(0, 0, 255);
        using var joined = red.Join(blue, Enums.Direction.Horizontal);
        return joined.Copy(interpretation: Enums.Interpretation.Srgb);
    }

    /// <param name="suffix">The format, such as <c>.png</c>.</param>
    public static byte[] Encoded(string suffix, int width = 60, int height = 40)
    {
        using var image = TwoColours(width, height);
        return suffix == ".bmp" ? Bitmaps.Rgb24(width, height) : image.WriteToBuffer(suffix);
    }

    /// <summary>Noise: compresses badly, so that cutting the file cuts pixels.</summary>
    public static byte[] Noise(string suffix, int width = 200, int height = 150)
    {
        using var noise = Image.Gaussnoise(width, height, sigma: 60, mean: 128, seed: 7);
        using var bytes = noise.Cast(Enums.BandFormat.Uchar);
        return bytes.WriteToBuffer(suffix);
    }

    public static byte[] TurnedJpeg(int width, int height, int orientation)
    {
        using var image = TwoColours(width, height);
        using var turned = image.Mutate(mutable => mutable.Set(GValue.GIntType, "orientation", orientation));
        return turned.WriteToBuffer(".jpg");
    }

    /// <summary>Two pictures in one file, TIFF or GIF, the second the inverse of the first; 60 × 40 pixels.</summary>
    public static byte[] TwoPages(string suffix)
    {
        using var one = TwoColours(60, 40);
        using var other = one.Invert();
        using var strip = one.Join(other, Enums.Direction.Vertical);
        using var pages = strip.Mutate(mutable => mutable.Set(GValue.GIntType, "page-height", 40));
        return pages.WriteToBuffer(suffix);
    }

    /// <summary>A PNG whose header promises more than the file holds.</summary>
    public static byte[] HugePng(int width, int height)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, new byte[100]), .. Chunk("IEND"u8, [])];

        static byte[] Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
        {
            var chunk = new byte[12 + data.Length];
            BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
            type.CopyTo(chunk.AsSpan(4));
            data.CopyTo(chunk.AsSpan(8));
            BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc32.HashToUInt32(chunk.AsSpan(4, 4 + data.Length)));
            return chunk;
        }
    }

    /// <summary>Red, green and blue of one pixel of an encoded image.</summary>
    public static double[] PixelOf(byte[] encoded, int x, int y)
    {
        using var image = Image.NewFromBuffer(encoded);
        return image.Getpoint(x, y);
    }

    public static (int Width, int Height) SizeOf(byte[] encoded)
    {
        using var image = Image.NewFromBuffer(encoded);
        return (image.Width, image.Height);
    }
}

/// <summary>Windows bitmaps, left half red and right half blue, in the kinds that exist.</summary>
internal static class Bitmaps
{
    public static byte[] Rgb24(int width, int height) =>
        Make(width, height, 24, 0, [], Rows(width, height, x => IsRed(x, width) ? [0, 0, 255] : [255, 0, 0]));

    public static byte[] TopDown32(int width, int height) =>
        Make(width, -height, 32, 0, [], Rows(width, height, x => IsRed(x, width) ? [0, 0, 255, 0] : [255, 0, 0, 0]));

    public static byte[] Rgb16(int width, int height) =>
        Make(width, height, 16, 0, [], Rows(width, height, x => IsRed(x, width) ? [0x00, 0x7C] : [0x1F, 0x00]));

    public static byte[] Masks565(int width, int height)
    {
        byte[] masks = [0x00, 0xF8, 0, 0, 0xE0, 0x07, 0, 0, 0x1F, 0x00, 0, 0];
        return Make(width, height, 16, 3, masks, Rows(width, height, x => IsRed(x, width) ? [0x00, 0xF8] : [0x1F, 0x00]));
    }

    public static byte[] Palette8(int width, int height) =>
        Make(width, height, 8, 0, Palette(256), Rows(width, height, x => [(byte)(IsRed(x, width) ? 0 : 1)]));

    public static byte[] Palette1(int width, int height)
    {
        var stride = (width + 31) / 32 * 4;
        var pixels = new byte[stride * height];
        for (var y = 0; y < height; y++)
        {
            for (var x = width / 2; x < width; x++)
            {
                pixels[(y * stride) + (x / 8)] |= (byte)(0x80 >> (x % 8));
            }
        }

        return Make(width, height, 1, 0, Palette(2), pixels);
    }

    public static byte[] Runs8(int width, int height)
    {
        var half = width / 2;
        var pixels = Enumerable.Range(0, height).SelectMany(_ => new[] { (byte)half, (byte)0, (byte)(width - half), (byte)1, (byte)0, (byte)0 });
        return Make(width, height, 8, 1, Palette(256), [.. pixels, 0, 1]);
    }

    private static bool IsRed(int x, int width) => x < width / 2;

    private static byte[] Palette(int colours)
    {
        var palette = new byte[colours * 4];
        (palette[2], palette[4]) = (255, 255);
        return palette;
    }

    private static byte[] Rows(int width, int height, Func<int, byte[]> pixel)
    {
        var row = Enumerable.Range(0, width).SelectMany(pixel).ToList();
        row.AddRange(new byte[(4 - (row.Count % 4)) % 4]);
        return [.. Enumerable.Range(0, height).SelectMany(_ => row)];
    }

    private static byte[] Make(int width, int height, short bits, int compression, byte[] between, byte[] pixels)
    {
        var file = new byte[54 + between.Length + pixels.Length];
        (file[0], file[1]) = ((byte)'B', (byte)'M');
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), 54 + between.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), height);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(26), 1);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(28), bits);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(30), compression);
        between.CopyTo(file.AsSpan(54));
        pixels.CopyTo(file.AsSpan(54 + between.Length));
        return file;
    }
}
