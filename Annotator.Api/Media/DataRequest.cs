using System.Globalization;
using System.Text.Json.Nodes;
using Annotator.Api.Errors;
using Annotator.Core.Media;

namespace Annotator.Api.Media;

/// <summary>The contract's <c>DataRequest</c>: how the files of a task are to be cut into frames, chunks and jobs.</summary>
internal static class DataRequest
{
    private static readonly string[] SortingMethods = ["lexicographical", "natural", "predefined", "random"];

    /// <summary>Sources that this server cannot read from; asking for one is an error, never ignored.</summary>
    private static readonly (string Field, string Source)[] Unavailable =
    [
        ("server_files", "files of a mounted share"),
        ("remote_files", "files at web addresses"),
        ("cloud_storage_id", "cloud storages"),
        ("filename_pattern", "file name patterns"),
        ("validation_params", "validation frames"),
    ];

    /// <summary>Reads the fields; what is wrong with them is added to <paramref name="checks"/>.</summary>
    public static CreateTaskArguments Read(JsonObject body, Checks checks)
    {
        var fields = new SentFields(body, checks);
        foreach (var (field, source) in Unavailable)
        {
            checks.That(!fields.Has(field), field, $"This server cannot take {source} yet. Upload the files instead.");
        }

        var sorting = fields.Text("sorting_method") ?? "lexicographical";
        checks.That(SortingMethods.Contains(sorting), "sorting_method", $"\"{sorting}\" is not one of {string.Join(", ", SortingMethods)}.");

        var chunkSize = fields.Int("chunk_size", 0, 10_000);
        var start = fields.Int("start_frame", 0) ?? 0;
        var stop = fields.Int("stop_frame", 0);
        checks.That(stop is null || stop >= start, "stop_frame", "Must not be before start_frame.");

        return new CreateTaskArguments
        {
            ImageQuality = fields.Int("image_quality", 0, 100) ?? 70,
            ChunkSize = chunkSize is > 0 ? chunkSize : null,
            StartFrame = start,
            StopFrame = stop,
            Step = ReadStep(fields.Text("frame_filter"), checks),
            SortingMethod = sorting,
            FileOrder = fields.List("upload_file_order"),
            JobFiles = fields.Lists("job_file_mapping"),
        };
    }

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
