using Annotator.Core.Annotations;
using Annotator.Core.Models;
using Annotator.Core.Operations;
using Annotator.Core.Projects;
using Annotator.Core.Tasks;
using Annotator.Formats.Model;
using Annotator.Tests.Api.Media;
using Annotator.Tests.Unit.Inference;
using Annotator.Worker.Models;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Tests.Api.Models;

/// <summary>Made-up models whose right answer is known go the whole way: uploaded, checked in a process of their own, run over frames.</summary>
public sealed class RunningModels(MediaBench bench) : IClassFixture<MediaBench>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>One cat in every picture of 128 × 64: from 30, 20 to 50, 36.</summary>
    private static byte[] CatDetector(bool named = true)
    {
        var graph = Golden.Graph().Constant("output0", Golden.Columns(Golden.Places, 5, (3, [20, 30, 10, 8, 0.9f])), 1, 5, Golden.Places);
        return (named ? graph.Metadata("task", "detect").Metadata("names", "{0: 'cat'}") : graph).ToBytes();
    }

    [Fact]
    public async Task A_detector_that_says_what_it_is_is_ready_after_its_check()
    {
        var model = await CheckedAsync(("cats.onnx", CatDetector()));

        Assert.Equal((ModelState.Ready, "detector", "CPU"), (model.State, model.Kind, model.Device));
        Assert.Contains("\"cat\"", model.Description, StringComparison.Ordinal);
        Assert.Equal(64, Assert.Single(model.Files).Sha256.Length);
        Assert.NotNull(model.MillisecondsPerImage);
    }

    [Fact]
    public async Task Names_that_the_file_lacks_are_asked_for_and_the_answer_makes_it_ready()
    {
        var model = await CheckedAsync(("cats.onnx", CatDetector(named: false)));
        Assert.Equal(ModelState.Asking, model.State);
        Assert.Contains("questions", model.Findings, StringComparison.Ordinal);

        await using (var db = bench.Db())
        {
            var row = await db.Models.SingleAsync(row => row.Id == model.Id, Cancel);
            row.Description = row.Description!.Replace("class_0", "cat", StringComparison.Ordinal);
            await db.SaveChangesAsync(Cancel);
        }

        var corrected = await CheckAsync(model.Id, corrected: true);
        Assert.Equal(ModelState.Ready, corrected.State);
        Assert.Contains("\"cat\"", corrected.Description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("notes.txt", "hello", "None of the files is an .onnx file")]
    [InlineData("cats.onnx", "this is no model", "")]
    public async Task What_is_no_model_is_refused_by_name_and_harms_nothing(string name, string content, string reason)
    {
        var model = await CheckedAsync((name, System.Text.Encoding.UTF8.GetBytes(content)));

        Assert.Equal(ModelState.Refused, model.State);
        Assert.NotEmpty(model.Message);
        Assert.Contains(reason, model.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_outside_the_model_are_refused()
    {
        var graph = Golden.Graph().External("weights", "../../etc/passwd").Constant("output0", new float[5 * Golden.Places], 1, 5, Golden.Places);

        var model = await CheckedAsync(("cats.onnx", graph.ToBytes()));

        Assert.Equal(ModelState.Refused, model.State);
        Assert.NotEmpty(model.Message);
    }

    [Fact]
    public async Task A_run_writes_what_the_model_finds_with_scores_and_only_once()
    {
        var model = await CheckedAsync(("cats.onnx", CatDetector()));
        var (task, label) = await TaskAsync(frames: 5, segmentSize: 3, overlap: 1);
        var arguments = new AutoAnnotateArguments(model.Id) { Mapping = new Dictionary<string, LabelChoice> { ["cat"] = new("animal") } };

        var operation = await RunAsync(task, arguments);

        Assert.Equal((OperationState.Finished, "6 objects on 5 frames."), (operation.State, operation.Message));
        await using var scope = bench.Worker.Services.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<AnnotationStore>();
        foreach (var job in await JobsAsync(task))
        {
            var there = await store.ReadAsync(job.Id, null, Cancel);
            Assert.Equal(Enumerable.Range(job.StartFrame, job.StopFrame - job.StartFrame + 1), there.Shapes.Select(shape => shape.Frame));
            Assert.All(there.Shapes, shape =>
            {
                Assert.Equal((label, ShapeKind.Rectangle, AnnotationSource.Auto), (shape.LabelId, shape.Kind, shape.Source));
                Assert.Equal([30, 20, 50, 36], shape.Points.Select(value => Math.Round(value, 3)));
                Assert.Equal(0.9f, shape.Score, 3);
            });
            Assert.Equal(1, there.Revision);
        }

        // The worker died after it had written and before it said so: the second run finds everything done.
        await AgainAsync(operation.Id);
        foreach (var job in await JobsAsync(task))
        {
            Assert.Equal(1, (await store.ReadAsync(job.Id, null, Cancel)).Revision);
        }
    }

    [Fact]
    public async Task Frames_can_be_chosen_annotated_ones_left_alone_or_replaced()
    {
        var model = await CheckedAsync(("cats.onnx", CatDetector()));
        var (task, label) = await TaskAsync(frames: 4, segmentSize: 0, overlap: 0, labelName: "cat");
        var job = Assert.Single(await JobsAsync(task));
        await using var scope = bench.Worker.Services.CreateAsyncScope();
        var store = scope.ServiceProvider.GetRequiredService<AnnotationStore>();
        await store.CreateAsync(job.Id, 1, new JobAnnotations(0, [], [new Shape { Frame = 1, LabelId = label, Kind = ShapeKind.Rectangle, Points = [1, 1, 9, 9] }], []), null, Cancel);

        await RunAsync(task, new AutoAnnotateArguments(model.Id) { OnlyMissing = true, Frames = [[0, 2]] });
        Assert.Equal([0, 1, 2], (await store.ReadAsync(job.Id, null, Cancel)).Shapes.Select(shape => shape.Frame).Order());

        await RunAsync(task, new AutoAnnotateArguments(model.Id) { Replace = true });
        var replaced = (await store.ReadAsync(job.Id, null, Cancel)).Shapes;
        Assert.Equal([0, 1, 2, 3], replaced.Select(shape => shape.Frame).Order());
        Assert.All(replaced, shape => Assert.Equal(AnnotationSource.Auto, shape.Source));

        var none = await RunAsync(task, new AutoAnnotateArguments(model.Id) { Replace = true, Threshold = 0.95 });
        Assert.Equal("0 objects on 4 frames.", none.Message);
    }

    [Fact]
    public async Task What_a_run_writes_is_known_as_the_models_and_how_unsure_it_was_orders_the_frames()
    {
        var model = await CheckedAsync(("cats.onnx", CatDetector()));
        var (task, _) = await TaskAsync(frames: 2, segmentSize: 0, overlap: 0, labelName: "cat");

        await RunAsync(task, new AutoAnnotateArguments(model.Id));

        var job = Assert.Single(await JobsAsync(task));
        await using var scope = bench.Worker.Services.CreateAsyncScope();
        var there = await scope.ServiceProvider.GetRequiredService<AnnotationStore>().ReadAsync(job.Id, null, Cancel);
        await using var db = bench.Db();
        var written = Assert.Single(await db.SuggestedObjects.Where(row => row.JobId == job.Id).ToListAsync(Cancel));
        Assert.Equal((model.Id, there.Shapes.Min(shape => shape.Id), there.Shapes.Max(shape => shape.Id)), (written.ModelId, written.FirstId, written.LastId));
        var doubts = await db.FrameDoubts.Where(row => row.TaskId == task.Id).OrderBy(row => row.Frame).ToListAsync(Cancel);
        Assert.Equal([0, 1], doubts.Select(row => row.Frame));
        Assert.All(doubts, row => Assert.Equal(0.469, row.Doubt, 1e-3));
    }

    [Fact]
    public async Task What_was_rejected_is_not_suggested_again_by_a_run_that_fills_gaps()
    {
        var model = await CheckedAsync(("cats.onnx", CatDetector()));
        var (task, label) = await TaskAsync(frames: 3, segmentSize: 0, overlap: 0, labelName: "cat");
        var job = Assert.Single(await JobsAsync(task));
        await using (var db = bench.Db())
        {
            db.ObjectWork.Add(new ObjectWork { JobId = job.Id, ObjectId = 1, LabelId = label, Frame = 1, Outcome = WorkOutcome.Rejected, Box = [31, 20, 50, 36] });
            db.ObjectWork.Add(new ObjectWork { JobId = job.Id, ObjectId = 2, LabelId = label, Frame = 2, Outcome = WorkOutcome.Rejected, Box = [90, 20, 110, 36] });
            await db.SaveChangesAsync(Cancel);
        }

        await RunAsync(task, new AutoAnnotateArguments(model.Id) { OnlyMissing = true });

        await using var scope = bench.Worker.Services.CreateAsyncScope();
        var there = await scope.ServiceProvider.GetRequiredService<AnnotationStore>().ReadAsync(job.Id, null, Cancel);
        Assert.Equal([0, 2], there.Shapes.Select(shape => shape.Frame).Order());
    }

    [Fact]
    public async Task A_queue_is_worked_out_without_a_model_and_tells_what_looks_alike()
    {
        var (task, _) = await TaskAsync(frames: 3, segmentSize: 0, overlap: 0);

        var operation = await bench.DoAsync("queue:task", "task", task.Id, new Core.Queues.QueueArguments(null));

        Assert.Equal((OperationState.Finished, "3 frames in order, 2 near-duplicates."), (operation.State, operation.Message));
        await using var db = bench.Db();
        Assert.Equal(3, await db.FrameLooks.CountAsync(look => look.DataId == db.TaskData.Single(data => data.TaskId == task.Id).Id, Cancel));
        await AgainAsync(operation.Id);
    }

    [Fact]
    public async Task A_queue_by_vectors_takes_an_embedder()
    {
        // Numbers for a picture are scores or a vector: the file does not say, and the second answer is the vector.
        var model = await CheckedAsync(("clip.onnx", Golden.Graph().Constant("features", [3f, 4f, 0, 0], 1, 4).ToBytes()));
        using (var findings = System.Text.Json.JsonDocument.Parse(model.Findings!))
        {
            var question = findings.RootElement.GetProperty("guesses")[0].GetProperty("questions").EnumerateArray().Single(one => one.GetProperty("code").GetString() == "task");
            var vectors = question.GetProperty("choices")[1].GetProperty("description").GetRawText();
            await using var rows = bench.Db();
            await rows.Models.Where(row => row.Id == model.Id).ExecuteUpdateAsync(row => row.SetProperty(one => one.Description, vectors), Cancel);
        }

        model = await CheckAsync(model.Id, corrected: true);
        Assert.Equal(("", "embedder"), (model.Message, model.Kind));
        var (task, _) = await TaskAsync(frames: 2, segmentSize: 0, overlap: 0);

        var operation = await bench.DoAsync("queue:task", "task", task.Id, new Core.Queues.QueueArguments(model.Id));

        Assert.Equal(OperationState.Finished, operation.State);
        await using var db = bench.Db();
        var vector = await db.FrameLooks.Where(look => look.ModelId == model.Id).Select(look => look.Vector).FirstAsync(Cancel);
        Assert.Equal([0.6f, 0.8f, 0, 0], System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(vector).ToArray());
    }

    [Fact]
    public async Task A_class_without_a_label_is_left_out_and_told()
    {
        var model = await CheckedAsync(("cats.onnx", CatDetector()));
        var (task, _) = await TaskAsync(frames: 2, segmentSize: 0, overlap: 0);

        var operation = await RunAsync(task, new AutoAnnotateArguments(model.Id));

        Assert.Equal("0 objects on 2 frames.", operation.Message);
        Assert.Contains("2 of the class cat were left out", operation.Report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_is_gone_fails_the_run_by_name()
    {
        var (task, _) = await TaskAsync(frames: 1, segmentSize: 0, overlap: 0);

        var operation = await RunAsync(task, new AutoAnnotateArguments(999_999));

        Assert.Equal(OperationState.Failed, operation.State);
        Assert.Contains("999999", operation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_included_model_is_in_the_registry_once_however_often_it_is_added()
    {
        var rows = ActivatorUtilities.CreateInstance<IncludedModelRows>(bench.Worker.Services);
        var package = Assert.Single(Annotator.Inference.Processes.IncludedModels.All(new Annotator.Inference.InferenceLimits()));

        await Task.WhenAll(rows.AddAsync(package, Cancel), rows.AddAsync(package, Cancel));

        await using var db = bench.Db();
        var model = await db.Models.Include(model => model.Files).SingleAsync(model => model.OwnerId == null && model.Name == package.Description.Name, Cancel);
        Assert.Equal((ModelState.Ready, ModelVisibility.Everyone), (model.State, model.Visibility));
        Assert.NotEmpty(model.License);
        await using var lease = await bench.Worker.Services.GetRequiredService<ModelHosts>().UseAsync(model.Id, Cancel);
        Assert.Equal("CPU", lease.Model.Provider);
    }

    private Task<AnnotationModel> CheckedAsync(params (string Name, byte[] Content)[] files) => bench.CheckedModelAsync(files);

    private Task<AnnotationModel> CheckAsync(int modelId, bool corrected) => bench.CheckModelAsync(modelId, corrected);

    private Task<Operation> RunAsync(AnnotationTask task, AutoAnnotateArguments arguments) => bench.DoAsync("autoannotate:task", "task", task.Id, arguments);

    private async Task AgainAsync(Guid operationId)
    {
        await using (var db = bench.Db())
        {
            await db.Operations.Where(row => row.Id == operationId).ExecuteUpdateAsync(
                row => row.SetProperty(one => one.State, OperationState.Queued).SetProperty(one => one.FinishedDate, (DateTimeOffset?)null), Cancel);
        }

        await bench.Worker.RunAsync(operationId, Cancel);
        Assert.Equal(OperationState.Finished, (await ReadAsync(operationId)).State);
    }

    private async Task<Operation> ReadAsync(Guid id)
    {
        await using var db = bench.Db();
        return await db.Operations.AsNoTracking().SingleAsync(row => row.Id == id, Cancel);
    }

    private async Task<List<Core.Jobs.AnnotationJob>> JobsAsync(AnnotationTask task)
    {
        await using var db = bench.Db();
        return await db.Jobs.AsNoTracking().Where(job => job.TaskId == task.Id).OrderBy(job => job.StartFrame).ToListAsync(Cancel);
    }

    private async Task<(AnnotationTask Task, int Label)> TaskAsync(int frames, int segmentSize, int overlap, string labelName = "animal")
    {
        var jpeg = await new Annotator.Media.JpegMaker(new Annotator.Media.MediaLimits()).EncodeAsync(new byte[128 * 64 * 3], 128, 64, 80, Cancel);
        var task = await bench.TaskAsync(segmentSize, overlap, [.. Enumerable.Range(0, frames).Select(index => ($"{index:D3}.jpg", jpeg))]);
        await bench.PrepareAsync(task);
        await using var db = bench.Db();
        var label = new Label { Name = labelName, Color = "#0072b2", TaskId = task.Id };
        db.Labels.Add(label);
        await db.SaveChangesAsync(Cancel);
        return (task, label.Id);
    }
}
