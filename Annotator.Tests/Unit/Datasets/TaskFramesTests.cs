using Annotator.Core.Datasets;
using Annotator.Core.Jobs;
using Annotator.Formats.Merging;
using Annotator.Formats.Model;
using FsCheck.Xunit;

namespace Annotator.Tests.Unit.Datasets;

public sealed class TaskFramesTests
{
    [Property]
    public async Task Every_frame_of_any_jobs_comes_once_and_in_order(byte[] starts, byte length)
    {
        var jobs = starts.Take(6).Select((start, id) => Job(id + 1, start % 20, start % 20 + length % 9)).ToList();

        var frames = (await ReadAsync(jobs, (_, _) => JobFrame.Empty)).Select(entry => entry.Frame).ToList();

        Assert.Equal(jobs.SelectMany(job => Enumerable.Range(job.StartFrame, job.Frames.Count)).Distinct().Order(), frames);
    }

    [Fact]
    public async Task A_shape_that_three_jobs_share_stands_once()
    {
        var jobs = new[] { Job(1, 0, 5), Job(2, 2, 5), Job(3, 3, 8) };

        var frames = await ReadAsync(jobs, (job, frame) => new JobFrame([new DatasetTag { Label = "a" }], [Box(job.Id)], []));

        Assert.All(frames, entry => Assert.Equal((1, 1), (entry.Content.Shapes.Count, entry.Content.Tags.Count)));
        Assert.Equal([1, 1, 1, 1, 1, 1, 3, 3, 3], frames.Select(entry => entry.Content.Shapes[0].Points[0]));
    }

    [Fact]
    public async Task A_track_of_two_jobs_goes_on_under_one_number_and_another_keeps_its_own()
    {
        var jobs = new[] { Job(1, 0, 3), Job(2, 2, 5) };

        var frames = await ReadAsync(jobs, (job, _) => new JobFrame([], [], job.Id == 1
            ? [Box(0) with { TrackId = 0 }]
            : [Box(1) with { TrackId = 7 }, Box(200) with { TrackId = 8 }]));

        Assert.Equal(
            ["0", "0", "0 8", "0 8", "0 8", "0 8"],
            frames.Select(entry => string.Join(' ', entry.Content.TrackShapes.Select(shape => shape.TrackId))));
    }

    [Fact]
    public void Pairs_are_chosen_for_the_best_sum_and_only_of_the_same_label_and_kind()
    {
        DatasetShape[] earlier = [Box(0), Box(10), Box(0) with { Label = "other" }];
        DatasetShape[] later = [Box(12), Box(4), new DatasetShape { Kind = ShapeKind.Polyline, Label = "car", Points = [0, 0, 20, 20] }];

        var merged = OverlapMerge.Shapes(earlier, later, 100, 100);

        Assert.Equal([.. earlier, later[2]], merged);
    }

    [Fact]
    public void Polygons_are_compared_by_the_pixels_they_cover()
    {
        var half = new DatasetShape { Kind = ShapeKind.Polygon, Label = "car", Points = [0, 0, 20, 0, 0, 20] };
        var whole = half with { Points = [0, 0, 20, 0, 20, 20, 0, 20] };
        var sliver = half with { Points = [0, 0, 20, 0, 20, 2] };

        Assert.Single(OverlapMerge.Shapes([whole], [half], 100, 100));
        Assert.Equal(2, OverlapMerge.Shapes([whole], [sliver], 100, 100).Count);
    }

    private static async Task<List<(int Frame, JobFrame Content)>> ReadAsync(IReadOnlyList<AnnotationJob> jobs, Func<AnnotationJob, int, JobFrame> content)
    {
        var reading = new TaskFrames(
            job => Enumerable.Range(job.StartFrame, job.Frames.Count).Select(frame => (frame, content(job, frame))).ToAsyncEnumerable(), _ => (400, 300));
        return await reading.ReadAsync(jobs, CancellationToken.None).ToListAsync();
    }

    private static AnnotationJob Job(int id, int start, int stop) => new() { Id = id, StartFrame = start, StopFrame = stop };

    private static DatasetShape Box(double x) => new() { Kind = ShapeKind.Rectangle, Label = "car", Points = [x, 0, x + 20, 20] };
}
