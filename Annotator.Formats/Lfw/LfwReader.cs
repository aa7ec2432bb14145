using Annotator.Formats.Archives;

namespace Annotator.Formats.Lfw;

/// <summary>
/// LFW 1.0: images in folders of people, five points of each face, and pairs of images that show the same person or not.
/// </summary>
public sealed class LfwReader : IDatasetReader
{
    private static readonly string[] _files = ["people.txt", "pairs.txt", "landmarks.txt"];

    /// <summary>Lines of a list that are looked at to tell it from other texts of its name.</summary>
    private const int Looked = 5;

    /// <summary>The benchmark's further lists, which tell of the same people and pairs again.</summary>
    private static readonly string[] _further = ["peopleDevTrain.txt", "peopleDevTest.txt", "pairsDevTrain.txt", "pairsDevTest.txt"];

    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        var files = archive.Entries.Where(entry => IsList(archive, entry)).Take(ArchiveProbe.Files).ToList();
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
        var files = archive.Entries.Where(entry => IsList(archive, entry)).OrderBy(entry => entry.Path, StringComparer.Ordinal).ToList();
        if (files.Count == 0)
        {
            throw new DatasetException("lfw-no-annotations", "No file people.txt, pairs.txt or landmarks.txt was found.");
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

            foreach (var file in archive.Entries.Where(entry => _further.Contains(EntryPaths.FileName(entry.Path))))
            {
                report.Note("file-skipped", "Lists for development were not read: they are parts of the others", file.Path);
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

    /// <summary>In a folder <c>annotations</c>; or at the top, as the benchmark has them, with tabs on their first lines.</summary>
    private static bool IsList(DatasetArchive archive, DatasetArchiveEntry entry)
    {
        var folder = EntryPaths.Folder(entry.Path).TrimEnd('/');
        return _files.Contains(EntryPaths.FileName(entry.Path))
            && (EntryPaths.EndsIn(folder, "annotations")
                || (!folder.Contains('/', StringComparison.Ordinal) && LineReader.Lines(archive, entry).Take(Looked).Any(line => line.Contains('\t', StringComparison.Ordinal))));
    }

    /// <summary>The folder around <c>annotations</c> or <c>images</c>.</summary>
    private static string Subset(string path)
    {
        var folders = path.Split('/');
        var at = Array.FindLastIndex(folders, folder => folder is "annotations" or "images");
        return at < 1 || folders[at - 1] == "default" ? "" : folders[at - 1];
    }
}
