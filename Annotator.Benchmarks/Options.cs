using System.Globalization;

namespace Annotator.Benchmarks;

/// <summary>What stands behind a benchmark's name on the command line: pairs of <c>--name value</c>, and flags.</summary>
internal sealed class Options
{
    private static readonly string[] _names = ["json", "format", "case", "child", "seed", "inputs", "input", "from", "progress", "results", "clip"];
    private static readonly string[] _flags = ["quick"];

    private readonly Dictionary<string, string> _values = [];

    /// <summary>Null when something is no pair, or no benchmark knows it.</summary>
    public static Options? Parse(string[] args)
    {
        var options = new Options();
        for (var rest = args.AsSpan(); rest.Length > 0;)
        {
            var name = rest[0].StartsWith("--", StringComparison.Ordinal) ? rest[0][2..] : "";
            if (_flags.Contains(name))
            {
                options._values[name] = "";
                rest = rest[1..];
            }
            else if (rest.Length > 1 && _names.Contains(name))
            {
                options._values[name] = rest[1];
                rest = rest[2..];
            }
            else
            {
                return null;
            }
        }

        return options;
    }

    /// <summary>Whether the flag was given.</summary>
    public bool Has(string flag) => _values.ContainsKey(flag);

    public string? Text(string name) => _values.GetValueOrDefault(name);

    public int Number(string name, int otherwise) =>
        _values.TryGetValue(name, out var text) ? int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : otherwise;
}
