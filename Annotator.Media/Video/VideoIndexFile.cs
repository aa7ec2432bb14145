using System.IO.Compression;
using System.Numerics;

namespace Annotator.Media.Video;

/// <summary>
/// A <see cref="VideoIndex"/> as bytes: gzip, so that a browser can unpack it by itself, around variable-length integers (7 bits a
/// byte, the lowest first). In this order: version 1; the time base's numerator and denominator; frames; packets; each
/// frame's time stamp as the change of its distance to the one before; and for each packet its size doubled, plus one for a
/// key frame; the bytes between it and the packet before; and its frame's number less its own place. Signed numbers are
/// folded (0, -1, 1, -2 …). An hour of ordinary video takes some hundred kilobytes.
/// </summary>
public static class VideoIndexFile
{
    private const ulong Version = 1;

    public static async Task WriteAsync(VideoIndex index, Stream output, CancellationToken cancel)
    {
        await using var packed = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true);
        await using var buffered = new BufferedStream(packed, 1 << 16);
        Write(buffered, Version);
        Write(buffered, (ulong)index.TimeBase.Numerator);
        Write(buffered, (ulong)index.TimeBase.Denominator);
        Write(buffered, (ulong)index.Count);
        Write(buffered, (ulong)index.Coded.Length);
        WriteFrames(index, buffered, cancel);
        await buffered.FlushAsync(cancel);
    }

    /// <exception cref="InvalidDataException">Not such a file, damaged, or with more frames than <paramref name="maxFrames"/>.</exception>
    public static VideoIndex Read(Stream input, int maxFrames)
    {
        using var unpacked = new BufferedStream(new GZipStream(input, CompressionMode.Decompress, leaveOpen: true), 1 << 16);
        if (Read(unpacked) != Version)
        {
            throw new InvalidDataException("The frame index is of another version.");
        }

        var timeBase = ((int)Limited(Read(unpacked), int.MaxValue), (int)Limited(Read(unpacked), int.MaxValue));
        var stamps = new long[Limited(Read(unpacked), maxFrames)];
        var coded = new CodedFrame[Limited(Read(unpacked), 2L * maxFrames)];
        var (stamp, distance) = (0L, 0L);
        for (var frame = 0; frame < stamps.Length; frame++)
        {
            distance += Unfold(Read(unpacked));
            stamps[frame] = stamp += distance;
        }

        var end = 0L;
        for (var at = 0; at < coded.Length; at++)
        {
            var size = Read(unpacked);
            var position = end + Unfold(Read(unpacked));
            var frame = Unfold(Read(unpacked)) + at;
            if (frame < -1 || frame >= stamps.Length || size >> 1 > int.MaxValue)
            {
                throw new InvalidDataException("The frame index is damaged.");
            }

            coded[at] = new CodedFrame((int)frame, position, (int)(size >> 1), (size & 1) == 1);
            end = position + coded[at].Size;
        }

        return new VideoIndex(timeBase, stamps, coded);
    }

    private static void WriteFrames(VideoIndex index, BufferedStream output, CancellationToken cancel)
    {
        var (before, distance) = (0L, 0L);
        foreach (var stamp in index.TimeStamps)
        {
            Write(output, Fold(stamp - before - distance));
            (before, distance) = (stamp, stamp - before);
        }

        cancel.ThrowIfCancellationRequested();
        var end = 0L;
        for (var at = 0; at < index.Coded.Length; at++)
        {
            var packet = index.Coded[at];
            Write(output, ((ulong)packet.Size << 1) | (packet.Key ? 1UL : 0UL));
            Write(output, Fold(packet.Position - end));
            Write(output, Fold(packet.Frame - at));
            end = packet.Position + packet.Size;
        }
    }

    private static void Write(BufferedStream output, ulong value)
    {
        while (value > 0x7f)
        {
            output.WriteByte((byte)(value | 0x80));
            value >>= 7;
        }

        output.WriteByte((byte)value);
    }

    private static ulong Read(BufferedStream input)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = input.ReadByte();
            if (next < 0)
            {
                break;
            }

            value |= (ulong)(next & 0x7f) << shift;
            if (next <= 0x7f)
            {
                return value;
            }
        }

        throw new InvalidDataException("The frame index is damaged.");
    }

    private static T Limited<T>(ulong value, T most)
        where T : INumber<T> =>
        value <= ulong.CreateChecked(most) ? T.CreateChecked(value) : throw new InvalidDataException($"The frame index says {value}; the limit is {most}.");

    private static ulong Fold(long value) => ((ulong)value << 1) ^ (ulong)(value >> 63);

    private static long Unfold(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}
