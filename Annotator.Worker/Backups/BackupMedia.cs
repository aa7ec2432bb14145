using System.Globalization;
using System.Text.Json;
using Annotator.Core;
using Annotator.Core.Media;
using Annotator.Formats;
using Microsoft.EntityFrameworkCore;

namespace Annotator.Worker.Backups;

/// <summary>An original as it goes into a backup.</summary>
/// <param name="Path">Below the folder <c>data</c>; safe to unpack.</param>
internal sealed record BackupFile(string Path, string BlobKey)
{
    /// <summary>Where it begins in the blob, which it shares with others; null where it is the blob.</summary>
    public long? Offset { get; init; }
    public long Length { get; init; }

    /// <summary>Set for a page of a document or a picture of an animation, which goes into the backup as a picture of its own.</summary>
    public Frame? Page { get; init; }
}

/// <summary>The originals of a task, each once, and the list of them that stands beside them.</summary>
internal sealed class BackupMedia
{
    private readonly List<BackupFile> _files = [];
    private readonly List<(string Path, int Width, int Height, List<string> Related)> _frames = [];
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase) { "manifest.jsonl", "index.json" };
    private Video? _video;

    public IReadOnlyList<BackupFile> Files => _files;

    public static async Task<BackupMedia> ReadAsync(AnnotatorDbContext db, TaskData data, DatasetReport report, CancellationToken cancel)
    {
        var media = new BackupMedia();
        var videos = await db.Videos.AsNoTracking().Where(video => video.DataId == data.Id).OrderBy(video => video.Number).ToListAsync(cancel);
        var frames = await db.Frames.AsNoTracking().Where(frame => frame.DataId == data.Id).OrderBy(frame => frame.Number).ToListAsync(cancel);
        foreach (var video in videos)
        {
            media._files.Add(new BackupFile(media.Reserve(video.Name, report), video.BlobKey));
        }

        var related = (await db.RelatedImages.AsNoTracking().Where(image => image.DataId == data.Id).OrderBy(image => image.FrameNumber).ThenBy(image => image.Position).ToListAsync(cancel))
            .ToLookup(image => image.FrameNumber);

        // One video alone is told as such. Of several, or of a video beside images, the list names every frame.
        media._video = videos.Count == 1 && frames.TrueForAll(frame => frame.VideoNumber is not null) ? videos[0] : null;
        if (media._video is null)
        {
            foreach (var frame in frames)
            {
                var path = frame.VideoNumber is null ? media.Reserve(frame.Name, report) : frame.Name;
                media._frames.Add((path, frame.Width, frame.Height, media.AddRelated(frame, path, related[frame.Number], report)));
                if (frame.VideoNumber is null)
                {
                    media._files.Add(new BackupFile(path, frame.BlobKey) { Offset = frame.BlobOffset, Length = frame.ByteLength, Page = frame.Page is null ? null : frame });
                }
            }
        }

        return media;
    }

    /// <summary>Writes <c>manifest.jsonl</c>: what the media are, and a line for each image.</summary>
    public async Task WriteManifestAsync(Stream output, CancellationToken cancel)
    {
        await LineAsync(output, new Dictionary<string, object> { ["version"] = "1.1" }, cancel);
        await LineAsync(output, new Dictionary<string, object> { ["type"] = _video is null ? "images" : "video" }, cancel);
        if (_video is { } video)
        {
            var properties = new Dictionary<string, object> { ["name"] = _files[0].Path, ["resolution"] = new[] { video.Width, video.Height }, ["length"] = video.FrameCount };
            await LineAsync(output, new Dictionary<string, object> { ["properties"] = properties }, cancel);
            return;
        }

        foreach (var (path, width, height, related) in _frames)
        {
            var extension = Path.GetExtension(path);
            var name = path[..^extension.Length];
            var line = new Dictionary<string, object> { ["name"] = name, ["extension"] = extension, ["width"] = width, ["height"] = height };
            if (related.Count > 0)
            {
                line["meta"] = new Dictionary<string, object> { ["related_images"] = related };
            }

            await LineAsync(output, line, cancel);
        }
    }

    /// <summary>
    /// The pictures beside a frame, by the paths that they have in the backup. Their paths say whose they are, so that those of a frame
    /// that had to be renamed are left out.
    /// </summary>
    private List<string> AddRelated(Frame frame, string path, IEnumerable<RelatedImage> images, DatasetReport report)
    {
        var paths = new List<string>();
        foreach (var image in images)
        {
            if (path != frame.Name || Plain(image.Name) != image.Name)
            {
                report.Loss("related-image-lost", "Pictures beside frames whose names had to be changed were left out", image.Name);
                continue;
            }

            paths.Add(image.Name);
            if (_taken.Add(image.Name))
            {
                _files.Add(new BackupFile(image.Name, image.BlobKey) { Offset = image.BlobOffset, Length = image.ByteLength });
            }
        }

        return paths;
    }

    private static async Task LineAsync(Stream output, Dictionary<string, object> line, CancellationToken cancel)
    {
        await JsonSerializer.SerializeAsync(output, line, cancellationToken: cancel);
        output.Write("\n"u8);
    }

    private static string Plain(string name) => string.Join('/', name.Replace('\\', '/').Split('/').Where(segment => segment is not ("" or "." or ".."))
        .Select(segment => string.Concat(segment.Select(letter => letter == ':' || char.IsControl(letter) ? '_' : letter))));

    /// <summary>The file's own name where it is safe to unpack and not taken.</summary>
    private string Reserve(string name, DatasetReport report)
    {
        var plain = Plain(name);
        plain = plain.Length > 0 ? plain : "frame";
        if (plain != name)
        {
            report.Repair("name-not-plain", "The frame's name was changed to one that is safe to unpack", name);
        }

        if (_taken.Add(plain))
        {
            return plain;
        }

        report.Repair("name-taken", "Two frames have the same name; the later one was renamed", name);
        for (var number = 2; ; number++)
        {
            var other = string.Create(CultureInfo.InvariantCulture, $"{number}/{plain}");
            if (_taken.Add(other))
            {
                return other;
            }
        }
    }
}
