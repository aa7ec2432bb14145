using System.Globalization;
using System.Text;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Yolo;

/// <summary>
/// Writes the text formats of the YOLO family: a file of rows for each image, in fractions of its size. What such a row
/// cannot say is left out and reported.
/// </summary>
public sealed class YoloWriter(YoloKind kind) : IDatasetWriter
{
    public async Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel)
    {
        await using var archive = new ArchiveWriter(output);
        await using var lists = new SubsetLists();
        var names = YoloPoseText.Classes(kind, source.Info.Labels).Select(label => label.Name.ReplaceLineEndings(" ").Trim()).ToList();
        var rows = new YoloRowText(kind, source.Info.Labels, report);
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            var subset = Subset(item.Subset);
            var (images, labels) = Folders(subset);
            var name = Free(archive.Reserve(images, item, report), images, taken, item, report);
            if (options.SaveImages)
            {
                await archive.WriteImageAsync(images + name, item, report, cancel);
            }

            var text = rows.Of(item);
            if (text.Length > 0 || kind == YoloKind.Darknet)
            {
                await WriteAsync(archive, $"{labels}{Stem(name)}.txt", text, cancel);
            }

            lists.Add(subset, $"data/{images}{name}\n");
            report.Images++;
        }

        await WriteIndexAsync(archive, lists, names, kind == YoloKind.Pose ? new YoloPoseText(source.Info.Labels).Yaml() : "", report, cancel);
    }

    private async Task WriteIndexAsync(ArchiveWriter archive, SubsetLists lists, List<string> names, string skeletons, DatasetReport report, CancellationToken cancel)
    {
        if (kind == YoloKind.Darknet)
        {
            foreach (var (subset, list) in lists.All)
            {
                await using var entry = archive.Create($"{subset}.txt");
                await list.CopyToAsync(entry, cancel);
            }

            var subsets = string.Concat(lists.All.Select(list => $"{list.Subset} = data/{list.Subset}.txt\n"));
            await WriteAsync(archive, "obj.data", string.Create(CultureInfo.InvariantCulture, $"classes = {names.Count}\n{subsets}names = data/obj.names\nbackup = backup/\n"), cancel);
            await WriteAsync(archive, "obj.names", string.Concat(names.Select(name => name + "\n")), cancel);
            return;
        }

        await WriteAsync(archive, "data.yaml", Yaml([.. lists.All.Select(list => list.Subset)], names, report) + skeletons, cancel);
    }

    /// <summary>Trainers want both train and val; folders work wherever the archive is unpacked.</summary>
    private static string Yaml(List<string> subsets, List<string> names, DatasetReport report)
    {
        var text = new StringBuilder();
        var train = subsets.Contains("train") ? "train" : subsets.FirstOrDefault() ?? "train";
        var val = subsets.Contains("val") ? "val" : train;
        text.Append(CultureInfo.InvariantCulture, $"train: images/{train}\nval: images/{val}\n");
        foreach (var other in subsets.Where(subset => subset != train && subset != val))
        {
            text.Append(CultureInfo.InvariantCulture, $"{Quoted(other)}: {Quoted("images/" + other)}\n");
        }

        if (val == train)
        {
            report.Note("no-validation", "There is no subset val: the trainer is told to use the one for training", "data.yaml");
        }

        text.Append("names:\n");
        for (var i = 0; i < names.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {i}: {Quoted(names[i])}\n");
        }

        return text.ToString();
    }

    internal static string Quoted(string name) =>
        name.Length > 0 && char.IsAsciiLetter(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '/')
        && name.ToLowerInvariant() is not ("true" or "false" or "yes" or "no" or "on" or "off" or "null" or "y" or "n")
            ? name
            : $"\"{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private (string Images, string Labels) Folders(string subset) => kind == YoloKind.Darknet
        ? ($"obj_{subset}_data/", $"obj_{subset}_data/")
        : ($"images/{subset}/", $"labels/{subset}/");

    /// <summary>Names of subsets become names of files, and some mean something else to a trainer.</summary>
    internal static string Subset(string subset)
    {
        var plain = string.Concat(subset.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' ? letter : '_'));
        return plain.ToLowerInvariant() switch
        {
            "" or "default" => "train",
            "valid" or "validation" => "val",
            "backup" or "classes" or "names" or "path" or "nc" or "kpt_shape" or "flip_idx" => plain + "_",
            _ => plain,
        };
    }

    /// <summary>Rows are found by the image's name without its extension: two images may not differ in that alone.</summary>
    private static string Free(string name, string folder, HashSet<string> taken, DatasetItem item, DatasetReport report)
    {
        if (taken.Add(folder + Stem(name)))
        {
            return name;
        }

        report.Repair("name-taken", "Two frames have the same name; the later one was renamed", item.Name);
        for (var number = 2; ; number++)
        {
            var stem = string.Create(CultureInfo.InvariantCulture, $"{Stem(name)}_{number}");
            if (taken.Add(folder + stem))
            {
                return stem + Path.GetExtension(name);
            }
        }
    }

    private static string Stem(string name) => name[..^Path.GetExtension(name).Length];

    private static async Task WriteAsync(ArchiveWriter archive, string path, string text, CancellationToken cancel)
    {
        await using var entry = archive.Create(path);
        await entry.WriteAsync(Encoding.UTF8.GetBytes(text), cancel);
    }

    /// <summary>The images of each subset, kept aside until all are known.</summary>
    private sealed class SubsetLists : IAsyncDisposable
    {
        private readonly Dictionary<string, FileStream> _lists = new(StringComparer.Ordinal);

        public IEnumerable<(string Subset, Stream List)> All
        {
            get
            {
                foreach (var (subset, list) in _lists.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    list.Position = 0;
                    yield return (subset, list);
                }
            }
        }

        public void Add(string subset, string line)
        {
            if (!_lists.TryGetValue(subset, out var list))
            {
                _lists[subset] = list = Spool.Create();
            }

            list.Write(Encoding.UTF8.GetBytes(line));
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var list in _lists.Values)
            {
                await list.DisposeAsync();
            }
        }
    }
}
