using System.Globalization;
using Annotator.Formats.Model;

namespace Annotator.Formats.Cvat;

/// <summary>Writes what stands before the frames of a CVAT file: who, when, which task, which labels.</summary>
internal static class CvatMeta
{
    public static void Write(IndentedXml xml, DatasetInfo info)
    {
        xml.Start("meta");
        if (info.Project is { } project)
        {
            WriteProject(xml, project, info);
        }
        else if (info.Job is { } job)
        {
            xml.Start("job");
            WriteTask(xml, job, withName: false);
            WriteLabels(xml, info.Labels);
            xml.End();
        }
        else
        {
            xml.Start("task");
            WriteTask(xml, info.Tasks.Count > 0 ? info.Tasks[0] : new DatasetTask(), withName: true);
            WriteLabels(xml, info.Labels);
            xml.End();
        }

        xml.Text("dumped", Time(info.Dumped));
        xml.End();
    }

    private static void WriteProject(IndentedXml xml, DatasetProject project, DatasetInfo info)
    {
        xml.Start("project");
        xml.Text("id", Number(project.Id));
        xml.Text("name", project.Name);
        xml.Text("bugtracker", project.BugTracker);
        xml.Text("created", Time(project.Created));
        xml.Text("updated", Time(project.Updated));
        xml.Start("tasks");
        foreach (var task in info.Tasks)
        {
            xml.Start("task");
            WriteTask(xml, task, withName: true);
            xml.End();
        }

        xml.End();
        WriteLabels(xml, info.Labels);
        xml.Text("subsets", string.Join('\n', info.Tasks.Select(task => task.Subset).Where(subset => subset.Length > 0).Distinct()));
        WriteUser(xml, "owner", project.Owner);
        WriteUser(xml, "assignee", project.Assignee);
        xml.End();
    }

    private static void WriteTask(IndentedXml xml, DatasetTask task, bool withName)
    {
        xml.Text("id", Number(task.Id));
        if (withName)
        {
            xml.Text("name", task.Name);
        }

        xml.Text("size", Number(task.Size));
        xml.Text("mode", task.Mode);
        xml.Text("overlap", Number(task.Overlap));
        xml.Text("bugtracker", task.BugTracker);
        xml.Text("created", Time(task.Created));
        xml.Text("updated", Time(task.Updated));
        xml.Text("subset", task.Subset.Length > 0 ? task.Subset : "default");
        xml.Text("start_frame", Number(task.StartFrame));
        xml.Text("stop_frame", Number(task.StopFrame));
        xml.Text("frame_filter", task.FrameFilter);
        xml.Start("segments");
        foreach (var segment in task.Segments)
        {
            xml.Start("segment");
            xml.Text("id", Number(segment.Id));
            xml.Text("start", Number(segment.Start));
            xml.Text("stop", Number(segment.Stop));
            xml.Text("url", segment.Url);
            xml.End();
        }

        xml.End();
        WriteUser(xml, "owner", task.Owner);
        WriteUser(xml, "assignee", task.Assignee);
    }

    private static void WriteUser(IndentedXml xml, string role, DatasetUser? user)
    {
        if (user is null)
        {
            xml.Text(role, "");
            return;
        }

        xml.Start(role);
        xml.Text("username", user.Username);
        xml.Text("email", user.Email);
        xml.End();
    }

    private static void WriteLabels(IndentedXml xml, IReadOnlyList<DatasetLabel> labels)
    {
        xml.Start("labels");
        foreach (var label in labels)
        {
            WriteLabel(xml, label, parent: null);
            foreach (var sublabel in label.Sublabels)
            {
                WriteLabel(xml, sublabel, label.Name);
            }
        }

        xml.End();
    }

    private static void WriteLabel(IndentedXml xml, DatasetLabel label, string? parent)
    {
        xml.Start("label");
        xml.Text("name", label.Name);
        xml.Text("color", label.Color);
        xml.Text("type", label.Type);
        xml.Start("attributes");
        foreach (var attribute in label.Attributes)
        {
            xml.Start("attribute");
            xml.Text("name", attribute.Name);
            xml.Text("mutable", attribute.Mutable ? "True" : "False");
            xml.Text("input_type", attribute.InputType);
            xml.Text("default_value", attribute.DefaultValue);
            xml.Text("values", string.Join('\n', attribute.Values));
            xml.End();
        }

        xml.End();
        if (label.Svg.Length > 0)
        {
            xml.Text("svg", label.Svg);
        }

        if (parent is not null)
        {
            xml.Text("parent", parent);
        }

        xml.End();
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss.ffffff'+00:00'", CultureInfo.InvariantCulture);
}
