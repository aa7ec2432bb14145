using Annotator.Core.Media;
using Annotator.Core.Media.Sources;
using Annotator.Formats;
using Annotator.Formats.Archives;

namespace Annotator.Worker.Media;

/// <summary>Finds the files in a task's uploads, those inside zip and tar archives included. An archive in an archive is just a file.</summary>
internal sealed class SourceFiles(IBlobStore blobs, DatasetLimits limits)
{
    /// <summary>All files by distinct names; what cannot be opened at all goes to <paramref name="refused"/>.</summary>
    public async Task<List<SourceFile>> FindAsync(IEnumerable<Upload> uploads, List<RefusedFile> refused, CancellationToken cancel)
    {
        var files = new Dictionary<string, SourceFile>(StringComparer.Ordinal);
        foreach (var upload in uploads.OrderBy(upload => upload.CreatedDate).ThenBy(upload => upload.Id))
        {
            if (SourceKey.IsSource(upload.BlobKey) && !MayBeArchive(upload.FileName))
            {
                // Elsewhere every look costs a request; who makes frames of the file looks anyway.
                files[upload.FileName] = new SourceFile(upload.FileName, upload, null, upload.Length);
                continue;
            }

            await using var content = await blobs.OpenReadAsync(upload.BlobKey, cancel);
            if (content is null)
            {
                refused.Add(new RefusedFile(upload.FileName, upload.Length == 0 ? "is empty (0 bytes)" : "did not arrive; please upload it again"));
                continue;
            }

            try
            {
                // All or nothing: of an archive that turns out to be unsafe not even its first files are taken.
                var listed = await ListAsync(upload, content, cancel).ToListAsync(cancel);
                foreach (var file in listed)
                {
                    // The same name again is a file that was sent again: the later one counts.
                    files[file.Name] = file;
                }
            }
            catch (DatasetException error)
            {
                refused.Add(new RefusedFile(upload.FileName, $"is an archive that cannot be used: {error.Message.TrimEnd('.')}"));
            }
        }

        return [.. files.Values];
    }

    private static bool MayBeArchive(string name) => Path.GetExtension(name).ToUpperInvariant() is ".ZIP" or ".TAR";

    private async IAsyncEnumerable<SourceFile> ListAsync(
        Upload upload, Stream content, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        if (await IsZipAsync(content, cancel))
        {
            await using var archive = await DatasetArchive.OpenAsync(content, upload.FileName, limits, cancel);
            foreach (var entry in archive.Entries)
            {
                yield return new SourceFile(entry.Path, upload, entry.Path, entry.Length);
            }
        }
        else if (TarFile.IsTar(content))
        {
            await foreach (var (path, length, _) in TarFile.ReadAsync(content, limits, cancel))
            {
                yield return new SourceFile(path, upload, path, length);
            }
        }
        else
        {
            yield return new SourceFile(upload.FileName, upload, null, upload.Length);
        }
    }

    /// <summary>Hands over each wanted file of an uploaded archive, in the archive's order.</summary>
    /// <exception cref="DatasetException">The archive is damaged from here on.</exception>
    public async Task ReadArchiveAsync(
        Upload upload, IReadOnlyDictionary<string, int> wanted, Func<int, Stream, Task> read, CancellationToken cancel)
    {
        await using var content = await blobs.OpenReadAsync(upload.BlobKey, cancel)
            ?? throw new DatasetException("archive-missing", "It did not arrive; please upload it again.");
        if (await IsZipAsync(content, cancel))
        {
            await using var archive = await DatasetArchive.OpenAsync(content, upload.FileName, limits, cancel);
            foreach (var entry in archive.Entries.Where(entry => wanted.ContainsKey(entry.Path)))
            {
                await using var file = archive.Open(entry);
                await read(wanted[entry.Path], file);
            }

            return;
        }

        await foreach (var (path, _, file) in TarFile.ReadAsync(content, limits, cancel))
        {
            if (wanted.TryGetValue(path, out var index))
            {
                await read(index, file);
            }
        }
    }

    private static async Task<bool> IsZipAsync(Stream content, CancellationToken cancel)
    {
        var head = new byte[4];
        content.Position = 0;
        var read = await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancel);
        content.Position = 0;
        return read == 4 && head is [(byte)'P', (byte)'K', 3 or 5, 4 or 6];
    }
}
