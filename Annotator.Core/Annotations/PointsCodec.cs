using System.Buffers.Binary;
using Annotator.Formats.Model;

namespace Annotator.Core.Annotations;

/// <summary>
/// The numbers of a shape as bytes: little-endian float32, or, for a mask, whole numbers of seven bits a byte, least
/// significant first, the high bit set on all but the last.
/// </summary>
internal static class PointsCodec
{
    public static byte[] Encode(ShapeKind kind, double[] points)
    {
        if (kind == ShapeKind.Mask)
        {
            var packed = new ByteWriter(points.Length * 2);
            foreach (var number in points)
            {
                packed.WriteUnsigned((ulong)number);
            }

            return packed.ToArray();
        }

        var bytes = new byte[points.Length * sizeof(float)];
        for (var i = 0; i < points.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), (float)points[i]);
        }

        return bytes;
    }

    public static double[] Decode(ShapeKind kind, ReadOnlySpan<byte> bytes)
    {
        if (kind == ShapeKind.Mask)
        {
            var count = 0;
            foreach (var part in bytes)
            {
                count += part < 0x80 ? 1 : 0;
            }

            var numbers = new double[count];
            var reader = new ByteReader(bytes);
            for (var i = 0; i < count; i++)
            {
                numbers[i] = reader.ReadUnsigned();
            }

            return numbers;
        }

        var points = new double[bytes.Length / sizeof(float)];
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
        }

        return points;
    }
}
