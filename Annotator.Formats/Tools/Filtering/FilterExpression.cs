using System.Globalization;
using Annotator.Formats.Model;

namespace Annotator.Formats.Tools.Filtering;

/// <summary>
/// A condition on annotations or frames, such as <c>label == "car" and area &gt; 100 and attr.parked == true</c>. Types are
/// checked when it is read. A comparison with something that an annotation does not have (a tag's area, an attribute that is
/// not set) does not hold, and its opposite <c>!=</c> does.
/// </summary>
public sealed class FilterExpression
{
    private readonly Func<FilterSubject, FilterValue> _condition;

    private FilterExpression(Func<FilterSubject, FilterValue> condition, bool isAboutImages) => (_condition, IsAboutImages) = (condition, isAboutImages);

    /// <summary>Only frames are spoken of, no annotations: whole frames are kept or left out.</summary>
    public bool IsAboutImages { get; }

    /// <summary>The names that an expression may use.</summary>
    public static string Names => FilterFields.Names;

    /// <exception cref="DatasetException"><c>filter-invalid</c>, with the character at which it goes wrong.</exception>
    public static FilterExpression Parse(string text)
    {
        var parser = new FilterParser(FilterTokens.Of(text));
        var condition = parser.Parse();
        return new FilterExpression(condition, parser.IsAboutImages);
    }

    public bool Holds(DatasetItem item) => _condition(new FilterSubject(item, null, null)).IsTrue;

    public bool Holds(DatasetItem item, DatasetShape shape) => _condition(new FilterSubject(item, shape, null)).IsTrue;

    public bool Holds(DatasetItem item, DatasetTag tag) => _condition(new FilterSubject(item, null, tag)).IsTrue;

    internal static DatasetException Wrong(int at, string message) =>
        new("filter-invalid", string.Create(CultureInfo.InvariantCulture, $"Filter, character {at}: {message}."));
}
