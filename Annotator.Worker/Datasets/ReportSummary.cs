using System.Globalization;
using Annotator.Formats;

namespace Annotator.Worker.Datasets;

/// <summary>A report in one or two sentences.</summary>
internal static class ReportSummary
{
    /// <param name="done">exported or imported.</param>
    public static string Of(DatasetReport report, string done)
    {
        var objects = report.Counts.Values.Sum();
        var text = string.Create(CultureInfo.InvariantCulture, $"{report.Images} frames and {objects} annotations {done}.");
        var losses = report.Lines.Where(line => line.Kind == ReportKind.Loss).Sum(line => line.Count);
        return losses == 0 ? text : string.Create(CultureInfo.InvariantCulture, $"{text} {losses} things could not be carried; see the report.");
    }
}
