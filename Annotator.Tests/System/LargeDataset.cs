using System.IO.Compression;
using System.Text.Json;
using Annotator.Tests.Unit.Media;

namespace Annotator.Tests.WholeSystem;

/// <summary>A thousand small photos as an archive, and boxes on them in COCO's form, all told by their numbers.</summary>
public sealed class LargeDataset : IDisposable
{
    public const int Photos = 1000;
    public static readonly string[] Labels = ["car", "lorry", "blur"];
    private const int Widths = 7;
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"annotator-dataset-{Guid.CreateVersion7():N}");
    private readonly byte[][] _photos = [.. Enumerable.Range(0, Widths).Select(n => Images.Encoded(".jpg", 200 + n, 150))];

    public LargeDataset()
    {
        Directory.CreateDirectory(_folder);
        PhotosPath = Path.Combine(_folder, "photos.zip");
        using var zip = ZipFile.Open(PhotosPath, ZipArchiveMode.Create);
        for (var photo = 0; photo < Photos; photo++)
        {
            using var entry = zip.CreateEntry(NameOf(photo), CompressionLevel.NoCompression).Open();
            entry.Write(_photos[photo % Widths]);
        }
    }

    public string PhotosPath { get; }

    public static string NameOf(int photo) => $"photo-{photo:D4}.jpg";

    public ReadOnlySpan<byte> BytesOf(int photo) => _photos[photo % Widths];

    /// <summary>x, y, width, height of a box: no two of a photo are the same.</summary>
    public static int[] BoxOf(int photo, int number) => [photo % 90 + number % 10 * 2, photo / 90 * 3 + number / 10 % 10, 20 + number % 7, 30 + number / 100];

    /// <summary>A label's boxes are every third: of each photo the number decides.</summary>
    public static string LabelOf(int number) => Labels[number % Labels.Length];

    /// <summary>An archive with annotations only, of all photos and of some that nobody has.</summary>
    public string Annotations(int boxesOfPhoto, int strays = 0)
    {
        var path = Path.Combine(_folder, $"boxes-{boxesOfPhoto}.zip");
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        using var entry = zip.CreateEntry("annotations/instances_default.json", CompressionLevel.Fastest).Open();
        var images = Enumerable.Range(0, Photos + strays).Select(n => new { id = n + 1, file_name = n < Photos ? NameOf(n) : $"stray-{n - Photos}.jpg", width = 200 + n % Widths, height = 150 });
        var annotations = Enumerable.Range(0, Photos + strays).SelectMany(n => Enumerable.Range(0, boxesOfPhoto).Select(box => new
        {
            id = n * boxesOfPhoto + box + 1,
            image_id = n + 1,
            category_id = box % Labels.Length + 1,
            bbox = BoxOf(n % Photos, box),
            area = 100,
            iscrowd = 0,
            segmentation = Array.Empty<int>(),
        }));
        JsonSerializer.Serialize(entry, new { images, annotations, categories = Labels.Select((name, n) => new { id = n + 1, name }) });
        return path;
    }

    /// <summary>The archive of photos as it is when its end did not arrive.</summary>
    public string CutOff()
    {
        var path = Path.Combine(_folder, "cut-off.zip");
        File.WriteAllBytes(path, File.ReadAllBytes(PhotosPath)[..50_000]);
        return path;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
