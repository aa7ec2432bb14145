using System.Globalization;

namespace Annotator.Core.Media.Sources;

/// <summary>
/// A blob key that refers to a file which is not ours: in the cloud storage of a task's data (<c>cloud:12/photos/a.jpg</c>, where 12 is
/// the data's id), or on the mounted share (<c>share:photos/a.jpg</c>). No key of the blob store has a colon.
/// </summary>
public static class SourceKey
{
    private const string CloudMark = "cloud:";
    private const string ShareMark = "share:";

    /// <summary>A key that the storage is found for by the task's data, so that the data can be moved to another one.</summary>
    public static string InCloud(int dataId, string objectKey) => string.Create(CultureInfo.InvariantCulture, $"{CloudMark}{dataId}/{objectKey}");

    /// <param name="path">Below the share's root, with slashes.</param>
    public static string OnShare(string path) => ShareMark + path;

    /// <summary>Whether the key refers to a file outside of the blob store.</summary>
    public static bool IsSource(string key) => key.StartsWith(CloudMark, StringComparison.Ordinal) || key.StartsWith(ShareMark, StringComparison.Ordinal);

    /// <summary>The data and the object's key; null for a key of another kind.</summary>
    public static (int DataId, string ObjectKey)? Cloud(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return key.StartsWith(CloudMark, StringComparison.Ordinal)
            && slash > 0
            && int.TryParse(key.AsSpan(CloudMark.Length, slash - CloudMark.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var dataId)
                ? (dataId, key[(slash + 1)..])
                : null;
    }

    /// <summary>The path below the share's root; null for a key of another kind.</summary>
    public static string? Share(string key) => key.StartsWith(ShareMark, StringComparison.Ordinal) ? key[ShareMark.Length..] : null;
}
