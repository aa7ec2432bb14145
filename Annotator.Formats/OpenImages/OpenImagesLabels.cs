using Annotator.Formats.Archives;

namespace Annotator.Formats.OpenImages;

/// <summary>What the machine's names of labels, such as <c>/m/01g317</c>, are called.</summary>
internal sealed class OpenImagesLabels
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);
    private readonly List<string> _ordered = [];
    private readonly int _most;

    public OpenImagesLabels(DatasetArchive archive)
    {
        _most = archive.Limits.MaxLabels;
        Span<Range> fields = stackalloc Range[2];
        foreach (var entry in archive.Entries.Where(OpenImagesReader.IsDescriptions))
        {
            foreach (var line in LineReader.Lines(archive, entry))
            {
                if (CsvLine.Split(line, fields) < 2)
                {
                    continue;
                }

                var (name, shown) = (CsvLine.Text(line.AsSpan(fields[0])), CsvLine.Text(line.AsSpan(fields[1])));
                if (name.Length > 0 && shown.Length > 0 && !(name == OpenImagesFile.LabelName && shown == "DisplayName"))
                {
                    _names.TryAdd(name, shown);
                    _ordered.Add(shown);
                    DatasetArchive.ThrowIfOver("too-many-labels", "labels", _ordered.Count, 10L * _most);
                }
            }
        }
    }

    /// <summary>All that are described; of very many, as the official lists have them, only those in use.</summary>
    public IEnumerable<string> Names =>
        (_ordered.Count > _most ? _used.Order(StringComparer.Ordinal) : _ordered.Concat(_used.Order(StringComparer.Ordinal))).Distinct();

    /// <summary>The name people know; the machine's where nothing else is known.</summary>
    public string Shown(string name) => _names.GetValueOrDefault(name) ?? name;

    public void Use(string name)
    {
        if (name.Length > 0 && _used.Add(Shown(name)))
        {
            DatasetArchive.ThrowIfOver("too-many-labels", "labels", _used.Count, _most);
        }
    }
}
