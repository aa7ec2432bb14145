using System.Globalization;
using System.Text.Json.Nodes;
using Annotator.Api.Errors;
using Annotator.Core.Media;

namespace Annotator.Api.Media;

/// <summary>The contract's <c>DataRequest</c>: how the files of a task are to be cut into frames, chunks and jobs.</summary>
internal static class DataRequest
{
    private static readonly string[] SortingMethods = ["lexicographical", "natural", "predefined", "random"];

    private const int MaxRemoteFiles = 10_000;
    private const int MaxServerFiles = 500_000;

    /// <summary>Reads the fields; what is wrong with them is added to <paramref name="checks"/>.</summary>
    public static CreateTaskArguments Read(JsonObject body, Checks checks)
    {
        var fields = new SentFields(body, checks);

        // Asking for what is not made here is an error, never ignored.
        checks.That(!fields.Has("validation_params"), "validation_params", "This server makes no ground truth jobs and no honeypots. Leave the field out.");

        var sorting = fields.Text("sorting_method") ?? "lexicographical";
        checks.That(SortingMethods.Contains(sorting), "sorting_method", $"\"{sorting}\" is not one of {string.Join(", ", SortingMethods)}.");

        // Where frames are kept is decided here; what clients may say about it is held to the contract all the same.
        CheckWord("storage_method", "cache", "file_system");
        CheckWord("storage", "cloud_storage", "local", "share");
        foreach (var flag in (string[])["use_cache", "use_zip_chunks"])
        {
            fields.Flag(flag);
        }

        var chunkSize = fields.Int("chunk_size", 0, 10_000);
        var start = fields.Int("start_frame", 0) ?? 0;
        var stop = fields.Int("stop_frame", 0);
        checks.That(stop is null || stop >= start, "stop_frame", "Must not be before start_frame.");

        var arguments = new CreateTaskArguments
        {
            ImageQuality = fields.Int("image_quality", 0, 100) ?? 70,
            ChunkSize = chunkSize is > 0 ? chunkSize : null,
            StartFrame = start,
            StopFrame = stop,
            Step = ReadStep(fields.Text("frame_filter"), checks),
            SortingMethod = sorting,
            FileOrder = fields.List("upload_file_order"),
            JobFiles = fields.Lists("job_file_mapping"),
            ServerFiles = [.. fields.List("server_files").Where(path => path.Length > 0)],
            ServerFilesExclude = fields.List("server_files_exclude"),
            FilenamePattern = fields.Text("filename_pattern"),
            CloudStorageId = fields.Int("cloud_storage_id", 1),
            CopyData = fields.Flag("copy_data"),
            RemoteFiles = [.. fields.List("remote_files").Where(address => address.Length > 0)],
        };
        CheckSources(arguments, checks);
        return arguments;

        void CheckWord(string name, params string[] words) =>
            checks.That(fields.Text(name) is not { } word || words.Contains(word), name, $"Must be one of {string.Join(", ", words)}.");
    }

    private static void CheckSources(CreateTaskArguments arguments, Checks checks)
    {
        checks.That(arguments.RemoteFiles.Count == 0 || arguments.ServerFiles.Count == 0, "remote_files", "Take server_files or remote_files, not both.");
        checks.That(arguments.RemoteFiles.Count <= MaxRemoteFiles, "remote_files", string.Create(CultureInfo.InvariantCulture, $"At most {MaxRemoteFiles} addresses."));
        if (arguments.RemoteFiles.FirstOrDefault(address => !IsWebAddress(address)) is { } wrong)
        {
            checks.Fail("remote_files", $"\"{wrong}\" is not an http or https address without a user name.");
        }

        checks.That(arguments.ServerFiles.Count + arguments.ServerFilesExclude.Count <= MaxServerFiles, "server_files", string.Create(CultureInfo.InvariantCulture, $"At most {MaxServerFiles} paths; name folders instead."));
        if (arguments.ServerFiles.Concat(arguments.ServerFilesExclude).FirstOrDefault(path => path.Length > 1024 || path.Contains('\0', StringComparison.Ordinal) || path.Split('/').Any(segment => segment is "." or "..")) is { } stepping)
        {
            checks.Fail("server_files", $"\"{stepping}\" is not a path.");
        }

        checks.That(arguments.FilenamePattern is not { Length: > 256 }, "filename_pattern", "Ensure this field has no more than 256 characters.");
        checks.That(arguments.FilenamePattern is null || arguments.ServerFiles.Count > 0 || arguments.CloudStorageId is not null, "filename_pattern", "Needs server_files or a cloud_storage_id.");
        checks.That(arguments.CloudStorageId is null || arguments.ServerFiles.Count > 0 || arguments.FilenamePattern is not null, "server_files", "Say which files of the cloud storage to take.");
        checks.That(
            arguments.JobFiles.Count == 0 || (arguments.FilenamePattern is null && arguments.ServerFilesExclude.Count == 0),
            "job_file_mapping", "Names the files itself; it does not go with filename_pattern or server_files_exclude.");
    }

    private static bool IsWebAddress(string address) =>
        address.Length <= 4096 && Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https") && uri.UserInfo.Length == 0 && uri.Host.Length > 0;

    private static int ReadStep(string? filter, Checks checks)
    {
        if (filter is null)
        {
            return 1;
        }

        var parts = filter.Split('=');
        if (parts.Length == 2
            && parts[0].Trim() == "step"
            && int.TryParse(parts[1].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            && step > 0)
        {
            return step;
        }

        checks.Fail("frame_filter", "Must be of the form step=N with N at least 1.");
        return 1;
    }
}
