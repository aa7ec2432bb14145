using Annotator.Formats;
using Annotator.Formats.Model;
using Annotator.Formats.Tools.Filtering;

namespace Annotator.Tests.Formats.Tools;

public sealed class FilterTests
{
    private static readonly DatasetShape _car = new()
    {
        Kind = ShapeKind.Rectangle,
        Label = "car",
        Points = [10, 20, 30, 60],
        Occluded = true,
        Group = 3,
        Score = 0.5,
        TrackId = 7,
        Attributes = new Dictionary<string, string> { ["parked"] = "true", ["speed"] = "12.5", ["brand name"] = "bmw", ["note"] = "it's" },
    };

    private static readonly DatasetTag _night = new() { Label = "night" };
    private static readonly DatasetItem _item = new() { Name = "street/a.jpg", Subset = "train", Width = 640, Height = 480, Frame = 4, Shapes = [_car], Tags = [_night] };

    [Theory]
    [InlineData("label == \"car\" and area > 100 and attr.parked == true", true)]
    [InlineData("label == 'bus'", false)]
    [InlineData("label != \"car\"", false)]
    [InlineData("label in ['bus', 'car']", true)]
    [InlineData("label not in [\"bus\", \"car\"]", false)]
    [InlineData("not label in [\"bus\"]", true)]
    [InlineData("label like 'c*'", true)]
    [InlineData("image like \"street/*.jpg\" and kind == \"rectangle\"", true)]
    [InlineData("width == 20 and height == 40 and area == 800 and x == 10 and y == 20", true)]
    [InlineData("area >= 800 and area <= 800 and not (area < 800 or area > 800)", true)]
    [InlineData("attr.speed > 12 and attr.speed < 13", true)]
    [InlineData("attr.speed == 12.50", true)]
    [InlineData("attr.parked", true)]
    [InlineData("not attr.parked", false)]
    [InlineData("attr[\"brand name\"] == \"bmw\"", true)]
    [InlineData("attr.note == \"it's\" and attr.note == 'it\\'s'", true)]
    [InlineData("attr.none == null", true)]
    [InlineData("attr.parked != null", true)]
    [InlineData("attr.none > 1 or attr.none == \"x\"", false)]
    [InlineData("attr.none != \"x\"", true)]
    [InlineData("occluded and occluded == true", true)]
    [InlineData("score < 0.6 and group == 3 and track == 7 and rotation == 0 and z_order == -0", true)]
    [InlineData("subset == \"train\" and image.width > 600 and frame == 4 and label == 'car'", true)]
    [InlineData("label == 'bus' or label == 'car' and area > 100", true)]
    [InlineData("(label == 'bus' or label == 'car') and area > 1000", false)]
    public void An_annotation_is_judged_by_all_that_is_known_of_it(string filter, bool holds)
    {
        var expression = FilterExpression.Parse(filter);

        Assert.False(expression.IsAboutImages);
        Assert.Equal(holds, expression.Holds(_item, _car));
    }

    [Theory]
    [InlineData("kind == \"tag\" and label == \"night\"", true)]
    [InlineData("area > 0 or area <= 0", false)]
    [InlineData("area == null", true)]
    [InlineData("attr.parked == true", false)]
    public void A_tag_has_no_place(string filter, bool holds) => Assert.Equal(holds, FilterExpression.Parse(filter).Holds(_item, _night));

    [Theory]
    [InlineData("image.width >= 640 and subset == \"train\"", true)]
    [InlineData("image.annotations == 2", true)]
    [InlineData("image like \"*.png\"", false)]
    public void A_condition_on_images_alone_is_asked_of_images(string filter, bool holds)
    {
        var expression = FilterExpression.Parse(filter);

        Assert.True(expression.IsAboutImages);
        Assert.Equal(holds, expression.Holds(_item));
    }

    [Theory]
    [InlineData("label = \"car\"", 7, "\"==\" is")]
    [InlineData("lable == \"car\"", 1, "there is no \"lable\"; there are area,")]
    [InlineData("label == 5", 10, "a text cannot be compared with a number")]
    [InlineData("area > \"big\"", 8, "a number cannot be compared with a text")]
    [InlineData("label", 1, "this is a text, not a condition")]
    [InlineData("area and label == 'car'", 1, "this is a number, not a condition")]
    [InlineData("label == \"car", 10, "no closing \"")]
    [InlineData("(label == \"car\"", 16, "\")\" was expected, not the end")]
    [InlineData("label == \"car\" area > 1", 16, "joined by \"and\" or \"or\"")]
    [InlineData("label ==", 9, "a name or a value was expected, not the end")]
    [InlineData("", 1, "a name or a value was expected")]
    [InlineData("label in \"car\"", 10, "a list in brackets")]
    [InlineData("label in [\"car\" \"bus\"]", 17, "\",\" or \"]\"")]
    [InlineData("occluded > true", 10, "compares numbers or texts only")]
    [InlineData("area like \"1*\"", 11, "compares a text with a quoted pattern")]
    [InlineData("attr == 1", 6, "attr.NAME")]
    [InlineData("image.depth == 1", 1, "there is no \"image.depth\"")]
    [InlineData("area > 1.2.3", 8, "is no number")]
    [InlineData("area > 1 & area < 2", 10, "is not understood")]
    public void A_mistake_is_named_with_its_place(string filter, int character, string words)
    {
        var error = Assert.Throws<DatasetException>(() => FilterExpression.Parse(filter));

        Assert.Equal("filter-invalid", error.Code);
        Assert.StartsWith($"Filter, character {character}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Endless_brackets_are_refused()
    {
        Assert.Equal("filter-invalid", Assert.Throws<DatasetException>(() => FilterExpression.Parse(new string('(', 100_000))).Code);
        Assert.Equal("filter-invalid", Assert.Throws<DatasetException>(() => FilterExpression.Parse(string.Concat(Enumerable.Repeat("not ", 100_000)))).Code);
    }

    [Fact]
    public async Task Annotations_that_do_not_fit_go_and_frames_stay_unless_they_are_to_go_too()
    {
        var other = _item with { Name = "b.jpg", Shapes = [], Tags = [_night] };

        var kept = await ReadAsync("label == \"car\"", false, other);
        var full = await ReadAsync("label == \"car\"", true, other);
        var images = await ReadAsync("image == \"b.jpg\"", false, other);

        Assert.Equal(["street/a.jpg 1 0", "b.jpg 0 0"], kept);
        Assert.Equal(["street/a.jpg 1 0"], full);
        Assert.Equal(["b.jpg 0 1"], images);
    }

    [Fact]
    public async Task A_frame_whose_size_comes_later_is_filtered_when_it_comes()
    {
        var item = new DatasetItem { Name = "a.jpg", AtSize = (width, height) => _item with { Shapes = [_car, _car with { Label = "bus" }] } };
        await using var source = FilteredSource.Of(new ListSource(new DatasetInfo(), [item]), FilterExpression.Parse("label == \"bus\""), false);

        var read = Assert.Single(await source.ReadItemsAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));

        Assert.Equal("bus", Assert.Single(read.AtSize!(640, 480).Shapes).Label);
    }

    private static async Task<List<string>> ReadAsync(string filter, bool removeEmpty, DatasetItem other)
    {
        await using var source = FilteredSource.Of(new ListSource(new DatasetInfo(), [_item, other]), FilterExpression.Parse(filter), removeEmpty);
        return await source.ReadItemsAsync(TestContext.Current.CancellationToken)
            .Select(item => $"{item.Name} {item.Shapes.Count} {item.Tags.Count}").ToListAsync(TestContext.Current.CancellationToken);
    }
}
