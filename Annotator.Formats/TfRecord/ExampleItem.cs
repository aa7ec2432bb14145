using System.Globalization;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;
using Annotator.Formats.Png;
using Google.Protobuf;

namespace Annotator.Formats.TfRecord;

/// <summary>Makes a frame of a record's features.</summary>
internal sealed class ExampleItem(ExampleLabels labels, ArchiveImages images, DatasetLimits limits, DatasetReport report)
{
    public DatasetItem Read(Dictionary<string, Feature> features, string subset, string place)
    {
        var name = Text(features, ExampleKeys.FileName) is { Length: > 0 } file ? file : Text(features, ExampleKeys.SourceId);
        if (name.Length == 0)
        {
            name = place;
        }

        var item = new DatasetItem
        {
            Name = name,
            Subset = subset,
            Width = Size(features, ExampleKeys.Width),
            Height = Size(features, ExampleKeys.Height),
            Tags = Tags(features),
        };
        item = WithImage(item, features);
        var objects = Objects(features, place);
        report.Images++;
        if (item.Width > 0 && item.Height > 0)
        {
            return item with { Shapes = Shapes(objects, item.Width, item.Height) };
        }

        return objects.Count == 0 ? item : item with { AtSize = (width, height) => item with { Width = width, Height = height, Shapes = Shapes(objects, width, height) } };
    }

    private DatasetItem WithImage(DatasetItem item, Dictionary<string, Feature> features)
    {
        if (features.GetValueOrDefault(ExampleKeys.Encoded)?.Bytes is not [{ Length: > 0 } encoded, ..])
        {
            return images.AttachStem(item);
        }

        var size = item.Width > 0 && item.Height > 0 ? (item.Width, item.Height) : ImageSize.Read(Content()) ?? (0, 0);
        return item with { Width = size.Item1, Height = size.Item2, OpenImage = _ => Task.FromResult<Stream>(Content()) };

        MemoryStream Content() => new(encoded.ToByteArray(), writable: false);
    }

    private List<DatasetTag> Tags(Dictionary<string, Feature> features)
    {
        var tags = new List<DatasetTag>();
        var (texts, ids) = (features.GetValueOrDefault(ExampleKeys.ImageText), features.GetValueOrDefault(ExampleKeys.ImageLabel));
        for (var i = 0; i < Math.Max(texts?.Bytes.Count ?? 0, ids?.Numbers.Count ?? 0); i++)
        {
            if (labels.At(texts, ids, i) is { } label)
            {
                tags.Add(new DatasetTag { Label = label });
                report.Count("tag");
            }
        }

        return tags;
    }

    private List<Found> Objects(Dictionary<string, Feature> features, string place)
    {
        var sides = new[] { ExampleKeys.Left, ExampleKeys.Top, ExampleKeys.Right, ExampleKeys.Bottom };
        var numbers = Array.ConvertAll(sides, key => features.GetValueOrDefault(key)?.Floats ?? []);
        var (fewest, most) = (numbers.Min(list => list.Count), numbers.Max(list => list.Count));
        if (most > fewest)
        {
            report.Loss("box-incomplete", "Boxes of which a side is missing were left out", place, most - fewest);
        }

        var (texts, ids) = (features.GetValueOrDefault(ExampleKeys.ObjectText), features.GetValueOrDefault(ExampleKeys.ObjectLabel));
        var masks = features.GetValueOrDefault(ExampleKeys.Mask)?.Bytes ?? [];
        var objects = new List<Found>(fewest);
        for (var i = 0; i < fewest; i++)
        {
            var (left, top, right, bottom) = (numbers[0][i], numbers[1][i], numbers[2][i], numbers[3][i]);
            if (!float.IsFinite(left) || !float.IsFinite(top) || !float.IsFinite(right) || !float.IsFinite(bottom) || right <= left || bottom <= top)
            {
                report.Loss("box-invalid", "Boxes without size, or with sides that are no numbers, were left out", string.Create(CultureInfo.InvariantCulture, $"{place}: object {i + 1}"));
                continue;
            }

            var label = labels.At(texts, ids, i);
            if (label is null)
            {
                report.Repair("label-missing", $"Boxes without a label got the label {ExampleLabels.Missing}", string.Create(CultureInfo.InvariantCulture, $"{place}: object {i + 1}"));
            }

            var mask = i < masks.Count && masks[i].Length > 0 ? Mask(masks[i], string.Create(CultureInfo.InvariantCulture, $"{place}: mask {i + 1}")) : [];
            objects.Add(new Found(label ?? labels.Known(ExampleLabels.Missing), left, top, right, bottom, mask));
            report.Count(mask.Length > 0 ? "mask" : "rectangle");
        }

        return objects;
    }

    private double[] Mask(ByteString png, string place)
    {
        try
        {
            return MaskPng.Read(new MemoryStream(png.ToByteArray(), writable: false), place, limits);
        }
        catch (DatasetException error)
        {
            report.Repair("mask-invalid", "Masks that could not be read were left out, their boxes kept", error.Message);
            return [];
        }
    }

    private static List<DatasetShape> Shapes(List<Found> objects, int width, int height) => objects.ConvertAll(found => new DatasetShape
    {
        Kind = found.Mask.Length > 0 ? ShapeKind.Mask : ShapeKind.Rectangle,
        Label = found.Label,
        Points = found.Mask.Length > 0 ? found.Mask : [(double)found.Left * width, (double)found.Top * height, (double)found.Right * width, (double)found.Bottom * height],
    });

    private static string Text(Dictionary<string, Feature> features, string key) =>
        features.GetValueOrDefault(key)?.Bytes is [var text, ..] ? text.ToStringUtf8() : "";

    private static int Size(Dictionary<string, Feature> features, string key) =>
        features.GetValueOrDefault(key)?.Numbers is [> 0 and <= int.MaxValue and var size, ..] ? (int)size : 0;

    /// <summary>A box in fractions of the image's size, with its mask where it has one.</summary>
    private sealed record Found(string Label, float Left, float Top, float Right, float Bottom, double[] Mask);
}
