using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Annotator.Formats.Model;

namespace Annotator.Formats.Tools.Validation;

/// <summary>
/// Looks for flaws frame by frame. In memory stay sixteen bytes of each frame's name (and of its content, where images are
/// compared) and one number a label.
/// </summary>
public sealed class DatasetValidator(DatasetInfo info, ValidationOptions options)
{
    private const int MaxPlaces = 20;

    /// <summary>Comparing each shape with each other on a frame costs the square of their number.</summary>
    private const int MostToCompare = 1000;

    private readonly Dictionary<string, Finding> _findings = new(StringComparer.Ordinal);
    private readonly HashSet<UInt128> _names = [];
    private readonly Dictionary<UInt128, string> _contents = [];
    private readonly Dictionary<string, long> _labels = info.Labels.GroupBy(label => label.Name).ToDictionary(group => group.Key, _ => 0L);
    private readonly HashSet<string> _declared = [.. info.Labels.Select(label => label.Name)];
    private readonly ShapeChecks _shapes = new(options);
    private readonly List<string> _missing = [];
    private long _missingCount;
    private long _present;

    /// <summary>Call once, when all frames were added: the worst findings first.</summary>
    public IReadOnlyList<DatasetFinding> Finish()
    {
        if (_missingCount > 0 && (_present > 0 || options.RequireImages))
        {
            var finding = _findings["image-missing"] = new Finding(FindingSeverity.Error, "Images are not at hand");
            finding.Count = _missingCount;
            finding.Places.AddRange(_missing);
        }

        foreach (var label in _labels.Where(pair => pair.Value == 0 && _declared.Contains(pair.Key)))
        {
            Add(FindingSeverity.Info, "label-unused", "Labels that no annotation has", label.Key);
        }

        var used = _labels.Where(pair => pair.Value > 0).OrderBy(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).ToList();
        foreach (var rare in used.Where(pair => pair.Value * options.Imbalance <= used[^1].Value))
        {
            Add(FindingSeverity.Warning, "class-imbalance", string.Create(CultureInfo.InvariantCulture, $"Labels used {options.Imbalance} times less than the most used one, or still less"), string.Create(CultureInfo.InvariantCulture, $"{rare.Key}: {rare.Value}, {used[^1].Key}: {used[^1].Value}"));
        }

        return [.. _findings.Select(pair => new DatasetFinding(pair.Value.Severity, pair.Key, pair.Value.Message, pair.Value.Count, pair.Value.Places))
            .OrderByDescending(finding => finding.Severity).ThenBy(finding => finding.Code, StringComparer.Ordinal)];
    }

    public async Task AddAsync(DatasetItem item, CancellationToken cancel)
    {
        if (!_names.Add(Hash(Encoding.UTF8.GetBytes($"{item.Subset}\n{item.Name}"))))
        {
            Add(FindingSeverity.Error, "image-twice", "Images of the same name and subset", item.Name);
        }

        await CheckImageAsync(item, cancel);
        foreach (var shape in item.Shapes)
        {
            Used(item, shape.Label, Words.Of(shape.Kind));
            foreach (var flaw in _shapes.Of(item, shape))
            {
                Add(flaw.Severity, flaw.Code, flaw.Message, $"{item.Name}: {Words.Of(shape.Kind)} {shape.Label}");
            }
        }

        foreach (var tag in item.Tags)
        {
            Used(item, tag.Label, "tag");
        }

        CheckTwice(item);
        if (item.Shapes.Count == 0 && item.Tags.Count == 0)
        {
            Add(FindingSeverity.Info, "image-empty", "Images without annotations", item.Name);
        }
    }

    private async Task CheckImageAsync(DatasetItem item, CancellationToken cancel)
    {
        if (item.OpenImage is null)
        {
            _missingCount++;
            if (_missing.Count < MaxPlaces)
            {
                _missing.Add(item.Name);
            }
        }
        else
        {
            _present++;
        }

        if (item.Width <= 0 || item.Height <= 0)
        {
            Add(FindingSeverity.Warning, "size-unknown", "Images whose width and height nothing tells", item.Name);
        }

        if (!options.CompareImages || item.OpenImage is null)
        {
            return;
        }

        await using var content = await item.OpenImage(cancel);
        var hash = BitConverter.ToUInt128(await SHA256.HashDataAsync(content, cancel));
        if (!_contents.TryAdd(hash, item.Name))
        {
            Add(FindingSeverity.Warning, "image-content-twice", "Images that are the same, byte for byte", $"{item.Name}, {_contents[hash]}");
        }
    }

    private void Used(DatasetItem item, string label, string kind)
    {
        _labels[label] = _labels.GetValueOrDefault(label) + 1;
        if (!_declared.Contains(label))
        {
            Add(FindingSeverity.Error, "label-unknown", "Annotations of labels that the dataset does not declare", $"{item.Name}: {kind} {label}");
        }
    }

    private void CheckTwice(DatasetItem item)
    {
        foreach (var tag in item.Tags.GroupBy(tag => tag.Label).Where(group => group.Count() > 1))
        {
            Add(FindingSeverity.Warning, "annotation-twice", "The same object is annotated twice", $"{item.Name}: tag {tag.Key}");
        }

        foreach (var group in item.Shapes.GroupBy(shape => (shape.Kind, shape.Label)))
        {
            var shapes = group.Take(MostToCompare).ToList();
            for (var i = 1; i < shapes.Count; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    if (ShapeMeasures.Overlap(shapes[i], shapes[j], item.Width, item.Height) >= options.DuplicateOverlap)
                    {
                        Add(FindingSeverity.Warning, "annotation-twice", "The same object is annotated twice", $"{item.Name}: {Words.Of(group.Key.Kind)} {group.Key.Label}");
                        break;
                    }
                }
            }
        }
    }

    private void Add(FindingSeverity severity, string code, string message, string place)
    {
        if (!_findings.TryGetValue(code, out var finding))
        {
            _findings[code] = finding = new Finding(severity, message);
        }

        finding.Count++;
        if (finding.Places.Count < MaxPlaces)
        {
            finding.Places.Add(place);
        }
    }

    private static UInt128 Hash(byte[] bytes) => BitConverter.ToUInt128(SHA256.HashData(bytes));

    private sealed class Finding(FindingSeverity severity, string message)
    {
        public FindingSeverity Severity => severity;
        public string Message => message;
        public long Count { get; set; }
        public List<string> Places { get; } = [];
    }
}
