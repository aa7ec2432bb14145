using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Formats;
using Annotator.Media;
using Annotator.Media.Video;

namespace Annotator.Worker.Media;

/// <summary>
/// Looks at every file that is to become a frame. Uploads stay where they are; files inside archives are copied into blobs
/// of their own, under keys that a second run finds again. An image is one frame; a video is as many as can be decoded.
/// </summary>
internal sealed class FrameCollector(IBlobStore blobs, SourceFiles sources, ImageReader reader, VideoCollector videos, MediaLimits limits)
{
    private const double Begin = 0.02;
    private const double End = 0.97;

    /// <summary>Frames or a refusal for each file, in the files' order.</summary>
    public async Task<Collected> CollectAsync(
        int dataId, IReadOnlyList<SourceFile> files, OperationContext context)
    {
        var results = new Outcome[files.Count];
        var done = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = context.Cancel };
        var plain = Enumerable.Range(0, files.Count).Where(index => files[index].EntryPath is null);
        await Parallel.ForEachAsync(plain, parallel, async (index, cancel) =>
        {
            results[index] = await ProbeAsync(dataId, index, files[index].Name, files[index].Upload.BlobKey, cancel);
            Count();
        });

        foreach (var archive in Enumerable.Range(0, files.Count).Where(index => files[index].EntryPath is not null).GroupBy(index => files[index].Upload))
        {
            await CollectArchiveAsync(dataId, files, archive, results, Count, context.Cancel);
        }

        return Split(files, results);

        void Count()
        {
            var now = Interlocked.Increment(ref done);
            context.ReportProgress(Begin + ((End - Begin) * now / files.Count), $"{now} of {files.Count} files");
        }
    }

    private async Task CollectArchiveAsync(
        int dataId, IReadOnlyList<SourceFile> files, IGrouping<Upload, int> archive, Outcome[] results, Action count, CancellationToken cancel)
    {
        var wanted = archive.ToDictionary(index => files[index].EntryPath!, StringComparer.Ordinal);
        var seen = new HashSet<int>();
        try
        {
            await sources.ReadArchiveAsync(archive.Key, wanted, ReadAsync, cancel);
        }
        catch (DatasetException error)
        {
            foreach (var index in archive.Where(index => !seen.Contains(index)))
            {
                results[index] = new Outcome([], $"lies in an archive that cannot be read to its end: {error.Message.TrimEnd('.')}", null);
                count();
            }
        }

        async Task ReadAsync(int index, Stream content)
        {
            seen.Add(index);
            results[index] = await CopyAndProbeAsync(dataId, index, files[index], content, cancel);
            count();
        }
    }

    private async Task<Outcome> CopyAndProbeAsync(int dataId, int index, SourceFile file, Stream content, CancellationToken cancel)
    {
        var key = DataKeys.Original(dataId, index);
        if (file.Length > limits.MaxBytes)
        {
            return new Outcome([], $"has {file.Length:N0} bytes; the limit is {limits.MaxBytes:N0}", null);
        }

        // A run before this one was killed after it had written the blob; blobs are whole or not there.
        if ((await blobs.FindAsync(key, cancel))?.Length != file.Length)
        {
            try
            {
                await blobs.WriteAsync(key, content, cancel);
            }
            catch (Exception error) when (error is DatasetException or InvalidDataException)
            {
                return new Outcome([], $"is damaged inside its archive: {error.Message.TrimEnd('.')}", null);
            }
        }

        var outcome = await ProbeAsync(dataId, index, file.Name, key, cancel);
        if (outcome.Frames.Count == 0)
        {
            await blobs.DeleteAsync(key, cancel);
        }

        return outcome;
    }

    private async Task<Outcome> ProbeAsync(int dataId, int index, string name, string key, CancellationToken cancel)
    {
        await using var content = await blobs.OpenReadAsync(key, cancel);
        if (content is null)
        {
            return new Outcome([], "did not arrive; please upload it again", null);
        }

        try
        {
            if (VideoFormats.Detect(content))
            {
                var (video, frames) = await videos.CollectAsync(dataId, index, name, key, content.Length, null, cancel);
                return new Outcome(frames, null, null) { Video = video };
            }

            var facts = await reader.ProbeAsync(content, cancel);
            var frame = new Frame
            {
                Name = name,
                Width = facts.Width,
                Height = facts.Height,
                BlobKey = key,
                ContentType = facts.ContentType,
                ByteLength = content.Length,
                BrowserReady = facts.BrowserReady,
            };
            return new Outcome([frame], null, facts.Pages > 1 ? $"{name} holds {facts.Pages} pictures; the first one is in the task." : null);
        }
        catch (Exception error) when (error is UnreadableImageException or UnreadableVideoException)
        {
            return new Outcome([], error.Message, null);
        }
    }

    private static Collected Split(IReadOnlyList<SourceFile> files, Outcome[] results)
    {
        var collected = new Collected([], [], [], []);
        for (var index = 0; index < files.Count; index++)
        {
            if (results[index] is { Frames.Count: > 0 } outcome)
            {
                collected.Frames.AddRange(outcome.Frames);
                collected.Videos.AddRange(outcome.Video is { } video ? [video] : []);
            }
            else
            {
                collected.Refused.Add(new RefusedFile(files[index].Name, results[index]?.Reason ?? "is no longer in its archive"));
            }

            if (results[index]?.Note is { } note)
            {
                collected.Notes.Add(note);
            }
        }

        foreach (var frame in collected.Frames.Where(frame => frame.VideoNumber is not null && collected.Videos.Count > 1))
        {
            // Frames of several videos are told apart by the videos' names.
            frame.Name = $"{Path.ChangeExtension(files[frame.VideoNumber!.Value].Name, null)}/{frame.Name}";
        }

        return collected;
    }

    private sealed record Outcome(IReadOnlyList<Frame> Frames, string? Reason, string? Note)
    {
        public Video? Video { get; init; }
    }
}

/// <summary>What was found in a task's files.</summary>
/// <param name="Frames">In their order; not numbered yet.</param>
internal sealed record Collected(List<Frame> Frames, List<Video> Videos, List<RefusedFile> Refused, List<string> Notes);
