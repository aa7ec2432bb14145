using System.Text;
using Annotator.Formats;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

public sealed class MotTests
{
    private const string Format = "MOT 1.1";

    [Fact]
    public async Task A_clip_with_its_images_is_read()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.ZipFolder(DatasetFiles.Fixture("mot", "mot_seq")));

        var item = Assert.Single(items);
        Assert.Equal(("000001.jpg", 0, 16, 16), (item.Name, item.Frame, item.Width, item.Height));
        Assert.NotNull(item.OpenImage);
        Assert.Equal(10, info.Labels.Count);
        Assert.Equal("label_2 0 4 4 12", Describe(Assert.Single(item.Shapes)));
        Assert.Empty(report.Lines);
    }

    [Theory]
    [InlineData(FrameNumbering.Told, "000002.jpg", 1)]
    [InlineData(FrameNumbering.Number, "000002.jpg", 0)]
    [InlineData(FrameNumbering.Order, "000004.jpg", 0)]
    public async Task What_a_frame_means_can_be_said_where_it_could_be_two_things(FrameNumbering by, string image, int notes)
    {
        var cancel = TestContext.Current.CancellationToken;
        var zip = DatasetFiles.Zip(("gt/gt.txt", "2,1,1,2,10,12,1,1,1\n"u8.ToArray()), ("img1/000002.jpg", DatasetFiles.Bitmap(64, 48)), ("img1/000004.jpg", DatasetFiles.Bitmap(64, 48)));
        var report = new DatasetReport();
        await using var archive = await DatasetArchive.OpenAsync(new MemoryStream(zip), "clip.zip", DatasetLimits.Default, cancel);
        await using var source = await DatasetFormats.FindImporter(Format)!.Reader.OpenAsync(archive, new DatasetReadOptions { FramesBy = by }, report, cancel);
        var items = await source.ReadItemsAsync(cancel).ToListAsync(cancel);

        Assert.Equal(image, Assert.Single(items, item => item.Shapes.Count > 0).Name);
        Assert.Equal(notes, report.NumberOf("frames-ambiguous"));
    }

    [Fact]
    public async Task Images_that_count_from_0_are_frames_by_their_order()
    {
        var zip = DatasetFiles.Zip(("gt/gt.txt", "1,1,1,2,10,12,1,1,1\n"u8.ToArray()), ("img1/000000.jpg", DatasetFiles.Bitmap(64, 48)), ("img1/000001.jpg", DatasetFiles.Bitmap(64, 48)));

        var (_, items, _) = await DatasetFiles.ReadAsync(Format, zip);

        Assert.Equal(["000000.jpg 0 1", "000001.jpg 1 0"], items.Select(item => $"{item.Name} {item.Frame} {item.Shapes.Count}"));
    }

    [Theory]
    [InlineData("spec_examples/mot.zip", "0: car 10 5 30 25 #0|1: person 60 10 80 40; car 12 6 32 26 #0|2: car 14 7 34 27 #0 occluded")]
    [InlineData("cvat_golden/demo/vid/MOT_1.1.zip", "0: car 10 5 30 25 #0|1: person 60 10 80 40; car 12 6 32 26 #0|2: car 14 7 34 27 #0 occluded")]
    [InlineData("cvat_golden/demo/img/MOT_1.1.zip", "0: car 10 5 30 25 occluded")]
    public async Task An_example_is_read_to_its_boxes(string path, string expected)
    {
        var (_, items, report) = await DatasetFiles.ReadAsync(Format, await FixtureAsync(path));

        Assert.Equal(expected, string.Join('|', items.Select(item => $"{item.Frame}: {string.Join("; ", item.Shapes.Select(Describe))}")));
        Assert.Empty(report.Lines);
    }

    [Theory]
    [InlineData("dm_tests/dm_MOT_1.1", 1, 1, 3)]
    [InlineData("dm_tests/video_MOT_1.1", 1, 1, 10)]
    [InlineData("dm_tests/video_CVAT_for_video_1.1", 0, 2, 18)]
    [InlineData("dm_tests/video_CVAT_for_video_1.1_slice_track", 0, 1, 9)]
    [InlineData("dm_tests/video_CVAT_for_images_1.1_merge", 2, 2, 12)]
    [InlineData("demo/img", 1, 0, 0)]
    [InlineData("demo/vid", 1, 1, 3)]
    public async Task A_file_of_the_contract_is_read_to_what_its_own_importer_read(string name, int boxes, int tracks, int keyframes)
    {
        var zip = await FixtureAsync($"cvat_golden/{name}/MOT_1.1.zip");

        var (_, items, _) = await DatasetFiles.ReadAsync(Format, zip);
        var (read, _) = await DatasetFiles.TracksAsync(Format, zip);

        Assert.Equal(boxes, items.SelectMany(item => item.Shapes).Count(shape => shape.TrackId is null));
        Assert.Equal(tracks, read.Count);
        Assert.Equal(keyframes, read.Sum(track => track.Keyframes.Count(keyframe => !keyframe.Outside)));
    }

    [Fact]
    public async Task The_export_of_the_contracts_own_input_is_what_the_contract_makes_of_it()
    {
        var golden = await FixtureAsync("cvat_golden/demo/vid/MOT_1.1.zip");
        var (info, items, _) = await DatasetFiles.ReadAsync("CVAT 1.1", await FixtureAsync("cvat_golden/demo/vid/CVAT_for_video_1.1.zip"));
        var (tracks, _) = await DatasetFiles.TracksAsync("CVAT 1.1", await FixtureAsync("cvat_golden/demo/vid/CVAT_for_video_1.1.zip"));

        var (written, report) = await DatasetFiles.WriteAsync(Format, info, items, tracks: tracks);

        // A box of one frame comes out of a file of tracks as a track of its own, and so has a number.
        var expected = DatasetFiles.Entry(golden, "gt/gt.txt").ReplaceLineEndings("\n").Replace(".0,", ",", StringComparison.Ordinal);
        Assert.Equal(Lines(expected.Replace("2,-1,", "2,2,", StringComparison.Ordinal)), Lines(DatasetFiles.Entry(written, "gt/gt.txt")));
        Assert.Equal("car\nperson\nface", DatasetFiles.Entry(written, "gt/labels.txt"));
        Assert.Equal(4, report.Counts["rectangle"]);

        static IEnumerable<string> Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task Gaps_and_ends_of_tracks_are_seen_whatever_the_step_between_frames()
    {
        const string Rows = "1, 7, 0, 0, 10, 10, 1, 1, 1\n3,7,2,0,10,10,1,1,0.5\n9,7,4,0,10,10,0,1,0.2\n9,7,5,0,10,10,1,1,1\n5,8,0,0,10,10,1,2,1\n9,7,6,0,10,10,1,2,1\n";
        var zip = DatasetFiles.Zip(("gt/gt.txt", Encoding.UTF8.GetBytes(Rows)), ("gt/labels.txt", "car\nbus"u8.ToArray()));

        var (_, items, report) = await DatasetFiles.ReadAsync(Format, zip);
        var (tracks, _) = await DatasetFiles.TracksAsync(Format, zip);

        Assert.Equal([0, 2, 4, 6, 8], items.Select(item => item.Frame!.Value));
        Assert.Equal(1, report.NumberOf("keyframe-repeated"));
        Assert.Equal(["car: 0 2 4- 8 10-", "bus: 4 6-", "bus: 8 10-"], tracks.Select(track => $"{track.Label}: {string.Join(' ', track.Keyframes.Select(keyframe => $"{keyframe.Frame}{(keyframe.Outside ? "-" : "")}"))}"));
        Assert.Equal(5, tracks[0].Keyframes[3].Points[0]);
        Assert.Equal(["1", "0.5", "0.5", "1"], tracks[0].Keyframes.Take(4).Select(keyframe => keyframe.Attributes["visibility"]));
    }

    [Fact]
    public async Task Sequences_of_the_benchmark_are_read_each_as_a_clip_of_its_own()
    {
        var zip = DatasetFiles.Zip(
            ("MOT/b/gt/gt.txt", "2,1,1,1,4,4,1,3,0\n"u8.ToArray()),
            ("MOT/b/det/det.txt", "1,-1,1,1,4,4,0.7,-1,-1,-1\n"u8.ToArray()),
            ("MOT/b/seqinfo.ini", "[Sequence]\r\nname=b\r\nimDir=frames\r\nseqLength=2\r\nimWidth=640\r\nimHeight=480\r\n"u8.ToArray()),
            ("MOT/b/frames/x.bmp", DatasetFiles.Bitmap(640, 480)),
            ("MOT/b/frames/y.bmp", DatasetFiles.Bitmap(640, 480)),
            ("MOT/a/det/det.txt", "1,-1,1,1,4,4,0.7,-1,-1,-1\n"u8.ToArray()));

        var (info, items, report) = await DatasetFiles.ReadAsync(Format, zip);

        Assert.Equal(13, info.Labels.Count);
        Assert.Equal(
            ["1 MOT/a 0 frame_000000 pedestrian 1 1 5 5 s0.7", "2 MOT/b 0 x.bmp ", "2 MOT/b 1 y.bmp car 1 1 5 5 #0 occluded"],
            items.Select(item => $"{item.TaskId} {item.Subset} {item.Frame} {item.Name} {string.Join("; ", item.Shapes.Select(Describe))}"));
        Assert.Equal((640, 480), (items[1].Width, items[1].Height));
        Assert.Equal(["file-skipped", "names-missing"], report.Lines.Select(line => line.Code).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("7.bmp,8.bmp,9.bmp", "8,1,1,1,2,2,1,1,1", "8.bmp")]
    [InlineData("7.bmp,8.bmp,9.bmp", "2,1,1,1,2,2,1,1,1", "8.bmp")]
    [InlineData("frame_000004.PNG,frame_000005.PNG", "6,1,1,1,2,2,1,1,1", "frame_000005.PNG")]
    [InlineData("b.bmp,a.bmp", "2,1,1,1,2,2,1,1,1", "b.bmp")]
    public async Task Frames_are_found_by_their_number_in_the_name_or_their_place(string images, string row, string expected)
    {
        var files = images.Split(',').Select(name => ($"img1/{name}", DatasetFiles.Bitmap(4, 4)));

        var (_, items, _) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip([("gt/gt.txt", Encoding.UTF8.GetBytes(row)), ("gt/labels.txt", "car"u8.ToArray()), .. files]));

        Assert.Equal(images.Split(',').Length, items.Count);
        Assert.Equal(expected, Assert.Single(items, item => item.Shapes.Count > 0).Name);
    }

    [Fact]
    public async Task Bad_lines_are_named_and_the_rest_is_read()
    {
        const string Rows = "1,1,1,1,4,4\r\n\n1,x,1,1,4,4\n1,1,1,1\n1,1,1,1,0,4,1,1,1\n0,1,1,1,4,4,1,1,1\n99999999,1,1,1,4,4,1,1,1\n1,2,NaN,1,4,4,1,1,1\n1,3,1,1,4,4,1,9,1\n1.5,1,1,1,4,4,1,1,1\n1,9,1e308,1,1e308,4,1,1,1\n2,4,1,1,4,4,1,2,1,\n";

        var (_, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(("top/gt/gt.txt", Encoding.UTF8.GetBytes(Rows)), ("top/gt/labels.txt", "car\nbus\n\n"u8.ToArray())));

        Assert.Equal("bus 1 1 5 5 #0", Describe(Assert.Single(items.SelectMany(item => item.Shapes))));
        Assert.Equal((6, 2, 2), (report.NumberOf("row-invalid"), report.NumberOf("frame-invalid"), report.NumberOf("class-unknown")));
        Assert.Contains(report.Lines, line => line.Places.Contains("top/gt/gt.txt line 9: class 9 of 2"));
    }

    [Fact]
    public async Task Pixels_are_counted_from_one_when_asked_for()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (zip, _) = await DatasetFiles.WriteAsync(Format, RandomDataset.Info, [Box(0)], new DatasetWriteOptions { OneBased = true });
        Assert.Equal("1,-1,11,6,20,20,1,2,1.0\n", DatasetFiles.Entry(zip, "gt/gt.txt"));

        await using var archive = await DatasetArchive.OpenAsync(new MemoryStream(zip), "a.zip", DatasetLimits.Default, cancel);
        await using var source = await DatasetFormats.FindImporter(Format)!.Reader.OpenAsync(archive, new DatasetReadOptions { OneBased = true }, new DatasetReport(), cancel);
        var item = await source.ReadItemsAsync(cancel).FirstAsync(cancel);
        Assert.Equal([10, 5, 30, 25], item.Shapes[0].Points);
    }

    [Fact]
    public async Task Several_tasks_get_a_folder_each()
    {
        var info = RandomDataset.Info with { Tasks = [new DatasetTask { Id = 3, Name = "one/../clip" }, new DatasetTask { Id = 4, Name = "one/../clip" }] };

        var (zip, _) = await DatasetFiles.WriteAsync(Format, info, [Box(0) with { TaskId = 3 }, Box(0) with { TaskId = 4 }, Box(1) with { TaskId = 4 }]);
        var (_, items, _) = await DatasetFiles.ReadAsync(Format, zip);

        Assert.Equal(["one_.._clip/gt/gt.txt", "one_.._clip_4/gt/gt.txt"], DatasetFiles.Unzip(zip).Select(file => file.Name).Where(name => name.EndsWith("gt.txt", StringComparison.Ordinal)));
        Assert.Equal(["one_.._clip 0", "one_.._clip_4 0", "one_.._clip_4 1"], items.Select(item => $"{item.Subset} {item.Frame}"));
    }

    [Theory]
    [InlineData("gt/gt.txt", "1,1,1,1,4,4,1,1,1", FormatMatch.Certain)]
    [InlineData("boxes.txt", "1,1,1,1,4,4,1,1,1", FormatMatch.Likely)]
    [InlineData("gt/gt.txt", "hello", FormatMatch.None)]
    [InlineData("a.txt", "a.jpg, \"TEXT\"", FormatMatch.None)]
    public async Task Its_files_are_known_by_their_lines(string name, string content, FormatMatch expected)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var archive = await DatasetArchive.OpenAsync(new MemoryStream(DatasetFiles.Zip((name, Encoding.UTF8.GetBytes(content)))), "a.zip", DatasetLimits.Default, cancel);

        Assert.Equal(expected, await DatasetFormats.FindImporter(Format)!.Reader.MatchAsync(archive, cancel));
    }

    [Theory]
    [InlineData("notes.md", "hello")]
    [InlineData("gt/gt.txt", "hello\nworld\n")]
    public async Task An_archive_of_something_else_is_refused(string name, string content)
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(Format, DatasetFiles.Zip((name, Encoding.UTF8.GetBytes(content)), ("x", []))));

        Assert.Equal("mot-no-annotations", error.Code);
    }

    [Property(MaxTest = 60)]
    public async Task Boxes_and_their_tracks_come_back_and_the_rest_is_named(int seed)
    {
        var items = new RandomDataset(seed).Items();
        items = [.. items.Select(item => item with { Shapes = [.. item.Shapes.Select((shape, i) => i % 2 == 0 && shape.Kind == ShapeKind.Rectangle ? shape with { TrackId = i, Keyframe = true } : shape)] })];
        var boxes = items.SelectMany(item => item.Shapes.Where(shape => shape.Kind == ShapeKind.Rectangle).Select(shape => $"{item.Frame} {Describe(shape with { TrackId = null })} {shape.TrackId is null}")).ToList();

        var (written, report) = await DatasetFiles.WriteAsync(Format, RandomDataset.Info, items);
        var (_, read, readReport) = await DatasetFiles.ReadAsync(Format, written);

        Assert.Equal(boxes, read.SelectMany(item => item.Shapes.Select(shape => $"{item.Frame} {Describe(shape with { TrackId = null })} {shape.TrackId is null}")));
        Assert.Equal(items.Sum(item => item.Shapes.Count(shape => shape.Kind != ShapeKind.Rectangle)), report.NumberOf("kind-not-held"));
        Assert.Equal(items.Sum(item => item.Tags.Count), report.NumberOf("tag-not-held"));
        Assert.Equal(items.Sum(item => item.Shapes.Count(shape => shape.Kind == ShapeKind.Rectangle && shape.Rotation != 0)), report.NumberOf("rotation-not-held"));
        Assert.Empty(readReport.Lines);
    }

    private static DatasetItem Box(int frame) => new()
    {
        Frame = frame,
        Name = $"{frame}.jpg",
        Width = 100,
        Height = 50,
        Shapes = [new DatasetShape { Kind = ShapeKind.Rectangle, Label = "person", Points = [10, 5, 30, 25] }],
    };

    private static string Describe(DatasetShape shape) =>
        $"{shape.Label} {string.Join(' ', shape.Points.Select(number => Math.Round(number, 4) + 0.0))}{(shape.TrackId is { } track ? $" #{track}" : "")}{(shape.Occluded ? " occluded" : "")}{(shape.Score < 1 ? $" s{shape.Score}" : "")}";

    private static Task<byte[]> FixtureAsync(string path) => File.ReadAllBytesAsync(DatasetFiles.Fixture(path.Split('/')), TestContext.Current.CancellationToken);
}
