using System.Buffers;
using System.Text.Json;
using System.Xml.Linq;
using Annotator.Core.Models;
using Annotator.Inference;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Interactive;
using Annotator.Inference.Recognition;
using Annotator.Media;

namespace Annotator.Worker.Models.Connectors;

/// <summary>
/// A machine-learning backend of Label Studio. Pictures are sent inside the task, as data addresses, so that the backend needs no
/// way to this server and no key of it. The labels that it may answer are those that were entered with the connector.
/// </summary>
internal sealed class LabelStudioBackend(ModelConnector connector, string? secret, RemoteCalls calls, JpegMaker jpegs) : IRemoteProtocol
{
    private const string Project = "annotator";

    public async Task<RecognisedModel> DescribeAsync(CancellationToken cancel)
    {
        using var health = await calls.GetAsync(At("health"), secret, cancel);
        using var setup = await calls.PostAsync(At("setup"), Write(writer =>
        {
            writer.WriteString("project", Project);
            writer.WriteString("schema", Config());
            writer.WriteString("hostname", "");
            writer.WriteString("access_token", "");
        }), secret, null, cancel);
        var description = new ModelDescription
        {
            Version = setup.RootElement.Get("model_version").Text() ?? "",
            Task = connector.Task == ModelConnector.Interact ? ModelTask.Interactive : ModelTask.Detect,
            Decoder = DecoderNames.Remote,
            Labels = [.. connector.Labels.Select((label, index) => new ModelLabel(index, label))],
        };
        return new RecognisedModel([new Guess(description, 1, "The backend took the labels, and answered a trial picture.", [])]);
    }

    public async Task<IReadOnlyList<IReadOnlyList<Prediction>>> PredictAsync(ModelDescription description, IReadOnlyList<PixelImage> images, PredictionOptions options, CancellationToken cancel)
    {
        var found = new List<IReadOnlyList<Prediction>>();
        foreach (var image in images)
        {
            using var answer = await AskAsync(await RemoteImage.JpegAsync(jpegs, image, cancel), null, cancel);
            found.Add(LabelStudioResults.Read(answer.RootElement, description, image.Width, image.Height));
        }

        return found;
    }

    public async Task<IReadOnlyList<MaskCandidate>> SegmentAsync(ModelDescription description, byte[] jpeg, int width, int height, Prompt prompt, CancellationToken cancel)
    {
        using var answer = await AskAsync(jpeg, writer => WriteContext(writer, prompt, width, height), cancel);
        return
        [
            .. LabelStudioResults.Read(answer.RootElement, description, width, height).Select(prediction => new MaskCandidate(
                prediction.Kind switch
                {
                    PredictionKind.Mask => prediction.Points,
                    PredictionKind.Polygon => BitMask.OfPolygon(prediction.Points, width, height),
                    PredictionKind.Rectangle => BitMask.OfPolygon(
                        [prediction.Points[0], prediction.Points[1], prediction.Points[2], prediction.Points[1], prediction.Points[2], prediction.Points[3], prediction.Points[0], prediction.Points[3]],
                        width,
                        height),
                    _ => [],
                },
                prediction.Score,
                [])),
        ];
    }

    private Task<JsonDocument> AskAsync(byte[] jpeg, Action<Utf8JsonWriter>? context, CancellationToken cancel) => calls.PostAsync(
        At("predict"),
        Write(writer =>
        {
            writer.WriteStartArray("tasks");
            writer.WriteStartObject();
            writer.WriteNumber("id", 1);
            writer.WriteStartObject("data");
            writer.WriteString("image", $"data:image/jpeg;base64,{Convert.ToBase64String(jpeg)}");
            writer.WriteEndObject();
            writer.WriteStartArray("annotations");
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteString("project", Project);
            writer.WriteString("label_config", Config());
            writer.WriteStartObject("params");
            writer.WriteNull("login");
            writer.WriteNull("password");
            if (context is null)
            {
                writer.WriteNull("context");
            }
            else
            {
                writer.WriteStartObject("context");
                context(writer);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }),
        secret,
        null,
        cancel);

    /// <summary>Points and a box as drawn regions, in hundredths of the picture.</summary>
    private void WriteContext(Utf8JsonWriter writer, Prompt prompt, int width, int height)
    {
        var label = connector.Labels.Count > 0 ? connector.Labels[0] : "object";
        var number = 0;
        writer.WriteStartArray("result");
        foreach (var point in prompt.Points)
        {
            Region("keypointlabels", point.Positive, () =>
            {
                writer.WriteNumber("x", point.X / width * 100);
                writer.WriteNumber("y", point.Y / height * 100);
                writer.WriteNumber("width", 0.5);
            });
        }

        if (prompt.Box is [var left, var top, var right, var bottom])
        {
            Region("rectanglelabels", true, () =>
            {
                writer.WriteNumber("x", left / width * 100);
                writer.WriteNumber("y", top / height * 100);
                writer.WriteNumber("width", (right - left) / width * 100);
                writer.WriteNumber("height", (bottom - top) / height * 100);
            });
        }

        writer.WriteEndArray();

        void Region(string type, bool positive, Action value)
        {
            writer.WriteStartObject();
            writer.WriteString("id", $"p{++number}");
            writer.WriteString("from_name", type);
            writer.WriteString("to_name", "image");
            writer.WriteString("type", type);
            writer.WriteBoolean("is_positive", positive);
            writer.WriteNumber("original_width", width);
            writer.WriteNumber("original_height", height);
            writer.WriteStartObject("value");
            value();
            writer.WriteStartArray(type);
            writer.WriteStringValue(label);
            writer.WriteEndArray();
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
    }

    /// <summary>What a backend finds its labels and controls in: one control of each kind that can be taken, all with all labels.</summary>
    private string Config()
    {
        string[] controls = connector.Task == ModelConnector.Interact
            ? ["BrushLabels", "KeyPointLabels", "RectangleLabels"]
            : ["RectangleLabels", "PolygonLabels", "BrushLabels", "KeyPointLabels"];
        return new XElement(
            "View",
            new XElement("Image", new XAttribute("name", "image"), new XAttribute("value", "$image")),
            controls.Select(control => new XElement(
                control,
                new XAttribute("name", control.ToLowerInvariant()),
                new XAttribute("toName", "image"),
                control == "KeyPointLabels" ? new XAttribute("smart", "true") : null,
                connector.Labels.Select(label => new XElement("Label", new XAttribute("value", label)))))).ToString(SaveOptions.DisableFormatting);
    }

    private Uri At(string call) => new($"{connector.Url.TrimEnd('/')}/{call}");

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return body.WrittenMemory;
    }
}
