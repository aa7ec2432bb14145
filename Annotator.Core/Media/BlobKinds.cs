namespace Annotator.Core.Media;

/// <summary>What a blob is for, told by its key.</summary>
public enum BlobKind
{
    /// <summary>What people sent: cannot be made again.</summary>
    Original,

    /// <summary>Made of originals for viewers, and made again when somebody asks.</summary>
    Made,

    /// <summary>Small and needed: previews and the frame indexes of videos.</summary>
    Index,

    /// <summary>Files of exports and backups, until they expire.</summary>
    Export,

    /// <summary>Files of imports on their way.</summary>
    Import,

    /// <summary>Files of models.</summary>
    Model,
    Other,
}

/// <summary>Tells kinds of blobs apart.</summary>
public static class BlobKinds
{
    private static readonly string[] _made = ["compressed", "upright", "chunks", "proxy-", "strips", "tiles"];

    public static BlobKind Of(string key) => key.Split('/') switch
    {
        ["data", _, var folder, ..] => Array.Exists(_made, start => folder.StartsWith(start, StringComparison.Ordinal)) ? BlobKind.Made
            : folder == "original" ? BlobKind.Original : BlobKind.Index,
        ["tasks", _, "uploads", ..] => BlobKind.Original,
        ["exports", ..] => BlobKind.Export,
        ["uploads", ..] => BlobKind.Import,
        ["models", ..] => BlobKind.Model,
        _ => BlobKind.Other,
    };
}
