using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Cvat;

/// <summary>Reads frames one by one. A shape that is not valid is left out and reported; the rest of the file goes on.</summary>
internal sealed class CvatItems(SafeXml xml, DatasetLimits limits, DatasetReport report)
{
    private readonly CvatShapes _shapes = new(xml, limits, report);
    private bool _started;

    /// <summary>The next frame, or null at the end of the file.</summary>
    public DatasetItem? Next()
    {
        if (!_started)
        {
            _started = true;
            while (!xml.IsStart && xml.Read())
            {
                // To the root.
            }
        }

        while (xml.ReadChild(0))
        {
            switch (xml.Name)
            {
                case "image":
                    return ReadImage();
                case "track":
                    report.Loss("track-not-read", "Tracks in a file of frames were left out", xml.Place);
                    CvatLabels.Skip(xml);
                    break;
                default:
                    CvatLabels.Skip(xml);
                    break;
            }
        }

        return null;
    }

    private DatasetItem ReadImage()
    {
        var item = new DatasetItem
        {
            Name = xml["name"] ?? "",
            Frame = CvatShapes.Whole(xml["id"]),
            Subset = xml["subset"] is { } subset && subset != "default" ? subset : "",
            TaskId = CvatShapes.Whole(xml["task_id"]),
            Width = CvatShapes.Whole(xml["width"]) ?? 0,
            Height = CvatShapes.Whole(xml["height"]) ?? 0,
        };
        var tags = new List<DatasetTag>();
        var shapes = new List<DatasetShape>();
        var depth = xml.Depth;
        while (xml.ReadChild(depth))
        {
            var place = $"{xml.Place} ({item.Name})";
            if (xml.Name == "tag")
            {
                var tag = new DatasetTag { Label = xml["label"] ?? "", Group = CvatShapes.Whole(xml["group_id"]) ?? 0, Source = _shapes.Source() };
                tags.Add(tag with { Attributes = _shapes.ReadChildren(place).Attributes });
                report.Count("tag");
            }
            else if (_shapes.Read(place, element: false) is { } shape)
            {
                shapes.Add(shape);
                report.Count(Words.Of(shape.Kind));
            }
        }

        report.Images++;
        return item with { Tags = tags, Shapes = shapes };
    }
}
