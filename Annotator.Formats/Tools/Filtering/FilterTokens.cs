using System.Globalization;
using System.Text;

namespace Annotator.Formats.Tools.Filtering;

internal enum FilterTokenKind
{
    End,
    Word,
    Text,
    Number,
    Sign,
}

/// <summary>A word, sign, text or number of a filter; <paramref name="At"/> counts characters from 1.</summary>
internal readonly record struct FilterToken(FilterTokenKind Kind, string Value, int At)
{
    public double Number => double.Parse(Value, NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>As an error names it.</summary>
    public override string ToString() => Kind switch
    {
        FilterTokenKind.End => "the end",
        FilterTokenKind.Text => $"the text \"{Value}\"",
        _ => $"\"{Value}\"",
    };
}

/// <summary>Cuts a filter into tokens.</summary>
internal static class FilterTokens
{
    private static readonly string[] _signs = ["==", "!=", "<=", ">=", "<", ">", "(", ")", "[", "]", ",", "."];

    public static List<FilterToken> Of(string text)
    {
        var tokens = new List<FilterToken>();
        var at = 0;
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var start = at;
            if (text[at] is '"' or '\'')
            {
                tokens.Add(new FilterToken(FilterTokenKind.Text, Quoted(text, ref at), start + 1));
            }
            else if (char.IsAsciiDigit(text[at]) || (text[at] == '-' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
            {
                at++;
                while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.'))
                {
                    at++;
                }

                var number = text[start..at];
                tokens.Add(double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
                    ? new FilterToken(FilterTokenKind.Number, number, start + 1)
                    : throw FilterExpression.Wrong(start + 1, $"\"{number}\" is no number"));
            }
            else if (char.IsLetter(text[at]) || text[at] == '_')
            {
                while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '-'))
                {
                    at++;
                }

                tokens.Add(new FilterToken(FilterTokenKind.Word, text[start..at], start + 1));
            }
            else
            {
                var sign = Array.Find(_signs, sign => string.CompareOrdinal(text, start, sign, 0, sign.Length) == 0)
                    ?? throw FilterExpression.Wrong(start + 1, text[at] == '=' ? "\"=\" is no comparison; \"==\" is" : $"\"{text[at]}\" is not understood");
                tokens.Add(new FilterToken(FilterTokenKind.Sign, sign, start + 1));
                at += sign.Length;
            }
        }

        tokens.Add(new FilterToken(FilterTokenKind.End, "", text.Length + 1));
        return tokens;
    }

    private static string Quoted(string text, ref int at)
    {
        var (start, quote) = (at, text[at]);
        var result = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] == quote)
            {
                at++;
                return result.ToString();
            }

            if (text[at] == '\\' && at + 1 < text.Length)
            {
                at++;
            }

            result.Append(text[at]);
        }

        throw FilterExpression.Wrong(start + 1, $"the text that begins here has no closing {quote}");
    }
}
