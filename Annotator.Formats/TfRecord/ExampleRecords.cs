using System.Security.Cryptography;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;
using Annotator.Formats.Png;
using Google.Protobuf;

namespace Annotator.Formats.TfRecord;

/// <summary>Writes frames as records.</summary>
internal sealed class ExampleRecords(IReadOnlyList<DatasetLabel> labels, DatasetWriteOptions options, DatasetReport report) : IDisposable
{
    /// <summary>Larger images would make records that readers refuse.</summary>
    private static readonly long _mostImageBytes = DatasetLimits.Default.MaxTokenBytes / 2;

    private readonly Dictionary<string, (long Id, ByteString Name)> _labels = labels.Select((label, index) => (label.Name, Id: index + 1L))
        .GroupBy(pair => pair.Name).ToDictionary(group => group.Key, group => (group.First().Id, ByteString.CopyFromUtf8(group.Key)));
    private readonly ExampleWriter _example = new();
    private readonly Losses _losses = new(report);
    private readonly List<float>[] _sides = [[], [], [], []];
    private readonly List<long> _ids = [];
    private readonly List<ByteString> _names = [];
    private readonly List<ByteString> _masks = [];

    public async Task WriteAsync(Stream output, DatasetItem item, CancellationToken cancel)
    {
        var encoded = options.SaveImages ? await EncodedAsync(item, cancel) : ByteString.Empty;
        Gather(item);
        _example.Clear();
        AddTags(item);
        _example.Add(ExampleKeys.Encoded, encoded);
        _example.Add(ExampleKeys.FileName, item.Name);
        _example.Add(ExampleKeys.Format, Format(item.Name));
        _example.Add(ExampleKeys.Height, item.Height);
        _example.Add(ExampleKeys.Digest, encoded.Length > 0 ? Convert.ToHexStringLower(SHA256.HashData(encoded.Span)) : "");
        if (_ids.Count > 0)
        {
            _example.Add(ExampleKeys.Right, _sides[2]);
            _example.Add(ExampleKeys.Left, _sides[0]);
            _example.Add(ExampleKeys.Bottom, _sides[3]);
            _example.Add(ExampleKeys.Top, _sides[1]);
            _example.Add(ExampleKeys.ObjectLabel, _ids);
            _example.Add(ExampleKeys.ObjectText, _names);
            if (_masks.Exists(mask => mask.Length > 0))
            {
                _example.Add(ExampleKeys.Mask, _masks);
            }
        }

        _example.Add(ExampleKeys.SourceId, item.Name[..^Path.GetExtension(item.Name).Length]);
        _example.Add(ExampleKeys.Width, item.Width);
        _example.WriteTo(output);
        report.Images++;
    }

    public void Dispose() => _example.Dispose();

    private static string Format(string name) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".jpg" or ".jpe" or ".jfif" or "" => "jpeg",
        var extension => extension[1..],
    };

    private void AddTags(DatasetItem item)
    {
        _losses.TagAttributes(item);
        var held = item.Tags.Where(tag => _labels.ContainsKey(tag.Label)).ToList();
        foreach (var tag in item.Tags.Where(tag => !_labels.ContainsKey(tag.Label)))
        {
            _losses.Label(item, tag.Label);
        }

        if (held.Count > 0)
        {
            _example.Add(ExampleKeys.ImageLabel, held.ConvertAll(tag => _labels[tag.Label].Id));
            _example.Add(ExampleKeys.ImageText, held.ConvertAll(tag => _labels[tag.Label].Name));
            report.Count("tag", held.Count);
        }
    }

    private void Gather(DatasetItem item)
    {
        foreach (var side in _sides)
        {
            side.Clear();
        }

        _ids.Clear();
        _names.Clear();
        _masks.Clear();
        if (item.Shapes.Count > 0 && (item.Width <= 0 || item.Height <= 0))
        {
            report.Loss("size-unknown", "Images whose size is not known cannot have boxes", item.Name, item.Shapes.Count);
            return;
        }

        foreach (var shape in item.Shapes)
        {
            Add(item, shape);
        }
    }

    private void Add(DatasetItem item, DatasetShape shape)
    {
        if (shape.Kind is not (ShapeKind.Rectangle or ShapeKind.Mask or ShapeKind.Ellipse))
        {
            _losses.Kind(item, shape);
            return;
        }

        if (!_labels.TryGetValue(shape.Label, out var label))
        {
            _losses.Label(item, shape.Label);
            return;
        }

        var (box, mask) = (shape.Points, ByteString.Empty);
        if (shape.Kind != ShapeKind.Rectangle)
        {
            var pixels = ShapeMasks.Of(shape, item.Width, item.Height);
            if (pixels.Length == 0)
            {
                report.Loss("mask-empty", "Masks without a pixel inside of the image were left out", Losses.Place(item, shape));
                return;
            }

            using var png = new MemoryStream();
            MaskPng.Write(png, pixels, item.Width, item.Height);
            (box, mask) = ([pixels[^4], pixels[^3], pixels[^2] + 1, pixels[^1] + 1], ByteString.CopyFrom(png.GetBuffer().AsSpan(0, (int)png.Length)));
            if (shape.Kind == ShapeKind.Ellipse)
            {
                report.Repair("ellipse-as-mask", "Ellipses were written as masks", item.Name);
            }
        }
        else
        {
            _losses.Rotation(item, shape);
        }

        _losses.Plain(item, shape);
        for (var side = 0; side < 4; side++)
        {
            _sides[side].Add((float)(box[side] / (side % 2 == 0 ? item.Width : item.Height)));
        }

        _ids.Add(label.Id);
        _names.Add(label.Name);
        _masks.Add(mask);
        report.Count(shape.Kind == ShapeKind.Rectangle ? "rectangle" : "mask");
    }

    private async Task<ByteString> EncodedAsync(DatasetItem item, CancellationToken cancel)
    {
        if (item.OpenImage is null)
        {
            report.Loss("image-missing", "The image is not at hand", item.Name);
            return ByteString.Empty;
        }

        await using var image = await item.OpenImage(cancel);
        using var copy = new MemoryStream();
        var buffer = new byte[81920];
        int read;
        while ((read = await image.ReadAsync(buffer, cancel)) > 0)
        {
            if (copy.Length + read > _mostImageBytes)
            {
                report.Loss("image-too-large", $"Images of more than {_mostImageBytes} bytes do not fit in a record", item.Name);
                return ByteString.Empty;
            }

            await copy.WriteAsync(buffer.AsMemory(0, read), cancel);
        }

        return ByteString.CopyFrom(copy.GetBuffer().AsSpan(0, (int)copy.Length));
    }
}
