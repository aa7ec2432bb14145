using Annotator.Formats.Archives;

namespace Annotator.Formats.Png;

/// <summary>
/// Watches how often the pictures of an archive are unpacked. Each is worth reading once; a file that names one picture for
/// thousands of masks would take hours otherwise.
/// </summary>
internal sealed class PictureReads(DatasetLimits limits)
{
    private readonly HashSet<DatasetArchiveEntry> _read = new(ReferenceEqualityComparer.Instance);
    private long _repeated;

    /// <summary>Call it with a picture's size before its rows are read.</summary>
    /// <exception cref="DatasetException">Pictures were read again and again, past the limit for one image.</exception>
    public void Count(DatasetArchiveEntry picture, int width, int height)
    {
        if (_read.Add(picture))
        {
            return;
        }

        _repeated += (long)width * height;
        if (_repeated > limits.MaxPixels)
        {
            throw new DatasetException("picture-repeated", $"{picture.Path} and others are named by so many masks that more than {limits.MaxPixels} pixels would be read again.");
        }
    }
}
