using System.Text;

namespace Annotator.Formats.Archives;

/// <summary>
/// Text files of an archive that grow while images are written into it: an archive takes one file at a time, so they wait
/// aside and are added at the end, in order of their names.
/// </summary>
internal sealed class SpooledFiles : IAsyncDisposable
{
    private readonly SortedDictionary<string, StreamWriter> _files = new(StringComparer.Ordinal);

    public IEnumerable<string> Names => _files.Keys;

    /// <summary>The file of that path; <paramref name="head"/> is its beginning when it is new.</summary>
    public StreamWriter this[string path, string head = ""]
    {
        get
        {
            if (!_files.TryGetValue(path, out var file))
            {
                _files[path] = file = new StreamWriter(Spool.Create(), new UTF8Encoding(false), 4096) { NewLine = "\n" };
                file.Write(head);
            }

            return file;
        }
    }

    /// <summary>Adds all files to the archive.</summary>
    public async Task WriteAsync(ArchiveWriter archive, CancellationToken cancel)
    {
        foreach (var (path, file) in _files)
        {
            await file.FlushAsync(cancel);
            file.BaseStream.Position = 0;
            await using var entry = archive.Create(path);
            await file.BaseStream.CopyToAsync(entry, cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var file in _files.Values)
        {
            await file.DisposeAsync();
        }
    }
}
