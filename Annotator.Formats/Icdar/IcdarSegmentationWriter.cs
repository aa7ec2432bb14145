using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Annotator.Formats.Archives;
using Annotator.Formats.Geometry;
using Annotator.Formats.ImageNet;
using Annotator.Formats.Model;

namespace Annotator.Formats.Icdar;

/// <summary>
/// ICDAR Segmentation 1.0: a bitmap of each image with a colour for each character, white where there is none, and a text
/// file of the colours.
/// </summary>
public sealed class IcdarSegmentationWriter : IDatasetWriter
{
    /// <summary>Pixels of an image that is painted in memory.</summary>
    private const long MostPixels = 64L << 20;

    private const int HeaderBytes = 54;

    public async Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel)
    {
        await using var archive = new ArchiveWriter(output);
        var names = new StemNames(archive, report);
        var losses = new Losses(report);
        var any = false;
        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            any = true;
            losses.Tags(item);
            var subset = LabelFolders.FolderName(item.Subset.Length > 0 ? item.Subset : "default");
            var name = names.Reserve($"{subset}/images/", item);
            if (options.SaveImages)
            {
                await archive.WriteImageAsync($"{subset}/images/{name}", item, report, cancel);
            }

            var stem = $"{subset}/{StemNames.Stem(name)}";
            var characters = Characters(item, losses, report);
            await using (var text = archive.Create($"{stem}_GT.txt"))
            {
                await text.WriteAsync(Encoding.UTF8.GetBytes(Text(characters)), cancel);
            }

            if (item is { Width: > 0, Height: > 0 } && (long)item.Width * item.Height <= MostPixels)
            {
                await using var bitmap = archive.Create($"{stem}_GT.bmp");
                Paint(bitmap, item, characters);
            }

            report.Images++;
        }

        if (!any)
        {
            await using var empty = archive.Create("default/_GT.txt");
        }
    }

    /// <summary>What can be painted, in the order of words and characters.</summary>
    private static List<Character> Characters(DatasetItem item, Losses losses, DatasetReport report)
    {
        var characters = new List<Character>();
        var taken = new HashSet<int> { IcdarSegmentationLine.White };
        foreach (var shape in item.Shapes)
        {
            if (shape.Kind is not (ShapeKind.Mask or ShapeKind.Polygon or ShapeKind.Ellipse or ShapeKind.Rectangle))
            {
                losses.Kind(item, shape);
                continue;
            }

            if (item.Width <= 0 || item.Height <= 0 || (long)item.Width * item.Height > MostPixels)
            {
                report.Loss("size-unknown", $"Images whose size is not known, or over {MostPixels} pixels, cannot be painted", Losses.Place(item, shape));
                continue;
            }

            var pixels = ShapeMasks.Of(shape, item.Width, item.Height);
            if (pixels.Length == 0)
            {
                report.Loss("mask-empty", "Masks without a pixel inside of the image were left out", Losses.Place(item, shape));
                continue;
            }

            if (shape.Kind != ShapeKind.Mask)
            {
                report.Repair("shape-as-mask", "Boxes, polygons and ellipses were painted", Losses.Place(item, shape));
            }

            IcdarLabel.Report(report, shape.Label, item.Name);
            losses.Track(item, shape);
            losses.Attributes(item, shape, IcdarLabel.Text, IcdarLabel.Index, IcdarLabel.Color, IcdarLabel.Center);
            losses.Occluded(item, shape);
            var color = IcdarSegmentationLine.Parsed(shape.Attributes.GetValueOrDefault(IcdarLabel.Color) ?? "") is { } own && taken.Add(own) ? own : Free(taken);
            var index = int.TryParse(shape.Attributes.GetValueOrDefault(IcdarLabel.Index), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var said) ? said : characters.Count;
            characters.Add(new Character(shape, pixels, color, index));
            report.Count("mask");
        }

        return [.. characters.OrderBy(character => character.Shape.Group).ThenBy(character => character.Index)];
    }

    /// <summary>The colours of VOC's map, in their order.</summary>
    private static int Free(HashSet<int> taken)
    {
        for (var index = taken.Count; ; index++)
        {
            var (color, rest) = (0, index);
            for (var bit = 7; rest > 0 && bit >= 0; bit--, rest >>= 3)
            {
                color |= ((rest & 1) << (bit + 16)) | ((rest >> 1 & 1) << (bit + 8)) | ((rest >> 2 & 1) << bit);
            }

            if (taken.Add(color))
            {
                return color;
            }
        }
    }

    private static string Text(List<Character> characters)
    {
        var text = new StringBuilder();
        for (var i = 0; i < characters.Count; i++)
        {
            var (shape, pixels, color, _) = characters[i];
            if (i > 0 && shape.Group != characters[i - 1].Shape.Group)
            {
                text.Append('\n');
            }

            var (left, top, right, bottom) = (pixels[^4], pixels[^3], pixels[^2] + 1, pixels[^1] + 1);
            var word = (shape.Attributes.GetValueOrDefault(IcdarLabel.Text) ?? "").ReplaceLineEndings(" ");
            var center = shape.Attributes.GetValueOrDefault(IcdarLabel.Center)?.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries) is [var x, var y] && IsNumber(x) && IsNumber(y)
                ? $"{x} {y}"
                : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor((left + right) / 2)} {Math.Floor((top + bottom) / 2)}");
            text.Append(word == " " ? "#" : "").Append(CultureInfo.InvariantCulture, $"{IcdarSegmentationLine.Words(color)} {center} {left} {top} {right} {bottom} \"{word}\"\n");
        }

        return text.ToString();

        static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);
    }

    /// <summary>Higher shapes cover lower ones.</summary>
    private static void Paint(Stream output, DatasetItem item, List<Character> characters)
    {
        var rowBytes = ((long)item.Width * 3 + 3) / 4 * 4;
        var pixels = new byte[rowBytes * item.Height];
        for (var y = 0; y < item.Height; y++)
        {
            pixels.AsSpan((int)(y * rowBytes), item.Width * 3).Fill(255);
        }

        foreach (var character in characters.OrderBy(character => character.Shape.ZOrder))
        {
            foreach (var (row, from, to) in RowSegments.Of(character.Pixels, item.Width, item.Height))
            {
                var at = (item.Height - 1 - row) * rowBytes + from * 3L;
                for (var x = from; x < to; x++, at += 3)
                {
                    (pixels[at], pixels[at + 1], pixels[at + 2]) = ((byte)(character.Color & 255), (byte)((character.Color >> 8) & 255), (byte)(character.Color >> 16));
                }
            }
        }

        Span<byte> header = stackalloc byte[HeaderBytes];
        (header[0], header[1]) = ((byte)'B', (byte)'M');
        BinaryPrimitives.WriteInt32LittleEndian(header[2..], HeaderBytes + pixels.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[10..], HeaderBytes);
        BinaryPrimitives.WriteInt32LittleEndian(header[14..], HeaderBytes - 14);
        BinaryPrimitives.WriteInt32LittleEndian(header[18..], item.Width);
        BinaryPrimitives.WriteInt32LittleEndian(header[22..], item.Height);
        BinaryPrimitives.WriteInt16LittleEndian(header[26..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(header[28..], 24);
        BinaryPrimitives.WriteInt32LittleEndian(header[34..], pixels.Length);
        output.Write(header);
        output.Write(pixels);
    }

    private sealed record Character(DatasetShape Shape, double[] Pixels, int Color, int Index);
}
