using System.Globalization;

namespace Annotator.Api.Operations;

/// <summary>
/// Ids of requests in the contract's form: facts joined by <c>&amp;</c>, with <c>_</c> for a space and <c>~</c> for a dot. The
/// same thing asked for twice has the same id, which is how doubled requests are noticed.
/// </summary>
internal static class RequestKeys
{
    private const string DryRunMark = "&dry_run=true";

    public static string CreateTask(int taskId) =>
        string.Create(CultureInfo.InvariantCulture, $"action=create&target=task&target_id={taskId}");

    /// <param name="subresource">dataset or annotations.</param>
    public static string Export(string target, int targetId, int userId, string subresource, string format) => string.Create(
        CultureInfo.InvariantCulture,
        $"action=export&target={target}&target_id={targetId}&user_id={userId}&subresource={subresource}&format={Encode(format)}");

    public static string ExportBackup(string target, int targetId, int userId) => string.Create(
        CultureInfo.InvariantCulture, $"action=export&target={target}&target_id={targetId}&user_id={userId}&subresource=backup");

    /// <summary>Ours: projects, tasks and jobs in one file.</summary>
    /// <param name="choices">Stands for what was selected.</param>
    public static string ExportSelection(string choices, int userId, string subresource, string format) => string.Create(
        CultureInfo.InvariantCulture,
        $"action=export&target=selection&id={choices}&user_id={userId}&subresource={subresource}&format={Encode(format)}");

    /// <param name="subresource">dataset or annotations.</param>
    public static string Import(string target, int targetId, string subresource) =>
        string.Create(CultureInfo.InvariantCulture, $"action=import&target={target}&target_id={targetId}&subresource={subresource}");

    /// <summary>A backup becomes a new object, so that the upload's id stands for it.</summary>
    public static string Restore(string target, Guid uploadId) => $"action=import&target={target}&id={uploadId}&subresource=backup";

    /// <summary>Ours: the dry run of an import.</summary>
    public static string DryRun(string importKey, int userId) => string.Create(CultureInfo.InvariantCulture, $"{importKey}&user_id={userId}{DryRunMark}");

    /// <summary>Whether a request only looks what would happen.</summary>
    public static bool IsDryRun(string key) => key.EndsWith(DryRunMark, StringComparison.Ordinal);

    /// <summary>Ours: a labelled example project. One at a time for each user.</summary>
    public static string CreateSample(int userId) =>
        string.Create(CultureInfo.InvariantCulture, $"action=create&target=project&id=sample&user_id={userId}");

    /// <summary>Ours: the look at a model's files.</summary>
    public static string CheckModel(int modelId) => string.Create(CultureInfo.InvariantCulture, $"action=check&target=model&target_id={modelId}");

    /// <summary>Ours: which frames to label next.</summary>
    public static string Queue(int taskId) => string.Create(CultureInfo.InvariantCulture, $"action=queue&target=task&target_id={taskId}");

    /// <summary>A model is run over a task, or over one of its jobs.</summary>
    public static string AutoAnnotate(string target, int targetId) =>
        string.Create(CultureInfo.InvariantCulture, $"action=autoannotate&target={target}&target_id={targetId}");

    /// <summary>Ours: objects of a job are followed; stands for the first of them.</summary>
    /// <param name="type">track or shape.</param>
    public static string Track(int jobId, string type, long id) =>
        string.Create(CultureInfo.InvariantCulture, $"action=track&target=job&target_id={jobId}&id={type}-{id}");

    /// <summary>
    /// The present form of an id that an older client may hold (<c>create:task-7</c>, <c>import:task-7-annotations</c>,
    /// <c>export:task-7-dataset-in-COCO_1@0-format-by-1</c>, <c>export:task-7-backup-by-1</c>); any other id as it is.
    /// </summary>
    public static string FromOlder(string id)
    {
        var colon = id.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || id.Contains('=', StringComparison.Ordinal))
        {
            return id;
        }

        var action = id[..colon];
        var parts = id[(colon + 1)..].Split('-', 3);
        if (parts.Length < 2 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var targetId))
        {
            return id;
        }

        return (action, parts) switch
        {
            ("create", { Length: 2 }) => CreateTask(targetId),
            ("import", { Length: 3 }) => Import(parts[0], targetId, parts[2]),
            ("export", { Length: 3 }) => ExportFromOlder(parts[0], targetId, parts[2]) ?? id,
            _ => id,
        };
    }

    private static string? ExportFromOlder(string target, int targetId, string rest)
    {
        const string backup = "backup-by-";
        if (rest.StartsWith(backup, StringComparison.Ordinal))
        {
            return int.TryParse(rest.AsSpan(backup.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var owner) ? ExportBackup(target, targetId, owner) : null;
        }

        var inAt = rest.IndexOf("-in-", StringComparison.Ordinal);
        var byAt = rest.LastIndexOf("-format-by-", StringComparison.Ordinal);
        return inAt > 0
            && byAt > inAt
            && int.TryParse(rest[(byAt + "-format-by-".Length)..], NumberStyles.None, CultureInfo.InvariantCulture, out var userId)
                ? Export(target, targetId, userId, rest[..inAt], rest[(inAt + 4)..byAt].Replace('@', '~'))
                : null;
    }

    private static string Encode(string value) => value.Replace(' ', '_').Replace('.', '~');
}
