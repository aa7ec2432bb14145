using System.IO.Compression;
using System.Text.Json;
using Annotator.Core.Jobs;
using Annotator.Core.Media;
using Annotator.Core.Projects;
using Annotator.Core.Tasks;
using Annotator.Formats.Model;

namespace Annotator.Worker.Backups;

/// <summary>The small files of a backup: <c>project.json</c> and <c>task.json</c>, in the words of the contract.</summary>
internal static class BackupJson
{
    private const string Version = "1.0";

    /// <param name="status">annotation, validation or completed.</param>
    public static Task WriteProjectAsync(ZipArchive zip, Project project, IReadOnlyList<DatasetLabel> labels, string status, CancellationToken cancel) => WriteAsync(
        zip,
        "project.json",
        json =>
        {
            json.WriteString("name", project.Name);
            json.WriteString("bug_tracker", project.BugTracker);
            json.WriteString("status", status);
            WriteLabels(json, "labels", labels);
            json.WriteString("version", Version);
        },
        cancel);

    /// <param name="folder">Empty, or ends in a slash.</param>
    /// <param name="labels">Null where the project's file has them.</param>
    /// <param name="jobs">In the order of the annotations.</param>
    public static Task WriteTaskAsync(
        ZipArchive zip, string folder, AnnotationTask task, IReadOnlyList<DatasetLabel>? labels, IReadOnlyList<AnnotationJob> jobs, CancellationToken cancel) => WriteAsync(
        zip,
        folder + "task.json",
        json =>
        {
            json.WriteString("name", task.Name);
            json.WriteString("bug_tracker", task.BugTracker);
            json.WriteString("status", Status(jobs.Select(job => (job.Stage, job.State))));
            json.WriteString("subset", task.Subset);
            json.WriteString("mode", task.Mode);
            json.WriteNumber("overlap", task.Overlap);
            json.WriteNumber("segment_size", task.SegmentSize);
            if (labels is not null)
            {
                WriteLabels(json, "labels", labels);
            }

            json.WriteString("version", Version);
            if (task.Data is { } data)
            {
                WriteData(json, task, data);
            }

            json.WriteStartArray("jobs");
            foreach (var job in jobs)
            {
                json.WriteStartObject();
                json.WriteNumber("start_frame", job.StartFrame);
                json.WriteNumber("stop_frame", job.StopFrame);
                json.WriteString("status", JobWords.Status(job.Stage, job.State));
                json.WriteString("stage", job.Stage.Word());
                json.WriteString("state", job.State.Word());
                json.WriteString("type", job.Type.Word());
                json.WriteEndObject();
            }

            json.WriteEndArray();
        },
        cancel);

    /// <summary>The least far of all jobs, as tasks and projects have it.</summary>
    public static string Status(IEnumerable<(JobStage Stage, JobState State)> jobs)
    {
        var words = jobs.Select(job => JobWords.Status(job.Stage, job.State)).ToHashSet(StringComparer.Ordinal);
        return words.Count == 0 || words.Contains("annotation") ? "annotation" : words.Contains("validation") ? "validation" : "completed";
    }

    private static void WriteData(Utf8JsonWriter json, AnnotationTask task, TaskData data)
    {
        json.WriteStartObject("data");
        json.WriteNumber("chunk_size", data.ChunkSize);
        json.WriteNumber("image_quality", data.ImageQuality);
        json.WriteNumber("start_frame", data.StartFrame);
        json.WriteNumber("stop_frame", data.StopFrame);
        if (data.FrameFilter.Length > 0)
        {
            json.WriteString("frame_filter", data.FrameFilter);
        }

        json.WriteString("chunk_type", task.Mode == "interpolation" ? "video" : "imageset");
        json.WriteString("storage_method", "cache");
        json.WriteString("storage", "local");
        json.WriteString("sorting_method", data.SortingMethod);
        json.WriteStartArray("deleted_frames");
        foreach (var frame in data.DeletedFrames.Order())
        {
            json.WriteNumberValue(frame);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteLabels(Utf8JsonWriter json, string name, IReadOnlyList<DatasetLabel> labels)
    {
        json.WriteStartArray(name);
        foreach (var label in labels)
        {
            json.WriteStartObject();
            json.WriteString("name", label.Name);
            json.WriteString("color", label.Color);
            json.WriteString("type", label.Type);
            if (label.Svg.Length > 0)
            {
                json.WriteString("svg", label.Svg);
            }

            json.WriteStartArray("attributes");
            foreach (var attribute in label.Attributes)
            {
                json.WriteStartObject();
                json.WriteString("name", attribute.Name);
                json.WriteBoolean("mutable", attribute.Mutable);
                json.WriteString("input_type", attribute.InputType);
                json.WriteString("default_value", attribute.DefaultValue);
                json.WriteStartArray("values");
                foreach (var value in attribute.Values)
                {
                    json.WriteStringValue(value);
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (label.Sublabels.Count > 0)
            {
                WriteLabels(json, "sublabels", label.Sublabels);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static async Task WriteAsync(ZipArchive zip, string path, Action<Utf8JsonWriter> write, CancellationToken cancel)
    {
        await using var entry = await zip.CreateEntry(path, CompressionLevel.Fastest).OpenAsync(cancel);
        await using var json = new Utf8JsonWriter(entry);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
    }
}
