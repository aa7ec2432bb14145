using System.Diagnostics;
using Annotator.Inference;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Onnx;
using Annotator.Inference.Processes;
using Annotator.Inference.Sessions;

namespace Annotator.Tests.Unit.Inference;

/// <summary>A model in a process of its own, and models that would be the end of the server without it.</summary>
public sealed class InferenceProcessTests : IDisposable
{
    private static readonly SessionSettings _settings = new() { Threads = 1, WarmUp = false };

    private readonly string _folder = Directory.CreateTempSubdirectory("model-").FullName;

    [Fact]
    public async Task A_model_is_tried_loaded_and_run()
    {
        await using var process = new InferenceProcess(new InferenceLimits(), _settings with { WarmUp = true });
        var cancel = TestContext.Current.CancellationToken;
        Save(Detector(), Description());

        var probe = await process.ProbeAsync(Path.Combine(_folder, "model.onnx"), cancel);
        Assert.Equal([1, 5, Golden.Places], probe!.Outputs.Single().Shape);

        var loaded = await process.LoadAsync(_folder, cancel);
        Assert.Equal("CPU", loaded.Provider);
        Assert.Contains("CUDA is not in this build", loaded.Reason);
        Assert.True(loaded.Run > TimeSpan.Zero);

        var found = await process.PredictAsync([Golden.Image(), Golden.Image(width: 64)], new PredictionOptions(), cancel);
        Assert.Equal(2, found.Count);
        Golden.AssertBox(Assert.Single(found[0]), "cat", 0.9, 30, 20, 50, 36);
        Golden.AssertBox(Assert.Single(found[1]), "cat", 0.9, 15, 26, 25, 34);
        Assert.Equal(1, process.Starts);
    }

    [Fact]
    public async Task A_process_that_is_killed_fails_its_call_only_and_the_next_one_starts_anew()
    {
        await using var process = new InferenceProcess(new InferenceLimits(), _settings);
        var cancel = TestContext.Current.CancellationToken;

        // Slow enough to be caught at work: many turns of a loop that ends.
        Save(SlowModel.Looping(turns: 20_000_000), SlowModel.Description());
        await process.LoadAsync(_folder, cancel);
        var call = process.PredictAsync([Golden.Image()], new PredictionOptions(), cancel);
        Process.GetProcessById(process.ProcessId!.Value).Kill(entireProcessTree: true);
        Assert.Equal("process-crashed", (await Assert.ThrowsAsync<ModelException>(() => call)).Code);

        Save(Detector(), Description());
        Assert.Single((await process.PredictAsync([Golden.Image()], new PredictionOptions(), cancel))[0]);
        Assert.Equal(2, process.Starts);
    }

    [Fact]
    public async Task A_model_that_never_ends_is_stopped_with_a_reason()
    {
        await using var process = new InferenceProcess(new InferenceLimits { CallTimeout = TimeSpan.FromSeconds(1.5) }, _settings);
        var cancel = TestContext.Current.CancellationToken;
        Save(SlowModel.Looping(turns: long.MaxValue), SlowModel.Description());
        await process.LoadAsync(_folder, cancel);
        var id = process.ProcessId!.Value;

        var error = await Assert.ThrowsAsync<ModelException>(() => process.PredictAsync([Golden.Image()], new PredictionOptions(), cancel));

        Assert.Equal("process-timeout", error.Code);
        Assert.Contains("1.5 s", error.Message);
        Assert.Null(process.ProcessId);
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(id));
    }

    [Fact]
    public async Task A_model_that_asks_for_all_memory_fails_and_the_server_does_not()
    {
        await using var process = new InferenceProcess(new InferenceLimits { MaxProcessMemory = 1L << 30 }, _settings);
        var cancel = TestContext.Current.CancellationToken;

        // 1024 copies of a picture's means in a square of 16,384: 48 GB. No single constant says so.
        var graph = Golden.Graph().Node("ReduceMean", ["images"], ["means"], OnnxGraph.Ints("axes", 2, 3), OnnxGraph.Int("keepdims", 1))
            .Longs("many", [1024, 1, 4096, 4096], 4).Node("Tile", ["means", "many"], ["huge"])
            .Node("ReduceMean", ["huge"], ["scores"], OnnxGraph.Ints("axes", 0, 2, 3), OnnxGraph.Int("keepdims", 0)).Output("scores", ElementType.Float32, 3);
        Save(graph, SlowModel.Description());
        await process.LoadAsync(_folder, cancel);

        var error = await Assert.ThrowsAsync<ModelException>(() => process.PredictAsync([Golden.Image()], new PredictionOptions(), cancel));

        Assert.Contains(error.Code, new[] { "model-failed", "process-memory", "process-crashed" });
        Save(Detector(), Description());
        await process.LoadAsync(_folder, cancel);
        Assert.Single((await process.PredictAsync([Golden.Image()], new PredictionOptions(), cancel))[0]);
    }

    [Fact]
    public async Task A_caller_that_gives_up_goes_at_once_and_the_next_is_served()
    {
        await using var process = new InferenceProcess(new InferenceLimits(), _settings);
        Save(SlowModel.Looping(turns: 200_000), SlowModel.Description());
        await process.LoadAsync(_folder, TestContext.Current.CancellationToken);
        using var impatient = new CancellationTokenSource();
        var call = process.PredictAsync([Golden.Image()], new PredictionOptions(), impatient.Token);

        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Single((await process.PredictAsync([Golden.Image()], new PredictionOptions(), TestContext.Current.CancellationToken))[0]);
        Assert.Equal(1, process.Starts);
    }

    [Theory]
    [InlineData("model-not-onnx")]
    [InlineData("model-not-loadable")]
    [InlineData("package-incomplete")]
    [InlineData("description-damaged")]
    public async Task What_is_wrong_with_a_package_is_said_by_name(string code)
    {
        await using var process = new InferenceProcess(new InferenceLimits(), _settings);
        Save(code == "model-not-loadable" ? new OnnxGraph().Input("images", ElementType.Float32, 1).Node("NoSuchOperator", ["images"], ["x"]).Output("x", ElementType.Float32, 1) : Detector(), Description());
        switch (code)
        {
            case "model-not-onnx":
                await File.WriteAllTextAsync(Path.Combine(_folder, "model.onnx"), "no model", TestContext.Current.CancellationToken);
                break;
            case "package-incomplete":
                File.Delete(Path.Combine(_folder, "model.onnx"));
                break;
            case "description-damaged":
                await File.WriteAllTextAsync(Path.Combine(_folder, "model.json"), "{", TestContext.Current.CancellationToken);
                break;
        }

        Assert.Equal(code, (await Assert.ThrowsAsync<ModelException>(() => process.LoadAsync(_folder, TestContext.Current.CancellationToken))).Code);
    }

    [Fact]
    public void The_process_is_not_told_the_servers_secrets()
    {
        Environment.SetEnvironmentVariable("ConnectionStrings__inference_test", "secret");
        try
        {
            Assert.DoesNotContain("ConnectionStrings__inference_test", InferenceProgram.StartInfo(new InferenceLimits()).Environment.Keys);
        }
        finally
        {
            Environment.SetEnvironmentVariable("ConnectionStrings__inference_test", null);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static OnnxGraph Detector() =>
        Golden.Graph().Constant("output0", Golden.Columns(Golden.Places, 5, (3, [20, 30, 10, 8, 0.9f])), 1, 5, Golden.Places);

    private static ModelDescription Description() => new()
    {
        Task = ModelTask.Detect,
        Decoder = DecoderNames.YoloV8,
        Files = new ModelFiles { Model = "model.onnx" },
        Input = new ImageInput { Name = "images", Size = [Golden.Side, Golden.Side] },
        Output = new OutputRules { Boxes = "output0" },
        Labels = [new ModelLabel(0, "cat")],
    };

    private void Save(OnnxGraph graph, ModelDescription description)
    {
        File.WriteAllBytes(Path.Combine(_folder, "model.onnx"), graph.ToBytes());
        File.WriteAllText(Path.Combine(_folder, ModelDescription.FileName), ModelJson.Write(description));
    }
}
