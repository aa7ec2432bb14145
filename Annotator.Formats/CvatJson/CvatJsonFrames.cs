using System.Globalization;
using System.Text.Json;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.CvatJson;

/// <summary>What is known of a task's frames beside its annotations: how many, from where, and what they are called.</summary>
internal sealed class CvatJsonFrames
{
    private readonly List<(string Name, int Width, int Height)> _images = [];
    private readonly HashSet<int> _deleted = [];
    private (int Width, int Height) _video;

    /// <summary>Null when nothing tells.</summary>
    public int? Size { get; set; }
    public int Start { get; private set; }
    public string Filter { get; private set; } = "";
    public bool IsVideo { get; private set; }

    /// <summary>In the task's own numbering.</summary>
    public IReadOnlySet<int> Deleted => _deleted;

    /// <summary>The number in the source media of a frame in the task's own numbering.</summary>
    public int SourceOf(int frame) => (int)Math.Min(int.MaxValue, Start + (long)frame * DatasetTask.StepOf(Filter));

    /// <summary>The name, and the size in pixels or 0.</summary>
    public (string Name, int Width, int Height) Of(int frame)
    {
        // A list of all images that were uploaded counts as the source does; one of the task's frames as the task.
        var at = _images.Count == Size ? frame : SourceOf(frame);
        return at < _images.Count && _images[at].Name.Length > 0
            ? _images[at]
            : (string.Create(CultureInfo.InvariantCulture, $"frame_{SourceOf(frame):D6}"), _video.Width, _video.Height);
    }

    /// <summary>A server's answer, or a backup's settings: start, filter, deleted frames, and names where they stand there.</summary>
    public void ReadSettings(JsonElement data, DatasetLimits limits, string path)
    {
        Start = JsonElements.Whole(data, "start_frame") is >= 0 and var start ? start : 0;
        Filter = JsonElements.Text(data, "frame_filter") ?? "";
        foreach (var frame in JsonElements.List(data, "deleted_frames"))
        {
            if (frame.ValueKind == JsonValueKind.Number && frame.TryGetInt32(out var number))
            {
                _deleted.Add(number);
            }
        }

        foreach (var frame in JsonElements.List(data, "frames"))
        {
            Add(JsonElements.Text(frame, "name") ?? "", JsonElements.Whole(frame, "width") ?? 0, JsonElements.Whole(frame, "height") ?? 0, limits, path);
        }

        if (_images.Count > 0)
        {
            var size = JsonElements.Whole(data, "size") is > 0 and var told ? told : _images.Count;

            // Of a video there is one entry for all frames.
            IsVideo = _images.Count == 1 && size > 1;
            if (IsVideo)
            {
                _video = (_images[0].Width, _images[0].Height);
                _images.Clear();
            }

            Size = size;
        }
    }

    /// <summary>A list of the media, one JSON value a line; lines that are none are passed over.</summary>
    /// <exception cref="DatasetException">There are too many frames, or a line is too long.</exception>
    public void ReadManifest(DatasetArchive archive, DatasetArchiveEntry entry)
    {
        foreach (var line in LineReader.Lines(archive, entry))
        {
            try
            {
                var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(line), JsonScanner.Options(archive.Limits));
                if (JsonDocument.TryParseValue(ref reader, out var parsed))
                {
                    using (parsed)
                    {
                        ReadManifest(parsed.RootElement, archive.Limits, entry.Path);
                    }
                }
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException)
            {
                // The frames of such a line are known by their numbers only.
                Add("", 0, 0, archive.Limits, entry.Path);
            }
        }
    }

    private void ReadManifest(JsonElement line, DatasetLimits limits, string path)
    {
        if (JsonElements.Text(line, "type") is { } type)
        {
            IsVideo |= type == "video";
        }
        else if (JsonElements.Find(line, "properties") is { } properties)
        {
            var resolution = JsonElements.Numbers(properties, "resolution");
            _video = resolution is [> 0 and < int.MaxValue, > 0 and < int.MaxValue] ? ((int)resolution[0], (int)resolution[1]) : default;
        }
        else if (!IsVideo && JsonElements.Find(line, "version") is null)
        {
            Add(
                (JsonElements.Text(line, "name") ?? "") + JsonElements.Text(line, "extension"),
                JsonElements.Whole(line, "width") ?? 0,
                JsonElements.Whole(line, "height") ?? 0,
                limits,
                path);
        }
    }

    private void Add(string name, int width, int height, DatasetLimits limits, string path)
    {
        if (_images.Count >= limits.MaxFrames)
        {
            throw new DatasetException("too-many-frames", $"{path} has more than {limits.MaxFrames} frames.");
        }

        _images.Add((name, Math.Max(0, width), Math.Max(0, height)));
    }
}
