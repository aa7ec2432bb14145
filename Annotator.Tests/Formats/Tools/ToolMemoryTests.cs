using Annotator.Formats;
using Annotator.Formats.Model;
using Annotator.Formats.Tools.Comparison;
using Annotator.Formats.Tools.Filtering;
using Annotator.Formats.Tools.Merging;
using Annotator.Formats.Tools.Shapes;
using Annotator.Formats.Tools.Splitting;
using Annotator.Formats.Tools.Statistics;
using Annotator.Formats.Tools.Validation;

namespace Annotator.Tests.Formats.Tools;

[Collection(MeasuredAlone.Name)]
public sealed class ToolMemoryTests
{
    private const int Frames = 2000;
    private const int ShapesOfFrame = 50;

    /// <summary>The dataset itself takes several times as much.</summary>
    private const long Most = 4 << 20;

    private static readonly DatasetInfo _info = new() { Labels = [new DatasetLabel { Name = "car" }] };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void The_measure_would_notice_a_dataset_that_is_held()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var held = Items(_ => { }).ToList();

        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before > 2 * Most);
        GC.KeepAlive(held);
    }

    [Fact]
    public Task A_merge_holds_names_only() => HoldsLittleAsync(async watch =>
    {
        await using var merged = new MergedSource([Source(watch), Source(_ => { })], new MergeOptions { Overlap = OverlapPolicy.MergeByOverlap }, new DatasetReport());
        Assert.Equal(Frames, await CountAsync(merged));
    });

    [Fact]
    public Task A_comparison_holds_names_only() => HoldsLittleAsync(async watch =>
        Assert.True((await DatasetDifference.BetweenAsync(Source(watch), Source(_ => { }), 0.5, Cancel)).IsNone));

    [Fact]
    public Task A_split_holds_labels_only() => HoldsLittleAsync(async watch =>
    {
        var plan = await SplitPlan.MakeAsync(Source(watch), SplitRatios.Parse("train=0.9,val=0.1"), 1, true, Cancel);
        await using var split = plan.Apply(Source(watch));
        Assert.Equal(Frames, await CountAsync(split));
    });

    [Fact]
    public Task Changes_hold_a_frame_only() => HoldsLittleAsync(async watch =>
    {
        var report = new DatasetReport();
        await using var changed = ShapeChange.MasksToPolygons(
            ShapeChange.PolygonsToMasks(ResizedSource.Of(FilteredSource.Of(Source(watch), FilterExpression.Parse("area > 1"), true), ImageResize.Parse("50%"), null, report), report), report);
        Assert.Equal(Frames, await CountAsync(changed));
    });

    [Fact]
    public Task Statistics_and_checks_hold_numbers_only() => HoldsLittleAsync(async watch =>
    {
        var statistics = new DatasetStatistics(_info);
        var validator = new DatasetValidator(_info, new ValidationOptions());
        await foreach (var item in Source(watch).ReadItemsAsync(Cancel))
        {
            statistics.Add(item);
            await validator.AddAsync(item, Cancel);
        }

        Assert.Equal(Frames * ShapesOfFrame, statistics.Annotations);
        Assert.DoesNotContain(validator.Finish(), finding => finding.Severity == FindingSeverity.Error);
    });

    private static async Task HoldsLittleAsync(Func<Action<int>, Task> use)
    {
        // What tests before this one left behind may go while it runs, so growth is measured from the least there was.
        var (least, growth) = (long.MaxValue, 0L);
        await use(frame =>
        {
            if (frame % 400 == 0 || frame == Frames - 1)
            {
                var now = GC.GetTotalMemory(forceFullCollection: true);
                (least, growth) = (Math.Min(least, now), Math.Max(growth, now - least));
            }
        });
        Assert.NotEqual(long.MaxValue, least);
        Assert.True(growth <= Most, $"The heap grew by {growth:N0} bytes; {Most:N0} are allowed.");
    }

    private static async Task<int> CountAsync(IDatasetSource source) => await source.ReadItemsAsync(Cancel).CountAsync(Cancel);

    private static ListSource Source(Action<int> watch) => new(_info, Items(watch));

    private static IEnumerable<DatasetItem> Items(Action<int> watch)
    {
        for (var frame = 0; frame < Frames; frame++)
        {
            watch(frame);
            yield return new DatasetItem
            {
                Frame = frame,
                Name = $"{frame:D6}.jpg",
                Width = 640,
                Height = 480,
                Shapes = [.. Enumerable.Range(0, ShapesOfFrame).Select(i => i % 5 == 0
                    ? new DatasetShape { Kind = ShapeKind.Polygon, Label = "car", Points = [i * 10, 10, i * 10 + 9, 10, i * 10 + 4, 19] }
                    : new DatasetShape { Kind = ShapeKind.Rectangle, Label = "car", Points = [i * 10, 30, i * 10 + 9, 60.25] })],
            };
        }
    }
}
