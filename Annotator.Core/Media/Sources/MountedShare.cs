using Microsoft.Extensions.Options;

namespace Annotator.Core.Media.Sources;

/// <summary>A folder of this machine that people may take files from; configuration section <c>Share</c>.</summary>
public sealed class ShareOptions
{
    public const string Section = "Share";

    /// <summary>The folder, mounted where Api and Worker run; empty (as it is by itself) for no share.</summary>
    public string Root { get; set; } = "";

    /// <summary>Files and folders that one listing names at most.</summary>
    public int MaxListed { get; set; } = 10_000;
}

/// <summary>A file or folder of the share.</summary>
/// <param name="Path">Below the root, with slashes; never with one in front.</param>
public sealed record ShareEntry(string Path, bool IsFolder, long Length);

/// <summary>
/// The mounted share, read-only. Paths are looked up segment by segment below the root; a link that leads out of it does not exist.
/// </summary>
public sealed class MountedShare(IOptions<ShareOptions> options)
{
    private readonly string? _root = options.Value.Root.Length > 0 ? Path.GetFullPath(options.Value.Root) : null;

    /// <summary>Whether there is one.</summary>
    public bool IsConnected => _root is not null;

    /// <summary>What is in a folder, folders first, by name; null when there is no such folder.</summary>
    /// <param name="search">Only names that begin with it; empty for all.</param>
    public IReadOnlyList<ShareEntry>? List(string folder, string search)
    {
        if (Resolve(folder) is not DirectoryInfo found)
        {
            return null;
        }

        var prefix = Normal(folder) is { Length: > 0 } above ? above + "/" : "";
        return [.. found.EnumerateFileSystemInfos()
            .Where(entry => entry.Name.StartsWith(search, StringComparison.OrdinalIgnoreCase))
            .Select(entry => (entry.Name, Target: Resolve(prefix + entry.Name)))
            .Where(entry => entry.Target is not null)
            .Take(options.Value.MaxListed)
            .Select(entry => Entry(prefix + entry.Name, entry.Target!))
            .OrderBy(entry => !entry.IsFolder).ThenBy(entry => entry.Path, StringComparer.Ordinal)];
    }

    /// <summary>A file, or all files below a folder, by name; none when there is neither.</summary>
    public IEnumerable<ShareEntry> Files(string path)
    {
        switch (Resolve(path))
        {
            case FileInfo file:
                yield return new ShareEntry(Normal(path)!, false, file.Length);
                break;
            case DirectoryInfo folder:
                var prefix = Normal(path) is { Length: > 0 } above ? above + "/" : "";
                foreach (var entry in folder.EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
                {
                    // A link to a folder may lead back to where we are.
                    if (entry.LinkTarget is not null && entry is DirectoryInfo)
                    {
                        continue;
                    }

                    foreach (var file in Files(prefix + entry.Name))
                    {
                        yield return file;
                    }
                }

                break;
        }
    }

    /// <summary>The file's path on this machine; null when there is no such file in the share.</summary>
    public string? FindFile(string path) => (Resolve(path) as FileInfo)?.FullName;

    /// <summary>Without slashes at its ends; null for a path that steps out or is no path.</summary>
    public static string? Normal(string path)
    {
        var plain = path.Trim('/');
        return plain.Split('/').Any(segment => segment is "." or ".." || (segment.Length == 0 && plain.Length > 0))
            || plain.Contains('\\', StringComparison.Ordinal) || plain.Contains('\0', StringComparison.Ordinal)
                ? null
                : plain;
    }

    private static ShareEntry Entry(string path, FileSystemInfo target) =>
        new(path, target is DirectoryInfo, target is FileInfo file ? file.Length : 0);

    /// <summary>Where a path ends after all links; null when that is nothing, or not below the root.</summary>
    private FileSystemInfo? Resolve(string path)
    {
        if (_root is null || Normal(path) is not { } plain)
        {
            return null;
        }

        try
        {
            var root = Real(_root);
            var at = root;
            foreach (var segment in plain.Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                at = Real(Path.Join(at, segment));
                if (!at.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                {
                    return null;
                }
            }

            return Directory.Exists(at) ? new DirectoryInfo(at) : File.Exists(at) ? new FileInfo(at) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The path with its last step's link followed to the end, and the links on the way there.</summary>
    private static string Real(string path)
    {
        FileSystemInfo info = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        if (info.ResolveLinkTarget(returnFinalTarget: true) is not { } target)
        {
            return path;
        }

        // The target's own folders may be links, too.
        var parts = target.FullName.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        return parts.Aggregate(Path.GetPathRoot(target.FullName)!, (above, part) => Real(Path.Join(above, part)));
    }
}
