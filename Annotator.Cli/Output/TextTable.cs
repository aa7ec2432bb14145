using System.Globalization;
using System.Text;

namespace Annotator.Cli.Output;

/// <summary>Rows in columns, as wide as they need; numbers stand to the right.</summary>
internal sealed class TextTable(params string[] headings)
{
    private const int MostInCell = 80;

    private readonly List<(string Text, bool IsNumber)[]> _rows = [];

    public TextTable Add(params object?[] cells)
    {
        // The first cell names the row, and is given to other commands: it is never cut.
        _rows.Add([.. cells.Select((cell, column) => (Text(cell, column == 0), cell is int or long or double))]);
        return this;
    }

    public void Write(TextWriter output)
    {
        var widths = headings.Select((heading, i) => Math.Max(heading.Length, _rows.Select(row => row[i].Text.Length).DefaultIfEmpty(0).Max())).ToArray();
        var numbers = widths.Select((_, i) => _rows.Count > 0 && _rows.TrueForAll(row => row[i].IsNumber || row[i].Text.Length == 0)).ToArray();
        if (headings.Any(heading => heading.Length > 0))
        {
            output.WriteLine(Line(headings, widths, numbers));
        }

        foreach (var row in _rows)
        {
            output.WriteLine(Line([.. row.Select(cell => cell.Text)], widths, numbers));
        }
    }

    private static string Line(string[] cells, int[] widths, bool[] numbers)
    {
        var line = new StringBuilder();
        for (var i = 0; i < cells.Length; i++)
        {
            line.Append(numbers[i] ? cells[i].PadLeft(widths[i]) : cells[i].PadRight(widths[i])).Append("  ");
        }

        return line.ToString().TrimEnd();
    }

    /// <summary>Names come from files: what moves the cursor or colours the terminal is not passed on.</summary>
    private static string Text(object? cell, bool whole)
    {
        var text = cell switch
        {
            null => "",
            DateTimeOffset moment => moment.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            double number => number.ToString("0.###", CultureInfo.InvariantCulture),
            IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
            _ => cell.ToString() ?? "",
        };
        text = string.Concat(text.Select(letter => char.IsControl(letter) ? '\uFFFD' : letter));
        return whole || text.Length <= MostInCell ? text : text[..(MostInCell - 1)] + "…";
    }
}
