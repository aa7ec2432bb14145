using System.Globalization;
using System.Text;
using Annotator.Formats.Model;

namespace Annotator.Formats.LabelMe;

/// <summary>
/// The one line in which LabelMe keeps an object's attributes: <c>name=value</c> with commas between; a bare word is a flag
/// that is set. A backslash stands before <c>\ = " ,</c>; text that looks like something else is quoted.
/// </summary>
internal static class LabelMeAttributes
{
    /// <summary>Values as the contract writes them: true and false in lower case, numbers without a needless zero.</summary>
    public static Dictionary<string, string> Parse(string text)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        var name = "";
        var part = new StringBuilder();
        var (named, quoted, escaped, inQuotes) = (false, false, false, false);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == ',' && !inQuotes && !escaped))
            {
                Add(result, named ? name : part.ToString().Trim(), named ? Value(part.ToString(), quoted) : "true");
                (named, quoted, escaped, inQuotes) = (false, false, false, false);
                part.Clear();
                continue;
            }

            var letter = text[i];
            if (escaped)
            {
                part.Append(letter);
                escaped = false;
            }
            else if (letter == '\\')
            {
                escaped = true;
            }
            else if (letter == '=' && !named)
            {
                (name, named) = (part.ToString().Trim(), true);
                part.Clear();
            }
            else if (letter == '"' && named && (inQuotes || string.IsNullOrWhiteSpace(part.ToString())))
            {
                if (!inQuotes)
                {
                    part.Clear();
                }

                (quoted, inQuotes) = (true, !inQuotes);
            }
            else if (inQuotes || !quoted)
            {
                part.Append(letter);
            }
        }

        return result;
    }

    public static string Format(IEnumerable<(string Name, string InputType, string Value)> attributes)
    {
        var text = new StringBuilder();
        foreach (var (name, inputType, value) in attributes)
        {
            if (text.Length > 0)
            {
                text.Append(", ");
            }

            Append(text, name);
            text.Append('=');
            if (inputType == "checkbox" && bool.TryParse(value, out var flag))
            {
                text.Append(flag ? "True" : "False");
            }
            else if (inputType == "number" && Number(value) is { } number)
            {
                text.Append(number.ToString(number == Math.Truncate(number) && Math.Abs(number) < 1e15 ? "0.0" : "R", CultureInfo.InvariantCulture));
            }
            else if (value.Length > 0 && (IsWord(value) || value.Length != value.Trim().Length))
            {
                text.Append('"');
                Append(text, value);
                text.Append('"');
            }
            else
            {
                Append(text, value);
            }
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, string value)
    {
        foreach (var letter in value)
        {
            if (letter is '\\' or '=' or '"' or ',')
            {
                text.Append('\\');
            }

            text.Append(letter);
        }
    }

    private static void Add(Dictionary<string, string> attributes, string name, string value)
    {
        if (name.Length > 0)
        {
            attributes[name] = value;
        }
    }

    private static string Value(string text, bool quoted) =>
        quoted ? text
        : text.Trim() is var trimmed && bool.TryParse(trimmed, out var flag) ? (flag ? "true" : "false")
        : Number(trimmed) is { } number ? number.ToString(CultureInfo.InvariantCulture)
        : trimmed;

    /// <summary>Whether a reader would take the text for a number or a truth value.</summary>
    private static bool IsWord(string value) =>
        bool.TryParse(value, out _) || double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    /// <summary>The label's attributes with their values, and what the object has beyond them.</summary>
    public static IEnumerable<(string Name, string InputType, string Value)> Of(DatasetShape shape, DatasetLabel label)
    {
        foreach (var declared in label.Attributes)
        {
            yield return (declared.Name, declared.InputType, shape.Attributes.GetValueOrDefault(declared.Name) ?? declared.DefaultValue);
        }

        foreach (var (name, value) in shape.Attributes)
        {
            if (!label.Attributes.Any(declared => declared.Name == name))
            {
                yield return (name, "text", value);
            }
        }
    }
}
