using System.Globalization;
using Annotator.Formats.Model;

namespace Annotator.Formats.Mot;

/// <summary>
/// The two properties that the format has no other place for. They are told only where they are out of the ordinary; along a
/// track, where one holds until it changes, on all of its frames or on none.
/// </summary>
internal sealed class MotAttributes
{
    public const string Ignored = "ignored";
    public const string Visibility = "visibility";

    private readonly bool _ignored;
    private readonly bool _visibility;

    public MotAttributes(IEnumerable<MotRow> track)
    {
        foreach (var row in track)
        {
            _ignored |= row.Confidence == 0;
            _visibility |= row.Visibility is > 0 and < 1;
        }
    }

    public IReadOnlyDictionary<string, string> Of(MotRow row) => Of(row, _ignored, _visibility);

    public static IReadOnlyDictionary<string, string> Of(MotRow row, bool ignored, bool visibility)
    {
        if (!ignored && !visibility)
        {
            return DatasetShape.NoAttributes;
        }

        var attributes = new Dictionary<string, string>();
        if (ignored)
        {
            attributes[Ignored] = row.Confidence == 0 ? "true" : "false";
        }

        if (visibility)
        {
            attributes[Visibility] = row.Visibility.ToString(CultureInfo.InvariantCulture);
        }

        return attributes;
    }
}
