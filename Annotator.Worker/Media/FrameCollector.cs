using Annotator.Core.Media;
using Annotator.Core.Operations;

namespace Annotator.Worker.Media;

/// <summary>
/// Looks at every file that is to become a frame. Uploads stay where they are; files inside archives are copied into blobs,
/// many small ones into one. An image is one frame; a video, an animation and a document are as many as can be decoded.
/// </summary>
internal sealed class FrameCollector(FileProbe probe, ArchiveFiles archives)
{
    private const double Begin = 0.02;
    private const double End = 0.97;

    /// <summary>Frames or a refusal for each file, in the files' order.</summary>
    /// <param name="firstVideo">How many files' worth of video numbers the task has given out already.</param>
    /// <param name="opening">Shows the first frames of the first file before all are known, should it be a video; null where frames are shown together.</param>
    public async Task<Collected> CollectAsync(
        int dataId, IReadOnlyList<SourceFile> files, int firstVideo, OperationContext context, VideoOpening? opening = null)
    {
        var results = new FileOutcome[files.Count];
        var done = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = context.Cancel };
        var plain = Enumerable.Range(0, files.Count).Where(index => files[index].EntryPath is null);
        await Parallel.ForEachAsync(plain, parallel, async (index, cancel) =>
            Put(index, await probe.ProbeBlobAsync(PlaceOf(index, files[index].Upload.BlobKey), cancel)));
        foreach (var archive in Enumerable.Range(0, files.Count).Where(index => files[index].EntryPath is not null).GroupBy(index => files[index].Upload))
        {
            var entries = archive.ToDictionary(index => files[index].EntryPath!, StringComparer.Ordinal);
            await archives.CollectAsync(dataId, archive.Key, files, entries, PlaceOf, Put, context.Cancel);
        }

        return Split(files, results, firstVideo, opening is { Several: true, Shown: > 0 });

        FilePlace PlaceOf(int index, string key) => new(dataId, firstVideo + index, files[index].Name, key) { Progress = Watch(index), Opening = index == 0 ? opening : null };

        // Of a video that has to be decoded to its end somebody wants to know how far that is.
        VideoProgress Watch(int index) => (frames, expected) => context.ReportProgress(
            Begin + ((End - Begin) * (Volatile.Read(ref done) + (expected > 0 ? Math.Min(1, (double)frames / expected) : 0)) / files.Count),
            expected > 0 ? $"{files[index].Name}: frame {frames} of about {expected}" : $"{files[index].Name}: frame {frames}");

        void Put(int index, FileOutcome outcome)
        {
            results[index] = outcome;
            var now = Interlocked.Increment(ref done);
            context.ReportProgress(Begin + ((End - Begin) * now / files.Count), $"{now} of {files.Count} files");
        }
    }

    /// <summary>What a frame is called in a task of several videos: they are told apart by the videos' names.</summary>
    public static string NameAmongVideos(string video, Frame frame) => $"{Path.ChangeExtension(video, null)}/{frame.Name}";

    /// <param name="named">Whether frames are called by their videos already.</param>
    private static Collected Split(IReadOnlyList<SourceFile> files, FileOutcome[] results, int firstVideo, bool named)
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

        foreach (var frame in collected.Frames.Where(frame => frame.VideoNumber is not null && (named || firstVideo > 0 || collected.Videos.Count > 1)))
        {
            frame.Name = NameAmongVideos(files[frame.VideoNumber!.Value - firstVideo].Name, frame);
        }

        return collected;
    }
}

/// <summary>What was found in a task's files.</summary>
/// <param name="Frames">In their order; not numbered yet.</param>
internal sealed record Collected(List<Frame> Frames, List<Video> Videos, List<RefusedFile> Refused, List<string> Notes);

/// <summary>What one file is: frames, or the reason why not.</summary>
internal sealed record FileOutcome(IReadOnlyList<Frame> Frames, string? Reason, string? Note)
{
    public Video? Video { get; init; }

    public static FileOutcome Refuse(string reason) => new([], reason, null);
}
