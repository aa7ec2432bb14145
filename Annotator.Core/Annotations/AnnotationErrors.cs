namespace Annotator.Core.Annotations;

/// <summary>Collects what is wrong with a request, at most <see cref="Most"/> errors; nobody reads more.</summary>
public sealed class AnnotationErrors
{
    public const int Most = 100;
    private readonly List<AnnotationError> _errors = [];

    public int Count => _errors.Count;
    public IReadOnlyList<AnnotationError> All => _errors;

    /// <exception cref="InvalidAnnotationsException">This was the last error there is room for.</exception>
    public void Add(string pointer, string code, string message)
    {
        _errors.Add(new AnnotationError(pointer, code, message));
        if (_errors.Count >= Most)
        {
            throw new InvalidAnnotationsException(_errors);
        }
    }

    /// <exception cref="InvalidAnnotationsException">There is at least one error.</exception>
    public void ThrowIfAny()
    {
        if (_errors.Count > 0)
        {
            throw new InvalidAnnotationsException(_errors);
        }
    }
}
