using System.Globalization;
using Annotator.Cli.Output;
using Annotator.Formats;

namespace Annotator.Cli.Datasets;

/// <summary>A line of a report as <c>--json</c> prints it.</summary>
/// <param name="Kind">note, repair or loss.</param>
internal sealed record Issue(string Kind, string Code, string Message, long Count, IReadOnlyList<string> Places)
{
    public static IReadOnlyList<Issue> Of(DatasetReport report) =>
        [.. report.Lines.Select(line => new Issue(line.Kind.ToString().ToLowerInvariant(), line.Code, line.Message, line.Count, line.Places))];
}

/// <summary>Tells what became of a dataset.</summary>
internal static class ReportOutput
{
    private const int PlacesShown = 3;

    public static string Counts(IReadOnlyDictionary<string, long> counts) =>
        counts.Count == 0 ? "none" : string.Join(", ", counts.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value}")));

    /// <summary>Such as <c>1 job</c> or <c>2 jobs</c>.</summary>
    /// <param name="thing">In the singular.</param>
    public static string Number(long count, string thing) => string.Create(CultureInfo.InvariantCulture, $"{count} {thing}{(count == 1 ? "" : "s")}");

    public static void Write(CommandContext context, IReadOnlyList<Issue> issues)
    {
        foreach (var issue in issues)
        {
            var places = string.Join("; ", issue.Places.Take(PlacesShown)) + (issue.Count > PlacesShown && issue.Places.Count > PlacesShown ? "; …" : "");
            context.Write(string.Create(CultureInfo.InvariantCulture, $"  {issue.Kind}: {issue.Message}: {issue.Count}{(places.Length > 0 ? $" ({Printable(places)})" : "")}"));
        }
    }

    /// <summary>What a command that writes a dataset says at its end.</summary>
    public static void WriteDone(CommandContext context, IReadOnlyList<(string Path, DatasetInput Input)> inputs, DatasetReport tools, DatasetOutput output)
    {
        if (context.Json)
        {
            context.WriteJson(new
            {
                Inputs = inputs.Select(input => new { input.Path, Format = input.Input.Format.Importer.Format.Name, input.Input.Report.Images, Annotations = input.Input.Report.Counts, Issues = Issue.Of(input.Input.Report) }),
                Output = output.Path,
                output.Format,
                output.Report.Images,
                Annotations = output.Report.Counts,
                Issues = Issue.Of(tools).Concat(Issue.Of(output.Report)),
            });
            return;
        }

        foreach (var (path, input) in inputs)
        {
            context.Write(string.Create(CultureInfo.InvariantCulture, $"read {path}: {input.Format.Importer.Format.Name}, {input.Report.Images} images, {Counts(input.Report.Counts)}"));
            Write(context, Issue.Of(input.Report));
        }

        Write(context, Issue.Of(tools));
        context.Write(string.Create(CultureInfo.InvariantCulture, $"wrote {output.Path}: {output.Format}, {output.Report.Images} images, {Counts(output.Report.Counts)}"));
        Write(context, Issue.Of(output.Report));
    }

    /// <summary>Names come from files: what moves the cursor or colours the terminal is not passed on.</summary>
    public static string Printable(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? '\uFFFD' : letter));
}
