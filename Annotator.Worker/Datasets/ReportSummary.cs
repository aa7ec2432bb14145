using System.Globalization;
using Annotator.Core.Datasets;
using Annotator.Formats;

namespace Annotator.Worker.Datasets;

/// <summary>A report in one or two sentences.</summary>
internal static class ReportSummary
{
    /// <summary>Of an export.</summary>
    public static string Of(DatasetReport report) => WithLosses(
        string.Create(CultureInfo.InvariantCulture, $"{report.Images} frames and {report.Counts.Values.Sum()} annotations exported."), report);

    /// <summary>Of a backup that was made: its annotations are copied as they are, and not counted.</summary>
    public static string OfBackup(DatasetReport report) => WithLosses(
        string.Create(CultureInfo.InvariantCulture, $"{report.Images} frames with their annotations and originals."), report);

    /// <summary>Of a backup that was restored.</summary>
    public static string OfRestore(DatasetReport report) => WithLosses(
        string.Create(CultureInfo.InvariantCulture, $"{report.Images} frames and {report.Counts.Values.Sum()} annotations restored."), report);

    /// <summary>Of an import, or of a dry run.</summary>
    public static string Of(ImportReport import, DatasetReport report)
    {
        var frames = import.Tasks?.Sum(task => task.Images) ?? import.Frames?.Matched ?? report.Images;
        var text = string.Create(CultureInfo.InvariantCulture, $"{frames} frames and {import.Added.Values.Sum()} annotations {(import.DryRun ? "would come in" : "imported")}.");
        if (import.Kept > 0)
        {
            text += string.Create(CultureInfo.InvariantCulture, $" {import.Kept} were there already.");
        }

        return WithLosses(text, report);
    }

    private static string WithLosses(string text, DatasetReport report)
    {
        var losses = report.Lines.Where(line => line.Kind == ReportKind.Loss).Sum(line => line.Count);
        return losses == 0 ? text : string.Create(CultureInfo.InvariantCulture, $"{text} {losses} things could not be carried; see the report.");
    }
}
