using Google.Protobuf;

namespace Annotator.Formats.TfRecord;

/// <summary>One named value of an Example: a list of byte strings, of floats or of whole numbers; the other two are empty.</summary>
internal sealed class Feature
{
    private const int ListField = 1;
    private const int BytesField = 1;
    private const int FloatField = 2;
    private const int NumberField = 3;
    private const int KeyField = 1;
    private const int ValueField = 2;

    public List<ByteString> Bytes { get; } = [];
    public List<float> Floats { get; } = [];
    public List<long> Numbers { get; } = [];

    /// <summary>
    /// Reads a record's features. A key that comes twice has its last value; features that <paramref name="wanted"/> does
    /// not name are skipped.
    /// </summary>
    /// <exception cref="InvalidProtocolBufferException">The bytes are no Example.</exception>
    public static Dictionary<string, Feature> ReadExample(ReadOnlyMemory<byte> data, Func<string, bool> wanted)
    {
        // The array is the record's own buffer: nothing is copied.
        var input = System.Runtime.InteropServices.MemoryMarshal.TryGetArray(data, out var array)
            ? new CodedInputStream(array.Array!, array.Offset, array.Count)
            : new CodedInputStream(data.ToArray());
        var features = new Dictionary<string, Feature>(StringComparer.Ordinal);
        foreach (var (_, end) in Messages(input, input.Position + data.Length, ListField))
        {
            foreach (var (_, entryEnd) in Messages(input, end, ListField))
            {
                ReadEntry(input, entryEnd, features, wanted);
            }
        }

        return features;
    }

    private static void ReadEntry(CodedInputStream input, long end, Dictionary<string, Feature> features, Func<string, bool> wanted)
    {
        // The key comes first in every file there is; a value before it is for the empty key.
        var key = "";
        while (input.Position < end)
        {
            var tag = input.ReadTag();
            if (tag == WireFormat.MakeTag(KeyField, WireFormat.WireType.LengthDelimited))
            {
                key = input.ReadString();
            }
            else if (tag == WireFormat.MakeTag(ValueField, WireFormat.WireType.LengthDelimited) && wanted(key))
            {
                features[key] = ReadValue(input, End(input, end));
            }
            else
            {
                input.SkipLastField();
            }
        }

        Check(input, end);
    }

    private static Feature ReadValue(CodedInputStream input, long end)
    {
        var feature = new Feature();
        foreach (var (field, listEnd) in Messages(input, end, 0))
        {
            while (input.Position < listEnd)
            {
                feature.ReadElement(input, field, input.ReadTag(), listEnd);
            }

            Check(input, listEnd);
        }

        return feature;
    }

    /// <summary>Numbers come packed or one by one.</summary>
    private void ReadElement(CodedInputStream input, int list, uint tag, long end)
    {
        var (field, type) = (WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag));
        switch (list, field, type)
        {
            case (BytesField, ListField, WireFormat.WireType.LengthDelimited):
                Bytes.Add(input.ReadBytes());
                break;
            case (FloatField, ListField, WireFormat.WireType.Fixed32):
                Floats.Add(input.ReadFloat());
                break;
            case (NumberField, ListField, WireFormat.WireType.Varint):
                Numbers.Add(input.ReadInt64());
                break;
            case (FloatField, ListField, WireFormat.WireType.LengthDelimited):
                for (var last = End(input, end); input.Position < last;)
                {
                    Floats.Add(input.ReadFloat());
                }

                break;
            case (NumberField, ListField, WireFormat.WireType.LengthDelimited):
                for (var last = End(input, end); input.Position < last;)
                {
                    Numbers.Add(input.ReadInt64());
                }

                break;
            default:
                input.SkipLastField();
                break;
        }
    }

    /// <summary>The messages of a field, each with the place where it ends; 0 stands for every field.</summary>
    private static IEnumerable<(int Field, long End)> Messages(CodedInputStream input, long end, int field)
    {
        while (input.Position < end)
        {
            var tag = input.ReadTag();
            var number = WireFormat.GetTagFieldNumber(tag);
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited && (field == 0 || number == field))
            {
                var inner = End(input, end);
                yield return (number, inner);
                Check(input, inner);
            }
            else
            {
                input.SkipLastField();
            }
        }

        Check(input, end);
    }

    private static long End(CodedInputStream input, long outer)
    {
        var length = input.ReadLength();
        var end = input.Position + length;
        return length >= 0 && end <= outer ? end : throw Malformed("a message is longer than the one around it");
    }

    private static void Check(CodedInputStream input, long end)
    {
        if (input.Position != end)
        {
            throw Malformed("a message does not end where it says");
        }
    }

    /// <summary>The library's own exceptions cannot be made; this one is caught with them.</summary>
    private static InvalidDataException Malformed(string what) => new(what);
}
