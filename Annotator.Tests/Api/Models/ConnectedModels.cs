using System.Net;
using Annotator.Core.Identity;
using Annotator.Core.Models;
using Annotator.Core.Operations;
using Annotator.Inference;
using Annotator.Inference.Interactive;
using Annotator.Tests.Support;
using Annotator.Tests.Unit.Media;
using Annotator.Worker.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Annotator.Tests.Api.Models;

/// <summary>Models that run elsewhere: added by their address, asked what they are, and used like those that run here.</summary>
public sealed class ConnectedModels(CloudyApp app) : IClassFixture<CloudyApp>, IAsyncLifetime
{
    private static readonly PixelImage Picture = new(128, 64, new byte[128 * 64 * 3]);
    private ModelServer _server = null!;
    private User _admin = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => (_server, _admin) = (await ModelServer.StartAsync(), await app.Given.AdminAsync());

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_function_of_CVAT_finds_shapes_and_its_secret_goes_to_it_and_nowhere_else()
    {
        _server.At("/cats", _ => new object[]
        {
            new { confidence = "0.9", label = "cat", type = "rectangle", points = new[] { 50.0, 36, 30, 20 } },
            new { confidence = 0.8, label = "dog", type = "mask", mask = new[] { 1, 0, 1, 1, 10, 20, 11, 21 }, attributes = new[] { new { name = "breed", value = "pug" } } },
            new { confidence = "0.1", label = "cat", type = "polygon", points = new[] { 1, 1, 5, 1, 5, 5 } },
        });
        var id = await AddAsync(new { kind = "nuclio", url = Url("/cats"), labels = new[] { "cat", "dog" }, secret = "open sesame" });

        var model = (await app.As(_admin).Get($"/api/models/{id}")).Is(HttpStatusCode.OK);
        Assert.Equal(("ready", "detector", ""), (model["state"].GetString(), model["kind"].GetString(), model["message"].GetString()));
        Assert.True(model["connector"].GetProperty("has_secret").GetBoolean());
        Assert.DoesNotContain("sesame", model.Body.ToString(), StringComparison.Ordinal);
        await using (var db = app.Db())
        {
            Assert.DoesNotContain("sesame", await db.Models.Where(row => row.Id == id).Select(row => row.SealedSecret).SingleAsync(Cancel), StringComparison.Ordinal);
        }

        var found = await PredictAsync(id);

        Assert.Equal("Bearer open sesame", _server.Requests.Last().Authorization);
        Assert.Equal([(PredictionKind.Rectangle, "cat", 0.9), (PredictionKind.Mask, "dog", 0.8)], found.Select(one => (one.Kind, one.Label, one.Score)));
        Assert.Equal([30, 20, 50, 36], found[0].Points);
        Assert.Equal([0, 1, 1, 2, 10, 20, 11, 21], found[1].Points);
        Assert.Equal("pug", found[1].Attributes["breed"]);
    }

    [Fact]
    public async Task A_run_writes_what_a_model_elsewhere_finds_like_what_one_here_finds()
    {
        _server.At("/cats", _ => new object[] { new { confidence = "0.9", label = "cat", type = "rectangle", points = new[] { 1, 2, 10, 12 } } });
        var id = await AddAsync(new { kind = "nuclio", url = Url("/cats"), labels = new[] { "cat" } });
        app.S3.Put(CloudyApp.Bucket, "run/1.png", Images.Encoded(".png", 40, 30)).Put(CloudyApp.Bucket, "run/2.png", Images.Encoded(".png", 40, 30));
        var (task, prepared) = await app.TaskAsync(_admin, new { cloud_storage_id = await app.ConnectAsync(_admin), server_files = new[] { "run/1.png", "run/2.png" }, image_quality = 70 }, "cat");
        Assert.Equal(OperationState.Finished, prepared.State);

        var run = (await app.As(_admin).Post($"/api/models/{id}/runs", new { task_id = task })).Is(HttpStatusCode.Accepted);
        var operation = await app.RunAsync(run["rq_id"].GetString()!);

        Assert.Equal("2 objects on 2 frames.", operation.Message);
        var shapes = (await app.As(_admin).Get($"/api/tasks/{task}/annotations")).Is(HttpStatusCode.OK)["shapes"].EnumerateArray().ToList();
        Assert.Equal([0, 1], shapes.Select(shape => shape.GetProperty("frame").GetInt32()).Order());
        Assert.All(shapes, shape => Assert.Equal("auto", shape.GetProperty("source").GetString()));
    }

    [Fact]
    public async Task A_Nuclio_dashboard_tells_kind_and_labels_and_an_interactor_cuts_objects_out()
    {
        _server.At("/api/functions/sam", _ => new { metadata = new { name = "sam", annotations = new { name = "Segment it", type = "interactor", spec = "[]" } } })
            .At("/api/function_invocations", body =>
            {
                // All that lies left of the first point; the picture that is sent tells its size only to those who decode it.
                var (width, height) = _size;
                var x = body.GetProperty("pos_points")[0][0].GetDouble();
                return new { mask = Enumerable.Range(0, height).Select(_ => Enumerable.Range(0, width).Select(column => column < x ? 1 : 0)) };
            });
        _size = (320, 320);
        var id = await AddAsync(new { kind = "nuclio", url = Url("/api/functions/sam") });
        Assert.Equal("interactor", (await app.As(_admin).Get($"/api/models/{id}")).Is(HttpStatusCode.OK)["kind"].GetString());

        _size = (128, 64);
        var masks = await SegmentAsync(id);

        Assert.Equal([0.0, 0, 39, 63], Assert.Single(masks).Mask[^4..]);
    }

    private (int Width, int Height) _size;

    [Fact]
    public async Task A_backend_of_Label_Studio_is_set_up_and_answers_regions_in_hundredths_and_brushes_in_packed_runs()
    {
        _server.At("/health", _ => new { status = "UP" }).At("/setup", _ => new { model_version = "7" }).At("/predict", body =>
        {
            Assert.StartsWith("data:image/jpeg;base64,", body.GetProperty("tasks")[0].GetProperty("data").GetProperty("image").GetString(), StringComparison.Ordinal);
            Assert.Contains("""<Label value="cat &amp; dog" />""", body.GetProperty("label_config").GetString(), StringComparison.Ordinal);
            return new
            {
                results = new[]
                {
                    new
                    {
                        score = 0.7,
                        result = new object[]
                        {
                            new { type = "rectanglelabels", value = new { x = 25, y = 50, width = 12.5, height = 25, rotation = 0, rectanglelabels = new[] { "cat & dog" } } },
                            new { type = "rectanglelabels", score = 0.9, value = new { x = 50, y = 50, width = 25, height = 25, rotation = 90, rectanglelabels = new[] { "cat & dog" } } },
                            new { type = "textarea", value = new { text = new[] { "left out" } } },
                        },
                    },
                },
            };
        });
        var id = await AddAsync(new { kind = "label-studio", url = Url("/"), labels = new[] { "cat & dog" }, secret = "user:word" });

        var found = await PredictAsync(id);

        Assert.StartsWith("Basic ", _server.Requests.Last().Authorization, StringComparison.Ordinal);
        Assert.Equal([0.9, 0.7], found.Select(one => one.Score));
        Assert.Equal([32, 32, 48, 48], found[1].Points);

        // 32 wide and 16 high, turned a quarter about its top left corner at 64, 32: its middle comes to 56, 48.
        Assert.Equal((PredictionKind.RotatedRectangle, 90), (found[0].Kind, found[0].Rotation));
        Assert.Equal([40, 40, 72, 56], found[0].Points.Select(value => Math.Round(value, 6)));
    }

    [Fact]
    public async Task A_backend_of_Label_Studio_answers_clicks_with_a_brush()
    {
        var rle = PackedBrush(320 * 320, from: 4, to: 8);
        _server.At("/health", _ => new { status = "UP" }).At("/setup", _ => new { model_version = "7" }).At("/predict", body =>
        {
            var click = body.GetProperty("params").GetProperty("context").GetProperty("result")[0];
            Assert.Equal(("keypointlabels", true), (click.GetProperty("type").GetString(), click.GetProperty("is_positive").GetBoolean()));
            return new { results = new[] { new { result = new[] { new { type = "brushlabels", value = new { format = "rle", rle, brushlabels = new[] { "cat" } } } } } } };
        });
        var id = await AddAsync(new { kind = "label-studio", url = Url(""), labels = new[] { "cat" }, task = "interact" });
        rle = PackedBrush(128 * 64, from: 4, to: 8);

        var masks = await SegmentAsync(id);

        Assert.Equal([0.0, 4, 4, 0, 7, 0], Assert.Single(masks).Mask);
    }

    [Fact]
    public async Task A_model_on_a_KServe_server_is_recognised_by_its_tensors_and_decoded_here()
    {
        const int Places = 84;
        var output = new float[5 * Places];
        (output[3], output[Places + 3], output[(2 * Places) + 3], output[(3 * Places) + 3], output[(4 * Places) + 3]) = (20, 30, 10, 8, 0.9f);
        _server.At("/v2/models/yolo", _ => new
        {
            name = "yolo",
            inputs = new[] { new { name = "images", datatype = "FP32", shape = new[] { 1, 3, 64, 64 } } },
            outputs = new[] { new { name = "output0", datatype = "FP32", shape = new[] { 1, 5, Places } } },
        }).At("/v2/models/yolo/infer", body =>
        {
            Assert.Equal(3 * 64 * 64, body.GetProperty("inputs")[0].GetProperty("data").GetArrayLength());
            return new { outputs = new[] { new { name = "output0", datatype = "FP32", shape = new[] { 1, 5, Places }, data = output } } };
        });
        var id = await AddAsync(new { kind = "kserve", url = Url("/v2/models/yolo"), labels = new[] { "cat" } });
        var model = (await app.As(_admin).Get($"/api/models/{id}")).Is(HttpStatusCode.OK);
        Assert.Equal(("ready", "yolo-v8-raw"), (model["state"].GetString(), model["description"].GetProperty("decoder").GetString()));

        var found = Assert.Single(await PredictAsync(id));

        Assert.Equal(("cat", PredictionKind.Rectangle), (found.Label, found.Kind));
        Assert.Equal([30, 20, 50, 36], found.Points.Select(value => Math.Round(value, 3)));
    }

    [Theory]
    [InlineData("nuclio", "/nothing", "There is nothing at this address")]
    [InlineData("nuclio", "/moved", "redirects are not followed")]
    [InlineData("nuclio", "/text", "no JSON")]
    [InlineData("nuclio", "/large", "more than 1,048,576 bytes")]
    [InlineData("nuclio", "/slow", "did not answer within 3 seconds")]
    [InlineData("nuclio", "/object", "a detector answers a list")]
    [InlineData("nuclio", "/odd", "shapes of the kind hologram are not known")]
    [InlineData("kserve", "/object", "it names no inputs and outputs")]
    [InlineData("label-studio", "/secret", "does not let this server in")]
    public async Task What_a_server_does_wrong_is_said_by_name_and_none_of_what_it_said(string kind, string path, string reason)
    {
        _server.At("/moved", (http, _) => Redirect(http, "http://169.254.169.254/latest/meta-data"))
            .At("/text", (http, _) => http.Response.WriteAsync("hush-hush"))
            .At("/large", (http, _) => http.Response.WriteAsync(new string(' ', 1 << 21)))
            .At("/slow", (http, _) => Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default))
            .At("/object", _ => new { hush = "hush-hush" })
            .At("/odd", _ => new object[] { new { label = "cat", type = "hologram" } })
            .At("/secret/health", (http, _) => Refuse(http));

        var id = await AddAsync(new { kind, url = Url(path), labels = new[] { "cat" } });

        var model = (await app.As(_admin).Get($"/api/models/{id}")).Is(HttpStatusCode.OK);
        Assert.Equal("refused", model["state"].GetString());
        Assert.Contains(reason, model["message"].GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", model["message"].GetString(), StringComparison.Ordinal);

        static Task Redirect(HttpContext http, string to)
        {
            http.Response.Redirect(to);
            return Task.CompletedTask;
        }

        static Task Refuse(HttpContext http)
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://localhost:9/")]
    [InlineData("http://[::1]:9/")]
    [InlineData("http://[::ffff:127.0.0.1]:9/")]
    [InlineData("http://0.0.0.0:9/")]
    [InlineData("http://10.0.0.1/")]
    public async Task An_address_inside_is_never_asked(string url)
    {
        foreach (var kind in ConnectorKinds.All)
        {
            var id = await AddAsync(new { kind, url, labels = new[] { "cat" } });

            var model = (await app.As(_admin).Get($"/api/models/{id}")).Is(HttpStatusCode.OK);
            Assert.Equal("refused", model["state"].GetString());
            Assert.Contains("is not a public address", model["message"].GetString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.com/")]
    [InlineData("http://user:word@example.com/")]
    [InlineData("//example.com")]
    [InlineData("")]
    public async Task An_address_that_is_none_is_refused_before_anything_is_kept(string url)
    {
        var answer = (await app.As(_admin).Post("/api/models", new { name = "away", connector = new { kind = "nuclio", url } })).Is(HttpStatusCode.BadRequest);

        Assert.Contains("begins with http", answer.Body.ToString(), StringComparison.Ordinal);
        (await app.As(_admin).Post("/api/models", new { name = "away", connector = new { kind = "telepathy", url = "http://example.com" } })).Is(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_connector_is_changed_without_entering_its_secret_again_and_takes_no_files()
    {
        _server.At("/old", _ => Array.Empty<object>()).At("/new", _ => Array.Empty<object>());
        var id = await AddAsync(new { kind = "nuclio", url = Url("/old"), labels = new[] { "cat" }, secret = "kept" });

        (await app.As(_admin).Patch($"/api/models/{id}", new { connector = new { kind = "nuclio", url = Url("/new"), labels = new[] { "cat", "dog" } } })).Is(HttpStatusCode.OK);
        await CheckAsync(id);

        var model = (await app.As(_admin).Get($"/api/models/{id}")).Is(HttpStatusCode.OK);
        Assert.Equal(("ready", 2), (model["state"].GetString(), model["description"].GetProperty("labels").GetArrayLength()));
        Assert.Equal(("/new", "Bearer kept"), (_server.Requests.Last().Path, _server.Requests.Last().Authorization));
        (await app.As(_admin).Post($"/api/models/{id}/files", null, ("Upload-Finish", ""))).Is(HttpStatusCode.Conflict);
    }

    private string Url(string path) => $"{_server.Address.AbsoluteUri.TrimEnd('/')}{path}";

    /// <summary>Adds a model and waits until Worker has asked it what it is.</summary>
    private async Task<int> AddAsync(object connector)
    {
        var id = (await app.As(_admin).Post("/api/models", new { name = "away", connector })).Is(HttpStatusCode.Created)["id"].GetInt32();
        await CheckAsync(id);
        return id;
    }

    private async Task CheckAsync(int id) =>
        Assert.Equal(OperationState.Finished, (await app.RunAsync($"action=check&target=model&target_id={id}")).State);

    private async Task<IReadOnlyList<Prediction>> PredictAsync(int id)
    {
        await using var model = await app.Worker.Services.GetRequiredService<ModelHosts>().UseAsync(id, Cancel);
        return Assert.Single(await model.Process.PredictAsync([Picture], new PredictionOptions(), Cancel));
    }

    private async Task<IReadOnlyList<MaskCandidate>> SegmentAsync(int id)
    {
        await using var model = await app.Worker.Services.GetRequiredService<ModelHosts>().UseAsync(id, Cancel);
        var embedding = await model.Process.EncodeAsync("key", Picture, Cancel);
        return await model.Process.SegmentAsync(embedding, new Prompt { Points = [new PromptPoint(40, 10, true)] }, Cancel);
    }

    /// <summary>Packed runs of a picture whose first row is set from one column to another.</summary>
    private static int[] PackedBrush(int pixels, int from, int to)
    {
        var bits = new List<bool>();
        Write(pixels * 4, 32);
        Write(7, 5);
        Array.ForEach([15, 15, 15, 15], size => Write(size, 4));
        Run(0, from * 4);
        Run(255, (to - from) * 4);
        for (var rest = (pixels - to) * 4; rest > 0; rest -= 60_000)
        {
            Run(0, Math.Min(rest, 60_000));
        }

        return [.. bits.Chunk(8).Select(eight => eight.Select((bit, index) => bit ? 1 << (7 - index) : 0).Sum())];

        void Run(int value, int length)
        {
            Write(1, 1);
            Write(0, 2);
            Write(length - 1, 16);
            Write(value, 8);
        }

        void Write(int number, int count)
        {
            for (var i = count - 1; i >= 0; i--)
            {
                bits.Add(((number >> i) & 1) == 1);
            }
        }
    }
}
