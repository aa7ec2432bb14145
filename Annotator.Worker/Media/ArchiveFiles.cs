using System.Threading.Channels;
using Annotator.Core.Media;
using Annotator.Formats;

namespace Annotator.Worker.Media;

/// <summary>
/// Takes the files of an uploaded archive over. Small images go behind each other into packs: a blob of its own for each of
/// 100,000 would be as many flushes to the disk. Videos, PDFs and large images get a blob of their own. Blobs have the same keys when a
/// killed run is run again, and replace what that one left.
/// </summary>
internal sealed class ArchiveFiles(IBlobStore blobs, SourceFiles sources, FileProbe probe)
{
    /// <summary>Bytes of a file that goes into a pack; as many as there are cores and a few are in memory at a time.</summary>
    private const long MostPacked = 8 << 20;

    /// <summary>Bytes after which the next pack begins.</summary>
    private const long PackLength = 256 << 20;

    /// <param name="entries">The wanted files' places in <paramref name="files"/>, by their paths in the archive.</param>
    /// <param name="placeOf">Where a file is kept, by its place in <paramref name="files"/> and the key of its blob.</param>
    /// <param name="put">Told of each file once.</param>
    public async Task CollectAsync(
        int dataId, Upload archive, IReadOnlyList<SourceFile> files, Dictionary<string, int> entries, Func<int, string, FilePlace> placeOf, Action<int, FileOutcome> put, CancellationToken cancel)
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var read = Channel.CreateBounded<Candidate>(Environment.ProcessorCount + 2);
        var packing = PackUntilBrokenAsync();
        var seen = new HashSet<int>();
        DatasetException? damage = null;
        try
        {
            await sources.ReadArchiveAsync(archive, entries, ReadAsync, broken.Token);
        }
        catch (DatasetException error)
        {
            damage = error;
        }
        catch (Exception error)
        {
            // Where the packing broke first, its reason is the one to tell.
            read.Writer.Complete(error);
            await packing;
            throw;
        }

        read.Writer.Complete();
        await packing;
        if (damage is not null)
        {
            foreach (var index in entries.Values.Where(index => !seen.Contains(index)))
            {
                put(index, FileOutcome.Refuse($"lies in an archive that cannot be read to its end: {damage.Message.TrimEnd('.')}"));
            }
        }

        async Task ReadAsync(int index, Stream content)
        {
            seen.Add(index);
            var file = files[index];
            var own = placeOf(index, DataKeys.Original(dataId, archive.Id, index));
            if (file.Length > MostPacked)
            {
                put(index, await KeepAloneAsync(own, content, cancel));
                return;
            }

            byte[] bytes;
            try
            {
                using var whole = new MemoryStream((int)file.Length);
                await content.CopyToAsync(whole, cancel);
                bytes = whole.Length == whole.Capacity ? whole.GetBuffer() : whole.ToArray();
            }
            catch (Exception error) when (error is DatasetException or InvalidDataException)
            {
                put(index, FileOutcome.Refuse($"is damaged inside its archive: {error.Message.TrimEnd('.')}"));
                return;
            }

            var image = new MemoryStream(bytes, writable: false);
            if (FileProbe.NeedsFile(image))
            {
                put(index, await KeepAloneAsync(own, image, cancel));
                return;
            }

            // Headers are read by other threads while the archive is unpacked by this one.
            var looking = Task.Run(() => probe.ProbeImageAsync(own, image, broken.Token), broken.Token);
            await read.Writer.WriteAsync(new Candidate(index, bytes, looking), broken.Token);
        }

        async Task PackUntilBrokenAsync()
        {
            try
            {
                await PackAsync(dataId, archive.Id, read.Reader, put, broken.Token);
            }
            catch
            {
                // Nobody takes what is read any more.
                await broken.CancelAsync();
                throw;
            }
        }
    }

    private async Task<FileOutcome> KeepAloneAsync(FilePlace place, Stream content, CancellationToken cancel)
    {
        try
        {
            await blobs.WriteAsync(place.BlobKey, content, cancel);
        }
        catch (Exception error) when (error is DatasetException or InvalidDataException)
        {
            return FileOutcome.Refuse($"is damaged inside its archive: {error.Message.TrimEnd('.')}");
        }

        var outcome = await probe.ProbeBlobAsync(place, cancel);
        if (outcome.Frames.Count == 0 && place.Opening is not { Shown: > 0 })
        {
            await blobs.DeleteAsync(place.BlobKey, cancel);
        }

        return outcome;
    }

    /// <summary>Writes what became frames. Their places are told at once; nobody reads them before all packs are stored.</summary>
    private async Task PackAsync(int dataId, Guid archive, ChannelReader<Candidate> candidates, Action<int, FileOutcome> put, CancellationToken cancel)
    {
        var number = 0;
        while (await candidates.WaitToReadAsync(cancel))
        {
            var key = DataKeys.OriginalPack(dataId, archive, number++);
            await using var pack = await blobs.CreateAsync(key, cancel);
            var length = 0L;
            while (length < PackLength && await candidates.WaitToReadAsync(cancel) && candidates.TryRead(out var candidate))
            {
                var outcome = await candidate.Looking;
                if (outcome.Frames.Count > 0)
                {
                    foreach (var frame in outcome.Frames)
                    {
                        frame.BlobKey = key;
                        frame.BlobOffset = length;
                    }

                    await pack.WriteAsync(candidate.Content, cancel);
                    length += candidate.Content.Length;
                }

                put(candidate.Index, outcome);
            }

            if (length > 0)
            {
                pack.Complete();
            }
        }
    }

    private sealed record Candidate(int Index, byte[] Content, Task<FileOutcome> Looking);
}
