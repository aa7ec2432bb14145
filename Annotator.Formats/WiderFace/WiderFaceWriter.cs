using System.Globalization;
using System.Text;
using Annotator.Formats.Archives;
using Annotator.Formats.ImageNet;
using Annotator.Formats.Model;

namespace Annotator.Formats.WiderFace;

/// <summary>WIDER Face 1.0 with the contract's order of properties: images in a folder of their tag, boxes in a text file.</summary>
public sealed class WiderFaceWriter : IDatasetWriter
{
    public async Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel)
    {
        await using var archive = new ArchiveWriter(output);
        await using var files = new SpooledFiles();
        var labels = source.Info.Labels.Select(label => label.Name.ReplaceLineEndings(" ").Trim()).ToList();
        var rows = new Rows(source.Info.Labels, options.OfficialWiderFace, report);
        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            var subset = LabelFolders.FolderName(item.Subset.Length > 0 ? item.Subset : "default");
            var images = $"WIDER_{subset}/images/";
            var folder = rows.Folder(item);
            var path = $"{folder}/{archive.Reserve(images + folder + "/", item, report)}";
            if (options.SaveImages)
            {
                await archive.WriteImageAsync(images + path, item, report, cancel);
            }

            rows.Write(files[$"wider_face_split/wider_face_{subset}_bbx_gt.txt"], path, item);
            report.Images++;
        }

        if (!options.OfficialWiderFace)
        {
            await files["labels.txt"].WriteAsync(string.Join('\n', labels));
        }

        await files.WriteAsync(archive, cancel);
    }

    private sealed class Rows(IReadOnlyList<DatasetLabel> labels, bool official, DatasetReport report)
    {
        private readonly Dictionary<string, int> _labels = labels.Select((label, index) => (label.Name, index)).GroupBy(pair => pair.Name).ToDictionary(group => group.Key, group => group.First().index);
        private readonly Losses _losses = new(report);

        /// <summary>The first tag's number and name; an image lies in one folder only.</summary>
        public string Folder(DatasetItem item)
        {
            _losses.TagAttributes(item);
            var folder = "";
            foreach (var tag in item.Tags)
            {
                if (folder.Length > 0)
                {
                    report.Loss("tags-not-held", "An image can have one tag only: the first was kept", $"{item.Name}: {tag.Label}");
                }
                else if (!_labels.TryGetValue(tag.Label, out var index))
                {
                    _losses.Label(item, tag.Label);
                }
                else
                {
                    folder = string.Create(CultureInfo.InvariantCulture, $"{index}--{LabelFolders.FolderName(tag.Label)}");
                    report.Count("tag");
                }
            }

            return folder.Length > 0 ? folder : LabelFolders.NoLabel;
        }

        public void Write(TextWriter text, string path, DatasetItem item)
        {
            var lines = new StringBuilder();
            var count = 0;
            foreach (var shape in item.Shapes)
            {
                if (shape.Kind != ShapeKind.Rectangle)
                {
                    _losses.Kind(item, shape);
                }
                else if (!_labels.ContainsKey(shape.Label))
                {
                    _losses.Label(item, shape.Label);
                }
                else
                {
                    Append(lines, item, shape);
                    count++;
                }
            }

            text.Write($"{path}\n");
            if (count > 0)
            {
                text.Write(string.Create(CultureInfo.InvariantCulture, $"{count}\n{lines}"));
                report.Count("rectangle", count);
            }
            else if (official)
            {
                text.Write("0\n0 0 0 0 0 0 0 0 0 0 \n");
            }
        }

        private void Append(StringBuilder lines, DatasetItem item, DatasetShape shape)
        {
            _losses.Rotation(item, shape);
            _losses.Attributes(item, shape, WiderFaceLine.Order);
            _losses.Track(item, shape);
            _losses.Group(item, shape);
            _losses.Order(item, shape);
            lines.Append(
                CultureInfo.InvariantCulture,
                $"{shape.Points[0]} {shape.Points[1]} {shape.Points[2] - shape.Points[0]} {shape.Points[3] - shape.Points[1]}");
            if (official)
            {
                AppendOfficial(lines, item, shape);
                return;
            }

            foreach (var name in WiderFaceLine.Order)
            {
                lines.Append(' ').Append(name == "occluded" ? shape.Occluded ? "True" : "False" : Value(item, shape, name));
            }

            lines.Append(' ').Append(shape.Label.ReplaceLineEndings(" ")).Append('\n');
        }

        /// <summary>Properties are small whole numbers, 0 where nothing is said; every box is a face.</summary>
        private void AppendOfficial(StringBuilder lines, DatasetItem item, DatasetShape shape)
        {
            foreach (var name in WiderFaceLine.OfficialOrder)
            {
                var value = name == "occluded" ? shape.Occluded ? "1" : "0" : shape.Attributes.GetValueOrDefault(name) switch
                {
                    null or "false" or "False" => "0",
                    "true" or "True" => "1",
                    var said => said,
                };
                if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                {
                    report.Loss("attributes-not-held", "Values that are no whole number cannot be held and became 0", Losses.Place(item, shape));
                }

                lines.Append(CultureInfo.InvariantCulture, $" {number}");
            }

            if (shape.Label != WiderFaceLine.Face)
            {
                report.Loss("label-not-held", $"The benchmark's files have no labels: when read, every box is a {WiderFaceLine.Face}", Losses.Place(item, shape));
            }

            lines.Append(" \n");
        }

        private string Value(DatasetItem item, DatasetShape shape, string name)
        {
            if (!shape.Attributes.TryGetValue(name, out var value))
            {
                return "-";
            }

            if (value.Length > 0 && !value.Any(char.IsWhiteSpace))
            {
                return value;
            }

            report.Loss("attributes-not-held", "Values that are empty or have blanks cannot be held", Losses.Place(item, shape));
            return "-";
        }
    }
}
