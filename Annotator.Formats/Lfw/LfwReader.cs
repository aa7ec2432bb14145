using Annotator.Formats.Archives;

namespace Annotator.Formats.Lfw;

/// <summary>
/// LFW 1.0: images in folders of people, five points of each face, and pairs of images that show the same person or not.
/// </summary>
public sealed class LfwReader : IDatasetReader
{
    private static readonly string[] _files = ["people.txt", "pairs.txt", "landmarks.txt"];

    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        var files = archive.Entries.Where(IsList).Take(ArchiveProbe.Files).ToList();
        foreach (var file in files)
        {
            var lines = await ArchiveProbe.LinesAsync(archive, file, cancel);
            if (lines.Any(line => line.Contains('\t', StringComparison.Ordinal)))
            {
                return FormatMatch.Certain;
            }
        }

        return files.Count > 1 ? FormatMatch.Likely : FormatMatch.None;
    }

    public Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var files = archive.Entries.Where(IsList).OrderBy(entry => entry.Path, StringComparer.Ordinal).ToList();
        if (files.Count == 0)
        {
            throw new DatasetException("lfw-no-annotations", "No file annotations/people.txt, pairs.txt or landmarks.txt was found.");
        }

        var rows = new RowSpool();
        try
        {
            var faces = new LfwFaces(archive, rows, report);

            // Who there is must be known before paths are taken apart.
            foreach (var file in files.OrderBy(file => Array.IndexOf(_files, EntryPaths.FileName(file.Path))))
            {
                faces.Add(file, Subset(file.Path), cancel);
            }

            faces.AddImages(Subset);
            return Task.FromResult<IDatasetSource>(new ItemsSource(faces.Info, faces.Items, owned: rows));
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    private static bool IsList(DatasetArchiveEntry entry) =>
        _files.Contains(EntryPaths.FileName(entry.Path)) && EntryPaths.EndsIn(EntryPaths.Folder(entry.Path).TrimEnd('/'), "annotations");

    /// <summary>The folder around <c>annotations</c> or <c>images</c>.</summary>
    private static string Subset(string path)
    {
        var folders = path.Split('/');
        var at = Array.FindLastIndex(folders, folder => folder is "annotations" or "images");
        return at < 1 || folders[at - 1] == "default" ? "" : folders[at - 1];
    }
}
