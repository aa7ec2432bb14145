using Annotator.Formats.Model;

namespace Annotator.Formats.Tools.Filtering;

/// <summary>Keeps what an expression holds for.</summary>
public static class FilteredSource
{
    /// <summary>
    /// The frames, or the annotations, for which the expression holds; see <see cref="FilterExpression.IsAboutImages"/>.
    /// </summary>
    /// <param name="source">Owned by the result from now on.</param>
    /// <param name="removeEmpty">Leave out frames without any annotation.</param>
    public static IDatasetSource Of(IDatasetSource source, FilterExpression expression, bool removeEmpty) =>
        new MappedSource(source, source.Info, item => Kept(item, expression) is var kept && kept is not null && !(removeEmpty && IsEmpty(kept)) ? kept : null, null);

    private static DatasetItem? Kept(DatasetItem item, FilterExpression expression)
    {
        if (expression.IsAboutImages)
        {
            return expression.Holds(item) ? item : null;
        }

        return item with
        {
            Tags = [.. item.Tags.Where(tag => expression.Holds(item, tag))],
            Shapes = [.. item.Shapes.Where(shape => expression.Holds(item, shape))],
        };
    }

    private static bool IsEmpty(DatasetItem item) => item.Tags.Count == 0 && item.Shapes.Count == 0;
}
