using Annotator.Core.Annotations;
using Annotator.Core.Models;
using Annotator.Core.Operations;
using Annotator.Core.Projects;
using Annotator.Inference;
using Annotator.Inference.Interactive;
using Annotator.Inference.Processes;
using Annotator.Inference.Tracking;
using Annotator.Tests.Api.Media;
using Annotator.Tests.Unit.Inference;
using Annotator.Worker.Models;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Annotator.Tests.Api.Models;

/// <summary>Several sessions of one model run beside each other, and what they find is in order and there once.</summary>
public sealed class SeveralSessions(MediaBench bench) : IClassFixture<MediaBench>
{
    private const int Frames = 9;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Several_sessions_find_on_each_frame_what_one_finds_there_and_nothing_twice()
    {
        // The same place of the model's input is another in pictures of another size: answers that change places are seen.
        var maker = new Annotator.Media.JpegMaker(new Annotator.Media.MediaLimits());
        var files = new List<(string, byte[])>();
        for (var i = 0; i < Frames; i++)
        {
            var (width, height) = (64 + (32 * i), 64);
            files.Add(($"{i:D3}.jpg", await maker.EncodeAsync(new byte[width * height * 3], width, height, 80, Cancel)));
        }

        var task = await bench.TaskAsync(0, 0, [.. files]);
        await bench.PrepareAsync(task);
        await using var db = bench.Db();
        db.Labels.Add(new Label { Name = "cat", Color = "#0072b2", TaskId = task.Id });
        await db.SaveChangesAsync(Cancel);
        var job = await db.Jobs.AsNoTracking().SingleAsync(job => job.TaskId == task.Id, Cancel);
        var graph = Golden.Graph().Constant("output0", Golden.Columns(Golden.Places, 5, (3, [20, 30, 10, 8, 0.9f])), 1, 5, Golden.Places)
            .Metadata("task", "detect").Metadata("names", "{0: 'cat'}");
        var model = await bench.CheckedModelAsync(("cats.onnx", graph.ToBytes()));
        var arguments = new AutoAnnotateArguments(model.Id) { Replace = true };
        var operation = await bench.DoAsync("autoannotate:task", "task", task.Id, arguments);
        var found = await FoundAsync(job.Id);
        Assert.Equal(Enumerable.Range(0, Frames), found.Select(one => one.Frame));
        Assert.Equal(Frames, found.Select(one => one.Points).Distinct().Count());

        foreach (var sessions in new[] { 1, 2, 3 })
        {
            await using var worker = bench.OtherWorker(services => services.AddSingleton(Options.Create(new ModelOptions { Sessions = sessions })));
            await db.Operations.Where(row => row.Id == operation.Id).ExecuteUpdateAsync(
                row => row.SetProperty(it => it.State, OperationState.Queued).SetProperty(it => it.FinishedDate, (DateTimeOffset?)null)
                    .SetProperty(it => it.Arguments, System.Text.Json.JsonSerializer.Serialize(arguments, System.Text.Json.JsonSerializerOptions.Web)),
                Cancel);
            await worker.RunAsync(operation.Id, Cancel);

            Assert.Equal($"{Frames} objects on {Frames} frames.", await db.Operations.Where(row => row.Id == operation.Id).Select(row => row.Message).SingleAsync(Cancel));
            Assert.Equal(found, await FoundAsync(job.Id));
        }
    }

    [Fact]
    public async Task Calls_at_the_same_time_go_to_sessions_that_are_free()
    {
        var (first, second) = (new Session(), new Session());
        await using var pool = new ModelPool([first, second]);

        var calls = Enumerable.Range(0, 3).Select(_ => pool.EmbedAsync([], Cancel)).ToList();

        Assert.Equal((1, 1), (first.Calls, second.Calls));
        second.Answer.SetResult([[2]]);
        Assert.Equal(2f, (await calls[1])[0].Single());
        Assert.Equal(2f, (await calls[2])[0].Single());
        Assert.Equal((1, 2), (first.Calls, second.Calls));
        first.Answer.SetResult([[1]]);
        Assert.Equal(1f, (await calls[0])[0].Single());
    }

    [Fact]
    public async Task A_session_that_failed_is_used_again()
    {
        var only = new Session();
        await using var pool = new ModelPool([only]);
        only.Answer.SetException(new ModelException("process-crashed", "It died."));

        await Assert.ThrowsAsync<ModelException>(() => pool.EmbedAsync([], Cancel));
        await Assert.ThrowsAsync<ModelException>(() => pool.EmbedAsync([], Cancel));

        Assert.Equal(2, only.Calls);
    }

    private async Task<List<(int Frame, string Points)>> FoundAsync(int jobId)
    {
        await using var scope = bench.Worker.Services.CreateAsyncScope();
        var there = await scope.ServiceProvider.GetRequiredService<AnnotationStore>().ReadAsync(jobId, null, Cancel);
        return [.. there.Shapes.Select(shape => (shape.Frame, FormattableString.Invariant($"{shape.Points[0]:0.0} {shape.Points[1]:0.0} {shape.Points[2]:0.0} {shape.Points[3]:0.0}")))];
    }

    /// <summary>A session that answers when it is told to.</summary>
    private sealed class Session : IRunningModel
    {
        public TaskCompletionSource<IReadOnlyList<float[]>> Answer { get; } = new();
        public int Calls { get; private set; }

        public Task<IReadOnlyList<float[]>> EmbedAsync(IReadOnlyList<PixelImage> images, CancellationToken cancel)
        {
            Calls++;
            return Answer.Task;
        }

        public Task<IReadOnlyList<IReadOnlyList<Prediction>>> PredictAsync(IReadOnlyList<PixelImage> images, PredictionOptions options, CancellationToken cancel) => throw new NotSupportedException();
        public Task<ImageEmbedding> EncodeAsync(string key, PixelImage image, CancellationToken cancel) => throw new NotSupportedException();
        public Task<IReadOnlyList<MaskCandidate>> SegmentAsync(ImageEmbedding embedding, Prompt prompt, CancellationToken cancel) => throw new NotSupportedException();
        public Task<TrackSight> TrackAsync(PixelImage template, PixelImage search, CancellationToken cancel) => throw new NotSupportedException();
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
