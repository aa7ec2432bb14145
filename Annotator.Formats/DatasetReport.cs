using System.Text.Json;
using System.Text.Json.Serialization;

namespace Annotator.Formats;

/// <summary>How much a line of a report matters.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReportKind>))]
public enum ReportKind
{
    /// <summary>Worth knowing; nothing was lost.</summary>
    [JsonStringEnumMemberName("note")]
    Note,

    /// <summary>Something was wrong or could not be said exactly, and was set right or said otherwise.</summary>
    [JsonStringEnumMemberName("repair")]
    Repair,

    /// <summary>Something was not carried over.</summary>
    [JsonStringEnumMemberName("loss")]
    Loss,
}

/// <summary>One kind of loss or repair, however often it happened.</summary>
/// <param name="Code">A stable word, such as <c>tag-not-held</c>.</param>
/// <param name="Message">What happens in such a case.</param>
/// <param name="Count">How often it happened.</param>
/// <param name="Places">The first places where it happened, such as <c>a.jpg: annotation 17</c>.</param>
public sealed record ReportLine(ReportKind Kind, string Code, string Message, long Count, IReadOnlyList<string> Places);

/// <summary>
/// What went through an import or export: counts by kind, and each loss or repair by name, number and place. It stays small
/// whatever the dataset's size.
/// </summary>
public sealed class DatasetReport
{
    /// <summary>Places that a line keeps; the count goes on.</summary>
    public const int MaxPlaces = 20;

    /// <summary>Different lines that a report keeps; further ones are counted under the last.</summary>
    public const int MaxLines = 200;

    private const int MaxPlaceLength = 300;

    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Line> _lines = new(StringComparer.Ordinal);

    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The format's display name.</summary>
    public string Format { get; set; } = "";

    /// <summary>Frames that were read or written.</summary>
    public long Images { get; set; }

    /// <summary>Annotations that were read or written, by kind: rectangle … skeleton, tag, track.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    public IReadOnlyList<ReportLine> Lines => [.. _lines.Values.Select(line => line.ToReportLine()).OrderByDescending(line => line.Kind)];

    /// <summary>Adds to the count of a kind; a kind of which there are none is not listed.</summary>
    public void Count(string kind, long number = 1)
    {
        if (number == 0)
        {
            return;
        }

        _counts.TryGetValue(kind, out var before);
        _counts[kind] = before + number;
    }

    public void Loss(string code, string message, string place, long number = 1) => Add(ReportKind.Loss, code, message, place, number);

    public void Repair(string code, string message, string place, long number = 1) => Add(ReportKind.Repair, code, message, place, number);

    public void Note(string code, string message, string place, long number = 1) => Add(ReportKind.Note, code, message, place, number);

    /// <summary>How often something of the code happened.</summary>
    public long NumberOf(string code) => _lines.TryGetValue(code, out var line) ? line.Number : 0;

    /// <summary>Takes in what another part of the same work has to say.</summary>
    public void Add(DatasetReport other)
    {
        Images += other.Images;
        foreach (var (kind, number) in other._counts)
        {
            Count(kind, number);
        }

        foreach (var line in other.Lines)
        {
            Add(line.Kind, line.Code, line.Message, "", line.Count - line.Places.Count);
            foreach (var place in line.Places)
            {
                Add(line.Kind, line.Code, line.Message, place, 1);
            }
        }
    }

    /// <summary>The report as the Requests page and the command line read it.</summary>
    public string ToJson() => JsonSerializer.Serialize(new Written(Format, Images, _counts, Lines), _json);

    private void Add(ReportKind kind, string code, string message, string place, long number)
    {
        if (!_lines.TryGetValue(code, out var line))
        {
            if (_lines.Count >= MaxLines)
            {
                (kind, code, message) = (ReportKind.Loss, "further", "Further kinds of loss or repair");
                _lines.TryGetValue(code, out line);
            }

            line ??= _lines[code] = new Line(kind, code, message);
        }

        line.Number += number;
        if (line.Places.Count < MaxPlaces && place.Length > 0)
        {
            line.Places.Add(place.Length <= MaxPlaceLength ? place : place[..MaxPlaceLength]);
        }
    }

    private sealed record Written(string Format, long Images, IReadOnlyDictionary<string, long> Counts, IReadOnlyList<ReportLine> Lines);

    private sealed class Line(ReportKind kind, string code, string message)
    {
        public long Number { get; set; }
        public List<string> Places { get; } = [];

        public ReportLine ToReportLine() => new(kind, code, message, Number, [.. Places]);
    }
}
