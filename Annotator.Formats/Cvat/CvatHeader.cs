using System.Globalization;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Cvat;

/// <summary>What a CVAT file says of the task its frames are of.</summary>
internal sealed record CvatTask
{
    public int Id { get; init; }
    public string Subset { get; init; } = "";

    /// <summary>First and last frame in the numbering of the source media; null where an old file does not say.</summary>
    public int? Start { get; init; }
    public int? Stop { get; init; }
    public int Step { get; init; } = 1;

    /// <summary>Pixels; 0 where the file does not say.</summary>
    public int Width { get; init; }
    public int Height { get; init; }
}

/// <summary>What stands before the frames or tracks of a CVAT file.</summary>
internal sealed class CvatHeader
{
    public List<DatasetLabel> Labels { get; } = [];
    public List<CvatTask> Tasks { get; } = [];

    /// <summary>Whether the file is of a whole project, so that frames and tracks name their task.</summary>
    public bool IsProject { get; private set; }

    /// <summary>Call it with the reader on <c>meta</c>; it stands on its end afterwards.</summary>
    public static CvatHeader Read(SafeXml xml, DatasetLimits limits)
    {
        var header = new CvatHeader();
        var meta = xml.Depth;
        while (xml.ReadChild(meta))
        {
            if (xml.Name is "task" or "job" or "project")
            {
                header.IsProject |= xml.Name == "project";
                var task = header.ReadOwner(xml, limits);
                if (!header.IsProject)
                {
                    header.Tasks.Add(task);
                }
            }
            else
            {
                CvatLabels.Skip(xml);
            }
        }

        return header;
    }

    private CvatTask ReadOwner(SafeXml xml, DatasetLimits limits)
    {
        var task = new CvatTask();
        var owner = xml.Depth;
        while (xml.ReadChild(owner))
        {
            switch (xml.Name)
            {
                case "labels":
                    Labels.AddRange(CvatLabels.Read(xml, limits));
                    break;
                case "tasks":
                    ReadTasks(xml, limits);
                    break;
                case "id":
                    task = task with { Id = Whole(xml.ReadText()) ?? 0 };
                    break;
                case "subset":
                    var subset = xml.ReadText();
                    task = task with { Subset = subset == "default" ? "" : subset };
                    break;
                case "start_frame":
                    task = task with { Start = Whole(xml.ReadText()) };
                    break;
                case "stop_frame":
                    task = task with { Stop = Whole(xml.ReadText()) };
                    break;
                case "frame_filter":
                    task = task with { Step = DatasetTask.StepOf(xml.ReadText().Replace(" ", "", StringComparison.Ordinal)) };
                    break;
                case "original_size":
                    var (width, height) = ReadSize(xml);
                    task = task with { Width = width, Height = height };
                    break;
                default:
                    CvatLabels.Skip(xml);
                    break;
            }
        }

        return task;
    }

    private void ReadTasks(SafeXml xml, DatasetLimits limits)
    {
        var tasks = xml.Depth;
        while (xml.ReadChild(tasks))
        {
            Tasks.Add(ReadOwner(xml, limits));
        }
    }

    private static (int Width, int Height) ReadSize(SafeXml xml)
    {
        var (width, height) = (0, 0);
        var depth = xml.Depth;
        while (xml.ReadChild(depth))
        {
            switch (xml.Name)
            {
                case "width":
                    width = Math.Max(0, Whole(xml.ReadText()) ?? 0);
                    break;
                case "height":
                    height = Math.Max(0, Whole(xml.ReadText()) ?? 0);
                    break;
                default:
                    CvatLabels.Skip(xml);
                    break;
            }
        }

        return (width, height);
    }

    private static int? Whole(string text) =>
        int.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
