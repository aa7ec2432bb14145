using System.Text;
using Annotator.Formats;
using Annotator.Formats.Model;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

public sealed class CvatVideoTests
{
    private const string Format = "CVAT for video 1.1";

    [Theory]
    [InlineData("dm_tests/dm_CVAT_for_video_1.1", 6, 7, 0)]
    [InlineData("dm_tests/video_CVAT_for_video_1.1", 6, 7, 0)]
    [InlineData("dm_tests/video_CVAT_for_video_1.1_slice_track", 1, 1, 0)]
    [InlineData("dm_tests/video_MOT_1.1", 2, 2, 0)]
    [InlineData("dm_tests/video_CVAT_for_images_1.1_merge", 4, 4, 0)]
    [InlineData("demo/img", 3, 3, 1)]
    [InlineData("demo/vid", 2, 3, 0)]
    public async Task A_file_of_the_contract_is_read_to_what_its_own_importer_read(string name, int tracks, int visibleKeyframes, int masks)
    {
        var zip = await GoldenAsync(name);

        var (read, report) = await DatasetFiles.TracksAsync(Format, zip);
        var (_, items, _) = await DatasetFiles.ReadAsync(Format, zip);

        Assert.Equal(tracks, read.Count);
        Assert.Equal(visibleKeyframes, read.SelectMany(track => track.Keyframes).Count(keyframe => !keyframe.Outside));
        Assert.Equal(masks, items.SelectMany(item => item.Shapes).Count(shape => shape.TrackId is null));
        Assert.Empty(report.Lines);
    }

    [Theory]
    [InlineData("demo/vid")]
    [InlineData("dm_tests/dm_CVAT_for_video_1.1")]
    [InlineData("dm_tests/video_CVAT_for_video_1.1")]
    [InlineData("dm_tests/video_CVAT_for_video_1.1_slice_track")]
    [InlineData("dm_tests/video_MOT_1.1")]
    public async Task What_is_read_is_written_again_letter_by_letter(string name)
    {
        var golden = await GoldenAsync(name);
        var xml = DatasetFiles.Entry(golden, "annotations.xml");
        var (info, items, _) = await DatasetFiles.ReadAsync(Format, golden);
        var (tracks, _) = await DatasetFiles.TracksAsync(Format, golden);
        var task = new DatasetTask { StopFrame = items[^1].Frame!.Value };

        var (written, report) = await DatasetFiles.WriteAsync(Format, info with { Tasks = [task] }, items, tracks: tracks);

        Assert.Equal(Tracks(xml), Tracks(DatasetFiles.Entry(written, "annotations.xml")));
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task Documented_examples_of_all_ages_are_read()
    {
        var (tracks, report) = await DatasetFiles.TracksAsync(Format, await FixtureAsync("cvat_xml", "doc_video_example", "annotations.xml"), "annotations.xml");
        Assert.Equal([6, 5], tracks.Select(track => track.Keyframes.Count));
        Assert.Equal(3, tracks[0].Keyframes.Count(keyframe => keyframe.Outside));
        Assert.Equal([0, 1, 6, 7, 14], tracks[1].Keyframes.Select(keyframe => keyframe.Frame));
        Assert.Equal(["1", "2", "3"], tracks[1].Elements.Select(element => element.Label));
        Assert.Equal([false, true, false, true], tracks[1].Elements[0].Keyframes.Take(4).Select(keyframe => keyframe.Outside));
        Assert.Empty(report.Lines);

        var old = await FixtureAsync("cvat_xml", "for_video", "annotations.xml");
        (tracks, report) = await DatasetFiles.TracksAsync(Format, old, "annotations.xml");
        var (_, items, _) = await DatasetFiles.ReadAsync(Format, old, "annotations.xml");
        Assert.Equal(8, tracks.SelectMany(track => track.Keyframes).Count());
        Assert.Equal(4, tracks.SelectMany(track => track.Keyframes).Count(keyframe => keyframe.Outside));
        Assert.Equal(4, tracks[3].Elements.Count);
        Assert.Equal([10, 13, 16, 19], items.Select(item => item.Frame!.Value));
        Assert.All(items, item => Assert.Equal((25, 20), (item.Width, item.Height)));
        Assert.Equal(["polyline, skeleton"], items.Skip(1).Take(1).Select(item => string.Join(", ", item.Shapes.Select(shape => Words.Of(shape.Kind)).Order(StringComparer.Ordinal))));
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task Frames_count_in_steps_of_the_source_and_what_lies_between_keyframes_is_interpolated()
    {
        var (_, items, report) = await DatasetFiles.ReadAsync(Format, await FixtureAsync("spec_examples", "cvat_video.zip"));

        Assert.Equal([10, 12, 14, 16, 18], items.Select(item => item.Frame!.Value));
        Assert.Equal(["10", "12", "14", "", ""], items.Select(item => string.Join(' ', item.Shapes.Select(shape => shape.Points[0]))));
        Assert.Equal(["true", "true", "false"], items.SelectMany(item => item.Shapes).Select(shape => shape.Attributes["parked"]));
        Assert.Equal([true, false, true], items.SelectMany(item => item.Shapes).Select(shape => shape.Keyframe));
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task What_cannot_be_used_is_named_and_the_rest_is_read()
    {
        const string Xml = """
            <annotations><meta><task><start_frame>0</start_frame><stop_frame>8</stop_frame><frame_filter>step=2</frame_filter></task></meta>
            <track id="0" label="car">
            <box frame="0" keyframe="1" xtl="0" ytl="0" xbr="1" ybr="1"/>
            <box frame="0" keyframe="1" xtl="5" ytl="0" xbr="6" ybr="1"/>
            <box frame="3" keyframe="1" xtl="0" ytl="0" xbr="1" ybr="1"/>
            <box frame="x" keyframe="1" xtl="0" ytl="0" xbr="1" ybr="1"/>
            <box frame="4" keyframe="1" xtl="NaN" ytl="0" xbr="1" ybr="1"/>
            <box frame="99" keyframe="1" xtl="0" ytl="0" xbr="1" ybr="1"/>
            </track>
            <track id="1" label="car"></track>
            <star/>
            <track id="2" label="car"><points frame="2" points="1,1"/></track>
            </annotations>
            """;

        var (tracks, report) = await DatasetFiles.TracksAsync(Format, Encoding.UTF8.GetBytes(Xml), "a.xml");

        Assert.Equal(["0 5", "2 1"], tracks.Select(track => string.Join(", ", track.Keyframes.Select(key => $"{key.Frame} {key.Points[0]}"))));
        Assert.Equal(1, report.NumberOf("keyframe-repeated"));
        Assert.Equal(2, report.NumberOf("frame-not-in-task"));
        Assert.Equal(1, report.NumberOf("frame-missing"));
        Assert.Equal(1, report.NumberOf("shape-invalid"));
        Assert.Equal(1, report.NumberOf("track-empty"));
        Assert.Equal(1, report.NumberOf("kind-unknown"));
    }

    [Fact]
    public async Task A_task_of_endless_frames_is_refused()
    {
        const string Xml = """<annotations><meta><task><start_frame>0</start_frame><stop_frame>2147483647</stop_frame></task></meta><track><box frame="0" xtl="0" ytl="0" xbr="1" ybr="1"/></track></annotations>""";

        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.TracksAsync(Format, Encoding.UTF8.GetBytes(Xml), "a.xml"));

        Assert.Equal("too-many-frames", error.Code);
    }

    [Property(MaxTest = 60)]
    public async Task Shapes_of_frames_come_back_as_tracks_of_one_frame(int seed)
    {
        var items = new RandomDataset(seed).Items();
        var info = RandomDataset.Info with { Tasks = [new DatasetTask { StopFrame = items.Count - 1 }] };

        var (written, report) = await DatasetFiles.WriteAsync(Format, info, items);
        var (_, read, readReport) = await DatasetFiles.ReadAsync(Format, written);

        Assert.Equal(Shown(items), Shown(read));
        Assert.Equal(items.Sum(item => item.Tags.Count), report.NumberOf("tag-not-held"));
        Assert.Empty(readReport.Lines);
    }

    [Property(MaxTest = 60)]
    public async Task Tracks_known_by_their_frames_only_come_back_with_the_same_shapes_on_the_same_frames(int seed)
    {
        var random = new Random(seed);
        var items = Enumerable.Range(0, 12).Select(frame => new DatasetItem
        {
            Frame = 5 + frame * 3,
            Name = $"{frame}.jpg",
            Shapes = [.. Enumerable.Range(0, 3).Where(_ => random.Next(3) > 0).Select(track => new DatasetShape
            {
                Kind = ShapeKind.Rectangle,
                Label = "person",
                Points = [frame, track, frame + 10, track + 10],
                TrackId = track,
                Keyframe = true,
            })],
        }).ToList();
        var info = RandomDataset.Info with { Tasks = [new DatasetTask { StartFrame = 5, StopFrame = 38, FrameFilter = "step=3" }] };

        var (written, _) = await DatasetFiles.WriteAsync(Format, info, items);
        var (_, read, _) = await DatasetFiles.ReadAsync(Format, written);

        Assert.Equal(Shown(items), Shown(read));
        Assert.Equal(items.SelectMany(item => item.Shapes).Select(shape => shape.TrackId).Distinct().Count(), read.SelectMany(item => item.Shapes).Select(shape => shape.TrackId).Distinct().Count());
    }

    /// <summary>Frames without anything leave no trace in the file.</summary>
    private static IEnumerable<string> Shown(IEnumerable<DatasetItem> items) =>
        items.Select(Visible).Where(text => !text.EndsWith(": ", StringComparison.Ordinal));

    private static string Visible(DatasetItem item) =>
        $"{item.Frame}: " + string.Join('\n', item.Shapes.Select(Visible).OfType<string>().Order(StringComparer.Ordinal));

    /// <summary>Null for a skeleton of which nothing can be seen; hidden nodes are not told apart from missing ones.</summary>
    private static string? Visible(DatasetShape shape)
    {
        var nodes = shape.Elements.Where(element => !element.Outside).Select(element => Visible(element with { ZOrder = shape.ZOrder, Group = shape.Group })).Order(StringComparer.Ordinal).ToList();
        return shape.Kind == ShapeKind.Skeleton && nodes.Count == 0
            ? null
            : $"{shape.Kind} {shape.Label} {string.Join(' ', shape.Points.Select(number => number.ToString("F2")))} r{shape.Rotation:F2} {shape.Occluded} z{shape.ZOrder} g{shape.Group} "
                + string.Join(',', shape.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")) + string.Join(';', nodes);
    }

    private static string Tracks(string xml) => xml[xml.IndexOf("  <track ", StringComparison.Ordinal)..];

    private static Task<byte[]> GoldenAsync(string name) => FixtureAsync(["cvat_golden", .. name.Split('/'), "CVAT_for_video_1.1.zip"]);

    private static Task<byte[]> FixtureAsync(params string[] path) => File.ReadAllBytesAsync(DatasetFiles.Fixture(path), TestContext.Current.CancellationToken);
}
