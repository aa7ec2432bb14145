using System.Text;
using Annotator.Formats.Archives;

namespace Annotator.Formats.Voc;

/// <summary>
/// The lists of which images have which label. Images with tags wait in a temporary file for each subset, which is read once
/// for each label: there are as many lists as labels.
/// </summary>
internal sealed class VocTagLists : IAsyncDisposable
{
    private readonly SortedDictionary<string, FileStream> _subsets = new(StringComparer.Ordinal);

    public void Add(string subset, string id, SortedSet<int> numbers)
    {
        if (!_subsets.TryGetValue(subset, out var file))
        {
            _subsets[subset] = file = Spool.Create();
        }

        // No line of a list can hold a tab: it ends the numbers of the labels.
        file.Write(Encoding.UTF8.GetBytes($"{string.Join(' ', numbers)}\t{id}\n"));
    }

    public async Task WriteToAsync(ArchiveWriter archive, VocLabels labels, CancellationToken cancel)
    {
        foreach (var (subset, file) in _subsets)
        {
            var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            for (var label = 0; label < labels.Names.Count; label++)
            {
                var plain = VocLists.Plain(labels.Names[label]);
                while (!names.Add(plain))
                {
                    plain += "_";
                }

                file.Position = 0;
                await using var list = archive.Create($"ImageSets/Main/{plain}_{subset}.txt");
                using var lines = new StreamReader(file, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
                while (await lines.ReadLineAsync(cancel) is { } line)
                {
                    var tab = line.IndexOf('\t', StringComparison.Ordinal);
                    await list.WriteAsync(Encoding.UTF8.GetBytes($"{line[(tab + 1)..]} {(Has(line.AsSpan(0, tab), label) ? " 1" : "-1")}\n"), cancel);
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var file in _subsets.Values)
        {
            await file.DisposeAsync();
        }
    }

    private static bool Has(ReadOnlySpan<char> numbers, int label)
    {
        foreach (var range in numbers.Split(' '))
        {
            if (int.Parse(numbers[range], System.Globalization.CultureInfo.InvariantCulture) == label)
            {
                return true;
            }
        }

        return false;
    }
}
