using Annotator.Formats;
using Annotator.Formats.Model;
using Annotator.Formats.Tools.Splitting;

namespace Annotator.Tests.Formats.Tools;

public sealed class SplitTests
{
    [Theory]
    [InlineData("train=0.8,val=0.2", 10, "8 2")]
    [InlineData("train=0.8, val=0.1, test=0.1", 9, "7 1 1")]
    [InlineData("a=0.5,b=0.5", 3, "2 1")]
    [InlineData("a=0.29,b=0.71", 100, "29 71")]
    [InlineData("a=1", 4, "4")]
    [InlineData("a=0,b=1", 2, "0 2")]
    [InlineData("a=0.5,b=0.5", 0, "0 0")]
    public void Parts_have_whole_sizes_that_add_up(string ratios, int total, string counts) =>
        Assert.Equal(counts, string.Join(' ', SplitRatios.Parse(ratios).Counts(total)));

    [Theory]
    [InlineData("train=0.8,val=0.1", "add up to 0.9")]
    [InlineData("train=0.8,train=0.2", "named twice")]
    [InlineData("train", "\"train\" is no part")]
    [InlineData("", "is no part")]
    [InlineData("train=x", "is no part")]
    [InlineData("a=-1,b=2", "is no part")]
    [InlineData("=1", "is no part")]
    [InlineData("a=NaN", "is no part")]
    public void A_mistake_in_the_ratios_is_named(string ratios, string words)
    {
        var error = Assert.Throws<DatasetException>(() => SplitRatios.Parse(ratios));

        Assert.Equal("split-invalid", error.Code);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_parts_and_another_one_others()
    {
        var items = Items(100, _ => "car");

        var first = await SplitAsync(items, 1, false);

        Assert.Equal(80, first.Count(subset => subset == "train"));
        Assert.Equal(first, await SplitAsync(items, 1, false));
        Assert.NotEqual(first, await SplitAsync(items, 2, false));
    }

    [Fact]
    public async Task The_parts_of_a_seed_never_change_with_a_new_version()
    {
        Assert.Equal("train val train val train train train train train train", string.Join(' ', await SplitAsync(Items(10, _ => "car"), 42, false)));
    }

    [Fact]
    public async Task Every_label_is_spread_over_the_parts_when_asked_for()
    {
        // 90 frames of one label, 10 of another: by chance alone the rare one often misses a part.
        var items = Items(100, i => i % 10 == 3 ? "rare" : "common");
        for (var seed = 0; seed < 20; seed++)
        {
            var subsets = await SplitAsync(items, seed, true);

            Assert.Equal(20, subsets.Count(subset => subset == "val"));
            Assert.Equal(2, subsets.Where((subset, i) => subset == "val" && i % 10 == 3).Count());
        }
    }

    [Fact]
    public async Task Frames_with_several_labels_and_with_none_all_get_a_part()
    {
        var items = Enumerable.Range(0, 37).Select(i => new DatasetItem
        {
            Name = $"{i}.jpg",
            Tags = [.. Enumerable.Range(0, i % 4).Select(label => new DatasetTag { Label = $"label {(i + label) % 5}" })],
        }).ToList();

        var subsets = await SplitAsync(items, 5, true);

        Assert.Equal(30, subsets.Count(subset => subset == "train"));
        Assert.Equal(7, subsets.Count(subset => subset == "val"));
    }

    private static List<DatasetItem> Items(int count, Func<int, string> label) =>
        [.. Enumerable.Range(0, count).Select(i => new DatasetItem { Name = $"{i}.jpg", Tags = [new DatasetTag { Label = label(i) }] })];

    private static async Task<List<string>> SplitAsync(List<DatasetItem> items, long seed, bool stratified)
    {
        var cancel = TestContext.Current.CancellationToken;
        var plan = await SplitPlan.MakeAsync(new ListSource(new DatasetInfo(), items), SplitRatios.Parse("train=0.8,val=0.2"), seed, stratified, cancel);
        await using var split = plan.Apply(new ListSource(new DatasetInfo(), items));
        return await split.ReadItemsAsync(cancel).Select(item => item.Subset).ToListAsync(cancel);
    }
}
