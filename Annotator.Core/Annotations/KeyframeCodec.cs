using Annotator.Formats.Model;

namespace Annotator.Core.Annotations;

/// <summary>
/// A track's keyframes in one run of bytes: for each a byte of flags, the distance to the frame before, and then only what
/// the flags announce. A box costs 18 bytes. The first byte of a run is the version of this layout and, in its upper half, how
/// the keyframes are interpolated.
/// </summary>
internal static class KeyframeCodec
{
    private const byte Version = 1;

    [Flags]
    private enum Has : byte
    {
        Occluded = 1,
        Outside = 2,

        /// <summary>The kind, else it is the one of the keyframe before.</summary>
        Kind = 4,

        /// <summary>How many numbers, else as many as the keyframe before.</summary>
        Count = 8,
        Id = 16,
        ZOrder = 32,
        Rotation = 64,
        Attributes = 128,
    }

    public static byte[] Encode(IReadOnlyList<Keyframe> keyframes, InterpolationMode mode)
    {
        var writer = new ByteWriter(1 + (keyframes.Count * 24));
        writer.WriteByte((byte)(Version | ((byte)mode << 4)));
        Write(writer, keyframes);
        return writer.ToArray();
    }

    public static Keyframe[] Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        CheckVersion((byte)(reader.ReadByte() & 0x0f));
        _ = ModeOf(bytes);
        return ReadKeyframes(ref reader);
    }

    /// <summary>How the keyframes of the run are interpolated.</summary>
    public static InterpolationMode ModeOf(ReadOnlySpan<byte> bytes) => (InterpolationMode)(bytes[0] >> 4) is var mode && Enum.IsDefined(mode)
        ? mode
        : throw new InvalidDataException($"Keyframes of interpolation {bytes[0] >> 4} cannot be read by this release.");

    /// <summary>The nodes of a skeleton track; null when there are none.</summary>
    public static byte[]? EncodeElements(IReadOnlyList<TrackElement> elements)
    {
        if (elements.Count == 0)
        {
            return null;
        }

        var writer = new ByteWriter(64 * elements.Count);
        writer.WriteByte(Version);
        foreach (var element in elements)
        {
            writer.WriteUnsigned((ulong)element.Id);
            writer.WriteUnsigned((uint)element.LabelId);
            writer.WriteUnsigned((uint)element.Frame);
            writer.WriteUnsigned((uint)element.Group);
            writer.WriteByte((byte)element.Source);
            WriteAttributes(writer, element.Attributes);
            Write(writer, element.Keyframes);
        }

        return writer.ToArray();
    }

    public static IReadOnlyList<TrackElement> DecodeElements(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        CheckVersion(reader.ReadByte());
        var elements = new List<TrackElement>();
        while (!reader.AtEnd)
        {
            elements.Add(new TrackElement
            {
                Id = (long)reader.ReadUnsigned(),
                LabelId = (int)reader.ReadUnsigned(),
                Frame = (int)reader.ReadUnsigned(),
                Group = (int)reader.ReadUnsigned(),
                Source = (AnnotationSource)reader.ReadByte(),
                Attributes = ReadAttributes(ref reader),
                Keyframes = ReadKeyframes(ref reader),
            });
        }

        return elements;
    }

    private static void Write(ByteWriter writer, IReadOnlyList<Keyframe> keyframes)
    {
        writer.WriteUnsigned((uint)keyframes.Count);
        var before = new Keyframe();
        foreach (var keyframe in keyframes)
        {
            var has = (keyframe.Occluded ? Has.Occluded : 0)
                | (keyframe.Outside ? Has.Outside : 0)
                | (keyframe.Kind != before.Kind ? Has.Kind : 0)
                | (keyframe.Points.Length != before.Points.Length ? Has.Count : 0)
                | (keyframe.Id != 0 ? Has.Id : 0)
                | (keyframe.ZOrder != 0 ? Has.ZOrder : 0)
                | (keyframe.Rotation != 0 ? Has.Rotation : 0)
                | (keyframe.Attributes.Count > 0 ? Has.Attributes : 0);
            writer.WriteByte((byte)has);
            writer.WriteSigned((long)keyframe.Frame - before.Frame);
            Write(writer, has, keyframe, before);
            before = keyframe;
        }
    }

    private static void Write(ByteWriter writer, Has has, Keyframe keyframe, Keyframe before)
    {
        if (has.HasFlag(Has.Kind))
        {
            writer.WriteByte((byte)keyframe.Kind);
        }

        if (has.HasFlag(Has.Count))
        {
            writer.WriteUnsigned((uint)keyframe.Points.Length);
        }

        if (has.HasFlag(Has.Id))
        {
            writer.WriteSigned(keyframe.Id - before.Id);
        }

        if (has.HasFlag(Has.ZOrder))
        {
            writer.WriteSigned(keyframe.ZOrder);
        }

        if (has.HasFlag(Has.Rotation))
        {
            writer.WriteSingle(keyframe.Rotation);
        }

        foreach (var number in keyframe.Points)
        {
            writer.WriteSingle((float)number);
        }

        if (has.HasFlag(Has.Attributes))
        {
            WriteAttributes(writer, keyframe.Attributes);
        }
    }

    private static Keyframe[] ReadKeyframes(ref ByteReader reader)
    {
        var keyframes = new Keyframe[(int)reader.ReadUnsigned()];
        var before = new Keyframe();
        for (var i = 0; i < keyframes.Length; i++)
        {
            var has = (Has)reader.ReadByte();
            keyframes[i] = before = new Keyframe
            {
                Occluded = has.HasFlag(Has.Occluded),
                Outside = has.HasFlag(Has.Outside),
                Frame = (int)(before.Frame + reader.ReadSigned()),
                Kind = has.HasFlag(Has.Kind) ? (ShapeKind)reader.ReadByte() : before.Kind,
                Points = new double[has.HasFlag(Has.Count) ? (int)reader.ReadUnsigned() : before.Points.Length],
                Id = has.HasFlag(Has.Id) ? before.Id + reader.ReadSigned() : 0,
                ZOrder = has.HasFlag(Has.ZOrder) ? (int)reader.ReadSigned() : 0,
                Rotation = has.HasFlag(Has.Rotation) ? reader.ReadSingle() : 0,
            };
            for (var number = 0; number < before.Points.Length; number++)
            {
                before.Points[number] = reader.ReadSingle();
            }

            if (has.HasFlag(Has.Attributes))
            {
                keyframes[i] = before = before with { Attributes = ReadAttributes(ref reader) };
            }
        }

        return keyframes;
    }

    private static void WriteAttributes(ByteWriter writer, IReadOnlyDictionary<int, string> attributes)
    {
        writer.WriteUnsigned((uint)attributes.Count);
        foreach (var (id, value) in attributes)
        {
            writer.WriteUnsigned((uint)id);
            writer.WriteText(value);
        }
    }

    private static IReadOnlyDictionary<int, string> ReadAttributes(ref ByteReader reader)
    {
        var count = (int)reader.ReadUnsigned();
        if (count == 0)
        {
            return AnnotationObject.EmptyAttributes;
        }

        var attributes = new Dictionary<int, string>(count);
        for (var i = 0; i < count; i++)
        {
            attributes.Add((int)reader.ReadUnsigned(), reader.ReadText());
        }

        return attributes;
    }

    private static void CheckVersion(byte version)
    {
        if (version != Version)
        {
            throw new InvalidDataException($"Keyframes of layout {version} cannot be read by this release.");
        }
    }
}
