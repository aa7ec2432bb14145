using Annotator.Formats;
using Annotator.Formats.Model;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

public sealed class LfwTests
{
    private const string Format = "LFW 1.0";

    [Fact]
    public async Task People_pairs_and_landmarks_are_read()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.ZipFolder(DatasetFiles.Fixture("lfw", "lfw")));

        Assert.Equal(["name0", "name1"], info.Labels.Select(label => label.Name));
        Assert.Equal(
            [
                "test name0_0001.jpg #name0 negative_pairs=name1/name1_0001;name1/name1_0002: name0 0 4 3 3 2 2 1 0 3 0",
                "test name1_0001.jpg #name1 positive_pairs=name1/name1_0002: name1 1 6 4 6 3 3 2 1 4 1",
                "test name1_0002.jpg #name1: name1 0 5 3 5 2 2 1 0 3 0",
            ],
            items.OrderBy(item => item.Name, StringComparer.Ordinal).Select(Describe));
        Assert.All(items, item => Assert.True(item.Width > 0 && item.OpenImage is not null));
        Assert.Empty(report.Lines);
    }

    [Theory]
    [InlineData("spec_examples/lfw.zip", " img1 #car: car 12 8 20.5 8 16 12 13 18 21 18")]
    [InlineData("cvat_golden/demo/img/LFW_1.0.zip", " img1 #car:| img2:")]
    [InlineData("cvat_golden/demo/vid/LFW_1.0.zip", " frame_000000:| frame_000001:| frame_000002:| frame_000003:| frame_000004:")]
    public async Task A_file_of_the_contract_is_read_to_what_its_own_importer_read(string path, string expected)
    {
        var (_, items, report) = await DatasetFiles.ReadAsync(Format, await FixtureAsync(path));

        Assert.Equal(expected, string.Join('|', items.Select(Describe)));
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task The_export_of_the_contracts_own_input_is_what_the_contract_makes_of_it()
    {
        var golden = await FixtureAsync("cvat_golden/demo/img/LFW_1.0.zip");
        var (info, items, _) = await DatasetFiles.ReadAsync("CVAT 1.1", await FixtureAsync("cvat_golden/demo/img/CVAT_for_images_1.1.zip"));

        var (written, report) = await DatasetFiles.WriteAsync(Format, info, items);

        Assert.Equal(DatasetFiles.Entry(golden, "default/annotations/pairs.txt"), DatasetFiles.Entry(written, "default/annotations/pairs.txt"));
        Assert.Equal("car\t1\nperson\t0\nface\t0\n", DatasetFiles.Entry(written, "default/annotations/people.txt"));
        Assert.Equal(4, report.NumberOf("kind-not-held"));
    }

    [Fact]
    public async Task Bad_lines_are_named_and_images_without_a_list_are_read()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(
            ("x/val/annotations/people.txt", "3\nann\t2\n\t1\n"u8.ToArray()),
            ("x/val/annotations/pairs.txt", "10\t300\nann\t1\t2\nann\t1\nann\tx\t2\tbob\nno_label/lost\n"u8.ToArray()),
            ("x/val/annotations/landmarks.txt", "ann/ann_0002.jpg\t1\t2\t3\t4\t5\t6\t7\t8\t9\t10\nother.jpg\t1\t2\t3\t4\t5\t6\t7\t8\t9\t10\nshort.jpg\t1\t2\nbad.jpg\t1\t2\t3\t4\t5\t6\t7\t8\t9\tNaN\n"u8.ToArray()),
            ("x/val/images/bob/bob_0001.bmp", DatasetFiles.Bitmap(7, 8))));

        Assert.Equal(["ann", "face", "bob"], info.Labels.Select(label => label.Name));
        Assert.Equal(
            ["val ann_0001 #ann positive_pairs=ann/ann_0002:", "val ann_0002 #ann: ann 1 2 3 4 5 6 7 8 9 10", "val lost:", "val other: face 1 2 3 4 5 6 7 8 9 10", "val bob_0001.bmp #bob:"],
            items.Select(Describe));
        Assert.Equal((5, 1), (report.NumberOf("row-invalid"), report.NumberOf("label-missing")));
    }

    [Fact]
    public async Task Something_else_is_refused()
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(("people.txt", "a"u8.ToArray()))));

        Assert.Equal("lfw-no-annotations", error.Code);
    }

    [Fact]
    public async Task Pairs_come_back_and_those_that_cannot_be_told_are_named()
    {
        var zip = DatasetFiles.ZipFolder(DatasetFiles.Fixture("lfw", "lfw"));
        var (info, items, _) = await DatasetFiles.ReadAsync(Format, zip);
        items.Add(new DatasetItem { Name = "odd.jpg", Subset = "test", Tags = [new DatasetTag { Label = "name0", Attributes = new Dictionary<string, string> { ["positive_pairs"] = "name0/name0_0001", ["mood"] = "good" } }] });

        var (written, report) = await DatasetFiles.WriteAsync(Format, info, items);
        var (_, read, _) = await DatasetFiles.ReadAsync(Format, written);

        Assert.Equal(
            items.Select(item => Describe(item).Replace(".jpg", "", StringComparison.Ordinal).Replace(" mood=good positive_pairs=name0/name0_0001", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            read.Select(Describe).Order(StringComparer.Ordinal));
        Assert.Equal((1, 1), (report.NumberOf("pair-not-held"), report.NumberOf("attributes-not-held")));
    }

    [Property(MaxTest = 60)]
    public async Task One_tag_and_five_points_come_back_and_the_rest_is_named(int seed)
    {
        var random = new Random(seed);
        var items = new RandomDataset(seed).Items().Select((item, i) => item with
        {
            Name = $"x {i}.jpg",
            Tags = [.. item.Tags.Where(tag => tag.Label == "person").Select(tag => tag with { Attributes = DatasetShape.NoAttributes })],
            Shapes = i % 2 == 0 ? item.Shapes : [.. item.Shapes, new DatasetShape { Kind = ShapeKind.Points, Label = "person", Points = [.. Enumerable.Range(0, 10).Select(_ => Math.Round(random.NextDouble() * 100, 2))] }],
        }).ToList();
        var expected = items.Select((item, i) => item with
        {
            Name = $"x {i}",
            Tags = i % 2 == 1 ? [new DatasetTag { Label = "person" }] : [.. item.Tags.Take(1)],
            Shapes = i % 2 == 1 ? [item.Shapes[^1]] : [],
        });

        var (written, report) = await DatasetFiles.WriteAsync(Format, RandomDataset.Info, items);
        var (_, read, readReport) = await DatasetFiles.ReadAsync(Format, written);

        Assert.Equal(expected.Select(Describe).Order(StringComparer.Ordinal), read.Select(Describe).Order(StringComparer.Ordinal));
        Assert.Equal(items.Sum(item => item.Shapes.Count) - items.Count / 2, report.NumberOf("kind-not-held"));
        Assert.Equal(items.Sum(item => Math.Max(0, item.Tags.Count - 1)), report.NumberOf("tags-not-held"));
        Assert.Empty(readReport.Lines);
    }

    private static string Describe(DatasetItem item) =>
        $"{item.Subset} {item.Name}{string.Concat(item.Tags.Select(tag => $" #{tag.Label}{string.Concat(tag.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $" {pair.Key}={pair.Value}"))}"))}:"
        + string.Join(';', item.Shapes.Select(shape => $" {shape.Label} {string.Join(' ', shape.Points)}"));

    private static Task<byte[]> FixtureAsync(string path) => File.ReadAllBytesAsync(DatasetFiles.Fixture(path.Split('/')), TestContext.Current.CancellationToken);
}
