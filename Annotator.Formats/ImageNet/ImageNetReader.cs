using System.Globalization;
using System.Runtime.CompilerServices;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.ImageNet;

/// <summary>
/// ImageNet 1.0: images in folders of their labels, or a list of names (<c>synsets.txt</c>) with a list of images and their
/// labels' numbers for each subset.
/// </summary>
public sealed class ImageNetReader : IDatasetReader
{
    public ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel) => ImageNetMatch.OfAsync(archive, cancel);

    public Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var texts = archive.Entries.Where(entry => entry.Path.EndsWith(".txt", StringComparison.OrdinalIgnoreCase)).ToList();
        if (texts.Count == 0)
        {
            var folders = new LabelFolders(archive);
            return folders.Items.Count == 0
                ? throw new DatasetException("imagenet-no-annotations", "Neither images in folders nor lists of images were found.")
                : Task.FromResult<IDatasetSource>(new Source(Info(folders.Labels), _ => folders.Read(archive, report)));
        }

        var synsets = texts.Find(entry => FileName(entry).Contains("synsets", StringComparison.OrdinalIgnoreCase));
        List<string> names = synsets is null ? [] : [.. LineReader.Lines(archive, synsets).Select(FirstWord).Where(name => name.Length > 0).Take(archive.Limits.MaxLabels + 1)];
        if (names.Count > archive.Limits.MaxLabels)
        {
            throw new DatasetException("too-many-labels", $"{synsets!.Path}: there are more than {archive.Limits.MaxLabels} labels.");
        }

        if (synsets is null)
        {
            report.Note("names-missing", "There is no synsets.txt: labels are called by their numbers", "");
        }

        var lists = new ImageLists(archive, names, report);
        var files = texts.Where(entry => entry != synsets).ToList();
        return Task.FromResult<IDatasetSource>(new Source(Info(names), token => lists.Read(files, token)));
    }

    private static DatasetInfo Info(IEnumerable<string> names) =>
        new() { Labels = [.. names.Distinct().Select(name => new DatasetLabel { Name = name, Type = "tag" })] };

    /// <summary>The original lists say <c>n01440764 tench, Tinca tinca</c>; others have names with blanks.</summary>
    private static string FirstWord(string line)
    {
        var trimmed = line.Trim();
        var blank = trimmed.IndexOf(' ', StringComparison.Ordinal);
        return blank == 9 && trimmed[0] == 'n' && trimmed.AsSpan(1, 8).IndexOfAnyExceptInRange('0', '9') < 0 ? trimmed[..blank] : trimmed;
    }

    private static string FileName(DatasetArchiveEntry entry) => entry.Path[(entry.Path.LastIndexOf('/') + 1)..];

    private sealed class Source(DatasetInfo info, Func<CancellationToken, IEnumerable<DatasetItem>> read) : IDatasetSource
    {
        public DatasetInfo Info => info;
        public bool HasTracks => false;

        public async IAsyncEnumerable<DatasetItem> ReadItemsAsync([EnumeratorCancellation] CancellationToken cancel)
        {
            await Task.CompletedTask;
            foreach (var item in read(cancel))
            {
                cancel.ThrowIfCancellationRequested();
                yield return item;
            }
        }

        public async IAsyncEnumerable<DatasetTrack> ReadTracksAsync([EnumeratorCancellation] CancellationToken cancel)
        {
            await Task.CompletedTask;
            yield break;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>Lists of images: a path, quoted where it has blanks, and numbers of labels.</summary>
    private sealed class ImageLists(DatasetArchive archive, List<string> names, DatasetReport report)
    {
        private readonly ArchiveImages _images = new(archive);

        public IEnumerable<DatasetItem> Read(List<DatasetArchiveEntry> files, CancellationToken cancel)
        {
            foreach (var file in files)
            {
                // Images are opened while the list is read, and an archive gives one file at a time.
                using var spool = Spool.Create();
                using (var packed = archive.Open(file))
                {
                    packed.CopyTo(spool);
                }

                spool.Position = 0;
                var subset = Path.GetFileNameWithoutExtension(FileName(file));
                var number = 0;
                foreach (var line in LineReader.Lines(spool, file.Path, archive.Limits))
                {
                    cancel.ThrowIfCancellationRequested();
                    number++;
                    if (line.Trim().Length > 0)
                    {
                        yield return Item(line.Trim(), subset == "default" ? "" : subset, string.Create(CultureInfo.InvariantCulture, $"{file.Path} line {number}"));
                    }
                }
            }
        }

        private DatasetItem Item(string line, string subset, string place)
        {
            var (path, numbers) = Split(line);
            var tags = new List<DatasetTag>();
            foreach (var word in numbers.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            {
                if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var label) || (names.Count > 0 && label >= names.Count))
                {
                    report.Loss("class-unknown", "Labels that synsets.txt does not have were left out", $"{place}: {(word.Length > 40 ? word[..40] : word)} of {names.Count}");
                    continue;
                }

                tags.Add(new DatasetTag { Label = names.Count > 0 ? names[label] : label.ToString(CultureInfo.InvariantCulture) });
                report.Count("tag");
            }

            report.Images++;
            return new DatasetItem { Name = path, Subset = subset, Tags = tags, OpenImage = _images.Find(path, subset) };
        }

        private static (string Path, string Numbers) Split(string line)
        {
            var close = line[0] == '"' ? line.IndexOf('"', 1) : -1;
            if (close > 0)
            {
                var blank = line.IndexOf(' ', close);
                var end = blank < 0 ? line.Length : blank;
                return (line[1..close] + line[(close + 1)..end], line[end..]);
            }

            var first = line.IndexOfAny([' ', '\t']);
            return first < 0 ? (line, "") : (line[..first], line[first..]);
        }
    }
}
