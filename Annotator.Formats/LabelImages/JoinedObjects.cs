using Annotator.Formats.Png;

namespace Annotator.Formats.LabelImages;

/// <summary>
/// An image of classes and one of objects, laid over each other. An object is of the class that most of its pixels have;
/// pixels of a class in no object are one object of that class.
/// </summary>
internal sealed class JoinedObjects
{
    private readonly LabelImage _classes;
    private readonly LabelImage _objects;
    private readonly Dictionary<int, int> _classOf;
    private readonly Dictionary<int, int> _classOfObject = [];

    public JoinedObjects(LabelImage classes, LabelImage objects, Dictionary<int, int> classOf)
    {
        (_classes, _objects, _classOf) = (classes, objects, classOf);
        var areas = new Dictionary<(int Value, int Class), long>();
        foreach (var (label, value, _, length) in Both())
        {
            if (IsObject(value) && label >= 0)
            {
                areas[(value, label)] = areas.GetValueOrDefault((value, label)) + length;
            }
        }

        foreach (var same in areas.GroupBy(pair => pair.Key.Value))
        {
            _classOfObject[same.Key] = same.MaxBy(pair => pair.Value).Key.Class;
        }
    }

    public int Width => _classes.Width;

    /// <summary>Runs of objects, by numbers that <see cref="ClassOf"/> knows: an object's own, or -1 - class for the rest of a class.</summary>
    public IEnumerable<(int Number, long Position, int Length)> Spans()
    {
        foreach (var (label, value, position, length) in Both())
        {
            if (IsObject(value))
            {
                yield return (value, position, length);
            }
            else if (label >= 0)
            {
                yield return (-1 - label, position, length);
            }
        }
    }

    /// <summary>Null for an object without a pixel of any class.</summary>
    public int? ClassOf(int number) =>
        number < 0 ? -1 - number : _classOfObject.TryGetValue(number, out var label) ? label : null;

    private bool IsObject(int value) =>
        value != 0 && (_objects.Form.Pixels is PngPixels.Rgb or PngPixels.Rgba ? value != ClassColors.VoidColor : value != byte.MaxValue || _objects.Form.Depth > 8);

    private IEnumerable<(int Class, int Value, long Position, int Length)> Both()
    {
        int i = 0, j = 0, restOfClass = 0, restOfObject = 0;
        long position = 0;
        while (true)
        {
            if (restOfClass == 0)
            {
                if (i == _classes.Runs.Count)
                {
                    yield break;
                }

                restOfClass = _classes.Runs[i++].Length;
            }

            if (restOfObject == 0)
            {
                restOfObject = _objects.Runs[j++].Length;
            }

            var length = Math.Min(restOfClass, restOfObject);
            yield return (_classOf[_classes.Runs[i - 1].Value], _objects.Runs[j - 1].Value, position, length);
            (restOfClass, restOfObject, position) = (restOfClass - length, restOfObject - length, position + length);
        }
    }
}
