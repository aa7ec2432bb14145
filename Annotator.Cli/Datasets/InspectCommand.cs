using System.CommandLine;
using System.Globalization;

namespace Annotator.Cli.Datasets;

/// <summary><c>annotator dataset inspect PATH</c>: what a dataset is and holds, and what is wrong with it as a file.</summary>
internal static class InspectCommand
{
    private const int LabelsShown = 20;

    public static Command Create()
    {
        var path = DatasetCommand.Path("PATH", "A folder, an archive or a single file");
        var command = new Command("inspect", "Tell a dataset's format, images, labels and annotations, and what cannot be read") { path };
        var inputs = new InputOptions(command);
        return command.Doing(async (context, cancel) =>
        {
            await using var input = await inputs.OpenAsync(context, context.Get(path), cancel);
            await foreach (var item in new WatchedSource(input.Source, context.Progress).ReadItemsAsync(cancel))
            {
                // The reader counts while it reads.
            }

            var labels = input.Source.Info.Labels.Select(label => label.Name).ToList();
            var issues = Issue.Of(input.Report);
            if (context.Json)
            {
                context.WriteJson(new { Format = input.Format.Importer.Format.Name, input.Report.Images, Labels = labels, Annotations = input.Report.Counts, Issues = issues });
                return ExitCodes.Done;
            }

            var shown = string.Join(", ", labels.Take(LabelsShown)) + (labels.Count > LabelsShown ? ", …" : "");
            context.Write($"format       {input.Format.Importer.Format.Name} ({input.Format.Match.ToString().ToLowerInvariant()})");
            context.Write(string.Create(CultureInfo.InvariantCulture, $"images       {input.Report.Images}"));
            context.Write(string.Create(CultureInfo.InvariantCulture, $"labels       {labels.Count}{(labels.Count > 0 ? ": " + ReportOutput.Printable(shown) : "")}"));
            context.Write($"annotations  {ReportOutput.Counts(input.Report.Counts)}");
            context.Write(issues.Count == 0 ? "issues       none" : "issues");
            ReportOutput.Write(context, issues);
            return ExitCodes.Done;
        });
    }
}
