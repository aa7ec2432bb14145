using Annotator.Formats.Model;

namespace Annotator.Formats.Tools;

/// <summary>New names for labels: several may become one, and some may go.</summary>
public sealed class LabelRemap
{
    private readonly Dictionary<string, string?> _names = new(StringComparer.Ordinal);
    private readonly bool _keepOthers;

    /// <param name="names">The new name by the old one; null or empty leaves out the label and all that it is on.</param>
    /// <param name="keepOthers">Whether labels that are not named stay; else they go.</param>
    public LabelRemap(IEnumerable<KeyValuePair<string, string?>> names, bool keepOthers)
    {
        _keepOthers = keepOthers;
        foreach (var (from, to) in names)
        {
            _names[from] = string.IsNullOrEmpty(to) ? null : to;
        }
    }

    /// <summary>Reads <c>old=new</c>; nothing behind the sign leaves the label out.</summary>
    /// <exception cref="DatasetException"><c>remap-invalid</c></exception>
    public static KeyValuePair<string, string?> Parse(string text)
    {
        var sign = text.IndexOf('=', StringComparison.Ordinal);
        return sign > 0 ? new(text[..sign].Trim(), text[(sign + 1)..].Trim()) : throw new DatasetException("remap-invalid", $"Labels: \"{text}\" is not OLD=NEW.");
    }

    /// <param name="source">Owned by the result from now on.</param>
    public IDatasetSource Of(IDatasetSource source, DatasetReport report)
    {
        foreach (var name in _names.Keys.Where(name => source.Info.Labels.All(label => label.Name != name)))
        {
            report.Note("label-not-there", "Labels to be renamed that the dataset does not declare", name);
        }

        return new MappedSource(source, source.Info with { Labels = Renamed(source.Info.Labels, report) }, item => Renamed(item, report), track => Name(track.Label) is { } name ? track with { Label = name } : null);
    }

    private string? Name(string label) => _names.TryGetValue(label, out var name) ? name : _keepOthers ? label : null;

    private DatasetItem Renamed(DatasetItem item, DatasetReport report)
    {
        var shapes = new List<DatasetShape>(item.Shapes.Count);
        foreach (var shape in item.Shapes)
        {
            if (Name(shape.Label) is not { } name)
            {
                report.Note("label-left-out", "Annotations of labels that were to go", $"{item.Name}: {shape.Label}");
                continue;
            }

            shapes.Add(name == shape.Label ? shape : shape with { Label = name });
        }

        var tags = new List<DatasetTag>(item.Tags.Count);
        foreach (var tag in item.Tags)
        {
            // Two tags of one frame may have become the same.
            if (Name(tag.Label) is { } name && !tags.Exists(other => other.Label == name))
            {
                tags.Add(name == tag.Label ? tag : tag with { Label = name });
            }
        }

        return item with { Shapes = shapes, Tags = tags };
    }

    private List<DatasetLabel> Renamed(IReadOnlyList<DatasetLabel> labels, DatasetReport report)
    {
        var result = new List<DatasetLabel>();
        foreach (var label in labels)
        {
            if (Name(label.Name) is not { } name)
            {
                continue;
            }

            var same = result.FindIndex(other => other.Name == name);
            if (same < 0)
            {
                result.Add(label with { Name = name });
            }
            else
            {
                result[same] = LabelUnion.Of(result[same], label, report);
            }
        }

        return result;
    }
}
