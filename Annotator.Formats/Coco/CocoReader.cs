using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;
using Annotator.Formats.Png;

namespace Annotator.Formats.Coco;

/// <summary>
/// COCO files of any layout: every JSON file with images and annotations, whatever its name and folder; polygons, both run
/// length codes, boxes, image labels, and bare lists of results.
/// </summary>
/// <param name="keypoints">COCO Keypoints 1.0: points become skeletons; otherwise they are left out.</param>
public sealed class CocoReader(bool keypoints = false) : IDatasetReader
{
    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        var best = FormatMatch.None;
        foreach (var entry in ArchiveProbe.OfKind(archive, ".json"))
        {
            var match = Match(await ArchiveProbe.JsonKeysAsync(archive, entry, cancel));
            best = match > best ? match : best;
        }

        return best;
    }

    public async Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var files = new List<CocoFile>();
        try
        {
            foreach (var entry in archive.Entries.Where(entry => entry.IsBare || entry.Path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)))
            {
                if (await ReadAsync(archive, entry, report, cancel) is { } file)
                {
                    files.Add(file);
                }
                else
                {
                    report.Note("file-skipped", "The file is no COCO annotation file", entry.Path);
                }
            }

            if (files.Count == 0)
            {
                throw new DatasetException("coco-no-annotations", "No JSON file with images and annotations was found.");
            }

            foreach (var results in files.Where(file => file.IsResults))
            {
                if (!files.Exists(file => !file.IsResults && results.TakeNames(file)))
                {
                    report.Note("names-missing", "A list of results names neither images nor categories: both are called by their ids", results.Path);
                }
            }

            // Where several files tell of the same images, the one with what is asked for comes first.
            files = [.. files.OrderBy(file => (file.Skeletons.Count > 0) == keypoints ? 0 : 1)];
            var labels = files.SelectMany(file => file.Categories.Select(category => Label(file, category.Key, category.Value))).DistinctBy(label => label.Name);
            return new Source(archive, files, keypoints, new DatasetInfo { Labels = [.. labels] }, report);
        }
        catch
        {
            await DisposeAsync(files);
            throw;
        }
    }

    private FormatMatch Match(IReadOnlySet<string> keys)
    {
        var images = keys.Contains("images[].id") && (keys.Contains("images[].file_name") || keys.Contains("images[].height"));
        var annotations = keys.Contains("annotations[].image_id");
        var results = keys.Contains("[].image_id") && keys.Contains("[].category_id");
        if (!images && !annotations && !results)
        {
            return keys.Contains("images") && keys.Contains("annotations") && !keypoints ? FormatMatch.Likely : FormatMatch.None;
        }

        // Files with keypoints can be read as boxes and polygons, and others as keypoints of which there are none.
        var points = keys.Contains("categories[].keypoints") || keys.Contains("annotations[].keypoints");
        return points == keypoints ? FormatMatch.Certain : keypoints ? FormatMatch.Possible : FormatMatch.Likely;
    }

    private DatasetLabel Label(CocoFile file, string id, string name) =>
        keypoints && file.Skeletons.TryGetValue(id, out var skeleton) ? skeleton.ToLabel(name) : new DatasetLabel { Name = name };

    private static async Task<CocoFile?> ReadAsync(DatasetArchive archive, DatasetArchiveEntry entry, DatasetReport report, CancellationToken cancel)
    {
        FileStream copy;
        await using (var packed = archive.Open(entry))
        {
            copy = await JsonSpool.CopyAsync(packed, entry.Path, archive.Limits.MaxDocumentBytes, cancel);
        }

        CocoFile? file = null;
        try
        {
            file = CocoFile.Read(copy, entry.Path, archive.Limits, report);
            return file;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new DatasetException("json-damaged", $"{entry.Path} cannot be read as JSON: {error.Message}", error);
        }
        finally
        {
            if (file is null)
            {
                await copy.DisposeAsync();
            }
        }
    }

    private static async ValueTask DisposeAsync(List<CocoFile> files)
    {
        foreach (var file in files)
        {
            await file.DisposeAsync();
        }
    }

    private sealed class Source(DatasetArchive archive, List<CocoFile> files, bool keypoints, DatasetInfo info, DatasetReport report) : IDatasetSource
    {
        private readonly ArchiveImages _images = new(archive);
        private readonly PictureReads _pictures = new(archive.Limits);
        private readonly JsonReaderOptions _options = JsonScanner.Options(archive.Limits);

        public DatasetInfo Info => info;
        public bool HasTracks => false;

        public async IAsyncEnumerable<DatasetItem> ReadItemsAsync([EnumeratorCancellation] CancellationToken cancel)
        {
            await Task.CompletedTask;
            var objects = files.ConvertAll(file => new CocoShapes(file, new CocoPanoptic(archive, file, _pictures, report), keypoints, archive.Limits, report));
            var same = new CocoSameImages(files);
            for (var f = 0; f < files.Count; f++)
            {
                for (var i = 0; i < files[f].Images.Count; i++)
                {
                    cancel.ThrowIfCancellationRequested();
                    if (files[f].Images[i].Listed && same.IsFirst(f, i))
                    {
                        report.Images++;
                        yield return Read(objects, same, f, i);
                    }
                }
            }

            _images.NoteUnnamed(report, path => path.Contains("panoptic", StringComparison.OrdinalIgnoreCase) || path.Contains("stuff", StringComparison.OrdinalIgnoreCase));
        }

        public async IAsyncEnumerable<DatasetTrack> ReadTracksAsync([EnumeratorCancellation] CancellationToken cancel)
        {
            await Task.CompletedTask;
            yield break;
        }

        public ValueTask DisposeAsync() => CocoReader.DisposeAsync(files);

        private DatasetItem Read(List<CocoShapes> objects, CocoSameImages same, int file, int index)
        {
            var image = files[file].Images[index];
            var subset = CocoValues.Subset(files[file].Path);
            var shapes = new List<DatasetShape>();
            var tags = new List<DatasetTag>();
            HashSet<(string, string, string)>? known = null;
            foreach (var (other, at) in same.Of(file, index))
            {
                foreach (var bytes in files[other].Annotations(at))
                {
                    try
                    {
                        var annotation = CocoAnnotation.Parse(bytes.Span, _options);
                        if (same.Any && annotation.Id.Length > 0 && !(known ??= []).Add(Key(files[other], annotation)) && other != file)
                        {
                            report.Note("object-twice", "Objects that several files hold were taken from the one that says most of them", $"{image.Name}: annotation {annotation.Id} of {files[other].Path}");
                            continue;
                        }

                        objects[other].Add(annotation, files[other].Images[at], shapes, tags);
                    }
                    catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or DatasetException)
                    {
                        report.Loss("annotation-unreadable", "Annotations that cannot be read were left out", $"{image.Name}: {error.Message}");
                    }
                }
            }

            return new DatasetItem
            {
                Name = image.Name,
                Subset = subset,
                Width = image.Width,
                Height = image.Height,
                Shapes = shapes,
                Tags = tags,
                OpenImage = _images.Find(image.Name, subset),
            };
        }

        /// <summary>The benchmark's files have an object under the same id, of the same category and with the same box.</summary>
        private static (string, string, string) Key(CocoFile file, CocoAnnotation annotation) => (
            annotation.Id,
            file.Categories.GetValueOrDefault(annotation.CategoryId, ""),
            annotation.Box is null ? "" : string.Join(' ', annotation.Box.Select(side => side.ToString("R", CultureInfo.InvariantCulture))));
    }
}
