using System.Globalization;
using Annotator.Formats.Model;

namespace Annotator.Formats.Market1501;

/// <summary>What an image's name says: <c>0002_c1s3_000151_00</c> is person, camera, sequence, frame and box.</summary>
/// <param name="Person">-1 for junk, 0 for a distractor.</param>
/// <param name="Camera">From 0; the name counts from 1.</param>
internal sealed record MarketName(int Person, int Camera, int Sequence, int Frame, int Box)
{
    public const string Label = "market-1501";
    public const string Query = "query";

    private const string PersonKey = "person_id";
    private const string CameraKey = "camera_id";
    private const string SequenceKey = "track_id";
    private const string FrameKey = "frame_id";
    private const string BoxKey = "bbox_id";

    public static string[] Keys { get; } = [PersonKey, CameraKey, SequenceKey, FrameKey, BoxKey, Query];

    /// <summary>Null for a name of another form.</summary>
    public static MarketName? Parse(string stem)
    {
        var parts = stem.Split('_');
        if (parts.Length < 4 || parts[1].Length < 4 || parts[1][0] != 'c')
        {
            return null;
        }

        var s = parts[1].IndexOf('s', StringComparison.Ordinal);
        return s > 1 && Number(parts[0]) is { } person and >= -1 && Number(parts[1][1..s]) is { } camera and >= 1
            && Number(parts[1][(s + 1)..]) is { } sequence and >= 0 && Number(parts[2]) is { } frame and >= 0 && Number(parts[3]) is { } box and >= 0
            ? new MarketName(person, camera - 1, sequence, frame, box)
            : null;
    }

    /// <summary>Whether a name tells a person and a camera, in a form of another collection such as <c>0001_c2_f0046182</c>.</summary>
    public static bool IsSimilar(string stem) =>
        stem.Split('_') is [var person, var camera, _, ..] && Number(person) is not null && camera.Length > 1 && camera[0] == 'c' && char.IsAsciiDigit(camera[1]);

    /// <summary>Null where the tag does not say person, camera and sequence; frame and box may be missing.</summary>
    public static MarketName? Of(IReadOnlyDictionary<string, string> attributes, int frame) =>
        Value(attributes, PersonKey) is { } person and >= -1 && Value(attributes, CameraKey) is { } camera and >= 0 && Value(attributes, SequenceKey) is { } sequence and >= 0
            ? new MarketName(person, camera, sequence, Value(attributes, FrameKey) is { } said and >= 0 ? said : frame, Value(attributes, BoxKey) is { } box and >= 0 ? box : 0)
            : null;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Person < 0 ? "-1" : Person.ToString("D4", CultureInfo.InvariantCulture))}_c{Camera + 1L}s{Sequence}_{Frame:D6}_{Box:D2}");

    public DatasetTag ToTag(bool query) => new()
    {
        Label = Label,
        Attributes = new Dictionary<string, string>
        {
            [PersonKey] = Text(Person),
            [CameraKey] = Text(Camera),
            [SequenceKey] = Text(Sequence),
            [FrameKey] = Text(Frame),
            [BoxKey] = Text(Box),
            [Query] = query ? "true" : "false",
        },
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static int? Value(IReadOnlyDictionary<string, string> attributes, string key) => Number(attributes.GetValueOrDefault(key) ?? "");

    private static int? Number(string text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
