using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Market1501;

/// <summary>Market-1501 1.0: images of people whose names say everything, in a folder for each subset, or only listed.</summary>
public sealed class MarketReader : IDatasetReader
{
    private const string Folder = "bounding_box_";
    private const string List = "images_";

    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        foreach (var list in archive.Entries.Where(IsList).Take(ArchiveProbe.Files))
        {
            var lines = await ArchiveProbe.LinesAsync(archive, list, cancel);
            if (lines.Length > 0 && lines.Take(20).All(line => FolderOf(line) is not null))
            {
                return FormatMatch.Certain;
            }
        }

        var named = false;
        foreach (var entry in archive.Entries)
        {
            named |= FolderOf(entry.Path)?.StartsWith(Folder, StringComparison.Ordinal) == true;
            if (ArchiveProbe.IsImage(entry) && FolderOf(entry.Path) is not null && MarketName.Parse(Path.GetFileNameWithoutExtension(entry.Path)) is not null)
            {
                return FormatMatch.Certain;
            }
        }

        return named ? FormatMatch.Likely : FormatMatch.None;
    }

    public Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var images = new ImageIndex(archive.Limits);
        var queries = new HashSet<int>();
        foreach (var list in archive.Entries.Where(IsList).OrderBy(entry => entry.Path, StringComparer.Ordinal))
        {
            var subset = Path.GetFileNameWithoutExtension(EntryPaths.FileName(list.Path))[List.Length..];
            foreach (var line in LineReader.Lines(archive, list))
            {
                cancel.ThrowIfCancellationRequested();
                var path = line.Trim().Replace('\\', '/');
                if (path.Length > 0 && FolderOf(path) is null)
                {
                    report.Loss("row-invalid", "Lines that are not of the format were left out", $"{list.Path}: {(path.Length > 100 ? path[..100] : path)}");
                }
                else if (path.Length > 0)
                {
                    Add(subset, path);
                }
            }
        }

        var listed = images.Images.Count > 0 || archive.Entries.Any(IsList);
        foreach (var entry in listed ? [] : archive.Entries.Where(entry => ArchiveProbe.IsImage(entry) && FolderOf(entry.Path) is not null))
        {
            Add("", entry.Path);
        }

        if (images.Images.Count == 0 && !listed)
        {
            throw new DatasetException("market1501-no-annotations", "No folder bounding_box_<subset> or query with images and no list images_<subset>.txt was found.");
        }

        var any = images.Images.Any(image => Name(image.Name) is not null);
        var info = new DatasetInfo { Labels = any ? [Label()] : [] };
        return Task.FromResult<IDatasetSource>(new ItemsSource(info, () => Items(archive, images, queries, report)));

        void Add(string subset, string path)
        {
            var folder = FolderOf(path)!;
            var own = subset.Length > 0 ? subset : folder == MarketName.Query ? MarketName.Query : folder[Folder.Length..];
            var within = path[(path.LastIndexOf(folder + "/", StringComparison.Ordinal) + folder.Length + 1)..];
            var image = images.Add(own == "default" ? "" : own, within);
            if (folder == MarketName.Query)
            {
                queries.Add(image);
            }
        }
    }

    private static IEnumerable<DatasetItem> Items(DatasetArchive archive, ImageIndex images, HashSet<int> queries, DatasetReport report)
    {
        var finder = new ArchiveImages(archive);
        for (var i = 0; i < images.Images.Count; i++)
        {
            var (subset, name) = images.Images[i];
            var query = queries.Contains(i);
            var said = Name(name);
            report.Images++;
            report.Count("tag", said is null ? 0 : 1);
            if (said is null && MarketName.IsSimilar(Path.GetFileNameWithoutExtension(name)))
            {
                report.Loss("name-unknown", "Names of other collections of people, which are not of the form 0002_c1s1_000451_03, were not read", name);
            }

            var item = new DatasetItem { Name = $"{(query ? MarketName.Query : Folder + (subset.Length > 0 ? subset : "default"))}/{name}", Subset = subset, Tags = said is null ? [] : [said.ToTag(query)] };
            yield return finder.Attach(item) with { Name = name };
        }
    }

    private static MarketName? Name(string path) => MarketName.Parse(Path.GetFileNameWithoutExtension(path));

    private static DatasetLabel Label() => new()
    {
        Name = MarketName.Label,
        Type = "tag",
        Attributes = [.. MarketName.Keys.Select(key => key == MarketName.Query
            ? new DatasetAttribute { Name = key, InputType = "checkbox", DefaultValue = "false", Values = ["false"] }
            : new DatasetAttribute { Name = key })],
    };

    private static bool IsList(DatasetArchiveEntry entry)
    {
        var name = EntryPaths.FileName(entry.Path);
        return name.StartsWith(List, StringComparison.Ordinal) && name.EndsWith(".txt", StringComparison.OrdinalIgnoreCase) && name.Length > List.Length + 4;
    }

    /// <summary>The folder that tells the subset; null when the path has none.</summary>
    private static string? FolderOf(string path)
    {
        var folders = path.Split('/');
        for (var i = 0; i < folders.Length - 1; i++)
        {
            if (folders[i] == MarketName.Query || (folders[i].StartsWith(Folder, StringComparison.Ordinal) && folders[i].Length > Folder.Length))
            {
                return folders[i];
            }
        }

        return null;
    }
}
