using Annotator.Formats.Archives;
using Annotator.Formats.Model;
using Annotator.Formats.Skeletons;

namespace Annotator.Formats.Yolo;

/// <summary>The labels of a YOLO archive: its names, skeletons with their nodes, or names out of rows that hold them.</summary>
internal static class YoloLabels
{
    public static List<DatasetLabel> Of(DatasetArchive archive, YoloLayout layout, YoloKind kind, CancellationToken cancel)
    {
        var labels = new List<DatasetLabel>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < layout.Names.Count; i++)
        {
            if (known.Add(layout.Names[i]))
            {
                labels.Add(kind == YoloKind.Pose && layout.Skeletons.Points > 0
                    ? SkeletonLayout.Of(layout.Skeletons.NodesOf(i, layout.Skeletons.Points), []).ToLabel(layout.Names[i])
                    : new DatasetLabel { Name = layout.Names[i] });
            }
        }

        foreach (var entry in layout.InPixels ? layout.Entries.Where(entry => entry.InPixels) : [])
        {
            foreach (var line in layout.Lines(entry.Rows!))
            {
                cancel.ThrowIfCancellationRequested();
                if (DotaRow.Read(line, out _) is { } shape && known.Add(shape.Label))
                {
                    labels.Add(new DatasetLabel { Name = shape.Label });
                    if (labels.Count > archive.Limits.MaxLabels)
                    {
                        throw new DatasetException("too-many-labels", $"{entry.Rows!.Path}: there are more than {archive.Limits.MaxLabels} labels.");
                    }
                }
            }
        }

        return labels;
    }
}
