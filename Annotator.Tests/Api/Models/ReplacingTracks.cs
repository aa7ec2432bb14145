using Annotator.Core.Annotations;
using Annotator.Core.Jobs;
using Annotator.Core.Models;
using Annotator.Core.Operations;
using Annotator.Core.Projects;
using Annotator.Formats.Model;
using Annotator.Tests.Api.Media;
using Annotator.Tests.Unit.Inference;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Tests.Api.Models;

/// <summary>A detector makes tracks of a clip, and makes them again: what a model made goes, what people made, accepted or rejected holds.</summary>
public sealed class ReplacingTracks(MediaBench bench) : IClassFixture<MediaBench>
{
    private const int Frames = 6;

    private static readonly double[] _cat = [30, 20, 50, 36];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tracks_of_an_earlier_run_are_replaced_in_one_change()
    {
        var (model, job, label) = await ClipAsync();
        var arguments = new AutoAnnotateArguments(model) { MakeTracks = true, Replace = true };
        await RunAsync(job, arguments);
        var before = await ReadAsync(job);
        Assert.Equal((label, AnnotationSource.Auto), (Assert.Single(before.Tracks).LabelId, before.Tracks[0].Source));

        await RunAsync(job, arguments);

        var after = await ReadAsync(job);
        Assert.NotEqual(before.Tracks[0].Id, Assert.Single(after.Tracks).Id);
        Assert.Equal(before.Revision + 1, after.Revision);
        Assert.Equal(_cat, after.Tracks[0].Keyframes[0].Points.Select(value => Math.Round(value, 3)));
    }

    [Fact]
    public async Task Tracks_that_people_made_or_accepted_and_tracks_of_other_labels_stay()
    {
        var (model, job, label) = await ClipAsync();
        var other = await LabelAsync(job, "dog");
        var kept = await AddAsync(job,
            TrackOf(label, AnnotationSource.Manual, (0, false)), TrackOf(label, AnnotationSource.SemiAuto, (0, false)), TrackOf(other, AnnotationSource.Auto, (0, false)));
        var gone = await AddAsync(job, TrackOf(label, AnnotationSource.Auto, (0, false)));

        await RunAsync(job, new AutoAnnotateArguments(model) { MakeTracks = true, Replace = true });

        var after = (await ReadAsync(job)).Tracks.Select(track => track.Id).ToList();
        Assert.Equal(4, after.Count);
        Assert.Empty(kept.Except(after));
        Assert.DoesNotContain(gone[0], after);
    }

    [Fact]
    public async Task A_run_that_makes_no_tracks_leaves_them_all()
    {
        var (model, job, label) = await ClipAsync();
        var there = await AddAsync(job, TrackOf(label, AnnotationSource.Auto, (0, false)));

        await RunAsync(job, new AutoAnnotateArguments(model) { Replace = true });

        Assert.Equal(there, (await ReadAsync(job)).Tracks.Select(track => track.Id));
    }

    [Fact]
    public async Task What_a_replaced_track_shows_on_frames_that_were_not_looked_at_stays()
    {
        var (model, job, label) = await ClipAsync();
        var moving = TrackOf(label, AnnotationSource.Auto, (0, false), (5, false)) with { Interpolation = InterpolationMode.Aligned };
        moving = moving with { Keyframes = [moving.Keyframes[0], moving.Keyframes[1] with { Points = [80, 40, 100, 56] }] };
        await AddAsync(job, moving);

        await RunAsync(job, new AutoAnnotateArguments(model) { MakeTracks = true, Replace = true, Frames = [[2, 3]] });

        var tracks = (await ReadAsync(job)).Tracks.OrderBy(track => track.Frame).ToList();
        Assert.Equal([0, 2, 4], tracks.Select(track => track.Frame));
        Assert.Equal([(0, false), (1, false), (2, true)], Ends(tracks[0]));
        Assert.Equal([40, 24, 60, 40], tracks[0].Keyframes[1].Points);
        Assert.Equal((4, true), Ends(tracks[1])[^1]);
        Assert.Equal([(4, false), (5, false)], Ends(tracks[2]));
        Assert.Equal([70, 36, 90, 52], tracks[2].Keyframes[0].Points);

        static List<(int, bool)> Ends(Track track) => [.. track.Keyframes.Select(keyframe => (keyframe.Frame, keyframe.Outside))];
    }

    [Theory]
    [InlineData(31, true)]
    [InlineData(90, false)]
    public async Task A_track_that_was_rejected_does_not_come_back_and_others_do(float left, bool isSame)
    {
        var (model, job, label) = await ClipAsync();
        await using (var db = bench.Db())
        {
            db.ObjectWork.Add(new ObjectWork { JobId = job.Id, ObjectId = 1, LabelId = label, Frame = 3, Outcome = WorkOutcome.Rejected, Box = [left, 20, left + 20, 36] });
            await db.SaveChangesAsync(Cancel);
        }

        await RunAsync(job, new AutoAnnotateArguments(model) { MakeTracks = true, Replace = true });

        Assert.Equal(isSame ? 0 : 1, (await ReadAsync(job)).Tracks.Count);
    }

    private static Track TrackOf(int label, AnnotationSource source, params (int Frame, bool Outside)[] keyframes) => new()
    {
        Frame = keyframes[0].Frame,
        LabelId = label,
        Source = source,
        Keyframes = [.. keyframes.Select(one => new Keyframe { Frame = one.Frame, Kind = ShapeKind.Rectangle, Points = _cat, Outside = one.Outside })],
    };

    private async Task<List<long>> AddAsync(AnnotationJob job, params Track[] tracks)
    {
        await using var scope = bench.Worker.Services.CreateAsyncScope();
        var added = await scope.ServiceProvider.GetRequiredService<AnnotationStore>().CreateAsync(job.Id, 1, new JobAnnotations(0, [], [], tracks), null, Cancel);
        return [.. added.Tracks.Select(track => track.Id)];
    }

    private async Task<JobAnnotations> ReadAsync(AnnotationJob job)
    {
        await using var scope = bench.Worker.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<AnnotationStore>().ReadAsync(job.Id, null, Cancel);
    }

    private async Task RunAsync(AnnotationJob job, AutoAnnotateArguments arguments)
    {
        var operation = await bench.DoAsync("autoannotate:task", "task", job.TaskId, arguments);
        Assert.Equal((OperationState.Finished, true), (operation.State, operation.Message.EndsWith("frames.", StringComparison.Ordinal)));
    }

    private async Task<int> LabelAsync(AnnotationJob job, string name)
    {
        await using var db = bench.Db();
        var label = new Label { Name = name, Color = "#0072b2", TaskId = job.TaskId };
        db.Labels.Add(label);
        await db.SaveChangesAsync(Cancel);
        return label.Id;
    }

    /// <summary>A clip, and a model that finds one cat in every picture of 128 × 64.</summary>
    private async Task<(int Model, AnnotationJob Job, int Label)> ClipAsync()
    {
        var graph = Golden.Graph().Constant("output0", Golden.Columns(Golden.Places, 5, (3, [20, 30, 10, 8, 0.9f])), 1, 5, Golden.Places)
            .Metadata("task", "detect").Metadata("names", "{0: 'cat'}");
        var model = await bench.CheckedModelAsync(("cats.onnx", graph.ToBytes()));
        var jpeg = await new Annotator.Media.JpegMaker(new Annotator.Media.MediaLimits()).EncodeAsync(new byte[128 * 64 * 3], 128, 64, 80, Cancel);
        var task = await bench.TaskAsync(0, 0, [.. Enumerable.Range(0, Frames).Select(index => ($"{index:D3}.jpg", jpeg))]);
        await bench.PrepareAsync(task);
        await using var db = bench.Db();
        var job = await db.Jobs.AsNoTracking().SingleAsync(job => job.TaskId == task.Id, Cancel);
        return (model.Id, job, await LabelAsync(job, "cat"));
    }
}
