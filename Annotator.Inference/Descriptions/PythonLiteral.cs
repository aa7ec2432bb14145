using System.Globalization;
using System.Text;

namespace Annotator.Inference.Descriptions;

/// <summary>
/// Reads what Python's <c>str()</c> wrote into a model's metadata: text in either quotes with escapes, numbers, True, False,
/// None, lists, tuples and dictionaries.
/// </summary>
internal sealed class PythonLiteral
{
    private const int DeepestNesting = 16;
    private readonly string _text;
    private int _at;
    private int _depth;

    private PythonLiteral(string text) => _text = text;

    /// <returns>
    /// A string, double, bool, null, <c>List&lt;object?&gt;</c>, or <c>List&lt;KeyValuePair&lt;object?, object?&gt;&gt;</c>, which keeps
    /// duplicates and order. False when the text is no literal.
    /// </returns>
    public static bool TryParse(string text, out object? value)
    {
        var parser = new PythonLiteral(text);
        try
        {
            value = parser.Value();
            parser.Space();
            return parser._at == text.Length;
        }
        catch (FormatException)
        {
            value = null;
            return false;
        }
    }

    private object? Value()
    {
        Space();
        if (++_depth > DeepestNesting)
        {
            throw new FormatException();
        }

        var value = Peek() switch
        {
            '\'' or '"' => Text(),
            '[' => Items(']'),
            '(' => Items(')'),
            '{' => Pairs(),
            _ => Word(),
        };
        _depth--;
        return value;
    }

    private List<object?> Items(char close)
    {
        _at++;
        var items = new List<object?>();
        while (!Closed(close))
        {
            items.Add(Value());
            Separator(close);
        }

        return items;
    }

    private List<KeyValuePair<object?, object?>> Pairs()
    {
        _at++;
        var pairs = new List<KeyValuePair<object?, object?>>();
        while (!Closed('}'))
        {
            var key = Value();
            Space();
            if (Peek() != ':')
            {
                throw new FormatException();
            }

            _at++;
            pairs.Add(new(key, Value()));
            Separator('}');
        }

        return pairs;
    }

    private bool Closed(char close)
    {
        Space();
        if (Peek() != close)
        {
            return false;
        }

        _at++;
        return true;
    }

    private void Separator(char close)
    {
        Space();
        if (Peek() == ',')
        {
            _at++;
        }
        else if (Peek() != close)
        {
            throw new FormatException();
        }
    }

    private string Text()
    {
        var quote = _text[_at++];
        var result = new StringBuilder();
        while (Peek() != quote)
        {
            var character = _text[_at++];
            result.Append(character == '\\' ? Escape() : character.ToString());
        }

        _at++;
        return result.ToString();
    }

    private string Escape()
    {
        var kind = Peek();
        _at++;
        return kind switch
        {
            'n' => "\n",
            't' => "\t",
            'r' => "\r",
            '\n' => "",
            '\\' or '\'' or '"' => kind.ToString(),
            'x' => Code(2),
            'u' => Code(4),
            'U' => Code(8),
            _ => "\\" + kind,
        };
    }

    private string Code(int digits)
    {
        if (_at + digits > _text.Length || !int.TryParse(_text.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || code is < 0 or > 0x10FFFF)
        {
            throw new FormatException();
        }

        _at += digits;
        return code is >= 0xD800 and <= 0xDFFF ? ((char)code).ToString() : char.ConvertFromUtf32(code);
    }

    private object? Word()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '.' or '-' or '+' or '_'))
        {
            _at++;
        }

        var word = _text[start.._at];
        return word switch
        {
            "True" or "true" => true,
            "False" or "false" => false,
            "None" or "null" => null,
            _ => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : throw new FormatException(),
        };
    }

    private void Space()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
    }

    private char Peek() => _at < _text.Length ? _text[_at] : throw new FormatException();
}
