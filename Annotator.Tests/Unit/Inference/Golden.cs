using Annotator.Inference;
using Annotator.Inference.Descriptions;
using Annotator.Inference.Onnx;
using Annotator.Inference.Recognition;
using Annotator.Inference.Sessions;

namespace Annotator.Tests.Unit.Inference;

/// <summary>
/// Takes a made-up model the whole way: checked, loaded, tried, recognised, run on a picture of 128 × 64 pixels. In an input of
/// 64 × 64 with a border above and below, a place x, y of the picture stands at x / 2, y / 2 + 16.
/// </summary>
internal static class Golden
{
    public const int Side = 64;
    public const int ImageWidth = 128;
    public const int ImageHeight = 64;

    /// <summary>Cells of strides 8, 16 and 32.</summary>
    public const int Places = 64 + 16 + 4;
    public static readonly InferenceLimits Limits = new();

    private static readonly SessionSettings _settings = new() { Threads = 1 };

    public static OnnxGraph Graph(ElementType type = ElementType.Float32) => new OnnxGraph().Input("images", type, 1, 3, Side, Side);

    public static RecognisedModel Recognise(OnnxGraph graph, params string[] labels)
    {
        using var session = Open(graph);
        return Recognise(graph, session, labels);
    }

    /// <summary>As the other, with more of what lies beside a model.</summary>
    public static RecognisedModel RecogniseWith(OnnxGraph graph, Func<ModelEvidence, ModelEvidence> more)
    {
        using var session = Open(graph);
        return new ModelRecogniser(Limits).Recognise([more(Evidence(graph, session, []))]);
    }

    /// <summary>Recognised, perhaps corrected, and run.</summary>
    public static IReadOnlyList<Prediction> Run(OnnxGraph graph, string[] labels, string decoder, Func<ModelDescription, ModelDescription>? change = null, PredictionOptions? options = null)
    {
        using var session = Open(graph);
        var best = Recognise(graph, session, labels).Best;
        Assert.NotNull(best);
        Assert.Equal(decoder, best.Description.Decoder);
        Assert.Empty(DescriptionRules.Violations(best.Description, Limits));
        Assert.Empty(DescriptionRules.Violations(best.Description, OnnxFile.Read(new MemoryStream(graph.ToBytes()), Limits)));
        return Run(session, change is null ? best.Description : change(best.Description), options);
    }

    public static IReadOnlyList<Prediction> Run(OnnxGraph graph, ModelDescription description, PredictionOptions? options = null)
    {
        using var session = Open(graph);
        return Run(session, description, options);
    }

    public static OnnxSession Open(OnnxGraph graph)
    {
        var bytes = graph.ToBytes();
        OnnxFile.Read(new MemoryStream(bytes), Limits);
        return OnnxSession.Open(bytes, _settings, Limits);
    }

    /// <summary>Of one colour.</summary>
    public static PixelImage Image(byte red = 90, byte green = 120, byte blue = 30, int width = ImageWidth, int height = ImageHeight)
    {
        var pixels = new byte[width * height * 3];
        for (var i = 0; i < pixels.Length; i += 3)
        {
            (pixels[i], pixels[i + 1], pixels[i + 2]) = (red, green, blue);
        }

        return new PixelImage(width, height, pixels);
    }

    /// <summary>Rows of so many numbers, zeros but for the given ones.</summary>
    public static float[] Rows(int count, int width, params (int Row, float[] Numbers)[] rows)
    {
        var data = new float[count * width];
        foreach (var (row, numbers) in rows)
        {
            numbers.CopyTo(data, row * width);
        }

        return data;
    }

    /// <summary>The same, place by place in columns.</summary>
    public static float[] Columns(int count, int height, params (int Column, float[] Numbers)[] columns)
    {
        var data = new float[count * height];
        foreach (var (column, numbers) in columns)
        {
            for (var i = 0; i < numbers.Length; i++)
            {
                data[(i * count) + column] = numbers[i];
            }
        }

        return data;
    }

    public static void AssertBox(Prediction prediction, string label, double score, params double[] box)
    {
        Assert.Equal(label, prediction.Label);
        Assert.Equal(score, prediction.Score, 1e-4);
        AssertNear(box, prediction.Kind == PredictionKind.Rectangle || prediction.Kind == PredictionKind.RotatedRectangle ? prediction.Points : prediction.Box);
    }

    public static void AssertNear(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-3);
        }
    }

    private static IReadOnlyList<Prediction> Run(OnnxSession session, ModelDescription description, PredictionOptions? options)
    {
        var model = new ModelSession(session, description, Limits);
        return model.Predict([Image()], options ?? new PredictionOptions(), TestContext.Current.CancellationToken)[0];
    }

    private static RecognisedModel Recognise(OnnxGraph graph, OnnxSession session, string[] labels) => new ModelRecogniser(Limits).Recognise([Evidence(graph, session, labels)]);

    private static ModelEvidence Evidence(OnnxGraph graph, OnnxSession session, string[] labels) => new()
    {
        FileName = "model.onnx",
        File = OnnxFile.Read(new MemoryStream(graph.ToBytes()), Limits),
        Probe = ModelProbe.Run(session, TestContext.Current.CancellationToken),
        Labels = labels.Length > 0 ? labels : null,
    };
}
