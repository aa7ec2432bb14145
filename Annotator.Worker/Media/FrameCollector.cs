using Annotator.Core.Media;
using Annotator.Core.Operations;
using Annotator.Formats;
using Annotator.Media;

namespace Annotator.Worker.Media;

/// <summary>
/// Looks at every file that is to become a frame. Uploads stay where they are; files inside archives are copied into blobs
/// of their own, under keys that a second run finds again.
/// </summary>
internal sealed class FrameCollector(IBlobStore blobs, SourceFiles sources, ImageReader reader, MediaLimits limits)
{
    private const double Begin = 0.02;
    private const double End = 0.97;

    /// <summary>A frame or a refusal for each file, in the files' order.</summary>
    public async Task<(List<Frame> Frames, List<RefusedFile> Refused, List<string> Notes)> CollectAsync(
        int dataId, IReadOnlyList<SourceFile> files, OperationContext context)
    {
        var results = new Outcome[files.Count];
        var done = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = context.Cancel };
        var plain = Enumerable.Range(0, files.Count).Where(index => files[index].EntryPath is null);
        await Parallel.ForEachAsync(plain, parallel, async (index, cancel) =>
        {
            results[index] = await ProbeAsync(files[index].Name, files[index].Upload.BlobKey, cancel);
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
                results[index] = new Outcome(null, $"lies in an archive that cannot be read to its end: {error.Message.TrimEnd('.')}", null);
                count();
            }
        }

        async Task ReadAsync(int index, Stream content)
        {
            seen.Add(index);
            results[index] = await CopyAndProbeAsync(DataKeys.Original(dataId, index), files[index], content, cancel);
            count();
        }
    }

    private async Task<Outcome> CopyAndProbeAsync(string key, SourceFile file, Stream content, CancellationToken cancel)
    {
        if (file.Length > limits.MaxBytes)
        {
            return new Outcome(null, $"has {file.Length:N0} bytes; the limit is {limits.MaxBytes:N0}", null);
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
                return new Outcome(null, $"is damaged inside its archive: {error.Message.TrimEnd('.')}", null);
            }
        }

        var outcome = await ProbeAsync(file.Name, key, cancel);
        if (outcome.Frame is null)
        {
            await blobs.DeleteAsync(key, cancel);
        }

        return outcome;
    }

    private async Task<Outcome> ProbeAsync(string name, string key, CancellationToken cancel)
    {
        await using var content = await blobs.OpenReadAsync(key, cancel);
        if (content is null)
        {
            return new Outcome(null, "did not arrive; please upload it again", null);
        }

        try
        {
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
            return new Outcome(frame, null, facts.Pages > 1 ? $"{name} holds {facts.Pages} pictures; the first one is in the task." : null);
        }
        catch (UnreadableImageException error)
        {
            return new Outcome(null, error.Message, null);
        }
    }

    private static (List<Frame>, List<RefusedFile>, List<string>) Split(IReadOnlyList<SourceFile> files, Outcome[] results)
    {
        var (frames, refused, notes) = (new List<Frame>(), new List<RefusedFile>(), new List<string>());
        for (var index = 0; index < files.Count; index++)
        {
            if (results[index]?.Frame is { } frame)
            {
                frame.Number = frames.Count;
                frames.Add(frame);
            }
            else
            {
                refused.Add(new RefusedFile(files[index].Name, results[index]?.Reason ?? "is no longer in its archive"));
            }

            if (results[index]?.Note is { } note)
            {
                notes.Add(note);
            }
        }

        return (frames, refused, notes);
    }

    private sealed record Outcome(Frame? Frame, string? Reason, string? Note);
}
