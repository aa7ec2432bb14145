using System.Globalization;
using System.IO.Compression;
using Annotator.Formats.Model;

namespace Annotator.Formats.Archives;

/// <summary>
/// Writes a dataset's zip archive from front to back. Images are stored as they are, annotation files are deflated; no two
/// files get the same name.
/// </summary>
internal sealed class ArchiveWriter(Stream output) : IAsyncDisposable
{
    private readonly ZipArchive _zip = new(output, ZipArchiveMode.Create, leaveOpen: true);
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _stems = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// A name that no image of this archive has had, and that is safe to unpack: the item's own where
    /// possible. <paramref name="folder"/> ends in a slash.
    /// </summary>
    public string Reserve(string folder, DatasetItem item, DatasetReport report)
    {
        var name = Plain(item.Name);
        if (name != item.Name)
        {
            report.Repair("name-not-plain", "The frame's name was changed to one that is safe to unpack", item.Name);
        }

        if (_names.Add(folder + name))
        {
            return name;
        }

        report.Repair("name-taken", "Two frames have the same name; the later one was renamed", item.Name);
        for (var number = item.TaskId ?? 2; ; number++)
        {
            var other = $"{number}/{name}";
            if (_names.Add(folder + other))
            {
                return other;
            }
        }
    }

    /// <summary>
    /// Like <see cref="Reserve"/>, for formats that find annotations by the image's name without its extension: no two names
    /// differ in that alone.
    /// </summary>
    public string ReserveStem(string folder, DatasetItem item, DatasetReport report)
    {
        var name = Reserve(folder, item, report);
        var stem = ImageNames.Stem(name);
        if (_stems.Add(folder + stem))
        {
            return name;
        }

        report.Repair("name-taken", "Two frames have the same name; the later one was renamed", item.Name);
        for (var number = 2; ; number++)
        {
            var other = string.Create(CultureInfo.InvariantCulture, $"{stem}_{number}");
            if (_stems.Add(folder + other) && _names.Add(folder + other + name[stem.Length..]))
            {
                return other + name[stem.Length..];
            }
        }
    }

    /// <summary>Copies an item's image, byte for byte.</summary>
    public async Task WriteImageAsync(string path, DatasetItem item, DatasetReport report, CancellationToken cancel)
    {
        if (item.OpenImage is null)
        {
            report.Loss("image-missing", "The image is not at hand", item.Name);
            return;
        }

        await using var image = await item.OpenImage(cancel);
        await using var entry = await _zip.CreateEntry(path, CompressionLevel.NoCompression).OpenAsync(cancel);
        await image.CopyToAsync(entry, cancel);
    }

    /// <summary>Opens a file for annotations. It must be closed before anything else is written.</summary>
    public Stream Create(string path) => _zip.CreateEntry(path, CompressionLevel.Fastest).Open();

    /// <summary>Opens a file whose content is packed already, such as a PNG image. It must be closed before anything else is written.</summary>
    public Stream CreateStored(string path) => _zip.CreateEntry(path, CompressionLevel.NoCompression).Open();

    public ValueTask DisposeAsync() => _zip.DisposeAsync();

    private static string Plain(string name)
    {
        var segments = name.Replace('\\', '/').Split('/').Where(segment => segment is not ("" or "." or ".."))
            .Select(segment => string.Concat(segment.Select(letter => letter == ':' || char.IsControl(letter) ? '_' : letter)));
        var plain = string.Join('/', segments);
        return plain.Length > 0 ? plain : "frame";
    }
}
