using System.Globalization;
using Annotator.Api.Errors;
using Annotator.Api.Identity;
using Annotator.Core.Datasets;

namespace Annotator.Api.Datasets;

/// <summary>
/// Ours: what of an object an export takes, and in which form. The contract's clients send no body and get everything as it is.
/// </summary>
internal sealed record ExportRequest
{
    private const int MostObjects = 1000;
    private const int MostNames = 1000;
    private const int LeastSize = 16;
    private const int MostSize = 16_384;

    /// <summary>Whole projects; for a selection only.</summary>
    public int[]? ProjectIds { get; init; }

    /// <summary>Only these tasks of the project; for a selection whole tasks.</summary>
    public int[]? TaskIds { get; init; }

    /// <summary>Only these jobs of the project or task; for a selection any jobs.</summary>
    public int[]? JobIds { get; init; }

    /// <summary>all, completed or accepted.</summary>
    public string? Jobs { get; init; }
    public bool OnlyAnnotated { get; init; }

    /// <summary>Shapes of tracks on frames where somebody set them, and not those between.</summary>
    public bool OnlyKeyframes { get; init; }

    /// <summary>Names of labels; none for all.</summary>
    public string[]? Labels { get; init; }

    /// <summary>Names of subsets, the empty one for tasks without; none for all.</summary>
    public string[]? Subsets { get; init; }
    public ExportRequestImages? Images { get; init; }

    /// <summary>COCO: write masks with iscrowd 1. True by itself.</summary>
    public bool? MasksAsCrowd { get; init; }

    /// <summary>PASCAL VOC and MOT: count pixels from 1.</summary>
    public bool OneBased { get; init; }

    /// <summary>WIDER Face: write the benchmark's own lines, without labels.</summary>
    public bool OfficialWiderFace { get; init; }

    /// <param name="kind">project, task, job or selection.</param>
    public (ExportChoices? Choices, IResult? Refused) ToChoices(string kind)
    {
        var checks = new Checks();
        var jobs = ExportedJobs.All;
        checks.That(
            string.IsNullOrEmpty(Jobs) || (!char.IsAsciiDigit(Jobs[0]) && Enum.TryParse(Jobs, ignoreCase: true, out jobs) && Enum.IsDefined(jobs)),
            "jobs", "Must be all, completed or accepted.");
        checks.That(ProjectIds is not { Length: > 0 } || kind == DatasetObject.Selection, "project_ids", "Several projects are exported through /api/datasets/export.");
        checks.That(TaskIds is not { Length: > 0 } || kind is DatasetObject.Selection or "project", "task_ids", "Tasks can be chosen of a project.");
        checks.That(JobIds is not { Length: > 0 } || kind is not "job", "job_ids", "A job is exported as a whole.");
        var objects = (ProjectIds?.Length ?? 0) + (TaskIds?.Length ?? 0) + (JobIds?.Length ?? 0);
        checks.That(
            objects <= MostObjects && (kind != DatasetObject.Selection || objects > 0), "non_field_errors",
            string.Create(CultureInfo.InvariantCulture, $"Choose 1 to {MostObjects} projects, tasks and jobs with project_ids, task_ids and job_ids."));
        checks.That((Labels?.Length ?? 0) <= MostNames && Labels?.Contains(null!) != true, "labels", string.Create(CultureInfo.InvariantCulture, $"At most {MostNames} names."));
        checks.That((Subsets?.Length ?? 0) <= MostNames && Subsets?.Contains(null!) != true, "subsets", string.Create(CultureInfo.InvariantCulture, $"At most {MostNames} names."));
        if (Images is { } images)
        {
            checks.That(images.Format is "jpeg" or "webp", "images", "format must be jpeg or webp.");
            checks.That(images.Quality is >= 1 and <= 100, "images", "quality must be 1 to 100.");
            checks.That(
                images.MaxSize is null or (>= LeastSize and <= MostSize), "images",
                string.Create(CultureInfo.InvariantCulture, $"max_size must be {LeastSize} to {MostSize} pixels."));
        }

        return checks.Passed
            ? (new ExportChoices
            {
                ProjectIds = Sorted(ProjectIds),
                TaskIds = Sorted(TaskIds),
                JobIds = Sorted(JobIds),
                Jobs = jobs,
                OnlyAnnotated = OnlyAnnotated,
                OnlyKeyframes = OnlyKeyframes,
                Labels = [.. (Labels ?? []).Distinct().Order(StringComparer.Ordinal)],
                Subsets = [.. (Subsets ?? []).Distinct().Order(StringComparer.Ordinal)],
                Images = Images is null ? null : new ExportImages(Images.MaxSize, Images.Format, Images.Quality),
                MasksAsCrowd = MasksAsCrowd ?? true,
                OneBased = OneBased,
                OfficialWiderFace = OfficialWiderFace,
            }, null)
            : (null, checks.Problem());
    }

    /// <summary>Null when everything that was selected may be exported; otherwise the refusal of the first that may not.</summary>
    public static async Task<IResult?> RefuseAsync(ExportChoices choices, string scope, Access access, CancellationToken cancel)
    {
        foreach (var (resource, ids) in new[] { ("projects", choices.ProjectIds), ("tasks", choices.TaskIds), ("jobs", choices.JobIds) })
        {
            foreach (var id in ids)
            {
                if (await access.ObjectAsync(resource, id, scope, cancel) is { } refused)
                {
                    var name = string.Create(CultureInfo.InvariantCulture, $"{resource[..^1]} {id}");
                    return refused.StatusCode == StatusCodes.Status404NotFound
                        ? Problems.NotFound($"There is no {name}, or it is not yours to see.")
                        : Problems.Forbidden($"You may not export {name}.");
                }
            }
        }

        return null;
    }

    private static int[] Sorted(int[]? ids) => [.. (ids ?? []).Distinct().Order()];
}

/// <summary>How images are made anew for an export.</summary>
internal sealed record ExportRequestImages
{
    /// <summary>Pixels that the longer side has at most; null leaves the size.</summary>
    public int? MaxSize { get; init; }

    /// <summary>jpeg or webp.</summary>
    public string Format { get; init; } = "jpeg";

    /// <summary>1 to 100.</summary>
    public int Quality { get; init; } = 85;
}
