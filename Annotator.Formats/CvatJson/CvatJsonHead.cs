using System.Text.Json;
using Annotator.Formats.Archives;

namespace Annotator.Formats.CvatJson;

/// <summary>Looks at an object for what must be known before it is read.</summary>
internal static class CvatJsonHead
{
    /// <summary>The frame that an object is on; null when it does not say. The label that it names is noted.</summary>
    public static int? Frame(ReadOnlySpan<byte> value, JsonReaderOptions options, CvatJsonLabels labels)
    {
        try
        {
            return Read(value, options, labels);
        }
        catch (InvalidOperationException)
        {
            // A label's name that is no text.
            return null;
        }
    }

    private static int? Read(ReadOnlySpan<byte> value, JsonReaderOptions options, CvatJsonLabels labels)
    {
        var reader = new Utf8JsonReader(value, options);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        int? frame = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("frame"u8))
            {
                reader.Read();
                frame = JsonRead.Whole(ref reader) is >= 0 and var number ? number : null;
            }
            else if (reader.ValueTextEquals("label_id"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var id))
                {
                    labels.Meet(id);
                }
            }
            else if (reader.ValueTextEquals("label"u8))
            {
                reader.Read();
                labels.Meet(JsonRead.Text(ref reader) ?? "");
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return frame;
    }
}
