using Annotator.Client.Datasets;

namespace Annotator.Web.Datasets;

/// <summary>What a person has chosen of an export.</summary>
public sealed class ExportModel
{
    public const string NoImages = "none";
    public const string Originals = "original";
    public const string Remade = "remade";

    /// <summary>To begin with the one that holds everything there is of images.</summary>
    public string Format { get; set; } = "CVAT for images 1.1";

    /// <summary>One of the three words above.</summary>
    public string Images { get; set; } = NoImages;
    public int? MaxSize { get; set; } = 1280;
    public string ImageFormat { get; set; } = "jpeg";
    public int Quality { get; set; } = 85;
    public string Jobs { get; set; } = "all";
    public bool OnlyAnnotated { get; set; }
    public bool OnlyKeyframes { get; set; }
    public bool MasksAsCrowd { get; set; } = true;
    public bool OneBased { get; set; }
    public bool OfficialWiderFace { get; set; }
    public string FileName { get; set; } = "";

    /// <summary>The cloud storage that the file goes to; null for a download.</summary>
    public int? CloudStorage { get; set; }

    /// <summary>Nothing chosen is everything.</summary>
    public HashSet<string> Labels { get; } = [];
    public HashSet<string> Subsets { get; } = [];
    public HashSet<int> Tasks { get; } = [];

    /// <summary>Whether the format has a say on crowds of masks.</summary>
    public bool IsCoco => Format.StartsWith("COCO", StringComparison.Ordinal);

    /// <summary>Whether the format has tracks of keyframes, and not a shape for each frame.</summary>
    public bool HoldsKeyframes => Format.StartsWith("CVAT for video", StringComparison.Ordinal);

    /// <summary>Whether the format may count pixels from 1.</summary>
    public bool MayCountFromOne => Format.StartsWith("PASCAL VOC", StringComparison.Ordinal) || Format.StartsWith("MOT", StringComparison.Ordinal);

    /// <summary>Whether the format has an order of its own beside CVAT's.</summary>
    public bool IsWiderFace => Format.StartsWith("WiderFace", StringComparison.Ordinal);

    public ExportOptions ToOptions() => new()
    {
        Format = Format,
        SaveImages = Images != NoImages,
        FileName = FileName.Trim() is { Length: > 0 } name ? name : null,
        CloudStorageId = CloudStorage,
        TaskIds = Tasks.Count == 0 ? null : [.. Tasks],
        Jobs = Jobs == "all" ? null : Jobs,
        OnlyAnnotated = OnlyAnnotated,
        OnlyKeyframes = !HoldsKeyframes && OnlyKeyframes,
        Labels = Labels.Count == 0 ? null : [.. Labels],
        Subsets = Subsets.Count == 0 ? null : [.. Subsets],
        Images = Images == Remade ? new ExportImages(MaxSize, ImageFormat, Quality) : null,
        MasksAsCrowd = IsCoco && !MasksAsCrowd ? false : null,
        OneBased = MayCountFromOne && OneBased,
        OfficialWiderFace = IsWiderFace && OfficialWiderFace,
    };
}
