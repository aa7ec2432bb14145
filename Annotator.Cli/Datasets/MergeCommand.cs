using System.CommandLine;
using Annotator.Formats;
using Annotator.Formats.Tools;
using Annotator.Formats.Tools.Merging;

namespace Annotator.Cli.Datasets;

/// <summary><c>annotator dataset merge IN IN … --out OUT</c></summary>
internal static class MergeCommand
{
    public static Command Create()
    {
        var from = new Argument<string[]>("IN") { Description = "The datasets to read, of any formats; earlier ones go before later ones", Arity = new ArgumentArity(2, 10_000) };
        var to = new Option<string>("--out", "-o") { Description = "What to write: a name that ends in .zip, or a folder", HelpName = "OUT", Required = true };
        var labels = new Option<string>("--labels") { Description = "union: all labels of all; intersect: those that all have; map: those that --map names", DefaultValueFactory = _ => "union" };
        labels.AcceptOnlyFromAmong("union", "intersect", "map");
        var map = new Option<string[]>("--map") { Description = "Give a label another name before merging; may be repeated", HelpName = "OLD=NEW", DefaultValueFactory = _ => [] };
        var overlap = new Option<string>("--overlap") { Description = "Images that several have: both keeps all annotations, first those of the first dataset, iou makes one of what overlaps", DefaultValueFactory = _ => "both" };
        overlap.AcceptOnlyFromAmong("both", "first", "iou");
        var threshold = new Option<double>("--iou") { Description = "Overlap divided by union from which on two shapes are one", DefaultValueFactory = _ => 0.5 };
        var command = new Command("merge", "Make one dataset of several") { from, to, labels, map, overlap, threshold };
        var inputs = new InputOptions(command);
        var outputs = new OutputOptions(command, formatRequired: false);
        return command.Doing(async (context, cancel) =>
        {
            if (context.Get(threshold) is not (> 0 and <= 1))
            {
                throw CommandException.BadUsage("--iou is above 0 and at most 1.");
            }

            var names = context.Get(map)!.Select(LabelRemap.Parse).ToList();
            if (context.Get(labels) == "map" && names.Count == 0)
            {
                throw CommandException.BadUsage("--labels map needs --map OLD=NEW for each label that shall stay.");
            }

            var opened = new List<(string Path, DatasetInput Input)>();
            try
            {
                foreach (var path in context.Get(from))
                {
                    opened.Add((path, await inputs.OpenAsync(context, path, cancel)));
                }

                var output = outputs.Prepare(context, context.Get(to)!, opened[0].Input);
                var report = new DatasetReport();
                var sources = opened.Select(input => names.Count == 0 ? input.Input.Source : new LabelRemap(names, keepOthers: context.Get(labels) != "map").Of(input.Input.Source, report)).ToList();
                var merged = new MergedSource(sources, new MergeOptions
                {
                    Labels = context.Get(labels) == "intersect" ? LabelPolicy.Intersect : LabelPolicy.Union,
                    Overlap = context.Get(overlap) switch { "first" => OverlapPolicy.KeepFirst, "iou" => OverlapPolicy.MergeByOverlap, _ => OverlapPolicy.KeepBoth },
                    Threshold = context.Get(threshold),
                }, report);
                await output.WriteAsync(merged, context, cancel);
                ReportOutput.WriteDone(context, opened, report, output);
                return ExitCodes.Done;
            }
            finally
            {
                foreach (var (_, input) in opened)
                {
                    await input.DisposeAsync();
                }
            }
        });
    }
}
