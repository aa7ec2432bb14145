using System.Globalization;
using System.Text;
using System.Text.Json;
using Annotator.Formats;
using Annotator.Formats.Yolo;

namespace Annotator.Inference.Descriptions;

/// <summary>Reads the names of classes from what people keep beside a model.</summary>
public static class LabelFiles
{
    /// <summary>
    /// Names by index from a list of lines (<c>classes.txt</c>, <c>labels.txt</c>), a YAML file with <c>names</c> or
    /// <c>label_list</c>, or a JSON file with <c>id2label</c>, <c>labels</c> or <c>names</c>. The file's ending decides.
    /// </summary>
    /// <exception cref="ModelException"><c>labels-damaged</c>: no names are in it, or more than the limit.</exception>
    public static IReadOnlyList<string> Read(string fileName, string text, InferenceLimits limits)
    {
        try
        {
            var names = Path.GetExtension(fileName).ToUpperInvariant() switch
            {
                ".YAML" or ".YML" => OfYaml(text, limits),
                ".JSON" => OfJson(text, limits.MaxLabels),
                _ => OfLines(text, limits.MaxLabels),
            };
            return names.Count > 0 ? names : throw new ModelException("labels-damaged", $"{fileName} has no names of labels.");
        }
        catch (DatasetException error)
        {
            throw new ModelException("labels-damaged", $"{fileName}: {error.Message}", error);
        }
        catch (JsonException error)
        {
            throw new ModelException("labels-damaged", $"{fileName} cannot be read as JSON: {error.Message}", error);
        }
    }

    /// <summary>Names that a model's own metadata hold: <c>names</c> as Python writes them, or one <c>character</c> a line of readers of text. Null for none.</summary>
    public static IReadOnlyList<string>? OfMetadata(IReadOnlyDictionary<string, string> metadata, int maxLabels) =>
        metadata.TryGetValue("names", out var names) ? OfPython(names, maxLabels)
        : metadata.TryGetValue("character", out var characters) && OfLines(characters, maxLabels) is { Count: > 0 } list ? list
        : null;

    /// <summary>Names from a Python dictionary or list, as in a model's own metadata; null when the text is neither.</summary>
    public static IReadOnlyList<string>? OfPython(string text, int maxLabels)
    {
        if (!PythonLiteral.TryParse(text, out var value))
        {
            return null;
        }

        return value switch
        {
            List<object?> list when list.Count <= maxLabels => [.. list.Select(Word)],
            List<KeyValuePair<object?, object?>> pairs => ByIndex(pairs.Select(pair => (pair.Key as double? ?? Number(pair.Key as string), Word(pair.Value))), maxLabels),
            _ => null,
        };
    }

    /// <summary>
    /// One name a line. Lines that are empty stay, since a class may have lost its name, but for those at the end; one that is blank but
    /// not empty is a space, which lists of characters have.
    /// </summary>
    private static List<string> OfLines(string text, int maxLabels)
    {
        var names = text.Split('\n').Select(line => line.TrimEnd('\r')).Select(line => line.Trim() is { Length: > 0 } name ? name : line.Length > 0 ? line[..1] : "").ToList();
        while (names.Count > 0 && names[^1].Length == 0)
        {
            names.RemoveAt(names.Count - 1);
        }

        return names.TrueForAll(string.IsNullOrWhiteSpace) ? []
            : names.Count <= maxLabels ? names
            : throw new DatasetException("too-many-labels", $"There are more than {maxLabels} names of classes.");
    }

    /// <summary>The text of a file beside a model: UTF-8, or what its mark says.</summary>
    /// <exception cref="ModelException"><c>labels-damaged</c>: the file has another encoding, or is no text.</exception>
    public static string Decode(string fileName, byte[] bytes)
    {
        try
        {
            using var reader = new StreamReader(new MemoryStream(bytes), new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true);
            var text = reader.ReadToEnd();
            return text.Contains('\0', StringComparison.Ordinal) ? throw NoText(null) : text;
        }
        catch (DecoderFallbackException error)
        {
            throw NoText(error);
        }

        ModelException NoText(Exception? inner) => new("labels-damaged", $"{fileName} is no text in UTF-8. Save it with that encoding.", inner);
    }

    private static double? Number(string? text) => double.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Word(object? value) => value switch
    {
        string text => text,
        bool truth => truth ? "True" : "False",
        null => "None",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static List<string>? ByIndex(IEnumerable<(double? Index, string Name)> pairs, int maxLabels)
    {
        var names = new SortedDictionary<int, string>();
        foreach (var (index, name) in pairs)
        {
            if (index is not { } number || number < 0 || number >= maxLabels || number != Math.Truncate(number))
            {
                return null;
            }

            names[(int)number] = name;
        }

        return names.Count == 0 ? [] : [.. Enumerable.Range(0, names.Keys.Last() + 1).Select(i => names.GetValueOrDefault(i) ?? $"class_{i}")];
    }

    private static List<string> OfYaml(string text, InferenceLimits limits)
    {
        var lines = text.Split('\n').Select(line => line.TrimEnd('\r'));
        foreach (var key in new[] { "names", "label_list", "classes" })
        {
            var renamed = key == "names" ? lines : lines.Select(line => line.StartsWith(key + ":", StringComparison.Ordinal) ? "names:" + line[(key.Length + 1)..] : line);
            if (YoloNames.OfYaml(renamed, Limits(limits)) is { Count: > 0 } names)
            {
                return names;
            }
        }

        return [];
    }

    private static List<string> OfJson(string text, int maxLabels)
    {
        using var document = JsonDocument.Parse(text);
        var root = document.RootElement;
        if (root.ValueKind == JsonValueKind.Array)
        {
            return Words(root);
        }

        foreach (var key in new[] { "id2label", "labels", "names", "classes" })
        {
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty(key, out var found))
            {
                return found.ValueKind switch
                {
                    JsonValueKind.Array => Words(found),
                    JsonValueKind.Object => ByIndex(found.EnumerateObject().Select(pair => (Number(pair.Name), pair.Value.ToString())), maxLabels) ?? [],
                    _ => [],
                };
            }
        }

        return root.ValueKind == JsonValueKind.Object && root.EnumerateObject().All(pair => Number(pair.Name) is not null && pair.Value.ValueKind == JsonValueKind.String)
            ? ByIndex(root.EnumerateObject().Select(pair => (Number(pair.Name), pair.Value.ToString())), maxLabels) ?? []
            : [];
    }

    private static List<string> Words(JsonElement array) =>
        [.. array.EnumerateArray().Select(entry => entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("name", out var name) ? name.ToString() : entry.ToString())];

    private static DatasetLimits Limits(InferenceLimits limits) => new() { MaxLabels = limits.MaxLabels };
}
