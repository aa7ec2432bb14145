using System.Text.Json;
using Annotator.Formats.Archives;

namespace Annotator.Formats.Coco;

/// <summary>One object of a panoptic picture.</summary>
/// <param name="Id">Its pixels' colour: red + 256 green + 65536 blue.</param>
internal sealed record CocoSegment(int Id, string CategoryId, bool Crowd)
{
    /// <summary>What is no segment is left out. Call it with the reader on the list's start; it stands on its end afterwards.</summary>
    public static List<CocoSegment> ReadAll(ref Utf8JsonReader reader)
    {
        var segments = new List<CocoSegment>();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return segments;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            int? id = null;
            var (category, crowd) = ("", false);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("id"u8))
                {
                    reader.Read();
                    id = JsonRead.Whole(ref reader);
                }
                else if (reader.ValueTextEquals("category_id"u8))
                {
                    category = CocoAnnotation.Text(ref reader);
                }
                else if (reader.ValueTextEquals("iscrowd"u8))
                {
                    reader.Read();
                    crowd = JsonRead.Flag(ref reader);
                }
                else
                {
                    reader.Read();
                    reader.Skip();
                }
            }

            if (id is { } number)
            {
                segments.Add(new CocoSegment(number, category, crowd));
            }
        }

        return segments;
    }
}
