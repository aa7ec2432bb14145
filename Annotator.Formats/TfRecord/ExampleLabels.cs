using System.Globalization;
using System.Text;
using Google.Protobuf;

namespace Annotator.Formats.TfRecord;

/// <summary>What a record calls its classes: by text, by the id of a label map, or by both.</summary>
internal sealed class ExampleLabels(SortedDictionary<int, string> map, DatasetLimits limits)
{
    /// <summary>The label of boxes that have none.</summary>
    public const string Missing = "object";

    private readonly Dictionary<ByteString, string> _texts = [];
    private readonly Dictionary<string, string> _stripped = map.Values.Distinct()
        .GroupBy(Stripped).Where(group => group.Count() == 1).ToDictionary(group => group.Key, group => group.First());
    private readonly HashSet<string> _known = [.. map.Values];
    private readonly List<string> _names = [.. map.Values.Distinct()];

    /// <summary>Those of the map by id, then others in the order in which they were met.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The label at a place of the parallel lists; null when neither says one.</summary>
    public string? At(Feature? texts, Feature? ids, int index)
    {
        if (texts is not null && index < texts.Bytes.Count && texts.Bytes[index].Length > 0)
        {
            return Text(texts.Bytes[index]);
        }

        var id = ids is not null && index < ids.Numbers.Count ? ids.Numbers[index] : 0;
        return id is < 1 or > int.MaxValue ? null : map.TryGetValue((int)id, out var name) ? name : Known(id.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Makes a label known, so that it is among the names.</summary>
    public string Known(string name)
    {
        if (_known.Add(name))
        {
            _names.Add(name);
            if (_names.Count > limits.MaxLabels)
            {
                throw new DatasetException("too-many-labels", $"The records have more than {limits.MaxLabels} labels.");
            }
        }

        return name;
    }

    /// <summary>Some writers leave out all letters but plain ones: then the map tells the whole name.</summary>
    private string Text(ByteString bytes)
    {
        if (_texts.TryGetValue(bytes, out var name))
        {
            return name;
        }

        var text = bytes.ToStringUtf8();
        name = Known(!_known.Contains(text) && _stripped.TryGetValue(text, out var whole) ? whole : text);
        _texts[bytes] = name;
        return name;
    }

    private static string Stripped(string name)
    {
        var plain = new StringBuilder(name.Length);
        foreach (var letter in name)
        {
            if (char.IsAscii(letter))
            {
                plain.Append(letter);
            }
        }

        return plain.ToString();
    }
}
