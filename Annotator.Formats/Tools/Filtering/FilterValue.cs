using System.Globalization;
using Annotator.Formats.Model;

namespace Annotator.Formats.Tools.Filtering;

/// <summary>What a part of a filter gives; <see cref="Any"/> is an attribute, whose value is what it is compared with.</summary>
internal enum FilterType
{
    Nothing,
    Truth,
    Number,
    Text,
    Any,
}

/// <summary>A value while a filter is worked out. Attributes are text until they are compared.</summary>
internal readonly record struct FilterValue(FilterType Type, double Number, string? Text)
{
    public static FilterValue Nothing => default;

    public static FilterValue Of(bool value) => new(FilterType.Truth, value ? 1 : 0, null);

    public static FilterValue Of(double? value) => value is { } number ? new(FilterType.Number, number, null) : Nothing;

    public static FilterValue Of(string? value) => value is null ? Nothing : new(FilterType.Text, 0, value);

    public bool IsTrue => Type == FilterType.Truth ? Number != 0 : Type == FilterType.Text && Text!.Equals("true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Below, at or above zero; null when the two cannot be compared, or one of them is missing.</summary>
    public int? CompareTo(FilterValue other)
    {
        if (Type == FilterType.Nothing || other.Type == FilterType.Nothing)
        {
            return null;
        }

        if (Type == FilterType.Text && other.Type == FilterType.Text)
        {
            return string.CompareOrdinal(Text, other.Text);
        }

        if (Type == FilterType.Truth || other.Type == FilterType.Truth)
        {
            return (Truth(this), Truth(other)) is ({ } one, { } two) ? one.CompareTo(two) : null;
        }

        return (ToNumber(this), ToNumber(other)) is ({ } left, { } right) ? left.CompareTo(right) : null;
    }

    private static bool? Truth(FilterValue value) => value.Type switch
    {
        FilterType.Truth => value.Number != 0,
        FilterType.Text when bool.TryParse(value.Text, out var truth) => truth,
        _ => null,
    };

    private static double? ToNumber(FilterValue value) => value.Type switch
    {
        FilterType.Number => value.Number,
        FilterType.Text when double.TryParse(value.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };
}

/// <summary>What a filter is asked about: an annotation on a frame, or the frame alone.</summary>
internal readonly record struct FilterSubject(DatasetItem Item, DatasetShape? Shape, DatasetTag? Tag);
