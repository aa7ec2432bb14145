using System.Text.Json;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.CvatJson;

/// <summary>
/// Backups of tasks and projects: <c>task.json</c>, <c>annotations.json</c> and the media, or <c>project.json</c> with such a
/// folder for each task. Nothing that is annotated is lost.
/// </summary>
public sealed class CvatBackupReader : IDatasetReader
{
    private const string TaskFile = "task.json";
    private const string ProjectFile = "project.json";

    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        var task = archive.Entries.FirstOrDefault(entry => ArchiveProbe.FileName(entry) == TaskFile);
        if (task is null || archive.Find(Folder(task) + "annotations.json") is null)
        {
            return FormatMatch.None;
        }

        var keys = await ArchiveProbe.JsonKeysAsync(archive, task, cancel);
        return keys.Contains("data.chunk_size") || keys.Contains("data.start_frame") || keys.Contains("jobs[].start_frame") ? FormatMatch.Certain
            : keys.Contains("data") || keys.Contains("labels") ? FormatMatch.Likely
            : FormatMatch.None;
    }

    public async Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var files = archive.Entries.Where(entry => ArchiveProbe.FileName(entry) == TaskFile).ToList();
        if (files.Count == 0)
        {
            throw new DatasetException("backup-no-task", "No file task.json was found: this is no backup of a task or project.");
        }

        var project = archive.Entries.FirstOrDefault(entry => ArchiveProbe.FileName(entry) == ProjectFile);
        var (described, shared) = project is null ? (null, null) : ReadProject(archive, project);
        var tasks = new List<CvatJsonTask>();
        foreach (var file in files)
        {
            cancel.ThrowIfCancellationRequested();
            if (ReadTask(archive, file, shared, described is null && files.Count == 1 ? null : tasks.Count + 1) is { } task)
            {
                tasks.Add(task);
            }
            else
            {
                report.Loss("task-without-annotations", "Tasks whose annotations are not in the backup were left out", file.Path);
            }
        }

        return await CvatJsonSource.OpenAsync(archive, tasks, described, report, cancel);
    }

    private static (DatasetProject Project, CvatJsonLabels Labels) ReadProject(DatasetArchive archive, DatasetArchiveEntry file)
    {
        using var parsed = CvatJsonDocuments.Parse(archive, file);
        var labels = new CvatJsonLabels();
        AddLabels(labels, parsed.RootElement, file, archive.Limits);
        return (new DatasetProject { Name = JsonElements.Text(parsed.RootElement, "name") ?? "", BugTracker = JsonElements.Text(parsed.RootElement, "bug_tracker") ?? "" }, labels);
    }

    private static CvatJsonTask? ReadTask(DatasetArchive archive, DatasetArchiveEntry file, CvatJsonLabels? shared, int? id)
    {
        var folder = Folder(file);
        if (archive.Find(folder + "annotations.json") is not { } annotations)
        {
            return null;
        }

        using var parsed = CvatJsonDocuments.Parse(archive, file);
        var root = parsed.RootElement;
        var labels = shared ?? new CvatJsonLabels();
        AddLabels(labels, root, file, archive.Limits);
        var frames = new CvatJsonFrames();
        if (JsonElements.Find(root, "data") is { } data)
        {
            frames.ReadSettings(data, archive.Limits, file.Path);
        }

        var jobs = Jobs(root);
        if (archive.Find(folder + "data/manifest.jsonl") is { } manifest)
        {
            frames.ReadManifest(archive, manifest);
        }

        var last = jobs.Where(job => job is { Last: < int.MaxValue }).Select(job => job!.Value.Last).DefaultIfEmpty(-1).Max();
        frames.Size = last >= 0 ? last + 1 : frames.Size;
        return new CvatJsonTask(annotations, labels, frames, jobs)
        {
            Name = JsonElements.Text(root, "name") ?? "",
            Subset = JsonElements.Text(root, "subset") ?? "",
            TaskId = id,
        };
    }

    private static List<(int First, int Last)?> Jobs(JsonElement root)
    {
        var jobs = new List<(int First, int Last)?>();
        foreach (var job in JsonElements.List(root, "jobs"))
        {
            var (first, last) = (JsonElements.Whole(job, "start_frame") ?? 0, JsonElements.Whole(job, "stop_frame") ?? -1);
            (int, int) range = first >= 0 && last >= first && last < int.MaxValue ? (first, last) : (0, int.MaxValue);
            jobs.Add(JsonElements.Text(job, "type") is null or "annotation" ? range : null);
        }

        return jobs;
    }

    private static void AddLabels(CvatJsonLabels labels, JsonElement root, DatasetArchiveEntry file, DatasetLimits limits)
    {
        if (JsonElements.Find(root, "labels") is { } list)
        {
            labels.Add(list, file.Path, limits);
        }
    }

    private static string Folder(DatasetArchiveEntry file) => file.Path[..(file.Path.LastIndexOf('/') + 1)];
}
