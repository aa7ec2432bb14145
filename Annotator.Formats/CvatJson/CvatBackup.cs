using System.Text.Json;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.CvatJson;

/// <summary>A backup as it has to be put back: its settings as they stand there, without a look at the annotations.</summary>
public sealed class CvatBackup
{
    /// <summary>The only version of the layout that was ever written.</summary>
    private const string Version = "1.0";

    private CvatBackup(CvatBackupProject? project, IReadOnlyList<CvatBackupTask> tasks) => (Project, Tasks) = (project, tasks);

    /// <summary>Null for the backup of a task.</summary>
    public CvatBackupProject? Project { get; }

    /// <summary>In the order in which they were written; exactly one for the backup of a task.</summary>
    public IReadOnlyList<CvatBackupTask> Tasks { get; }

    /// <exception cref="DatasetException">It is no backup, of an unknown version, or not whole.</exception>
    public static CvatBackup Read(DatasetArchive archive)
    {
        var project = Outermost(archive, "project.json");
        if (project is null)
        {
            var task = Outermost(archive, "task.json")
                ?? throw new DatasetException("backup-no-task", "Neither project.json nor task.json was found: this is no backup of a project or task.");
            return new CvatBackup(null, [ReadTask(archive, task)]);
        }

        using var parsed = CvatJsonDocuments.Parse(archive, project);
        RefuseUnknown(parsed.RootElement, project.Path);
        var root = Folder(project.Path);
        var tasks = archive.Entries
            .Select(entry => (Entry: entry, Number: TaskNumber(entry.Path, root)))
            .Where(found => found.Number is not null)
            .OrderBy(found => found.Number)
            .Select(found => ReadTask(archive, found.Entry))
            .ToList();
        return new CvatBackup(
            new CvatBackupProject(
                JsonElements.Text(parsed.RootElement, "name") ?? "", JsonElements.Text(parsed.RootElement, "bug_tracker") ?? "", ReadLabels(archive, parsed.RootElement, project.Path)),
            tasks);
    }

    private static CvatBackupTask ReadTask(DatasetArchive archive, DatasetArchiveEntry file)
    {
        using var parsed = CvatJsonDocuments.Parse(archive, file);
        var root = parsed.RootElement;
        RefuseUnknown(root, file.Path);
        var folder = Folder(file.Path);
        var data = JsonElements.Find(root, "data") is { ValueKind: JsonValueKind.Object } settings
            ? settings
            : throw new DatasetException("backup-no-data", $"{file.Path} says nothing of the task's data.");
        return new CvatBackupTask
        {
            Path = file.Path,
            Name = JsonElements.Text(root, "name") ?? "",
            BugTracker = JsonElements.Text(root, "bug_tracker") ?? "",
            Subset = JsonElements.Text(root, "subset") ?? "",
            Overlap = Math.Max(0, JsonElements.Whole(root, "overlap") ?? 0),
            SegmentSize = Math.Max(0, JsonElements.Whole(root, "segment_size") ?? 0),
            Labels = ReadLabels(archive, root, file.Path),
            ChunkSize = JsonElements.Whole(data, "chunk_size") is > 0 and <= 10_000 and var chunk ? chunk : null,
            ImageQuality = JsonElements.Whole(data, "image_quality") is >= 0 and <= 100 and var quality ? quality : 70,
            StartFrame = Math.Max(0, JsonElements.Whole(data, "start_frame") ?? 0),
            StopFrame = JsonElements.Whole(data, "stop_frame") is >= 0 and var stop ? stop : null,
            FrameFilter = JsonElements.Text(data, "frame_filter") ?? "",
            SortingMethod = JsonElements.Text(data, "sorting_method") ?? "",
            DeletedFrames = [.. JsonElements.List(data, "deleted_frames").Where(frame => frame.ValueKind == JsonValueKind.Number && frame.TryGetInt32(out _)).Select(frame => frame.GetInt32())],
            Jobs = ReadJobs(root, file.Path),
            Media = CvatBackupMedia.Read(archive, folder + "data/"),
            Annotations = archive.Find(folder + "annotations.json")
                ?? throw new DatasetException("backup-no-annotations", $"{folder}annotations.json is missing from the backup."),
        };
    }

    private static List<CvatBackupJob> ReadJobs(JsonElement root, string path)
    {
        var jobs = new List<CvatBackupJob>();
        foreach (var job in JsonElements.List(root, "jobs"))
        {
            var (first, last) = (JsonElements.Whole(job, "start_frame") ?? -1, JsonElements.Whole(job, "stop_frame") ?? -1);
            if (first < 0 || last < first || last == int.MaxValue)
            {
                throw new DatasetException("backup-job", $"{path}: job {jobs.Count + 1} goes from frame {first} to {last}.");
            }

            jobs.Add(new CvatBackupJob(
                first,
                last,
                JsonElements.Text(job, "type") ?? "annotation",
                JsonElements.Text(job, "status") ?? "annotation",
                JsonElements.Text(job, "stage"),
                JsonElements.Text(job, "state")));
        }

        return jobs.Count > 0 ? jobs : throw new DatasetException("backup-job", $"{path} names no jobs.");
    }

    private static List<DatasetLabel> ReadLabels(DatasetArchive archive, JsonElement root, string path)
    {
        var labels = new CvatJsonLabels();
        if (JsonElements.Find(root, "labels") is { } list)
        {
            labels.Add(list, path, archive.Limits);
        }

        return labels.Described;
    }

    private static void RefuseUnknown(JsonElement root, string path)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new DatasetException("backup-damaged", $"{path} is no JSON object.");
        }

        // The database's texts cannot hold it, and no name has one.
        if (root.GetRawText().Contains("\\u0000", StringComparison.Ordinal))
        {
            throw new DatasetException("backup-damaged", $"{path} holds the character U+0000, which cannot be stored.");
        }

        if (JsonElements.Text(root, "version") is var version && version != Version)
        {
            throw new DatasetException("backup-version", $"{path} is of version {version ?? "none"}; {Version} can be restored.");
        }
    }

    /// <summary>The file of the name that lies least deep, so that a folder around everything does no harm.</summary>
    private static DatasetArchiveEntry? Outermost(DatasetArchive archive, string name) => archive.Entries
        .Where(entry => ArchiveProbe.FileName(entry) == name && !entry.Path.Contains("/data/", StringComparison.Ordinal))
        .MinBy(entry => entry.Path.Count(letter => letter == '/'));

    private static int? TaskNumber(string path, string root)
    {
        const string Begin = "task_";
        const string End = "/task.json";
        return path.StartsWith(root + Begin, StringComparison.Ordinal) && path.EndsWith(End, StringComparison.Ordinal)
            && path.Length > root.Length + Begin.Length + End.Length
            && int.TryParse(path.AsSpan(root.Length + Begin.Length, path.Length - root.Length - Begin.Length - End.Length), System.Globalization.NumberStyles.None, null, out var number)
            ? number
            : null;
    }

    private static string Folder(string path) => path[..(path.LastIndexOf('/') + 1)];
}

/// <summary>What a backup says of a project.</summary>
public sealed record CvatBackupProject(string Name, string BugTracker, IReadOnlyList<DatasetLabel> Labels);

/// <summary>What a backup says of a task.</summary>
public sealed record CvatBackupTask
{
    /// <summary>Of its task.json, for messages.</summary>
    public required string Path { get; init; }
    public required string Name { get; init; }
    public required string BugTracker { get; init; }
    public required string Subset { get; init; }
    public required int Overlap { get; init; }
    public required int SegmentSize { get; init; }

    /// <summary>Empty in a project's backup, where the project has them.</summary>
    public required IReadOnlyList<DatasetLabel> Labels { get; init; }
    public required int? ChunkSize { get; init; }

    /// <summary>0 to 100.</summary>
    public required int ImageQuality { get; init; }

    /// <summary>First and last frame in the numbering of the source media.</summary>
    public required int StartFrame { get; init; }
    public required int? StopFrame { get; init; }
    public required string FrameFilter { get; init; }
    public required string SortingMethod { get; init; }

    /// <summary>In the task's own numbering.</summary>
    public required IReadOnlyList<int> DeletedFrames { get; init; }

    /// <summary>In the order of the lists in the annotations.</summary>
    public required IReadOnlyList<CvatBackupJob> Jobs { get; init; }
    public required CvatBackupMedia Media { get; init; }
    public required DatasetArchiveEntry Annotations { get; init; }

    /// <summary>Frames that the jobs speak of.</summary>
    public int Size => Jobs.Max(job => job.StopFrame) + 1;
}

/// <summary>A job: its frames, both ends included, in the task's numbering.</summary>
/// <param name="Stage">Null in older backups, where <paramref name="Status"/> stands for stage and state.</param>
public sealed record CvatBackupJob(int StartFrame, int StopFrame, string Type, string Status, string? Stage, string? State);
