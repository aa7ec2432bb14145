using System.Text.Json;
using Annotator.Formats.Archives;
using Annotator.Formats.Skeletons;

namespace Annotator.Formats.Coco;

/// <summary>An image as a COCO file lists it.</summary>
internal sealed class CocoImage(string id)
{
    public string Id { get; } = id;
    public string Name { get; set; } = id;
    public int Width { get; set; }
    public int Height { get; set; }

    /// <summary>False while only annotations have mentioned it.</summary>
    public bool Listed { get; set; }
}

/// <summary>
/// A COCO file and where in it each image's objects are: 16 bytes for each of them, however large they are and in whatever
/// order they stand.
/// </summary>
internal sealed class CocoFile : IAsyncDisposable
{
    private readonly DatasetLimits _limits;
    private readonly FileStream _content;
    private readonly Dictionary<string, int> _imageIndex = new(StringComparer.Ordinal);
    private readonly List<Entry> _entries = [];
    private byte[] _buffer = new byte[16 << 10];

    private CocoFile(FileStream content, string path, DatasetLimits limits)
    {
        _content = content;
        _limits = limits;
        Path = path;
    }

    public string Path { get; }
    public List<CocoImage> Images { get; } = [];

    /// <summary>Names by id in string form.</summary>
    public Dictionary<string, string> Categories { get; } = new(StringComparer.Ordinal);

    /// <summary>The points of categories that have some, by the category's id.</summary>
    public Dictionary<string, SkeletonLayout> Skeletons { get; } = new(StringComparer.Ordinal);

    /// <summary>A bare list of a model's results: no images, no categories.</summary>
    public bool IsResults { get; private set; }

    /// <summary>
    /// Reads through the file once. Null when it is no COCO file. The copy is owned by the result from then on.
    /// </summary>
    public static CocoFile? Read(FileStream copy, string path, DatasetLimits limits, DatasetReport report)
    {
        var file = new CocoFile(copy, path, limits);
        using var shared = new BorrowedStream(copy);
        using var json = new JsonScanner(shared, path, limits);
        var found = json.ReadToken() switch
        {
            JsonTokenType.StartArray => file.ReadResults(json),
            JsonTokenType.StartObject => file.ReadObject(json, report),
            _ => false,
        };
        if (!found)
        {
            return null;
        }

        file.Order(report);
        if (file.Categories.Count == 0)
        {
            file.NameCategories(report);
        }

        return file;
    }

    /// <summary>Takes the names of images and categories from the file that results are about, where it knows their ids.</summary>
    /// <returns>Whether it knows any of the images.</returns>
    public bool TakeNames(CocoFile truth)
    {
        var any = false;
        foreach (var image in Images)
        {
            if (truth._imageIndex.TryGetValue(image.Id, out var index) && truth.Images[index] is { Listed: true } known)
            {
                (image.Name, image.Width, image.Height) = (known.Name, known.Width, known.Height);
                any = true;
            }
        }

        foreach (var (id, name) in any ? truth.Categories : [])
        {
            Categories[id] = name;
            if (truth.Skeletons.TryGetValue(id, out var skeleton))
            {
                Skeletons[id] = skeleton;
            }
        }

        return any;
    }

    /// <summary>How many objects the file holds.</summary>
    public int Count => _entries.Count;

    /// <summary>The objects of the image of that index, in the file's order; the bytes are good until the next one.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Annotations(int image)
    {
        for (var i = First(image); i < _entries.Count && _entries[i].Image == image; i++)
        {
            var (_, length, offset) = _entries[i];
            if (_buffer.Length < length)
            {
                _buffer = new byte[length];
            }

            _content.Position = offset;
            _content.ReadExactly(_buffer, 0, length);
            yield return _buffer.AsMemory(0, length);
        }
    }

    public ValueTask DisposeAsync() => _content.DisposeAsync();

    private bool ReadResults(JsonScanner json)
    {
        IsResults = true;
        ReadAnnotations(json, Categories);
        foreach (var image in Images)
        {
            image.Listed = true;
        }

        return _entries.Count > 0 && Images.Count > 0;
    }

    private bool ReadObject(JsonScanner json, DatasetReport report)
    {
        bool images = false, annotations = false;
        JsonTokenType token;
        while ((token = json.ReadToken()) == JsonTokenType.PropertyName)
        {
            var name = json.PropertyName;
            if (name is not ("images" or "annotations" or "categories"))
            {
                json.SkipValue();
                continue;
            }

            var list = json.ReadToken();
            if (list == JsonTokenType.Null)
            {
                continue;
            }

            if (list != JsonTokenType.StartArray)
            {
                return false;
            }

            switch (name)
            {
                case "images":
                    images = true;
                    ReadImages(json, report);
                    break;
                case "annotations":
                    annotations = true;
                    ReadAnnotations(json, categories: null);
                    break;
                default:
                    ReadCategories(json, report);
                    break;
            }
        }

        if (token == JsonTokenType.None)
        {
            throw new DatasetException("json-damaged", $"{Path} ends before its last bracket; it was probably cut off.");
        }

        // Lists of a test's images have no objects.
        return images && (annotations || Categories.Count > 0);
    }

    private void ReadImages(JsonScanner json, DatasetReport report)
    {
        while (json.ReadValue(out var value, out _))
        {
            using var parsed = Parse(value);
            var element = parsed.RootElement;
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty("id", out var id))
            {
                report.Loss("image-invalid", "Images without an id were left out", Path);
                continue;
            }

            var image = Images[IndexOf(CocoValues.Text(id))];
            if (image.Listed)
            {
                report.Repair("image-twice", "Images that are listed twice were taken once", $"{Path}: {image.Name}");
                continue;
            }

            image.Listed = true;
            image.Name = element.TryGetProperty("file_name", out var name) && name.ValueKind == JsonValueKind.String ? name.GetString()! : image.Id;
            image.Width = CocoValues.Size(element, "width");
            image.Height = CocoValues.Size(element, "height");
        }
    }

    private void ReadCategories(JsonScanner json, DatasetReport report)
    {
        while (json.ReadValue(out var value, out _))
        {
            using var parsed = Parse(value);
            var element = parsed.RootElement;
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty("id", out var id) || !element.TryGetProperty("name", out var name))
            {
                report.Loss("category-invalid", "Categories without an id or a name were left out", Path);
                continue;
            }

            var text = CocoValues.Text(name);
            if (Categories.ContainsValue(text))
            {
                report.Repair("category-twice", "Categories of the same name became one label", $"{Path}: {text}");
            }

            Categories[CocoValues.Text(id)] = text;
            if (CocoValues.Skeleton(element) is { } skeleton)
            {
                Skeletons[CocoValues.Text(id)] = skeleton;
            }

            if (Categories.Count > _limits.MaxLabels)
            {
                throw new DatasetException("too-many-labels", $"{Path} has more than {_limits.MaxLabels} categories.");
            }
        }
    }

    /// <param name="categories">Gets the categories that objects have, called by their ids; null where the file lists them.</param>
    private void ReadAnnotations(JsonScanner json, Dictionary<string, string>? categories)
    {
        var options = JsonScanner.Options(_limits);
        while (json.ReadValue(out var value, out var offset))
        {
            if (CocoValues.Id(value, "image_id"u8, options) is { } image)
            {
                _entries.Add(new Entry(IndexOf(image), value.Length, offset));
                if (categories is not null && categories.Count < _limits.MaxLabels && CocoValues.Id(value, "category_id"u8, options) is { } category)
                {
                    categories.TryAdd(category, category);
                }
            }
        }
    }

    /// <summary>Where a file lists no categories, those that its objects have are called by their ids.</summary>
    private void NameCategories(DatasetReport report)
    {
        var options = JsonScanner.Options(_limits);
        for (var image = 0; image < Images.Count && Categories.Count < _limits.MaxLabels; image++)
        {
            foreach (var annotation in Annotations(image))
            {
                if (CocoValues.Id(annotation.Span, "category_id"u8, options) is { } category && Categories.TryAdd(category, category))
                {
                    report.Repair("category-unnamed", "The file names no categories: they are called by their ids", $"{Path}: {category}");
                }
            }
        }
    }

    private void Order(DatasetReport report)
    {
        var sorted = true;
        for (var i = 1; i < _entries.Count && sorted; i++)
        {
            sorted = _entries[i - 1].Image <= _entries[i].Image;
        }

        if (!sorted)
        {
            _entries.Sort((one, other) => one.Image != other.Image ? one.Image.CompareTo(other.Image) : one.Offset.CompareTo(other.Offset));
        }

        foreach (var image in Images.Where(image => !image.Listed))
        {
            report.Loss("image-unlisted", "Annotations of images that the file does not list were left out", $"{Path}: image {image.Id}");
        }
    }

    private int IndexOf(string imageId)
    {
        if (!_imageIndex.TryGetValue(imageId, out var index))
        {
            _imageIndex[imageId] = index = Images.Count;
            Images.Add(new CocoImage(imageId));
        }

        return index;
    }

    private int First(int image)
    {
        int low = 0, high = _entries.Count;
        while (low < high)
        {
            var middle = low + (high - low) / 2;
            (low, high) = _entries[middle].Image < image ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private JsonDocument Parse(ReadOnlySpan<byte> value)
    {
        var reader = new Utf8JsonReader(value, JsonScanner.Options(_limits));
        return JsonDocument.ParseValue(ref reader);
    }

    private readonly record struct Entry(int Image, int Length, long Offset);
}
