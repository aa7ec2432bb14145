using System.Globalization;
using System.Text;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Mot;

/// <summary>
/// MOT 1.1: a line for each box, frames and tracks counted from 1. The frames of several tasks cannot be told apart in one
/// file: each task has a folder then.
/// </summary>
public sealed class MotWriter : IDatasetWriter
{
    public async Task WriteAsync(IDatasetSource source, Stream output, DatasetWriteOptions options, DatasetReport report, CancellationToken cancel)
    {
        await using var archive = new ArchiveWriter(output);
        await using var files = new SpooledFiles();
        var clips = new Dictionary<string, MotClip>(StringComparer.Ordinal);
        var folders = new MotFolders(source.Info);
        var labels = source.Info.Labels.Select(label => label.Name.ReplaceLineEndings(" ")).ToList();
        var rows = new MotRowText(source.Info.Labels, options.OneBased, report);
        await foreach (var item in source.ReadItemsAsync(cancel))
        {
            var folder = folders.Of(item);
            if (!clips.TryGetValue(folder, out var clip))
            {
                clips[folder] = clip = new MotClip();
            }

            if (options.SaveImages)
            {
                var images = folder + "img1/";
                var name = archive.Reserve(images, item, report);
                await archive.WriteImageAsync(images + name, item, report, cancel);
                clip.Extension = Path.GetExtension(name);
            }

            var frame = item.Frame ?? clip.Next;
            clip.Add(frame, item);
            rows.Write(files[folder + "gt/gt.txt"], item, frame, clip);
            report.Images++;
        }

        if (clips.Count == 0)
        {
            _ = files["gt/gt.txt"];
            clips[""] = new MotClip();
        }

        foreach (var (folder, clip) in clips)
        {
            await files[folder + "gt/labels.txt"].WriteAsync(string.Join('\n', labels));
            if (clip.Width > 0)
            {
                await files[folder + "seqinfo.ini"].WriteAsync(clip.Info(folder.TrimEnd('/'), options.SaveImages));
            }
        }

        await files.WriteAsync(archive, cancel);
    }

    /// <summary>In which folder a frame's clip lies: at the root when there is only one.</summary>
    private sealed class MotFolders(DatasetInfo info)
    {
        private readonly Dictionary<(int?, string), string> _folders = [];
        private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

        public string Of(DatasetItem item)
        {
            var key = info.Tasks.Count > 1 ? (item.TaskId, "") : info.Tasks.Count == 1 ? (null, "") : (item.TaskId, item.Subset);
            if (key == (null, ""))
            {
                return "";
            }

            if (!_folders.TryGetValue(key, out var folder))
            {
                var name = info.Tasks.FirstOrDefault(task => task.Id == item.TaskId)?.Name ?? (item.Subset.Length > 0 ? item.Subset : "clip");
                var plain = new StringBuilder(name.Length);
                foreach (var letter in name)
                {
                    plain.Append(char.IsLetterOrDigit(letter) || letter is '-' or '_' or '.' ? letter : '_');
                }

                var stem = plain.ToString().Trim('.') is { Length: > 0 } kept ? kept : "clip";
                folder = stem;
                for (var number = item.TaskId ?? 2; !_taken.Add(folder); number++)
                {
                    folder = string.Create(CultureInfo.InvariantCulture, $"{stem}_{number}");
                }

                _folders[key] = folder += "/";
            }

            return folder;
        }
    }
}

/// <summary>What is known of a clip while its frames pass.</summary>
internal sealed class MotClip
{
    private readonly Dictionary<int, int> _tracks = [];

    public int Next { get; private set; }
    public int Width { get; private set; }
    public string Extension { get; set; } = ".jpg";
    private int Height { get; set; }

    public void Add(int frame, DatasetItem item)
    {
        Next = Math.Max(Next, Math.Min(frame, int.MaxValue - 2) + 1);
        (Width, Height) = (Math.Max(Width, item.Width), Math.Max(Height, item.Height));
    }

    /// <summary>A track's number in the file, from 1 in order of first appearance.</summary>
    public int Track(int track)
    {
        if (!_tracks.TryGetValue(track, out var number))
        {
            _tracks[track] = number = _tracks.Count + 1;
        }

        return number;
    }

    /// <summary>The clip's length tells where tracks end.</summary>
    public string Info(string name, bool images) =>
        string.Create(CultureInfo.InvariantCulture, $"[Sequence]\nname={(name.Length > 0 ? name : "sequence")}\n{(images ? "imDir=img1\n" : "")}seqLength={Next}\nimWidth={Width}\nimHeight={Height}\nimExt={Extension}\n");
}

/// <summary>Writes boxes as lines.</summary>
internal sealed class MotRowText(IReadOnlyList<DatasetLabel> labels, bool oneBased, DatasetReport report)
{
    private readonly Dictionary<string, int> _classes = labels.Select((label, index) => (label.Name, index))
        .GroupBy(pair => pair.Name).ToDictionary(group => group.Key, group => group.First().index + 1);
    private readonly Losses _losses = new(report);

    public void Write(TextWriter text, DatasetItem item, int frame, MotClip clip)
    {
        _losses.Tags(item);
        foreach (var shape in item.Shapes)
        {
            if (shape.Kind != ShapeKind.Rectangle)
            {
                _losses.Kind(item, shape);
                continue;
            }

            if (!_classes.TryGetValue(shape.Label, out var number))
            {
                _losses.Label(item, shape.Label);
                continue;
            }

            _losses.Rotation(item, shape);
            _losses.Attributes(item, shape, MotAttributes.Ignored, MotAttributes.Visibility);
            _losses.Group(item, shape);
            _losses.Order(item, shape);
            var track = shape.TrackId is { } id ? clip.Track(id) : -1;
            var shift = oneBased ? 1 : 0;
            text.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"{frame + 1L},{track},{shape.Points[0] + shift},{shape.Points[1] + shift},{shape.Points[2] - shape.Points[0]},{shape.Points[3] - shape.Points[1]},{Confidence(shape)},{number},{Visibility(shape)}\n"));
            report.Count("rectangle");
        }
    }

    private static string Confidence(DatasetShape shape) =>
        shape.Attributes.TryGetValue(MotAttributes.Ignored, out var ignored) && bool.TryParse(ignored, out var flag) && flag ? "0"
        : shape.Score is > 0 and < 1 ? shape.Score.ToString(CultureInfo.InvariantCulture)
        : "1";

    private static string Visibility(DatasetShape shape) =>
        shape.Occluded ? "0.0"
        : shape.Attributes.TryGetValue(MotAttributes.Visibility, out var said)
            && double.TryParse(said, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number is > 0 and < 1
            ? number.ToString(CultureInfo.InvariantCulture)
            : "1.0";
}
