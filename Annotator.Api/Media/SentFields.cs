using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Annotator.Api.Errors;

namespace Annotator.Api.Media;

/// <summary>
/// Fields as a client sent them, in JSON or in a form (where every value is text). Unknown fields are nobody's business;
/// a value that does not fit is written down under its name.
/// </summary>
internal sealed class SentFields(JsonObject fields, Checks checks)
{
    public int? Int(string name, int min, int max = int.MaxValue)
    {
        var text = Text(name);
        if (text is null)
        {
            return null;
        }

        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            checks.Fail(name, "A valid integer is required.");
            return null;
        }

        if (number < min || number > max)
        {
            checks.Fail(name, max == int.MaxValue ? $"Must be at least {min}." : $"Must be from {min} to {max}.");
            return null;
        }

        return number;
    }

    /// <summary>A value as text; null when absent, null or an empty form field.</summary>
    public string? Text(string name)
    {
        switch (fields[name])
        {
            case JsonValue value:
                var text = value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
                return text.Length == 0 ? null : text;
            case null:
                return null;
            default:
                checks.Fail(name, "A single value is expected.");
                return null;
        }
    }

    public IReadOnlyList<string> List(string name)
    {
        switch (fields[name])
        {
            case null:
                return [];
            case JsonArray list:
                return Strings(name, list);
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                return ParseList(name, value.GetValue<string>());
            default:
                checks.Fail(name, "A list is expected.");
                return [];
        }
    }

    /// <summary>Lists of names; in a form they come as JSON text.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Lists(string name)
    {
        var node = fields[name];
        if (node is JsonValue value && value.GetValueKind() == JsonValueKind.String)
        {
            node = TryParse(value.GetValue<string>());
        }

        if (node is null)
        {
            return [];
        }

        if (node is JsonArray lists && lists.All(list => list is JsonArray))
        {
            return [.. lists.Select(list => Strings(name, (JsonArray)list!))];
        }

        checks.Fail(name, "A list of lists of file names is expected.");
        return [];
    }

    /// <summary>Whether the value is true, in JSON or in words; false when absent.</summary>
    public bool Flag(string name)
    {
        switch (Text(name)?.Trim().ToUpperInvariant())
        {
            case "TRUE" or "1" or "ON" or "YES":
                return true;
            case null or "FALSE" or "0" or "OFF" or "NO":
                return false;
            default:
                checks.Fail(name, "Must be a valid boolean.");
                return false;
        }
    }

    public bool Has(string name) => fields[name] switch
    {
        null => false,
        JsonArray list => list.Count > 0,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>().Length > 0,
        _ => true,
    };

    private List<string> ParseList(string name, string text) =>
        text.TrimStart().StartsWith('[') && TryParse(text) is JsonArray list ? Strings(name, list) : text.Length == 0 ? [] : [text];

    private List<string> Strings(string name, JsonArray list)
    {
        var strings = new List<string>(list.Count);
        foreach (var item in list)
        {
            if (item is JsonValue value && value.GetValueKind() == JsonValueKind.String)
            {
                strings.Add(value.GetValue<string>());
            }
            else
            {
                checks.Fail(name, "A list of texts is expected.");
                break;
            }
        }

        return strings;
    }

    private static JsonNode? TryParse(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = 8 });
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
