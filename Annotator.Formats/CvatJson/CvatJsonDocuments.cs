using System.Text.Json;
using Annotator.Formats.Archives;

namespace Annotator.Formats.CvatJson;

/// <summary>Reads the small files beside annotations, whole.</summary>
internal static class CvatJsonDocuments
{
    /// <exception cref="DatasetException">Damaged, or longer than one value may be.</exception>
    public static JsonDocument Parse(DatasetArchive archive, DatasetArchiveEntry file)
    {
        DatasetArchive.ThrowIfOver("document-too-large", $"bytes in {file.Path}", file.Length, archive.Limits.MaxTokenBytes);
        try
        {
            using var content = archive.Open(file);
            return JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = archive.Limits.MaxDepth, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new DatasetException("json-damaged", $"{file.Path} cannot be read as JSON: {error.Message}", error);
        }
    }

    /// <summary>One value of a file's outermost object, whatever the size of the others; null when it is not there.</summary>
    public static JsonDocument? ParseProperty(DatasetArchive archive, DatasetArchiveEntry file, string name)
    {
        try
        {
            using var json = new JsonScanner(archive.Open(file), file.Path, archive.Limits);
            if (json.ReadToken() != JsonTokenType.StartObject)
            {
                return null;
            }

            while (json.ReadToken() == JsonTokenType.PropertyName)
            {
                if (json.PropertyName != name)
                {
                    json.SkipValue();
                }
                else if (json.ReadValue(out var value, out _))
                {
                    var reader = new Utf8JsonReader(value, JsonScanner.Options(archive.Limits));
                    return JsonDocument.ParseValue(ref reader);
                }
            }
        }
        catch (Exception error) when (error is DatasetException or JsonException or InvalidOperationException)
        {
            // Who reads the file next will say what is wrong with it.
        }

        return null;
    }
}
