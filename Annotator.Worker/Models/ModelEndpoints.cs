using System.Diagnostics;
using System.Text.Json;
using Annotator.Core.Media;
using Annotator.Inference;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Interactive;
using Annotator.Media;

namespace Annotator.Worker.Models;

/// <summary>What Api asks of models while somebody waits. See <see cref="InternalCalls"/> and docs/models.md.</summary>
internal static class ModelEndpoints
{
    private static readonly JsonSerializerOptions SnakeCase = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private sealed record PredictBody(int TaskId, int Frame, double? Threshold, bool Tiles, bool MasksToPolygons);

    private sealed record InteractBody(int TaskId, int Frame, double[][] Points, int[] Labels, double[]? Box);

    private sealed record PrepareBody(int TaskId, int[] Frames);

    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/internal/models/{modelId:int}").AddEndpointFilter(async (context, next) =>
            context.HttpContext.RequestServices.GetRequiredService<InternalCalls>().IsValid(context.HttpContext.Request.Headers[InternalCalls.Header])
                ? await next(context)
                : TypedResults.Unauthorized());
        group.MapPost("/predict", (int modelId, HttpRequest request, ModelHosts hosts, FramePictures pictures, CancellationToken cancel) =>
            AnswerAsync<PredictBody>(request, body => PredictAsync(modelId, body, hosts, pictures, cancel), cancel));
        group.MapPost("/interact", (int modelId, HttpRequest request, ModelHosts hosts, ModelEmbeddings embeddings, CancellationToken cancel) =>
            AnswerAsync<InteractBody>(request, body => InteractAsync(modelId, body, hosts, embeddings, cancel), cancel));
        group.MapPost("/prepare", (int modelId, HttpRequest request, ModelHosts hosts, ModelEmbeddings embeddings, CancellationToken cancel) =>
            AnswerAsync<PrepareBody>(request, body => PrepareAsync(modelId, body, hosts, embeddings, cancel), cancel));
    }

    private static async Task<object> PredictAsync(int modelId, PredictBody body, ModelHosts hosts, FramePictures pictures, CancellationToken cancel)
    {
        var picture = await PictureAsync(pictures, body.TaskId, body.Frame, cancel);
        await using var model = await hosts.UseAsync(modelId, cancel);
        var start = Stopwatch.GetTimestamp();
        var options = new PredictionOptions
        {
            Confidence = body.Threshold,
            MasksAsPolygons = body.MasksToPolygons,
            TileSize = body.Tiles ? TileOf(model.Description) : null,
        };
        var found = await model.Process.PredictAsync([picture], options, cancel);
        return new
        {
            picture.Width,
            picture.Height,
            took_ms = Stopwatch.GetElapsedTime(start).TotalMilliseconds,
            device = model.Model.Provider,
            predictions = found[0].Select(PredictionJson.Of),
        };
    }

    private static async Task<object> InteractAsync(int modelId, InteractBody body, ModelHosts hosts, ModelEmbeddings embeddings, CancellationToken cancel)
    {
        await using var model = await InteractorAsync(modelId, hosts, cancel);
        var embedding = await embeddings.OfAsync(modelId, model, body.TaskId, body.Frame, cancel);
        var start = Stopwatch.GetTimestamp();
        var prompt = new Prompt
        {
            Points = [.. body.Points.Select((point, index) => new PromptPoint(point[0], point[1], body.Labels[index] == 1))],
            Box = body.Box,
        };
        var candidates = await model.Process.SegmentAsync(embedding, prompt, cancel);
        return new
        {
            width = embedding.ImageWidth,
            height = embedding.ImageHeight,
            took_ms = Stopwatch.GetElapsedTime(start).TotalMilliseconds,
            candidates = candidates.Select(candidate => new { candidate.Score, candidate.Mask }),
        };
    }

    private static async Task<object> PrepareAsync(int modelId, PrepareBody body, ModelHosts hosts, ModelEmbeddings embeddings, CancellationToken cancel)
    {
        await using var model = await InteractorAsync(modelId, hosts, cancel);
        foreach (var frame in body.Frames)
        {
            await embeddings.OfAsync(modelId, model, body.TaskId, frame, cancel);
        }

        return new { prepared = body.Frames.Length };
    }

    private static async Task<ModelLease> InteractorAsync(int modelId, ModelHosts hosts, CancellationToken cancel)
    {
        var model = await hosts.UseAsync(modelId, cancel);
        if (model.Description.Task == ModelTask.Interactive)
        {
            return model;
        }

        await model.DisposeAsync();
        throw new ModelException("model-not-interactive", "The model finds objects by itself; it does not answer clicks.");
    }

    public static async Task<PixelImage> PictureAsync(FramePictures pictures, int taskId, int frame, CancellationToken cancel) =>
        await pictures.ReadAsync(taskId, frame, cancel) ?? throw new ModelException("frame-unknown", $"The task has no frame {frame}.");

    /// <summary>A tile is as large as the model's input.</summary>
    public static int TileOf(ModelDescription description) => description.Tiling is { Size: > 0 } tiling ? tiling.Size
        : Math.Max(description.Input.Width, description.Input.Height) is > 0 and var side ? side
        : 640;

    private static async Task<IResult> AnswerAsync<T>(HttpRequest request, Func<T, Task<object>> answer, CancellationToken cancel)
        where T : class
    {
        var body = await request.ReadFromJsonAsync<T>(SnakeCase, cancel);
        try
        {
            return TypedResults.Json(await answer(body!), SnakeCase);
        }
        catch (ModelException error)
        {
            // A process that died, or another server that is away, passes; what the model or the request is wrong about stays wrong.
            var passes = error.Code.StartsWith("process-", StringComparison.Ordinal) || error.Code is "remote-timeout" or "remote-silent" or "remote-busy";
            return TypedResults.Problem(
                error.Message,
                statusCode: passes ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status422UnprocessableEntity,
                type: $"urn:annotator:{error.Code}");
        }
        catch (UnreadableImageException error)
        {
            return TypedResults.Problem($"The frame {error.Message}.", statusCode: StatusCodes.Status422UnprocessableEntity, type: "urn:annotator:unreadable-frame");
        }
        catch (FileNotFoundException error)
        {
            return TypedResults.Problem(error.Message, statusCode: StatusCodes.Status422UnprocessableEntity, type: "urn:annotator:model-file-missing");
        }
    }
}
