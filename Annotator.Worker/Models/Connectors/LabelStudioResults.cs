using System.Text.Json;
using Annotator.Inference;
using Annotator.Inference.Descriptions;

namespace Annotator.Worker.Models.Connectors;

/// <summary>Reads what a backend of Label Studio answers: regions in hundredths of the picture.</summary>
internal static class LabelStudioResults
{
    /// <summary>The predictions of the one task that was asked about.</summary>
    /// <exception cref="ModelException">It cannot be read.</exception>
    public static IReadOnlyList<Prediction> Read(JsonElement answer, ModelDescription description, int width, int height)
    {
        var results = answer.Get("results");
        if (results.ValueKind != JsonValueKind.Array)
        {
            throw Answers.Unreadable("a backend answers results");
        }

        var task = results.EnumerateArray().FirstOrDefault();

        // Some backends answer the predictions of a task as a list of their own.
        var one = task.ValueKind == JsonValueKind.Array ? task.EnumerateArray().FirstOrDefault() : task;
        return [.. one.Get("result").Items().Take(Answers.MaxShapes).Select(region => Region(region, one, description, width, height)).OfType<Prediction>()];
    }

    /// <summary>Null for what is no shape or label of the picture, such as text that was typed.</summary>
    private static Prediction? Region(JsonElement region, JsonElement task, ModelDescription description, int width, int height)
    {
        var (type, value) = (region.Get("type").Text() ?? "", region.Get("value"));
        var (kind, points, rotation) = type switch
        {
            "rectanglelabels" => Rectangle(value, width, height),
            "ellipselabels" => Ellipse(value, width, height),
            "polygonlabels" => (PredictionKind.Polygon, Scaled(value.Get("points").Numbers(), width, height), 0),
            "keypointlabels" => (PredictionKind.Points, Scaled([Number(value, "x"), Number(value, "y")], width, height), 0),
            "brushlabels" => (PredictionKind.Mask, Brush(value, region, width, height), 0),
            "choices" => (PredictionKind.Tag, [], 0.0),
            _ => (PredictionKind.Tag, null!, 0.0),
        };
        var label = value.Get(type).Items().Select(name => name.Text()).FirstOrDefault(name => name is not null);
        if (points is null || label is null || (kind != PredictionKind.Tag && points.Length == 0))
        {
            return null;
        }

        return new Prediction
        {
            Kind = kind,
            Label = label,
            LabelIndex = description.Labels.FirstOrDefault(known => known.Name == label)?.Id ?? description.Labels.Count,
            Score = Math.Clamp(region.Get("score").Number() ?? task.Get("score").Number() ?? 1, 0, 1),
            Points = points,
            Rotation = rotation,
        };
    }

    /// <summary>Turned about its top left corner there, about its centre here.</summary>
    private static (PredictionKind, double[], double) Rectangle(JsonElement value, int width, int height)
    {
        var (x, y) = (Number(value, "x") / 100 * width, Number(value, "y") / 100 * height);
        var (w, h) = (Number(value, "width") / 100 * width, Number(value, "height") / 100 * height);
        var rotation = (((value.Get("rotation").Number() ?? 0) % 360) + 360) % 360;
        if (rotation == 0)
        {
            return (PredictionKind.Rectangle, [x, y, x + w, y + h], 0);
        }

        var (sin, cos) = Math.SinCos(rotation * Math.PI / 180);
        var (middleX, middleY) = (x + (w / 2 * cos) - (h / 2 * sin), y + (w / 2 * sin) + (h / 2 * cos));
        return (PredictionKind.RotatedRectangle, [middleX - (w / 2), middleY - (h / 2), middleX + (w / 2), middleY + (h / 2)], rotation);
    }

    /// <summary>As a polygon of 32 corners: predictions know no ellipses.</summary>
    private static (PredictionKind, double[], double) Ellipse(JsonElement value, int width, int height)
    {
        const int Corners = 32;
        var (x, y) = (Number(value, "x") / 100 * width, Number(value, "y") / 100 * height);
        var (radiusX, radiusY) = (Number(value, "radiusX") / 100 * width, Number(value, "radiusY") / 100 * height);
        var (sin, cos) = Math.SinCos((value.Get("rotation").Number() ?? 0) * Math.PI / 180);
        return (PredictionKind.Polygon,
        [
            .. Enumerable.Range(0, Corners).SelectMany(corner =>
            {
                var (up, along) = Math.SinCos(2 * Math.PI * corner / Corners);
                return new[] { x + (radiusX * along * cos) - (radiusY * up * sin), y + (radiusX * along * sin) + (radiusY * up * cos) };
            }),
        ], 0);
    }

    private static double[] Brush(JsonElement value, JsonElement region, int width, int height)
    {
        if (value.Get("format").Text() != "rle")
        {
            throw Answers.Unreadable("a brush region is not of the format rle");
        }

        var (itsWidth, itsHeight) = ((int?)region.Get("original_width").Number() ?? width, (int?)region.Get("original_height").Number() ?? height);
        if ((itsWidth, itsHeight) != (width, height))
        {
            throw Answers.Unreadable($"a brush region is of {itsWidth} × {itsHeight} pixels, and the picture of {width} × {height}");
        }

        return BitMask.Of(PackedRuns.Decode(value.Get("rle"), width * height), width, height);
    }

    private static double[] Scaled(double[] points, int width, int height) => [.. points.Select((number, index) => number / 100 * (index % 2 == 0 ? width : height))];

    private static double Number(JsonElement value, string name) => value.Get(name).Number() ?? throw Answers.Unreadable($"a region has no {name}");
}

/// <summary>
/// The brush's runs: a stream of bits with a header (32 bits of length, 5 of word size, 4 times 4 of run sizes), then runs of one word
/// or of many. The words are red, green, blue and alpha of one pixel after the other; alpha says whether it is set.
/// </summary>
internal static class PackedRuns
{
    private const int Channels = 4;

    /// <summary>Which pixels are set.</summary>
    /// <exception cref="ModelException">The stream ends early, or is of another length than the picture.</exception>
    public static bool[] Decode(JsonElement rle, int pixels)
    {
        var bytes = rle.Items().Select(item => item.TryGetByte(out var number) ? number : throw Answers.Unreadable("a brush's run is no byte")).ToArray();
        var bits = new Bits(bytes);
        var count = bits.Read(32);
        if (count != (long)pixels * Channels)
        {
            throw Answers.Unreadable($"a brush has {count / Channels} pixels, and the picture {pixels}");
        }

        var word = (int)bits.Read(5) + 1;
        int[] sizes = [(int)bits.Read(4) + 1, (int)bits.Read(4) + 1, (int)bits.Read(4) + 1, (int)bits.Read(4) + 1];
        var set = new bool[pixels];
        for (long at = 0; at < count;)
        {
            var repeated = bits.Read(1) == 1;
            var end = Math.Min(count, at + 1 + bits.Read(sizes[(int)bits.Read(2)]));
            var value = repeated ? bits.Read(word) : 0;
            for (; at < end; at++)
            {
                var one = repeated ? value : bits.Read(word);
                if (at % Channels == Channels - 1)
                {
                    set[at / Channels] = one > 0;
                }
            }
        }

        return set;
    }

    private ref struct Bits(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private long _at;

        public long Read(int count)
        {
            var value = 0L;
            for (var i = 0; i < count; i++, _at++)
            {
                if (_at / 8 >= _bytes.Length)
                {
                    throw Answers.Unreadable("a brush's runs end early");
                }

                value = (value << 1) | (long)((_bytes[(int)(_at / 8)] >> (int)(7 - (_at % 8))) & 1);
            }

            return value;
        }
    }
}
