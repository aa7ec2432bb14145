using System.Text;
using Annotator.Formats;
using Annotator.Formats.Model;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

public sealed class MarketTests
{
    private const string Format = "Market-1501 1.0";

    [Fact]
    public async Task Names_of_images_are_read()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.ZipFolder(DatasetFiles.Fixture("market1501", "market1501")));

        Assert.Equal("market-1501", Assert.Single(info.Labels).Name);
        Assert.Equal(
            ["test 0001_c1s1_001051_00.jpg 1 0 1 1051 0 false", "train 0002_c1s3_000151_00.jpg 2 0 3 151 0 false", "query 0001_c2s3_000111_00.jpg 1 1 3 111 0 true"],
            items.Select(Describe));
        Assert.All(items, item => Assert.True(item.Width > 0 && item.OpenImage is not null));
        Assert.Empty(report.Lines);
    }

    [Theory]
    [InlineData("spec_examples/market1501.zip", " 0001_c2s3_000111_00.jpg 1 1 3 111 0 true| 0002_c1s3_000151_00.jpg 2 0 3 151 0 false")]
    [InlineData("cvat_golden/demo/img/Market-1501_1.0.zip", " img1.jpg| img2.jpg")]
    [InlineData("cvat_golden/demo/vid/Market-1501_1.0.zip", " frame_000000.PNG| frame_000001.PNG| frame_000002.PNG| frame_000003.PNG| frame_000004.PNG")]
    public async Task A_file_of_the_contract_is_read_to_what_its_own_importer_read(string path, string expected)
    {
        var zip = await File.ReadAllBytesAsync(DatasetFiles.Fixture(path.Split('/')), TestContext.Current.CancellationToken);

        var (_, items, report) = await DatasetFiles.ReadAsync(Format, zip);

        Assert.Equal(expected, string.Join('|', items.Select(Describe)));
        Assert.Empty(report.Lines);
    }

    [Theory]
    [InlineData("-1_c1s1_000401_03", "-1 0 1 401 3")]
    [InlineData("0000_c6s4_012345_00", "0 5 4 12345 0")]
    [InlineData("0001_c0s4_012345_00", "")]
    [InlineData("0001_c1_012345_00", "")]
    [InlineData("a_c1s1_1_1", "")]
    [InlineData("0001_c1s1_1", "")]
    [InlineData("0001_c99999999999s1_1_1", "")]
    public async Task Only_names_of_the_form_say_anything(string stem, string expected)
    {
        var (_, items, _) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(("images_train.txt", Encoding.UTF8.GetBytes($"bounding_box_train/{stem}.jpg\nelsewhere/x.jpg\n\n"))));

        Assert.Equal($"train {stem}.jpg{(expected.Length > 0 ? $" {expected} false" : "")}", Describe(Assert.Single(items)));
    }

    [Fact]
    public async Task Images_are_renamed_to_what_their_tag_says()
    {
        DatasetItem Item(string name, params (string Key, string Value)[] attributes) => new()
        {
            Name = name, Subset = "train", Tags = [new DatasetTag { Label = "market-1501", Attributes = attributes.ToDictionary(pair => pair.Key, pair => pair.Value) }],
        };
        var info = new DatasetInfo { Labels = [new DatasetLabel { Name = "market-1501" }, new DatasetLabel { Name = "car" }] };
        DatasetItem[] items =
        [
            Item("0001_c1s1_000401_03.jpg", ("person_id", "1"), ("camera_id", "0"), ("track_id", "1"), ("frame_id", "401"), ("bbox_id", "3"), ("query", "false")),
            Item("a/b.jpg", ("person_id", "7"), ("camera_id", "2"), ("track_id", "4"), ("query", "true")),
            Item("c.jpg", ("person_id", "x"), ("mood", "y")),
            new() { Name = "d.jpg", Tags = [new DatasetTag { Label = "car" }], Shapes = [new DatasetShape { Kind = ShapeKind.Rectangle, Label = "car", Points = [1, 1, 2, 2] }] },
        ];

        var (zip, report) = await DatasetFiles.WriteAsync(Format, info, items);

        Assert.Equal("bounding_box_train/0001_c1s1_000401_03.jpg\nquery/a/0007_c3s4_000001_00.jpg\nbounding_box_train/c.jpg\n", DatasetFiles.Entry(zip, "images_train.txt"));
        Assert.Equal("bounding_box_default/d.jpg\n", DatasetFiles.Entry(zip, "images_default.txt"));
        Assert.Equal(
            ["attributes-missing", "attributes-not-held", "kind-not-held", "name-of-tag", "tag-not-held"],
            report.Lines.Select(line => line.Code).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Something_else_is_refused()
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(("a.jpg", [1]))));

        Assert.Equal("market1501-no-annotations", error.Code);
    }

    [Property(MaxTest = 60)]
    public async Task The_tag_comes_back_with_and_without_images(int seed)
    {
        var random = new Random(seed);
        var items = new RandomDataset(seed).Items().Select((item, i) => item with
        {
            Subset = i % 2 == 0 ? "" : "train",
            Name = $"x {i}.jpg",
            Tags = [new DatasetTag { Label = "market-1501", Attributes = new Dictionary<string, string>
            {
                ["person_id"] = $"{random.Next(-1, 2000)}", ["camera_id"] = $"{random.Next(6)}", ["track_id"] = $"{random.Next(9)}", ["frame_id"] = $"{random.Next(1_000_000)}", ["bbox_id"] = $"{i}", ["query"] = random.Next(2) == 0 ? "true" : "false",
            } }],
            OpenImage = _ => Task.FromResult<Stream>(new MemoryStream([1, 2, 3])),
        }).ToList();
        var expected = items.Select(item => Describe(item)[(Describe(item).IndexOf(".jpg", StringComparison.Ordinal) + 4)..]).Order(StringComparer.Ordinal).ToList();

        foreach (var images in new[] { false, true })
        {
            var (written, report) = await DatasetFiles.WriteAsync(Format, RandomDataset.Info, items, new DatasetWriteOptions { SaveImages = images });
            var (_, read, _) = await DatasetFiles.ReadAsync(Format, written);

            Assert.Equal(expected, read.Select(item => Describe(item)[(Describe(item).IndexOf(".jpg", StringComparison.Ordinal) + 4)..]).Order(StringComparer.Ordinal));
            Assert.All(read, item => Assert.Equal(images, item.OpenImage is not null));
            Assert.Equal(items.Sum(item => item.Shapes.Count), report.NumberOf("kind-not-held"));
        }
    }

    private static string Describe(DatasetItem item) =>
        $"{item.Subset} {item.Name}{string.Concat(item.Tags.Select(tag => $" {string.Join(' ', new[] { "person_id", "camera_id", "track_id", "frame_id", "bbox_id", "query" }.Select(key => tag.Attributes.GetValueOrDefault(key)))}"))}";
}
