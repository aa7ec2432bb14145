using Annotator.Core.Identity;

namespace Annotator.Core.Models;

/// <summary>How far a model is on its way to being usable.</summary>
public enum ModelState : short
{
    /// <summary>Its files are being uploaded.</summary>
    Uploading = 0,

    /// <summary>The worker looks what it is.</summary>
    Checking = 1,

    /// <summary>It was recognised, but somebody has to say what its file does not: <see cref="AnnotationModel.Findings"/> has the questions.</summary>
    Asking = 2,

    /// <summary>It can be used.</summary>
    Ready = 3,

    /// <summary>It was refused, or cannot be understood; the message says why.</summary>
    Refused = 4,
}

/// <summary>Who sees a model.</summary>
public enum ModelVisibility : short
{
    /// <summary>Its owner, and administrators.</summary>
    Owner = 0,

    /// <summary>Everybody who may sign in.</summary>
    Everyone = 1,
}

/// <summary>A model that labels, tracks or answers clicks. Its files are blobs; what it takes and gives stands in its description.</summary>
public sealed class AnnotationModel
{
    public int Id { get; set; }

    /// <summary>The first version's id, which all later ones share; null for the first.</summary>
    public int? SeriesId { get; set; }

    /// <summary>1, 2, 3 … in the series.</summary>
    public int Version { get; set; } = 1;

    /// <summary>1 to 128 characters.</summary>
    public string Name { get; set; } = "";
    public int? OwnerId { get; set; }
    public User? Owner { get; set; }
    public ModelVisibility Visibility { get; set; }

    /// <summary>What its maker allows, as text; at most 1024 characters.</summary>
    public string License { get; set; } = "";

    /// <summary>What its users should know; at most 4096 characters.</summary>
    public string Notes { get; set; } = "";
    public ModelState State { get; set; }

    /// <summary>Why it was refused; else empty.</summary>
    public string Message { get; set; } = "";

    /// <summary>The contract's word: detector, interactor, tracker, reid; ours besides: classifier, embedder. Empty until it is known.</summary>
    public string Kind { get; set; } = "";

    /// <summary>JSON of <see cref="ModelConnector"/>; null for a model that runs here.</summary>
    public string? Connector { get; set; }

    /// <summary>What the connector proves itself with, sealed by <see cref="ConnectorSecrets"/>; null for none.</summary>
    public string? SealedSecret { get; set; }

    /// <summary>JSON of the model library's description (<c>model.json</c>): inputs, outputs, decoder, labels. Null until it is known.</summary>
    public string? Description { get; set; }

    /// <summary>JSON of what was found in its files: candidates, each with its reason, and open questions.</summary>
    public string? Findings { get; set; }

    /// <summary>Milliseconds that one image took when it was last measured, from pixels to shapes; null before.</summary>
    public double? MillisecondsPerImage { get; set; }

    /// <summary>The execution provider it ran on, such as <c>CPU</c>; empty before it ran.</summary>
    public string Device { get; set; } = "";

    /// <summary>Why this one: what became of the providers before it in the configured order.</summary>
    public string DeviceReason { get; set; } = "";
    public DateTimeOffset CreatedDate { get; set; }
    public DateTimeOffset UpdatedDate { get; set; }

    /// <summary>PostgreSQL's <c>xmin</c>: a stale write is refused, never lost silently.</summary>
    public uint RowVersion { get; set; }
    public List<ModelFile> Files { get; } = [];
}

/// <summary>A file of a model as it was uploaded.</summary>
public sealed class ModelFile
{
    public int ModelId { get; set; }

    /// <summary>As the user named it, without folders; at most 255 characters. Metadata only, never a path of ours.</summary>
    public string Name { get; set; } = "";
    public string BlobKey { get; set; } = "";
    public long ByteLength { get; set; }

    /// <summary>Lower-case hexadecimal digits.</summary>
    public string Sha256 { get; set; } = "";
}

/// <summary>Which label of a project or task each of a model's classes becomes: what was chosen last, offered again.</summary>
public sealed class ModelMapping
{
    /// <summary>The first version's id: a new version goes on with its predecessor's.</summary>
    public int SeriesId { get; set; }

    /// <summary>project or task.</summary>
    public string Target { get; set; } = "";
    public int TargetId { get; set; }

    /// <summary>JSON of <see cref="LabelChoice"/> by class name.</summary>
    public string Choices { get; set; } = "{}";
    public DateTimeOffset UpdatedDate { get; set; }
}
