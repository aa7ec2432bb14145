using System.CommandLine;
using System.Globalization;
using Annotator.Formats.Tools.Validation;

namespace Annotator.Cli.Datasets;

/// <summary><c>annotator dataset validate PATH</c>; ends with 1 when there are errors.</summary>
internal static class ValidateCommand
{
    private const int PlacesShown = 5;

    public static Command Create()
    {
        var defaults = new ValidationOptions();
        var path = DatasetCommand.Path("PATH", "A folder, an archive or a single file");
        var tiny = new Option<double>("--tiny") { Description = "A box with a shorter side below this is tiny", HelpName = "PIXELS", DefaultValueFactory = _ => defaults.TinySide };
        var overlap = new Option<double>("--duplicate-iou") { Description = "Shapes of one label that overlap so much are one drawn twice", DefaultValueFactory = _ => defaults.DuplicateOverlap };
        var imbalance = new Option<double>("--imbalance") { Description = "How many times as often as another a label may be used", DefaultValueFactory = _ => defaults.Imbalance };
        var compare = new Option<bool>("--compare-images") { Description = "Read all images to find those that are the same" };
        var require = new Option<bool>("--require-images") { Description = "Missing images are errors even when there are none at all" };
        var strict = new Option<bool>("--strict") { Description = "Warnings count as errors" };
        var command = new Command("validate", "Look for flaws: duplicates, shapes out of bounds, tiny or degenerate, missing images, unknown labels, imbalance") { path, tiny, overlap, imbalance, compare, require, strict };
        var inputs = new InputOptions(command);
        return command.Doing(async (context, cancel) =>
        {
            await using var input = await inputs.OpenAsync(context, context.Get(path), cancel);
            var validator = new DatasetValidator(input.Source.Info, new ValidationOptions
            {
                TinySide = context.Get(tiny),
                DuplicateOverlap = context.Get(overlap),
                Imbalance = context.Get(imbalance),
                CompareImages = context.Get(compare),
                RequireImages = context.Get(require),
            });
            await foreach (var item in new WatchedSource(input.Source, context.Progress).ReadItemsAsync(cancel))
            {
                await validator.AddAsync(item, cancel);
            }

            var findings = validator.Finish();
            var worst = findings.Count == 0 ? FindingSeverity.Info : findings[0].Severity;
            var valid = worst < (context.Get(strict) ? FindingSeverity.Warning : FindingSeverity.Error);
            if (context.Json)
            {
                context.WriteJson(new { Valid = valid, Format = input.Format.Importer.Format.Name, input.Report.Images, Findings = findings, Issues = Issue.Of(input.Report) });
                return valid ? ExitCodes.Done : ExitCodes.Failed;
            }

            foreach (var finding in findings)
            {
                var places = string.Join("; ", finding.Places.Take(PlacesShown)) + (finding.Count > PlacesShown ? "; …" : "");
                context.Write(string.Create(CultureInfo.InvariantCulture, $"{finding.Severity.ToString().ToLowerInvariant()}: {finding.Message}: {finding.Count} ({ReportOutput.Printable(places)})"));
            }

            ReportOutput.Write(context, Issue.Of(input.Report));
            context.Write(string.Create(CultureInfo.InvariantCulture, $"{(valid ? "valid" : "not valid")}: {input.Report.Images} images, {ReportOutput.Counts(input.Report.Counts)}"));
            return valid ? ExitCodes.Done : ExitCodes.Failed;
        });
    }
}
