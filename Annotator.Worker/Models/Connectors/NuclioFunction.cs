using System.Buffers;
using System.Text.Json;
using Annotator.Core.Models;
using Annotator.Formats.Geometry;
using Annotator.Inference;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Interactive;
using Annotator.Inference.Recognition;
using Annotator.Media;

namespace Annotator.Worker.Models.Connectors;

/// <summary>
/// A function as CVAT deploys them with Nuclio: it is given one picture and answers shapes, or a mask for points. The address is the
/// function's own, or the dashboard's <c>/api/functions/NAME</c>, which also tells its kind and labels.
/// </summary>
internal sealed class NuclioFunction(ModelConnector connector, string? secret, RemoteCalls calls, JpegMaker jpegs) : IRemoteProtocol
{
    private const string DashboardPath = "/api/functions/";
    private readonly Uri _address = new(connector.Url);

    private bool IsDashboard => _address.AbsolutePath.Contains(DashboardPath, StringComparison.Ordinal);

    public async Task<RecognisedModel> DescribeAsync(CancellationToken cancel)
    {
        var (task, labels, name) = (connector.Task, connector.Labels, "");
        var reason = "As it was entered; the function answered a trial picture.";
        if (IsDashboard)
        {
            using var answer = await calls.GetAsync(_address, secret, cancel);
            var annotations = answer.RootElement.Get("metadata").Get("annotations");
            task = annotations.Get("type").Text() switch
            {
                "detector" => ModelConnector.Detect,
                "interactor" => ModelConnector.Interact,
                { } other => throw new ModelException("remote-kind", $"The function is of the kind {other}; detectors and interactors can be used."),
                null => throw Answers.Unreadable("the dashboard tells no kind of the function"),
            };
            labels = LabelsOf(annotations.Get("spec").Text());
            name = annotations.Get("name").Text() ?? "";
            reason = "The dashboard says so, and the function answered a trial picture.";
        }

        var description = new ModelDescription
        {
            Name = name,
            Task = task == ModelConnector.Interact ? ModelTask.Interactive : ModelTask.Detect,
            Decoder = DecoderNames.Remote,
            Labels = [.. labels.Select((label, index) => new ModelLabel(index, label))],
        };
        return new RecognisedModel([new Guess(description, 1, reason, [])]);
    }

    public async Task<IReadOnlyList<IReadOnlyList<Prediction>>> PredictAsync(ModelDescription description, IReadOnlyList<PixelImage> images, PredictionOptions options, CancellationToken cancel)
    {
        var found = new List<IReadOnlyList<Prediction>>();
        foreach (var image in images)
        {
            var picture = await RemoteImage.Base64Async(jpegs, image, cancel);
            using var answer = await CallAsync(writer =>
            {
                writer.WriteString("image", picture);
                writer.WriteNumber("threshold", options.Confidence ?? description.Nms.Conf);
            }, cancel);
            if (answer.RootElement.ValueKind != JsonValueKind.Array)
            {
                throw Answers.Unreadable("a detector answers a list");
            }

            found.Add([.. answer.RootElement.EnumerateArray().Take(Answers.MaxShapes).Select(shape => Shape(shape, description))]);
        }

        return found;
    }

    public async Task<IReadOnlyList<MaskCandidate>> SegmentAsync(ModelDescription description, byte[] jpeg, int width, int height, Prompt prompt, CancellationToken cancel)
    {
        using var answer = await CallAsync(writer =>
        {
            writer.WriteString("image", Convert.ToBase64String(jpeg));
            WritePoints(writer, "pos_points", prompt.Points.Where(point => point.Positive).Select(point => (point.X, point.Y)));
            WritePoints(writer, "neg_points", prompt.Points.Where(point => !point.Positive).Select(point => (point.X, point.Y)));
            WritePoints(writer, "obj_bbox", prompt.Box is [var left, var top, var right, var bottom] ? [(left, top), (right, bottom)] : []);
        }, cancel);
        return [new MaskCandidate(Mask(answer.RootElement, width, height), 1, [])];
    }

    /// <summary>The function's own port, or by way of the dashboard.</summary>
    private async Task<JsonDocument> CallAsync(Action<Utf8JsonWriter> write, CancellationToken cancel)
    {
        var body = new ArrayBufferWriter<byte>();
        await using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        if (!IsDashboard)
        {
            return await calls.PostAsync(_address, body.WrittenMemory, secret, null, cancel);
        }

        var at = connector.Url.IndexOf(DashboardPath, StringComparison.Ordinal);
        var headers = new Dictionary<string, string>
        {
            ["x-nuclio-function-name"] = Uri.UnescapeDataString(_address.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries)[^1]),
            ["x-nuclio-path"] = "/",
        };
        return await calls.PostAsync(new Uri($"{connector.Url[..at]}/api/function_invocations"), body.WrittenMemory, secret, headers, cancel);
    }

    private static void WritePoints(Utf8JsonWriter writer, string name, IEnumerable<(double X, double Y)> points)
    {
        writer.WriteStartArray(name);
        foreach (var (x, y) in points)
        {
            writer.WriteStartArray();
            writer.WriteNumberValue(x);
            writer.WriteNumberValue(y);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
    }

    private static Prediction Shape(JsonElement shape, ModelDescription description)
    {
        var label = shape.Get("label").Text() ?? throw Answers.Unreadable("a shape has no label");
        var (kind, points) = shape.Get("type").Text() switch
        {
            "rectangle" => (PredictionKind.Rectangle, Corners(shape.Get("points").Numbers())),
            "polygon" => (PredictionKind.Polygon, Pairs(shape.Get("points").Numbers(), 6)),
            "points" => (PredictionKind.Points, Pairs(shape.Get("points").Numbers(), 2)),
            "mask" => (PredictionKind.Mask, MaskOf(shape)),
            "tag" => (PredictionKind.Tag, []),
            var other => throw Answers.Unreadable($"shapes of the kind {other ?? "(none)"} are not known"),
        };
        return new Prediction
        {
            Kind = kind,
            Label = label,
            LabelIndex = description.Labels.FirstOrDefault(one => one.Name == label)?.Id ?? description.Labels.Count,
            Score = Math.Clamp(shape.Get("confidence").Number() ?? 1, 0, 1),
            Points = points,
            Rotation = shape.Get("rotation").Number() is { } degrees ? ((degrees % 360) + 360) % 360 : 0,
            Attributes = shape.Get("attributes").Items().Where(attribute => attribute.Get("name").Text() is not null)
                .DistinctBy(attribute => attribute.Get("name").Text())
                .ToDictionary(attribute => attribute.Get("name").Text()!, attribute => attribute.Get("value").Text() ?? attribute.Get("value").ToString(), StringComparer.Ordinal),
        };
    }

    private static double[] Corners(double[] points) => points is [var x, var y, var otherX, var otherY]
        ? [Math.Min(x, otherX), Math.Min(y, otherY), Math.Max(x, otherX), Math.Max(y, otherY)]
        : throw Answers.Unreadable("a rectangle has four numbers");

    private static double[] Pairs(double[] points, int least) =>
        points.Length >= least && points.Length % 2 == 0 ? points : throw Answers.Unreadable($"a shape has {points.Length} numbers for its points");

    /// <summary>Pixels of the box, or run lengths of it, and then the box itself.</summary>
    private static double[] MaskOf(JsonElement shape)
    {
        var numbers = (shape.Get("mask").ValueKind == JsonValueKind.Array ? shape.Get("mask") : shape.Get("points")).Numbers();
        if (numbers.Length < 5 || numbers[^4..].Any(side => Math.Abs(side) > 1e6))
        {
            throw Answers.Unreadable("a mask has no box");
        }

        var (left, top, right, bottom) = ((int)numbers[^4], (int)numbers[^3], (int)numbers[^2], (int)numbers[^1]);
        var (width, height) = (right - left + 1, bottom - top + 1);
        if (width > 0 && height > 0 && numbers.Length - 4 == (long)width * height)
        {
            return BitMask.Of([.. numbers[..^4].Select(value => value > 0)], width, height, left, top);
        }

        return MaskRuns.IsMask(numbers, long.MaxValue) ? numbers : throw Answers.Unreadable("a mask does not fill its box");
    }

    /// <summary>Of an interactor: rows of pixels under <c>mask</c>, or a polygon.</summary>
    private static double[] Mask(JsonElement answer, int width, int height)
    {
        if (answer.Get("blob").ValueKind != JsonValueKind.Undefined)
        {
            throw new ModelException("remote-answer", "The function answers what only CVAT's own page can decode; use the model's .onnx files instead.");
        }

        var rows = answer.Get("mask");
        if (rows.ValueKind != JsonValueKind.Array)
        {
            return BitMask.OfPolygon((answer.ValueKind == JsonValueKind.Array ? answer : answer.Get("points")).Numbers(), width, height);
        }

        var pixels = rows.Numbers();
        return pixels.Length == (long)width * height
            ? BitMask.Of([.. pixels.Select(value => value > 0)], width, height)
            : throw Answers.Unreadable($"its mask has {pixels.Length} pixels, and the picture {(long)width * height}");
    }

    private static IReadOnlyList<string> LabelsOf(string? spec)
    {
        try
        {
            using var parsed = JsonDocument.Parse(spec ?? "[]");
            return [.. parsed.RootElement.Items().Select(label => label.Get("name").Text() ?? label.Text()).OfType<string>()];
        }
        catch (JsonException error)
        {
            throw new ModelException("remote-answer", "The dashboard's list of the function's labels cannot be read.", error);
        }
    }
}
