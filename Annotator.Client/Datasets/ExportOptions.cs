using System.Text.Json.Serialization;

namespace Annotator.Client.Datasets;

/// <summary>What an export takes and in which form; what is null or empty is everything as it is.</summary>
public sealed record ExportOptions
{
    /// <summary>A display name of an exporter, such as <c>COCO 1.0</c>.</summary>
    [JsonIgnore]
    public string Format { get; init; } = "";

    [JsonIgnore]
    public bool SaveImages { get; init; }

    /// <summary>The name of the file; null for the usual one.</summary>
    [JsonIgnore]
    public string? FileName { get; init; }

    /// <summary>The cloud storage to write the file to, under its name; null for a file to download.</summary>
    [JsonIgnore]
    public int? CloudStorageId { get; init; }

    /// <summary>Whole projects; for a selection only.</summary>
    public IReadOnlyList<int>? ProjectIds { get; init; }

    /// <summary>Only these tasks of a project; for a selection whole tasks.</summary>
    public IReadOnlyList<int>? TaskIds { get; init; }

    /// <summary>Only these jobs of a project or task; for a selection any jobs.</summary>
    public IReadOnlyList<int>? JobIds { get; init; }

    /// <summary>all, completed or accepted.</summary>
    public string? Jobs { get; init; }
    public bool OnlyAnnotated { get; init; }

    /// <summary>Shapes of tracks on frames where somebody set them, and not those between.</summary>
    public bool OnlyKeyframes { get; init; }
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>The empty name is that of tasks without a subset.</summary>
    public IReadOnlyList<string>? Subsets { get; init; }

    /// <summary>Null for the originals.</summary>
    public ExportImages? Images { get; init; }

    /// <summary>COCO: write masks with iscrowd 1; null for the server's choice, which is to do so.</summary>
    public bool? MasksAsCrowd { get; init; }

    /// <summary>PASCAL VOC and MOT: count pixels from 1.</summary>
    public bool OneBased { get; init; }

    /// <summary>WIDER Face: write the benchmark's own lines, without labels.</summary>
    public bool OfficialWiderFace { get; init; }

    internal string Query =>
        $"?format={Uri.EscapeDataString(Format)}&save_images={(SaveImages ? "true" : "false")}"
        + (FileName is { Length: > 0 } name ? $"&filename={Uri.EscapeDataString(name)}" : "")
        + $"&{DatasetsApi.Location(CloudStorageId)}";
}

/// <summary>How images are made anew.</summary>
/// <param name="MaxSize">Pixels that the longer side has at most; null leaves the size.</param>
/// <param name="Format">jpeg or webp.</param>
/// <param name="Quality">1 to 100.</param>
public sealed record ExportImages(int? MaxSize, string Format, int Quality);
