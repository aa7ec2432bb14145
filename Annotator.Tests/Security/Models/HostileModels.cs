using System.Diagnostics;
using System.Net;
using System.Text;
using Annotator.Core.Annotations;
using Annotator.Inference;
using Annotator.Inference.Onnx;
using Annotator.Inference.Processes;
using Annotator.Tests.Contract;
using Annotator.Tests.Support;
using Annotator.Tests.Unit.Inference;
using Annotator.Tests.Unit.Media;
using Annotator.Worker.Models;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Tests.Security.Models;

/// <summary>Models that would do harm go the whole way of a model: uploaded to the Api, looked at by a Worker, refused by name; and the next one is served.</summary>
public sealed class HostileModels(ContractApp app) : IClassFixture<ContractApp>
{
    private const int Photos = 8;
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string> Hostile => new()
    {
        { "words", "model.onnx", "not an ONNX model" },
        { "zip", "model.onnx", "not an ONNX model" },
        { "cut", "model.onnx", "" },
        { "external", "model.onnx", "/etc/passwd" },
        { "custom", "model.onnx", "evil.example" },
        { "types", "model.onnx", "" },
        { "memory", "model.onnx", "" },
        { "onnx as txt", "model.txt", "None of the files is an .onnx file" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task What_would_do_harm_is_refused_by_name_and_the_next_model_is_served(string kind, string name, string reason)
    {
        var admin = app.As(await app.Given.AdminAsync());

        var model = await UploadAsync(admin, (name, Content(kind)));

        Assert.Equal("refused", model["state"].GetString());
        Assert.NotEmpty(model["message"].GetString()!);
        Assert.Contains(reason, model["message"].GetString(), StringComparison.OrdinalIgnoreCase);
        await ServedAsync(admin);
    }

    [Fact]
    public async Task A_model_that_never_ends_is_stopped_in_its_time_and_refused()
    {
        var admin = app.As(await app.Given.AdminAsync());
        var limits = app.Worker.Services.GetRequiredService<InferenceLimits>();
        var usual = limits.LoadTimeout;
        limits.LoadTimeout = TimeSpan.FromSeconds(3);
        try
        {
            var model = await UploadAsync(admin, ("model.onnx", SlowModel.Looping(long.MaxValue).ToBytes()));

            Assert.Equal("refused", model["state"].GetString());
            Assert.Contains("3 s", model["message"].GetString(), StringComparison.Ordinal);
        }
        finally
        {
            limits.LoadTimeout = usual;
        }

        await ServedAsync(admin);
    }

    [Fact]
    public async Task Three_gigabytes_are_refused_before_they_are_read()
    {
        const long ThreeGigabytes = 3L << 30;
        var admin = app.As(await app.Given.AdminAsync());
        var id = (await admin.Post("/api/models", new { name = "huge" })).Is(HttpStatusCode.Created)["id"].GetInt32();
        var announced = (await admin.Create($"/api/models/{id}/files", "huge.onnx", ThreeGigabytes)).Is(HttpStatusCode.RequestEntityTooLarge);
        Assert.Contains("2147483648", announced.Body.ToString(), StringComparison.Ordinal);

        var endless = new Zeros(ThreeGigabytes);
        using var form = new MultipartFormDataContent { { new StreamContent(endless), "files[0]", "huge.onnx" } };
        var sent = (await admin.Post($"/api/models/{id}/files", form)).Is(HttpStatusCode.RequestEntityTooLarge);

        Assert.Contains("2147483648", sent.Body.ToString(), StringComparison.Ordinal);
        Assert.InRange(endless.Position, 0, 64 << 20);
        await ServedAsync(admin);
    }

    [Fact]
    public async Task A_process_that_is_killed_in_the_middle_of_a_run_is_started_again_and_nothing_is_lost_or_doubled()
    {
        var user = await app.Given.AdminAsync();
        var admin = app.As(user);
        var description = Encoding.UTF8.GetBytes(Annotator.Inference.Descriptions.ModelJson.Write(SlowModel.Description()));
        var model = await UploadAsync(admin, ("model.onnx", SlowModel.Looping(300_000).ToBytes()), ("model.json", description));
        Assert.Equal("ready", model["state"].GetString());
        var (task, job) = await TaskAsync(admin);
        var mapping = new[] { "red", "green", "blue" }.ToDictionary(color => color, _ => new { label = "color" });
        var run = (await admin.Post($"/api/models/{model["id"].GetInt32()}/runs", new { task_id = task, mapping })).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!;

        var working = app.RunAsync(run);
        var (killed, processes) = await KillAsync(model["id"].GetInt32(), working);
        await working;

        Assert.Equal(processes + 1, killed);
        var request = (await admin.Get("/api/requests/" + Uri.EscapeDataString(run))).Is(HttpStatusCode.OK);
        Assert.Equal(("finished", $"{Photos} objects on {Photos} frames."), (request["status"].GetString(), request["message"].GetString()));
        await using var scope = app.Worker.Services.CreateAsyncScope();
        var there = await scope.ServiceProvider.GetRequiredService<AnnotationStore>().ReadAsync(job, null, Cancel);
        Assert.Equal(Enumerable.Range(0, Photos), there.Tags.Select(tag => tag.Frame).Order());
    }

    /// <summary>Ends each of the model's processes (SIGKILL) while they look at pictures, and one that takes a place of theirs.</summary>
    private async Task<(int Killed, int Processes)> KillAsync(int modelId, Task working)
    {
        await using var lease = await app.Worker.Services.GetRequiredService<ModelHosts>().UseAsync(modelId, Cancel);
        var processes = lease.Processes.Cast<InferenceProcess>().ToList();
        var killed = new HashSet<int>();
        while (killed.Count <= processes.Count && !working.IsCompleted)
        {
            if (processes.Select(process => process.ProcessId).FirstOrDefault(id => id is { } number && !killed.Contains(number)) is { } next)
            {
                using var program = Process.GetProcessById(next);
                program.Kill(entireProcessTree: true);
                killed.Add(next);
            }

            await Task.Delay(20, Cancel);
        }

        return (killed.Count, processes.Count);
    }

    private static byte[] Content(string kind) => kind switch
    {
        "words" => "this is no model"u8.ToArray(),
        "zip" => [0x50, 0x4b, 3, 4, .. new byte[200]],
        "cut" => Good()[..40],
        "external" => Golden.Graph().External("weights", "/etc/passwd").Constant("output0", new float[5 * Golden.Places], 1, 5, Golden.Places).ToBytes(),
        "custom" => Golden.Graph().Node("Run", "evil.example", ["images"], ["output0"]).Opset("evil.example", 1).Output("output0", ElementType.Float32, 1, 5, Golden.Places).ToBytes(),
        "types" => Golden.Graph().Longs("one", [1], 1).Node("Add", ["images", "one"], ["output0"]).Output("output0", ElementType.Float32, 1, 3, Golden.Side, Golden.Side).ToBytes(),
        "memory" => Golden.Graph().Node("ReduceMean", ["images"], ["means"], OnnxGraph.Ints("axes", 2, 3), OnnxGraph.Int("keepdims", 1))
            .Longs("many", [1024, 1, 4096, 4096], 4).Node("Tile", ["means", "many"], ["huge"])
            .Node("ReduceMean", ["huge"], ["scores"], OnnxGraph.Ints("axes", 0, 2, 3), OnnxGraph.Int("keepdims", 0)).Output("scores", ElementType.Float32, 3).ToBytes(),
        _ => Good(),
    };

    private static byte[] Good() => Golden.Graph().Constant("output0", Golden.Columns(Golden.Places, 5, (3, [20, 30, 10, 8, 0.9f])), 1, 5, Golden.Places)
        .Metadata("task", "detect").Metadata("names", "{0: 'cat'}").ToBytes();

    private async Task ServedAsync(HttpClient admin) => Assert.Equal("ready", (await UploadAsync(admin, ("cats.onnx", Good())))["state"].GetString());

    private async Task<Answer> UploadAsync(HttpClient admin, params (string Name, byte[] Content)[] files)
    {
        var id = (await admin.Post("/api/models", new { name = "model" })).Is(HttpStatusCode.Created)["id"].GetInt32();
        foreach (var (name, content) in files)
        {
            await admin.Upload($"/api/models/{id}/files", name, content);
        }

        await app.RunAsync((await admin.Post($"/api/models/{id}/files", null, ("Upload-Finish", ""))).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!);
        return (await admin.Get($"/api/models/{id}")).Is(HttpStatusCode.OK);
    }

    private async Task<(int Task, int Job)> TaskAsync(HttpClient admin)
    {
        var task = (await admin.Post("/api/tasks", new { name = "photos", labels = new[] { new { name = "color", type = "any" } } })).Is(HttpStatusCode.Created)["id"].GetInt32();
        for (var photo = 0; photo < Photos; photo++)
        {
            await admin.Upload($"/api/tasks/{task}/data/", $"{photo}.png", Images.Encoded(".png", 50, 30));
        }

        await app.RunAsync((await admin.Post($"/api/tasks/{task}/data/", new { image_quality = 70 }, ("Upload-Finish", ""))).Is(HttpStatusCode.Accepted)["rq_id"].GetString()!);
        return (task, (await admin.Get($"/api/jobs?task_id={task}")).Is(HttpStatusCode.OK).Results.Single().GetProperty("id").GetInt32());
    }

    /// <summary>As many noughts as one likes, which take no room.</summary>
    private sealed class Zeros(long length) : Stream
    {
        public override bool CanRead => true;
        public override bool CanSeek => true;
        public override bool CanWrite => false;
        public override long Length => length;
        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, length - Position);
            buffer.AsSpan(offset, read).Clear();
            Position += read;
            return read;
        }

        public override long Seek(long offset, SeekOrigin origin) => Position = origin switch { SeekOrigin.Begin => offset, SeekOrigin.End => length + offset, _ => Position + offset };
        public override void Flush() => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
