using System.Globalization;
using Annotator.Formats.Archives;
using Annotator.Formats.ImageNet;
using Annotator.Formats.Model;

namespace Annotator.Formats.VggFace2;

/// <summary>
/// VGGFace2 1.0: an image lies in the folder of its label, and has at most one box and one set of five points: eyes, nose,
/// corners of the mouth.
/// </summary>
public sealed class VggFace2Writer : IDatasetWriter
{
    private const int Landmarks = 5;
    private const string BoxHeader = "NAME_ID,X,Y,W,H\n";
    private const string PointHeader = "NAME_ID,P1X,P1Y,P2X,P2Y,P3X,P3Y,P4X,P4Y,P5X,P5Y\n";

    public async Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel)
    {
        await using var archive = new ArchiveWriter(output);
        await using var files = new SpooledFiles();
        var names = new StemNames(archive, report);
        var faces = new Faces(source.Info.Labels, report);
        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            var subset = LabelFolders.FolderName(item.Subset.Length > 0 ? item.Subset : "default");
            var (label, tagged, box, points) = faces.Of(item);
            var folder = $"{subset}/{LabelFolders.FolderName(label)}/";
            var inside = item.Name.StartsWith(label + "/", StringComparison.Ordinal) ? item with { Name = item.Name[(label.Length + 1)..] } : item;
            var name = names.Reserve(folder, inside);
            if (options.SaveImages)
            {
                await archive.WriteImageAsync(folder + name, item, report, cancel);
            }

            var id = CsvLine.Field($"{LabelFolders.FolderName(label)}/{StemNames.Stem(name)}");
            if (box is not null)
            {
                await files[$"bb_landmark/loose_bb_{subset}.csv", BoxHeader].WriteAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{id},{box.Points[0]},{box.Points[1]},{box.Points[2] - box.Points[0]},{box.Points[3] - box.Points[1]}\n"));
            }

            // A line without points says that the image is of the label: with a box alone nothing says so.
            if (points is not null || tagged || box is null)
            {
                await files[$"bb_landmark/loose_landmark_{subset}.csv", PointHeader].WriteAsync(
                    points is null ? $"{id},,,,,,,,,,\n" : $"{id},{string.Join(',', points.Points.Select(number => number.ToString(CultureInfo.InvariantCulture)))}\n");
            }

            report.Images++;
        }

        await files["labels.txt"].WriteAsync(string.Concat(source.Info.Labels.Select(label => label.Name.ReplaceLineEndings(" ") + "\n")));
        await files.WriteAsync(archive, cancel);
    }

    private sealed class Faces(IReadOnlyList<DatasetLabel> labels, DatasetReport report)
    {
        private readonly HashSet<string> _labels = [.. labels.Select(label => label.Name)];
        private readonly Losses _losses = new(report);

        /// <summary>The image's label, and its one box and one set of points; all else is reported.</summary>
        public (string Label, bool Tagged, DatasetShape? Box, DatasetShape? Points) Of(DatasetItem item)
        {
            DatasetShape? box = null, points = null;
            var label = "";
            foreach (var shape in item.Shapes)
            {
                if (shape.Kind != ShapeKind.Rectangle && !(shape.Kind == ShapeKind.Points && shape.Points.Length == 2 * Landmarks))
                {
                    _losses.Kind(item, shape);
                }
                else if (!_labels.Contains(shape.Label))
                {
                    _losses.Label(item, shape.Label);
                }
                else if ((shape.Kind == ShapeKind.Rectangle ? box : points) is not null || (label.Length > 0 && label != shape.Label))
                {
                    report.Loss("face-not-held", "An image can have one label, one box and one set of five points only: the first were kept", Losses.Place(item, shape));
                }
                else
                {
                    label = shape.Label;
                    (box, points) = shape.Kind == ShapeKind.Rectangle ? (shape, points) : (box, shape);
                    _losses.Rotation(item, shape);
                    _losses.Plain(item, shape);
                    report.Count(Words.Of(shape.Kind));
                }
            }

            _losses.TagAttributes(item);
            var tagged = false;
            foreach (var tag in item.Tags)
            {
                if (tagged || points is not null || (label.Length > 0 && label != tag.Label) || !_labels.Contains(tag.Label))
                {
                    report.Loss("tags-not-held", "An image can have one tag, of the label of its box, and none beside points", $"{item.Name}: {tag.Label}");
                    continue;
                }

                (label, tagged) = (tag.Label, true);
                report.Count("tag");
            }

            return (label.Length > 0 ? label : LabelFolders.NoLabel, tagged, box, points);
        }
    }
}
