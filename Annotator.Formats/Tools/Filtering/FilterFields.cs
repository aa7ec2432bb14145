using Annotator.Formats.Model;

namespace Annotator.Formats.Tools.Filtering;

/// <summary>A name that a filter may use.</summary>
/// <param name="OfImage">It belongs to the frame, not to an annotation.</param>
internal sealed record FilterField(FilterType Type, bool OfImage, Func<FilterSubject, FilterValue> Get);

/// <summary>All names that a filter may use, attributes aside.</summary>
internal static class FilterFields
{
    private static readonly SortedDictionary<string, FilterField> _all = new(StringComparer.Ordinal)
    {
        ["image"] = Image(FilterType.Text, subject => FilterValue.Of(subject.Item.Name)),
        ["subset"] = Image(FilterType.Text, subject => FilterValue.Of(subject.Item.Subset)),
        ["frame"] = Image(FilterType.Number, subject => FilterValue.Of(subject.Item.Frame)),
        ["image.width"] = Image(FilterType.Number, subject => FilterValue.Of(subject.Item.Width)),
        ["image.height"] = Image(FilterType.Number, subject => FilterValue.Of(subject.Item.Height)),
        ["image.annotations"] = Image(FilterType.Number, subject => FilterValue.Of(subject.Item.Shapes.Count + subject.Item.Tags.Count)),
        ["label"] = Annotation(FilterType.Text, subject => FilterValue.Of(subject.Shape?.Label ?? subject.Tag?.Label)),
        ["kind"] = Annotation(FilterType.Text, subject => FilterValue.Of(subject.Shape is null ? "tag" : Words.Of(subject.Shape.Kind))),
        ["source"] = Annotation(FilterType.Text, subject => FilterValue.Of(Words.Of(subject.Shape?.Source ?? subject.Tag!.Source))),
        ["group"] = Annotation(FilterType.Number, subject => FilterValue.Of(subject.Shape?.Group ?? subject.Tag!.Group)),
        ["x"] = OfBox(box => box.Left),
        ["y"] = OfBox(box => box.Top),
        ["width"] = OfBox(box => box.Width),
        ["height"] = OfBox(box => box.Height),
        ["area"] = Annotation(FilterType.Number, subject => FilterValue.Of(subject.Shape is null ? null : ShapeMeasures.AreaOf(subject.Shape))),
        ["rotation"] = Annotation(FilterType.Number, subject => FilterValue.Of(subject.Shape?.Rotation)),
        ["score"] = Annotation(FilterType.Number, subject => FilterValue.Of(subject.Shape?.Score)),
        ["z_order"] = Annotation(FilterType.Number, subject => FilterValue.Of(subject.Shape?.ZOrder)),
        ["track"] = Annotation(FilterType.Number, subject => FilterValue.Of(subject.Shape?.TrackId)),
        ["occluded"] = Annotation(FilterType.Truth, subject => FilterValue.Of(subject.Shape is { Occluded: true })),
        ["keyframe"] = Annotation(FilterType.Truth, subject => FilterValue.Of(subject.Shape is { Keyframe: true })),
    };

    public static FilterField? Find(string name) => _all.GetValueOrDefault(name);

    public static string Names => string.Join(", ", _all.Keys) + ", attr.NAME";

    public static FilterField Attribute(string name) => new(FilterType.Any, false, subject =>
        FilterValue.Of((subject.Shape?.Attributes ?? subject.Tag?.Attributes)?.GetValueOrDefault(name)));

    private static FilterField Image(FilterType type, Func<FilterSubject, FilterValue> get) => new(type, true, get);

    private static FilterField Annotation(FilterType type, Func<FilterSubject, FilterValue> get) => new(type, false, get);

    private static FilterField OfBox(Func<Geometry.Box, double> side) => Annotation(FilterType.Number, subject =>
        FilterValue.Of(subject.Shape is not null && ShapeMeasures.BoxOf(subject.Shape) is { } box ? side(box) : null));
}
