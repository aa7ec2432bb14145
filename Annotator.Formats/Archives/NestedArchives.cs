namespace Annotator.Formats.Archives;

/// <summary>A file of an archive that lies in the one at hand.</summary>
internal readonly record struct InnerFile(DatasetArchive Archive, DatasetArchiveEntry Entry);

/// <summary>
/// Archives of nothing but archives, as file stores and benchmarks give them: their files are read as if they lay in
/// folders of the archives' names, or at the top where there is one only.
/// </summary>
internal static class NestedArchives
{
    /// <summary>Archives within archives within the one that was sent.</summary>
    public const int MaxDepth = 2;

    private const int MaxArchives = 64;

    private static readonly string[] _endings = [".tar.gz", ".tgz", ".tar", ".zip"];
    private static readonly string[] _beside = [".md", ".pdf", ".html", ".htm", ".rst"];

    /// <summary>Whether there are archives, and nothing else but words about them.</summary>
    public static bool AreAll(IReadOnlyList<DatasetArchiveEntry> entries)
    {
        var archives = 0;
        foreach (var entry in entries)
        {
            archives += IsArchive(entry) ? 1 : 0;
            if (archives > MaxArchives || !(IsArchive(entry) || IsBeside(entry)))
            {
                return false;
            }
        }

        return archives > 0;
    }

    public static bool IsArchive(DatasetArchiveEntry entry) => Array.Exists(_endings, ending => entry.Path.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    /// <summary>Opens every archive in <paramref name="outer"/>; they are added to <paramref name="opened"/>, and are the caller's.</summary>
    /// <exception cref="DatasetException">One of them is damaged, or they are over a limit together.</exception>
    public static async Task<List<DatasetArchiveEntry>> OpenAsync(DatasetArchive outer, List<DatasetArchive> opened, int depth, CancellationToken cancel)
    {
        var limits = outer.Limits;
        var archives = outer.Entries.Where(IsArchive).ToList();
        var (result, paths, total) = (new List<DatasetArchiveEntry>(), new HashSet<string>(StringComparer.Ordinal), 0L);
        foreach (var entry in outer.Entries.Where(entry => !IsArchive(entry)))
        {
            paths.Add(entry.Path);
            result.Add(entry);
        }

        foreach (var entry in archives)
        {
            var spool = Spool.Create();
            try
            {
                await using var packed = outer.Open(entry);
                await packed.CopyToAsync(spool, cancel);
            }
            catch
            {
                await spool.DisposeAsync();
                throw;
            }

            var inner = await DatasetArchive.OpenAsync(spool, entry.Path, limits, depth + 1, cancel);
            opened.Add(inner);
            foreach (var file in inner.Entries)
            {
                var path = archives.Count == 1 ? file.Path : $"{Folder(entry)}/{file.Path}";
                total += file.Length;
                DatasetArchive.ThrowIfOver("archive-too-many-entries", "entries", result.Count + 1L, limits.MaxEntries);
                DatasetArchive.ThrowIfOver("archive-too-large", "unpacked bytes", total, limits.MaxTotalBytes);
                result.Add(paths.Add(path)
                    ? new DatasetArchiveEntry(path, file.Length) { Inner = new InnerFile(inner, file) }
                    : throw new DatasetException("archive-duplicate-name", $"The archives in the archive hold two files of the name {path}."));
            }
        }

        return result;
    }

    private static bool IsBeside(DatasetArchiveEntry entry)
    {
        var name = EntryPaths.FileName(entry.Path);
        return Array.Exists(_beside, ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            || name.StartsWith("readme", StringComparison.OrdinalIgnoreCase) || name.StartsWith("licen", StringComparison.OrdinalIgnoreCase);
    }

    private static string Folder(DatasetArchiveEntry entry) =>
        entry.Path[..^_endings.First(ending => entry.Path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)).Length];
}
