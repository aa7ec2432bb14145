using System.Runtime.CompilerServices;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Tools;

/// <summary>
/// Gives every frame a width and a height where anything tells them: the file, the image's own header, an image of the same
/// name in a folder, or the caller. It owns the dataset behind it.
/// </summary>
/// <param name="images">A folder or archive with images that the dataset itself lacks; stays the caller's.</param>
/// <param name="size">Pixels for frames of which nothing tells the size.</param>
public sealed class SizedSource(IDatasetSource inner, DatasetReport report, DatasetArchive? images = null, (int Width, int Height)? size = null) : IDatasetSource
{
    private readonly ArchiveImages? _images = images is null ? null : new ArchiveImages(images);

    public DatasetInfo Info => inner.Info;
    public bool HasTracks => inner.HasTracks;

    public async IAsyncEnumerable<DatasetItem> ReadItemsAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var item in inner.ReadItemsAsync(cancel))
        {
            yield return await SizedAsync(WithImage(item), cancel);
        }
    }

    public IAsyncEnumerable<DatasetTrack> ReadTracksAsync(CancellationToken cancel) => inner.ReadTracksAsync(cancel);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private DatasetItem WithImage(DatasetItem item)
    {
        if (_images is null || item.OpenImage is not null)
        {
            return item;
        }

        if (_images.Find(item.Name, item.Subset) is { } open)
        {
            return item with { OpenImage = open };
        }

        var (name, byStem) = _images.FindStem(Stem(item.Name), item.Subset);
        return byStem is null ? item : Renamed(item, name, byStem);
    }

    /// <summary>A name without an extension gets that of its image; any other stays as the file has it.</summary>
    private static DatasetItem Renamed(DatasetItem item, string name, Func<CancellationToken, Task<Stream>> open)
    {
        if (Path.HasExtension(item.Name))
        {
            return item with { OpenImage = open };
        }

        var atSize = item.AtSize;
        return item with
        {
            Name = name,
            OpenImage = open,
            AtSize = atSize is null ? null : (width, height) => atSize(width, height) with { Name = name, OpenImage = open },
        };
    }

    private async ValueTask<DatasetItem> SizedAsync(DatasetItem item, CancellationToken cancel)
    {
        if (item.Width > 0 && item.Height > 0 && item.AtSize is null)
        {
            return item;
        }

        var found = item is { Width: > 0, Height: > 0 } ? (item.Width, item.Height) : await ReadAsync(item, cancel) ?? size;
        if (found is not { } known)
        {
            if (item.AtSize is not null)
            {
                report.Loss("size-unknown", "Annotations in fractions of an image whose size nothing tells were left out", item.Name);
            }

            return item with { AtSize = null };
        }

        return item.AtSize is { } atSize
            ? atSize(known.Width, known.Height) with { AtSize = null, OpenImage = item.OpenImage }
            : item with { Width = known.Width, Height = known.Height };
    }

    private async ValueTask<(int Width, int Height)?> ReadAsync(DatasetItem item, CancellationToken cancel)
    {
        if (item.OpenImage is null)
        {
            return null;
        }

        try
        {
            await using var content = await item.OpenImage(cancel);
            return ImageSize.Read(content);
        }
        catch (DatasetException error)
        {
            report.Loss("image-unreadable", "Images that cannot be read were left as they are", $"{item.Name}: {error.Message}");
            return null;
        }
    }

    private static string Stem(string name) => name[..^Path.GetExtension(name).Length];
}
