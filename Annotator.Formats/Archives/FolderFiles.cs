namespace Annotator.Formats.Archives;

/// <summary>The files below a folder of this machine, as an archive has them.</summary>
internal static class FolderFiles
{
    private static readonly EnumerationOptions _everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    public static (List<DatasetArchiveEntry> Entries, List<string> Skipped) List(string folder, DatasetLimits limits, CancellationToken cancel)
    {
        var root = new DirectoryInfo(Path.GetFullPath(folder));
        // The folder that is asked for may itself be a link; what counts as outside is told from where it leads.
        var inside = (root.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? root.FullName).TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar;
        var entries = new List<DatasetArchiveEntry>();
        var skipped = new List<string>();
        long total = 0;
        try
        {
            var folders = new Stack<(DirectoryInfo Folder, string Path)>([(root, "")]);
            while (folders.TryPop(out var next))
            {
                foreach (var found in next.Folder.EnumerateFileSystemInfos("*", _everything))
                {
                    cancel.ThrowIfCancellationRequested();
                    var path = next.Path + found.Name;
                    if (path.Length > limits.MaxNameLength)
                    {
                        throw new DatasetException("archive-name-too-long", $"A path in {folder} has {path.Length} characters; the limit is {limits.MaxNameLength}.");
                    }

                    if (found is DirectoryInfo { LinkTarget: null } below && EntryNames.IsPlain(path))
                    {
                        folders.Push((below, path + "/"));
                    }
                    else if (File(found, inside) is { } file && EntryNames.IsPlain(path))
                    {
                        if (!EntryNames.IsLitter(path))
                        {
                            total += file.Length;
                            entries.Add(new DatasetArchiveEntry(path, file.Length) { File = file.FullName });
                        }
                    }
                    else
                    {
                        skipped.Add(path);
                    }

                    DatasetArchive.ThrowIfOver("archive-too-many-entries", "entries", entries.Count + (long)skipped.Count, limits.MaxEntries);
                    DatasetArchive.ThrowIfOver("archive-too-large", "bytes", total, limits.MaxTotalBytes);
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException("path-unreadable", $"The folder {folder} cannot be read: {error.Message}", error);
        }

        entries.Sort((one, other) => string.CompareOrdinal(one.Path, other.Path));
        return (entries, skipped);
    }

    /// <exception cref="DatasetException">It is gone, or may not be read.</exception>
    public static Stream Open(DatasetArchiveEntry entry)
    {
        if (entry.Length == 0)
        {
            // Pipes and devices have no length either: reading from them might never end.
            return Stream.Null;
        }

        try
        {
            return new EntryStream(new FileStream(entry.File!, FileMode.Open, FileAccess.Read, FileShare.Read), entry.Path, entry.Length, leaveOpen: false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException("path-unreadable", $"The file {entry.Path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>The plain file, or the one in the same folder that a link leads to; null for all else.</summary>
    private static FileInfo? File(FileSystemInfo found, string inside)
    {
        var file = found.LinkTarget is null ? found as FileInfo : found.ResolveLinkTarget(returnFinalTarget: true) as FileInfo;
        return file is { Exists: true } && (found.LinkTarget is null || file.FullName.StartsWith(inside, StringComparison.Ordinal)) ? file : null;
    }
}
