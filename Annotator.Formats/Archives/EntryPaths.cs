namespace Annotator.Formats.Archives;

/// <summary>Parts of paths inside an archive.</summary>
internal static class EntryPaths
{
    /// <summary>The path's last part.</summary>
    public static string FileName(string path) => path[(path.LastIndexOf('/') + 1)..];

    /// <summary>The path's folder with a slash at its end; empty at the root.</summary>
    public static string Folder(string path) => path[..(path.LastIndexOf('/') + 1)];

    /// <summary>Whether a path is, or ends in, these folders and this name, whatever its case.</summary>
    public static bool EndsIn(string path, string end) =>
        path.EndsWith(end, StringComparison.OrdinalIgnoreCase) && (path.Length == end.Length || path[^(end.Length + 1)] == '/');
}
