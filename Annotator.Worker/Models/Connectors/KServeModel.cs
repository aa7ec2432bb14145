using System.Buffers;
using System.Text.Json;
using Annotator.Core.Models;
using Annotator.Inference;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Interactive;
using Annotator.Inference.Onnx;
using Annotator.Inference.Recognition;
using Annotator.Inference.Sessions;

namespace Annotator.Worker.Models.Connectors;

/// <summary>
/// A model on an inference server of the KServe protocol, version 2. The server tells names, shapes and types; what family that is, how
/// pictures become tensors and tensors objects, is ours, as for a file that was dropped here.
/// </summary>
internal sealed class KServeModel(ModelConnector connector, string? secret, RemoteCalls calls, InferenceLimits limits) : IRemoteProtocol
{
    private readonly Uri _address = new(Trimmed(connector.Url));
    private RemoteTensors? _tensors;

    public async Task<RecognisedModel> DescribeAsync(CancellationToken cancel)
    {
        var tensors = await TensorsAsync(cancel);
        var evidence = new ModelEvidence
        {
            FileName = _address.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries)[^1],
            File = new OnnxFile
            {
                Bytes = 0,
                IrVersion = 0,
                Opsets = new Dictionary<string, long>(),
                Inputs = tensors.Inputs,
                Outputs = tensors.Outputs,
                Metadata = new Dictionary<string, string>(),
                Nodes = 0,
                GraphDepth = 0,
                Parameters = 0,
            },
            Probe = await Task.Run(() => ModelProbe.Run(tensors, cancel), cancel),
            Labels = connector.Labels.Count > 0 ? connector.Labels : null,
        };
        var found = new ModelRecogniser(limits).Recognise([evidence]);
        return found.Best is null
            ? throw new ModelException("model-unknown", ModelRecogniser.Explain([evidence]))
            : found.Best.Description.Task is ModelTask.Interactive or ModelTask.Track or ModelTask.Embed
                ? throw new ModelException("remote-kind", $"A model that does \"{found.Best.Description.Task}\" cannot be used behind a connector; detectors, segmenters and classifiers can.")
                : found with { Guesses = [.. found.Guesses.Select(guess => guess with { Description = guess.Description with { Files = new ModelFiles() } })] };
    }

    public async Task<IReadOnlyList<IReadOnlyList<Prediction>>> PredictAsync(ModelDescription description, IReadOnlyList<PixelImage> images, PredictionOptions options, CancellationToken cancel)
    {
        var tensors = await TensorsAsync(cancel);

        // The session's own code waits for each run; it must not hold a thread that answers requests.
        return await Task.Run(() => new ModelSession(tensors, description, limits).Predict(images, options, cancel), cancel);
    }

    public Task<IReadOnlyList<MaskCandidate>> SegmentAsync(ModelDescription description, byte[] jpeg, int width, int height, Prompt prompt, CancellationToken cancel) =>
        throw new ModelException("model-not-interactive", "Models on a KServe server take no clicks.");

    private async Task<RemoteTensors> TensorsAsync(CancellationToken cancel)
    {
        if (_tensors is null)
        {
            using var metadata = await calls.GetAsync(_address, secret, cancel);
            var (inputs, outputs) = (Values(metadata.RootElement.Get("inputs")), Values(metadata.RootElement.Get("outputs")));
            _tensors = inputs.Count > 0 && outputs.Count > 0
                ? new RemoteTensors(_address, secret, calls, limits, inputs, outputs)
                : throw Answers.Unreadable("it names no inputs and outputs; the address is that of one model, such as http://host:8000/v2/models/NAME");
        }

        return _tensors;
    }

    private static List<OnnxValue> Values(JsonElement list) =>
    [
        .. list.Items().Select(value => new OnnxValue(
            value.Get("name").Text() ?? throw Answers.Unreadable("a tensor has no name"),
            RemoteTensors.TypeOf(value.Get("datatype").Text() ?? value.Get("data_type").Text() ?? ""),
            [.. value.Get("shape").Numbers().Select(length => (long)length)])),
    ];

    private static string Trimmed(string url)
    {
        var plain = url.TrimEnd('/');
        return plain.EndsWith("/infer", StringComparison.Ordinal) ? plain[..^"/infer".Length] : plain;
    }
}

/// <summary>The tensors of a model on a KServe server.</summary>
internal sealed class RemoteTensors(
    Uri address, string? secret, RemoteCalls calls, InferenceLimits limits, IReadOnlyList<OnnxValue> inputs, IReadOnlyList<OnnxValue> outputs) : ITensorSession
{
    private static readonly Dictionary<string, ElementType> _types = new(StringComparer.Ordinal)
    {
        ["FP32"] = ElementType.Float32,
        ["FP16"] = ElementType.Float16,
        ["FP64"] = ElementType.Float64,
        ["BF16"] = ElementType.BFloat16,
        ["UINT8"] = ElementType.UInt8,
        ["INT8"] = ElementType.Int8,
        ["UINT16"] = ElementType.UInt16,
        ["INT16"] = ElementType.Int16,
        ["UINT32"] = ElementType.UInt32,
        ["INT32"] = ElementType.Int32,
        ["UINT64"] = ElementType.UInt64,
        ["INT64"] = ElementType.Int64,
        ["BOOL"] = ElementType.Bool,
    };

    public string Provider => "remote";
    public string Reason => $"It runs at {address.Authority}.";
    public IReadOnlyList<OnnxValue> Inputs => inputs;
    public IReadOnlyList<OnnxValue> Outputs => outputs;

    public static ElementType TypeOf(string word) => _types.GetValueOrDefault(word, ElementType.Unknown);

    public IReadOnlyDictionary<string, ModelTensor> Run(IReadOnlyList<ModelFeed> feeds, CancellationToken cancel)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("inputs");
            foreach (var feed in feeds)
            {
                Write(writer, feed);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        // Whoever runs tensors is on a thread of its own: see KServeModel.
        using var answer = calls.PostAsync(new Uri($"{address.AbsoluteUri}/infer"), body.WrittenMemory, secret, null, cancel).GetAwaiter().GetResult();
        return answer.RootElement.Get("outputs").Items().Select(Read).ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    public void Dispose()
    {
    }

    private void Write(Utf8JsonWriter writer, ModelFeed feed)
    {
        var type = inputs.First(input => input.Name == feed.Name).Type;
        writer.WriteStartObject();
        writer.WriteString("name", feed.Name);
        writer.WriteString("datatype", _types.First(pair => pair.Value == type).Key);
        writer.WriteStartArray("shape");
        foreach (var length in feed.Shape)
        {
            writer.WriteNumberValue(length);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("data");
        var whole = type is not (ElementType.Float32 or ElementType.Float16 or ElementType.Float64 or ElementType.BFloat16);
        foreach (var value in feed.Data)
        {
            if (whole)
            {
                writer.WriteNumberValue((long)MathF.Round(value));
            }
            else
            {
                writer.WriteNumberValue(value);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private ModelTensor Read(JsonElement output)
    {
        var name = output.Get("name").Text() ?? throw Answers.Unreadable("an output has no name");
        var shape = output.Get("shape").Numbers();
        var length = shape.Aggregate(1.0, (product, side) => product * side);
        if (shape.Any(side => side < 0 || side != Math.Truncate(side)) || length * sizeof(float) > limits.MaxOutputBytes)
        {
            throw Answers.Unreadable($"the output \"{name}\" has a shape that cannot be");
        }

        var data = new float[(int)length];
        var at = 0;
        Fill(output.Get("data"), data, ref at);
        return at == data.Length
            ? new ModelTensor(name, [.. shape.Select(side => (int)side)], data, TypeOf(output.Get("datatype").Text() ?? ""))
            : throw Answers.Unreadable($"the output \"{name}\" has {at} numbers, and its shape wants {data.Length}");
    }

    private static void Fill(JsonElement element, float[] data, ref int at)
    {
        foreach (var item in element.Items())
        {
            if (item.ValueKind == JsonValueKind.Array)
            {
                Fill(item, data, ref at);
            }
            else if (at < data.Length)
            {
                data[at++] = item.ValueKind switch
                {
                    JsonValueKind.True => 1,
                    JsonValueKind.False => 0,
                    _ => item.Number() is { } number ? (float)number : throw Answers.Unreadable("where numbers should stand there is something else"),
                };
            }
            else
            {
                at++;
            }
        }
    }
}
