using System.Text;
using System.Text.RegularExpressions;

namespace Annotator.Worker.Media.Sources;

/// <summary>
/// The contract's file name patterns: <c>*</c> is any text, slashes too, <c>?</c> any letter, <c>[ab]</c> and <c>[a-z]</c> one of some,
/// <c>[!a]</c> any other.
/// </summary>
internal sealed class NamePattern
{
    private readonly Regex _regex;

    public NamePattern(string pattern)
    {
        var text = new StringBuilder(@"\A");
        for (var at = 0; at < pattern.Length; at++)
        {
            var close = pattern[at] == '[' ? pattern.IndexOf(']', Math.Min(pattern.Length, at + 2)) : -1;
            if (close > 0)
            {
                var inside = pattern[(at + 1)..close];
                var negated = inside.StartsWith('!');
                var letters = (negated ? inside[1..] : inside).Replace(@"\", @"\\", StringComparison.Ordinal).Replace("[", @"\[", StringComparison.Ordinal).Replace("]", @"\]", StringComparison.Ordinal).Replace("^", @"\^", StringComparison.Ordinal);
                text.Append('[').Append(negated ? "^" : "").Append(letters).Append(']');
                at = close;
                continue;
            }

            text.Append(pattern[at] switch { '*' => ".*", '?' => ".", var letter => Regex.Escape(letter.ToString()) });
        }

        // Without backtracking: no pattern of a user's takes longer than its text.
        _regex = new Regex(text.Append(@"\z").ToString(), RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant);
    }

    public bool Matches(string name) => _regex.IsMatch(name);
}
