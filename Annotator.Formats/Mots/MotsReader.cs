using System.Globalization;
using Annotator.Formats.Archives;
using Annotator.Formats.LabelImages;
using Annotator.Formats.Model;
using Annotator.Formats.Png;

namespace Annotator.Formats.Mots;

/// <summary>
/// MOTS PNG 1.0: images of 16 bits whose numbers are a class and a track of it, or the challenge's text. Each number on a frame
/// is a mask that knows its track.
/// </summary>
public sealed class MotsReader : IDatasetReader
{
    /// <summary>A pixel's number is its class a thousand times, and the track's own.</summary>
    internal const int TracksOfClass = 1000;

    /// <summary>More would leave no numbers for their tracks.</summary>
    private const int MostClips = int.MaxValue / (ushort.MaxValue + 1) - 1;

    /// <summary>What the challenge has without a list: the tenth class are regions to be ignored.</summary>
    private static readonly string[] _challenge = ["car", "pedestrian"];
    internal const int Ignored = 10;

    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        var layout = new MotsLayout(archive);
        foreach (var (_, file) in layout.Clips.SelectMany(clip => clip.Frames).Take(ArchiveProbe.Files))
        {
            try
            {
                await using var content = archive.Open(file);
                using var png = new PngReader(content, file.Path, archive.Limits);
                if (png.Form == PngForm.Grey16)
                {
                    return layout.HasLabels ? FormatMatch.Certain : FormatMatch.Likely;
                }
            }
            catch (DatasetException)
            {
                // Another may be whole.
            }
        }

        return MotsText.Find(archive).Any() ? FormatMatch.Certain : layout.HasLabels ? FormatMatch.Likely : FormatMatch.None;
    }

    public Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var layout = new MotsLayout(archive);
        DatasetArchive.ThrowIfOver("too-many-clips", "clips", layout.Clips.Count(), MostClips);
        if (!layout.HasFrames && MotsText.Find(archive).ToList() is { Count: > 0 } texts)
        {
            DatasetArchive.ThrowIfOver("too-many-clips", "clips", texts.Count, MostClips);
            return Task.FromResult<IDatasetSource>(OpenText(archive, texts, report, cancel));
        }

        if (!layout.HasFrames && !layout.HasLabels)
        {
            throw new DatasetException("mots-no-annotations", "Neither a folder \"instances\" with PNG images or a labels.txt nor text with run lengths of masks was found.");
        }

        if (!layout.HasLabels)
        {
            report.Note("names-missing", "There is no labels.txt: labels are car and pedestrian, as in the challenge", "");
        }

        var labels = layout.Clips.ToDictionary(clip => clip.Name, clip => Labels(archive, clip.Labels ?? layout.Clips.FirstOrDefault(other => other.Labels is not null)?.Labels));
        var info = new DatasetInfo { Labels = [.. labels.Values.SelectMany(names => names).Distinct(StringComparer.Ordinal).Select(name => new DatasetLabel { Name = name })] };
        var items = new Items(archive, layout, labels, report);
        return Task.FromResult<IDatasetSource>(new ItemsSource(info, () => items.Read(cancel)));
    }

    /// <summary>A track's number in the dataset.</summary>
    internal static int TrackId(int clip, int value) => clip * (ushort.MaxValue + 1) + value;

    private static ItemsSource OpenText(DatasetArchive archive, List<DatasetArchiveEntry> files, DatasetReport report, CancellationToken cancel)
    {
        var labels = Labels(archive, archive.Entries.FirstOrDefault(entry => EntryPaths.EndsIn(entry.Path, MotsLayout.LabelsName)));
        var images = new ArchiveImages(archive);
        return new ItemsSource(new DatasetInfo { Labels = [.. labels.Distinct(StringComparer.Ordinal).Select(name => new DatasetLabel { Name = name })] }, Items);

        IEnumerable<DatasetItem> Items()
        {
            for (var clip = 0; clip < files.Count; clip++)
            {
                using var text = new MotsText(archive, files[clip], report, cancel);
                foreach (var item in text.Items(clip, labels, images))
                {
                    yield return item;
                }
            }
        }
    }

    private static List<string> Labels(DatasetArchive archive, DatasetArchiveEntry? file)
    {
        if (file is null)
        {
            return [.. _challenge];
        }

        var names = LineReader.Lines(archive, file).Select(line => line.Trim()).Take(archive.Limits.MaxLabels + 1).ToList();
        while (names.Count > 0 && names[^1].Length == 0)
        {
            names.RemoveAt(names.Count - 1);
        }

        DatasetArchive.ThrowIfOver("too-many-labels", "labels", names.Count, archive.Limits.MaxLabels);
        for (var i = 0; i < names.Count; i++)
        {
            names[i] = names[i].Length > 0 ? names[i] : (i + 1).ToString(CultureInfo.InvariantCulture);
        }

        return names;
    }

    private sealed class Items(DatasetArchive archive, MotsLayout layout, Dictionary<string, List<string>> labels, DatasetReport report)
    {
        private readonly LabelMasks _masks = new(archive, report);
        private readonly ArchiveImages _images = new(archive, MotsLayout.IsFrame);

        public IEnumerable<DatasetItem> Read(CancellationToken cancel)
        {
            var clipNumber = 0;
            var tracks = new HashSet<int>();
            foreach (var clip in layout.Clips)
            {
                tracks.Clear();
                foreach (var (id, file) in clip.Frames)
                {
                    clip.Pictures.Remove(id);
                    yield return Item(clip, id, file, clipNumber, tracks, cancel);
                }

                foreach (var id in clip.Pictures.Order(StringComparer.Ordinal))
                {
                    report.Images++;
                    yield return _images.AttachStem(new DatasetItem { Name = id, Subset = clip.Name });
                }

                clipNumber++;
            }
        }

        private DatasetItem Item(MotsClip clip, string id, DatasetArchiveEntry file, int clipNumber, HashSet<int> tracks, CancellationToken cancel)
        {
            var image = _masks.Read(file, cancel);
            if (image is not null && image.Form != PngForm.Grey16)
            {
                report.Loss("label-image-form", "Label images that are not grey with 16 bits were left out", file.Path);
                image = null;
            }

            report.Images++;
            var shapes = image is null ? [] : _masks.Of(image, value => Meaning(value, clip, clipNumber, file), file.Path);
            foreach (var shape in shapes)
            {
                report.Count("track", tracks.Add(shape.TrackId ?? -1) ? 1 : 0);
            }

            return _images.AttachStem(new DatasetItem
            {
                Name = id,
                Subset = clip.Name,
                Width = image?.Width ?? 0,
                Height = image?.Height ?? 0,
                Shapes = shapes,
            });
        }

        private Meaning Meaning(int value, MotsClip clip, int clipNumber, DatasetArchiveEntry file)
        {
            var names = labels[clip.Name];
            var number = value / TracksOfClass;
            if (number >= 1 && number <= names.Count)
            {
                return new Meaning(names[number - 1]) { TrackId = TrackId(clipNumber, value) };
            }

            if (value == Ignored * TracksOfClass)
            {
                report.Note("region-ignored", "Regions that the challenge says are to be ignored were passed over", file.Path);
            }
            else if (value != 0)
            {
                report.Loss("class-unknown", "Pixels of numbers that no label has were left out", string.Create(CultureInfo.InvariantCulture, $"{file.Path}: {value}, label {number} of {names.Count}"));
            }

            return new Meaning(null);
        }
    }
}
