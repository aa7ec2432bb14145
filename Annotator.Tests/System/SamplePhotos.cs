using System.Buffers.Binary;

namespace Annotator.Tests.WholeSystem;

/// <summary>Real photos to upload: those that the product ships for its sample project, and one that a camera held upright.</summary>
public sealed class SamplePhotos : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"annotator-photos-{Guid.CreateVersion7():N}");

    public SamplePhotos()
    {
        Directory.CreateDirectory(_folder);
        var shipped = Path.Combine(Checkout.Root, "Annotator.Worker", "Sample", "images");
        File.WriteAllBytes(Path.Combine(_folder, "upright.jpg"), WithOrientation(File.ReadAllBytes(Path.Combine(shipped, "rocket.jpg")), 6));
        Paths = [.. Directory.EnumerateFiles(shipped).Append(Path.Combine(_folder, "upright.jpg")).OrderBy(Path.GetFileName, StringComparer.Ordinal)];
    }

    /// <summary>In the order of the frames that are made of them.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>The frame of a photo in a task of all of them.</summary>
    public int FrameOf(string name) => Paths.Select(Path.GetFileName).ToList().IndexOf(name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Puts an EXIF segment with the orientation (1 to 8) right behind the start of the JPEG.</summary>
    private static byte[] WithOrientation(byte[] jpeg, ushort orientation)
    {
        Span<byte> segment = stackalloc byte[36];
        ReadOnlySpan<byte> head = [0xff, 0xe1, 0, 34, (byte)'E', (byte)'x', (byte)'i', (byte)'f', 0, 0, (byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, 0, 1];
        head.CopyTo(segment);
        BinaryPrimitives.WriteUInt16BigEndian(segment[20..], 0x0112);
        BinaryPrimitives.WriteUInt16BigEndian(segment[22..], 3);
        BinaryPrimitives.WriteUInt32BigEndian(segment[24..], 1);
        BinaryPrimitives.WriteUInt16BigEndian(segment[28..], orientation);
        return [.. jpeg[..2], .. segment, .. jpeg[2..]];
    }
}
