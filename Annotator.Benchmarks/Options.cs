using System.Globalization;

namespace Annotator.Benchmarks;

/// <summary>What stands behind a benchmark's name on the command line: pairs of <c>--name value</c>.</summary>
internal sealed class Options
{
    private static readonly string[] _names = ["json", "format", "case", "child", "seed", "inputs", "input", "from", "progress", "results"];

    private readonly Dictionary<string, string> _values = [];

    /// <summary>Null when something is no pair, or no benchmark knows it.</summary>
    public static Options? Parse(string[] args)
    {
        var options = new Options();
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length || !args[i].StartsWith("--", StringComparison.Ordinal) || !_names.Contains(args[i][2..]))
            {
                return null;
            }

            options._values[args[i][2..]] = args[i + 1];
        }

        return options;
    }

    public string? Text(string name) => _values.GetValueOrDefault(name);

    public int Number(string name, int otherwise) =>
        _values.TryGetValue(name, out var text) ? int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : otherwise;
}
