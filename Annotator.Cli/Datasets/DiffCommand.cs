using System.CommandLine;
using System.Globalization;
using Annotator.Cli.Output;
using Annotator.Formats.Tools.Comparison;

namespace Annotator.Cli.Datasets;

/// <summary><c>annotator dataset diff FIRST SECOND</c>; ends with 1 when they differ.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        var first = DatasetCommand.Path("FIRST", "A folder, an archive or a single file");
        var second = DatasetCommand.Path("SECOND", "The same, of any format");
        var threshold = new Option<double>("--iou") { Description = "Overlap divided by union from which on two shapes are the same", DefaultValueFactory = _ => 0.5 };
        var command = new Command("diff", "Compare two datasets: images, labels, and annotations by their overlap") { first, second, threshold };
        var inputs = new InputOptions(command);
        return command.Doing(async (context, cancel) =>
        {
            if (context.Get(threshold) is not (> 0 and <= 1))
            {
                throw CommandException.BadUsage("--iou is above 0 and at most 1.");
            }

            await using var one = await inputs.OpenAsync(context, context.Get(first), cancel);
            await using var two = await inputs.OpenAsync(context, context.Get(second), cancel);
            var difference = await DatasetDifference.BetweenAsync(
                new WatchedSource(one.Source, context.Progress), new WatchedSource(two.Source, context.Progress), context.Get(threshold), cancel);
            if (context.Json)
            {
                context.WriteJson(new
                {
                    Same = difference.IsNone,
                    Images = new { Both = difference.ImagesInBoth, OnlyFirst = difference.ImagesOnlyFirst, OnlySecond = difference.ImagesOnlySecond, difference.SizesDiffer },
                    Labels = new { OnlyFirst = difference.LabelsOnlyFirst, OnlySecond = difference.LabelsOnlySecond },
                    Annotations = difference.Labels,
                    difference.Places,
                    Issues = new { First = Issue.Of(one.Report), Second = Issue.Of(two.Report) },
                });
            }
            else
            {
                Write(context, difference);
                ReportOutput.Write(context, Issue.Of(one.Report));
                ReportOutput.Write(context, Issue.Of(two.Report));
            }

            return difference.IsNone ? ExitCodes.Done : ExitCodes.Failed;
        });
    }

    private static void Write(CommandContext context, DatasetDifference difference)
    {
        context.Write(string.Create(CultureInfo.InvariantCulture, $"images: {difference.ImagesInBoth} in both, {difference.ImagesOnlyFirst} only in the first, {difference.ImagesOnlySecond} only in the second, {difference.SizesDiffer} of different sizes"));
        WriteNames(context, "labels only in the first: ", difference.LabelsOnlyFirst);
        WriteNames(context, "labels only in the second: ", difference.LabelsOnlySecond);
        var table = new TextTable("label", "same", "changed", "only first", "only second");
        foreach (var label in difference.Labels)
        {
            table.Add(label.Label, label.Same, label.Changed, label.OnlyFirst, label.OnlySecond);
        }

        context.Write(table);
        foreach (var place in difference.Places)
        {
            context.Write("  " + ReportOutput.Printable(place));
        }

        context.Write(difference.IsNone ? "no differences" : "the datasets differ");
    }

    private static void WriteNames(CommandContext context, string what, IReadOnlyList<string> names)
    {
        if (names.Count > 0)
        {
            context.Write(what + ReportOutput.Printable(string.Join(", ", names)));
        }
    }
}
