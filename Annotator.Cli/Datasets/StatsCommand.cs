using System.CommandLine;
using System.Globalization;
using Annotator.Cli.Output;
using Annotator.Formats.Tools.Statistics;

namespace Annotator.Cli.Datasets;

/// <summary><c>annotator dataset stats PATH</c></summary>
internal static class StatsCommand
{
    public static Command Create()
    {
        var path = DatasetCommand.Path("PATH", "A folder, an archive or a single file");
        var html = new Option<string?>("--html") { Description = "Write a page with charts to this file, which needs nothing else", HelpName = "FILE" };
        var command = new Command("stats", "Count labels, kinds and sizes") { path, html };
        var inputs = new InputOptions(command);
        return command.Doing(async (context, cancel) =>
        {
            await using var input = await inputs.OpenAsync(context, context.Get(path), cancel);
            var statistics = new DatasetStatistics(input.Source.Info);
            await foreach (var item in new WatchedSource(input.Source, context.Progress).ReadItemsAsync(cancel))
            {
                statistics.Add(item);
            }

            var format = input.Format.Importer.Format.Name;
            if (context.Get(html) is { } file)
            {
                await using var writer = new StreamWriter(file);
                StatisticsPage.Write(writer, statistics, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(context.Get(path)))), format);
            }

            if (context.Json)
            {
                context.WriteJson(new
                {
                    Format = format,
                    statistics.Images,
                    statistics.ImagesWithoutAnnotations,
                    statistics.ImagesPresent,
                    statistics.Annotations,
                    statistics.Tracks,
                    statistics.Kinds,
                    statistics.Subsets,
                    statistics.Labels,
                    ImageSizes = statistics.Sizes.Select(size => new { size.Width, size.Height, size.Count }),
                    statistics.ShapeSides,
                    statistics.AnnotationsPerImage,
                    CocoSizes = new { statistics.CocoSizes.Small, statistics.CocoSizes.Medium, statistics.CocoSizes.Large },
                    Issues = Issue.Of(input.Report),
                });
                return ExitCodes.Done;
            }

            Write(context, statistics, format);
            ReportOutput.Write(context, Issue.Of(input.Report));
            return ExitCodes.Done;
        });
    }

    private static void Write(CommandContext context, DatasetStatistics statistics, string format)
    {
        context.Write(string.Create(CultureInfo.InvariantCulture, $"{format}: {statistics.Images} images, {statistics.ImagesWithoutAnnotations} of them without annotations; {statistics.Annotations} annotations, {statistics.Tracks} tracks"));
        context.Write("");
        var labels = new TextTable("label", "annotations", "images", "kinds");
        foreach (var label in statistics.Labels)
        {
            labels.Add(label.Label, label.Annotations, label.Images, ReportOutput.Counts(label.Kinds));
        }

        context.Write(labels);
        context.Write("");
        var sizes = new TextTable("shape side, pixels", "shapes");
        foreach (var bin in statistics.ShapeSides)
        {
            sizes.Add(StatisticsPage.Range(bin), bin.Count);
        }

        context.Write(sizes);
        context.Write(string.Create(CultureInfo.InvariantCulture, $"by COCO's sizes: small {statistics.CocoSizes.Small}, medium {statistics.CocoSizes.Medium}, large {statistics.CocoSizes.Large}"));
        context.Write("");
        var images = new TextTable("image size", "images");
        foreach (var (width, height, count) in statistics.Sizes.Take(10))
        {
            images.Add(StatisticsPage.Size(width, height), count);
        }

        context.Write(images);
        context.Write("");
        var subsets = new TextTable("subset", "images");
        foreach (var (subset, count) in statistics.Subsets)
        {
            subsets.Add(subset.Length > 0 ? subset : "(none)", count);
        }

        context.Write(subsets);
    }
}
