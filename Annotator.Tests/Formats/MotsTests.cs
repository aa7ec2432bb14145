using Annotator.Formats;
using Annotator.Formats.Model;
using Annotator.Formats.Png;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

public sealed class MotsTests
{
    private const string Format = "MOTS PNG 1.0";

    [Fact]
    public async Task Masks_of_clips_are_read_with_their_tracks()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.ZipFolder(DatasetFiles.Fixture("mots", "mots_png")));

        Assert.Equal(["a", "b", "c", "d"], info.Labels.Select(label => label.Name));
        Assert.Equal(["train 1.jpg", "train 2.jpg", "val 3.jpg"], items.Select(item => $"{item.Subset} {item.Name}"));
        Assert.Equal(
            ["d 2 0,0-1,0 4003|c 1 2,0-2,0 3002|d 1 3,0-3,0 4001", "d 1 0,0-0,0 4002", "a 1 1,0-1,0 66537"],
            items.Select(item => string.Join('|', item.Shapes.Select(shape => $"{SegmentationMaskTests.Describe(shape)} {shape.TrackId}"))));
        Assert.All(items.SelectMany(item => item.Shapes), shape => Assert.True(shape.Keyframe));
        Assert.Equal((5, 5), (report.Counts["mask"], report.Counts["track"]));
        Assert.Empty(report.Lines);
    }

    [Theory]
    [InlineData("spec_examples/mots.zip", 1, 2, 2)]
    [InlineData("cvat_golden/demo/seg/MOTS_PNG_1.0.zip", 5, 10, 2)]
    [InlineData("cvat_golden/demo/vid/MOTS_PNG_1.0.zip", 3, 3, 1)]
    [InlineData("cvat_golden/demo/img/MOTS_PNG_1.0.zip", 0, 0, 0)]
    [InlineData("cvat_golden/dm_tests/video_CVAT_for_images_1.1_merge/MOTS_PNG_1.0.zip", 9, 12, 2)]
    [InlineData("cvat_golden/dm_tests/video_CVAT_for_video_1.1_slice_track/MOTS_PNG_1.0.zip", 9, 9, 1)]
    public async Task A_file_of_the_contract_keeps_masks_and_tracks(string path, int frames, int masks, int tracks)
    {
        var (_, items, report) = await DatasetFiles.ReadAsync(Format, await FixtureAsync(path));

        Assert.Equal((frames, masks, tracks), (items.Count, items.Sum(item => item.Shapes.Count), items.SelectMany(item => item.Shapes).Select(shape => shape.TrackId).Distinct().Count()));
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task The_export_of_the_contracts_own_input_is_what_the_contract_makes_of_it()
    {
        var golden = await FixtureAsync("cvat_golden/demo/seg/MOTS_PNG_1.0.zip");
        var (info, items, _) = await DatasetFiles.ReadAsync(Format, golden);

        var (written, report) = await DatasetFiles.WriteAsync(Format, info, items);

        Assert.Equal(DatasetFiles.Entry(golden, "default/instances/labels.txt"), DatasetFiles.Entry(written, "default/instances/labels.txt").TrimEnd());
        for (var frame = 0; frame < 5; frame++)
        {
            var name = $"default/instances/frame_{frame:D6}.png";
            Assert.Equal("0x4400 1000x400 2001x200", LabelImageFiles.Areas(written, name));
            Assert.Equal(LabelImageFiles.Numbers(golden, name), LabelImageFiles.Numbers(written, name));
        }

        Assert.Empty(report.Lines);
        Assert.Equal((10, 2), (report.Counts["mask"], report.Counts["track"]));
    }

    [Property(MaxTest = 60)]
    public async Task What_is_to_be_seen_of_every_track_comes_back(int seed)
    {
        var random = new Random(seed);
        var items = new RandomDataset(seed).Items().Select(item => item with
        {
            Shapes = [.. item.Shapes.Select((shape, i) => random.Next(4) == 0 ? shape : shape with { TrackId = 100 + i, Group = 0, Label = RandomDataset.Info.Labels[i % 2].Name })],
        }).ToList();

        var (written, report) = await DatasetFiles.WriteAsync(Format, RandomDataset.Info, items);
        var (_, read, readReport) = await DatasetFiles.ReadAsync(Format, written);

        var expected = items.Select(item => (item.Name, Objects: NaivePainter.Objects(item, shape => shape.TrackId is not null))).Where(item => item.Objects.Count > 0).ToList();
        Assert.Equal(
            expected.OrderBy(item => item.Name, StringComparer.Ordinal).Select(item => $"{Path.ChangeExtension(item.Name, null)}\n{string.Join('\n', item.Objects)}"),
            read.Select(item => $"{item.Name}\n{string.Join('\n', item.Shapes.Select(shape => NaivePainter.Describe(shape, item.Width)).Order(StringComparer.Ordinal))}"));
        Assert.Equal(items.SelectMany(item => item.Shapes).Count(shape => shape.TrackId is null && shape.Kind is ShapeKind.Rectangle or ShapeKind.Polygon or ShapeKind.Ellipse or ShapeKind.Mask && shape.TrackId is null), report.NumberOf("no-track"));
        Assert.Empty(readReport.Lines);
    }

    [Fact]
    public async Task A_track_keeps_its_number_on_all_frames_and_parts_of_it_are_one_mask()
    {
        var info = new DatasetInfo { Labels = [new DatasetLabel { Name = "car" }, new DatasetLabel { Name = "person" }] };
        DatasetShape Box(string label, double left, int track) => new() { Kind = ShapeKind.Rectangle, Label = label, Points = [left, 0, left + 1, 1], TrackId = track };
        DatasetItem[] items =
        [
            new() { Name = "1", Width = 8, Height = 1, Shapes = [Box("person", 0, 70), Box("car", 2, 50), Box("car", 6, 50)] },
            new() { Name = "2", Width = 8, Height = 1, Shapes = [Box("car", 3, 50)] },
            new() { Name = "3", Width = 8, Height = 1 },
        ];

        var (written, _) = await DatasetFiles.WriteAsync(Format, info, items);

        Assert.Equal([2000, 0, 1001, 0, 0, 0, 1001, 0, 8], LabelImageFiles.Numbers(written, "default/instances/1.png"));
        Assert.Equal([0, 0, 0, 1001, 0, 0, 0, 0, 8], LabelImageFiles.Numbers(written, "default/instances/2.png"));
        Assert.DoesNotContain(DatasetFiles.Unzip(written), file => file.Name.EndsWith("3.png", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_label_has_a_thousand_tracks_at_most()
    {
        var info = new DatasetInfo { Labels = [new DatasetLabel { Name = "car" }] };
        DatasetItem[] items = [new() { Name = "1", Width = 1002, Height = 1, Shapes = [.. Enumerable.Range(0, 1002).Select(i => new DatasetShape { Kind = ShapeKind.Rectangle, Label = "car", Points = [i, 0, i + 1, 1], TrackId = i })] }];

        var (written, report) = await DatasetFiles.WriteAsync(Format, info, items);

        Assert.Equal([.. Enumerable.Range(1000, 1000), 0, 0, 1002], LabelImageFiles.Numbers(written, "default/instances/1.png"));
        Assert.Equal(2, report.NumberOf("track-number"));
        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.WriteAsync(Format, new DatasetInfo { Labels = [.. Enumerable.Range(0, 65).Select(i => new DatasetLabel { Name = $"{i}" })] }, []));
        Assert.Equal("too-many-labels", error.Code);
    }

    [Fact]
    public async Task The_challenges_layout_is_read_without_labels_and_bad_images_are_named()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(
            ("instances/0002/000001.png", LabelImageFiles.Make(PngForm.Grey16, [[0, 1001, 2005, 10000, 7001]])),
            ("instances/0003/000001.png", LabelImageFiles.Make(PngForm.Grey16, [[1001, 0]])),
            ("instances/0003/000002.png", LabelImageFiles.Make(PngForm.Grey8, [[1, 0]])),
            ("instances/0003/000003.png", [1, 2, 3]),
            ("images/0003/000004.png", [1])));

        Assert.Equal(["car", "pedestrian"], info.Labels.Select(label => label.Name));
        Assert.Equal(
            ["0002 000001 car 1001,pedestrian 2005", "0003 000001 car 66537", "0003 000002 ", "0003 000003 ", "0003 000004.png "],
            items.Select(item => $"{item.Subset} {item.Name} {string.Join(',', item.Shapes.Select(shape => $"{shape.Label} {shape.TrackId}"))}"));
        Assert.Equal((1, 1, 1, 1), (report.NumberOf("class-unknown"), report.NumberOf("region-ignored"), report.NumberOf("label-image-form"), report.NumberOf("png-damaged")));

        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(("notes.txt", "hello"u8.ToArray()))));
        Assert.Equal("mots-no-annotations", error.Code);
    }

    [Fact]
    public async Task The_challenges_text_is_read_as_masks_of_tracks()
    {
        // Two frames of a mask of 4 pixels in 100 x 50, out of order; a region to be ignored; and what cannot be read.
        const string Text = "12 2005 2 50 100 P^31a110OaY1\n3 1001 1 50 100 P^31a110OaY1\n3 10000 10 50 100 P^31a110OaY1\n3 1002 1 50 99 P^31a110OaY1\n3 7001 7 50 100 P^31a110OaY1\nnonsense\n3 1003 1 50 100 Tl4\n";

        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(
            ("instances_txt/0002.txt", System.Text.Encoding.UTF8.GetBytes(Text)), ("instances_txt/0003.txt", "0 1001 1 50 100 P^31a110OaY1"u8.ToArray()), ("images/0003/000000.jpg", [1])));

        Assert.Equal(["car", "pedestrian"], info.Labels.Select(label => label.Name));
        Assert.Equal(
            ["0002 000003 car 4 70,20-72,21 1001", "0002 000012 pedestrian 4 70,20-72,21 2005", "0003 000000.jpg car 4 70,20-72,21 66537"],
            items.Select(item => $"{item.Subset} {item.Name} {string.Join('|', item.Shapes.Select(shape => $"{SegmentationMaskTests.Describe(shape)} {shape.TrackId}"))}"));
        Assert.Equal((1, 2, 1, 1), (report.NumberOf("region-ignored"), report.NumberOf("mask-invalid"), report.NumberOf("class-unknown"), report.NumberOf("row-invalid")));
    }

    private static Task<byte[]> FixtureAsync(string path) => File.ReadAllBytesAsync(DatasetFiles.Fixture(path.Split('/')), TestContext.Current.CancellationToken);
}
