using System.CommandLine;
using Annotator.Formats.Tools.Splitting;

namespace Annotator.Cli.Datasets;

/// <summary><c>annotator dataset split IN OUT --ratios train=0.8,val=0.2</c></summary>
internal static class SplitCommand
{
    public static Command Create()
    {
        var ratios = new Option<string>("--ratios", "-r") { Description = "Subsets and their shares, which add up to 1", HelpName = "train=0.8,val=0.2", Required = true };
        var seed = new Option<long>("--seed") { Description = "The same number gives the same subsets again, on every machine" };
        var stratified = new Option<bool>("--stratified") { Description = "Spread every label over the subsets in the same ratios" };
        return ConvertCommand.ChangingTwice(
            new Command("split", "Put the images into subsets, at random or with labels spread evenly") { ratios, seed, stratified },
            formatRequired: false,
            async (context, again, source, _, cancel) =>
            {
                var parts = SplitRatios.Parse(context.Get(ratios)!);
                await using var first = await again();
                var plan = await SplitPlan.MakeAsync(new WatchedSource(first.Source, context.Progress), parts, context.Get(seed), context.Get(stratified), cancel);
                return plan.Apply(source);
            });
    }
}
