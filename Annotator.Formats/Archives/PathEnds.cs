namespace Annotator.Formats.Archives;

/// <summary>
/// Finds files by a part of their path, whatever its case. A dozen bytes a file are held: the parts themselves are looked at
/// in the paths.
/// </summary>
internal sealed class PathEnds
{
    /// <summary>The part of a path that files are found by.</summary>
    public delegate ReadOnlySpan<char> Part(string path);

    private readonly IReadOnlyList<DatasetArchiveEntry> _files;
    private readonly Part _part;
    private readonly Dictionary<int, int> _first;
    private readonly int[] _next;

    public PathEnds(IReadOnlyList<DatasetArchiveEntry> files, Part part)
    {
        (_files, _part, _next, _first) = (files, part, new int[files.Count], new Dictionary<int, int>(files.Count));
        for (var i = files.Count - 1; i >= 0; i--)
        {
            var key = Key(part(files[i].Path));
            _next[i] = _first.TryGetValue(key, out var later) ? later : -1;
            _first[key] = i;
        }
    }

    /// <summary>The path's last part without its folders.</summary>
    public static ReadOnlySpan<char> Name(string path) => path.AsSpan(path.LastIndexOf('/') + 1);

    /// <summary>The path's last part and the folder it lies in.</summary>
    public static ReadOnlySpan<char> NameInFolder(string path)
    {
        var slash = path.LastIndexOf('/');
        return slash < 1 ? path : path.AsSpan(path.LastIndexOf('/', slash - 1) + 1);
    }

    /// <summary>The path's last part without its extension.</summary>
    public static ReadOnlySpan<char> Stem(string path) => Path.GetFileNameWithoutExtension(Name(path));

    /// <summary>The files whose part is that of the path, in their order.</summary>
    public IEnumerable<DatasetArchiveEntry> Like(string path)
    {
        for (var i = _first.TryGetValue(Key(_part(path)), out var first) ? first : -1; i >= 0; i = _next[i])
        {
            if (_part(_files[i].Path).Equals(_part(path), StringComparison.OrdinalIgnoreCase))
            {
                yield return _files[i];
            }
        }
    }

    private static int Key(ReadOnlySpan<char> part) => string.GetHashCode(part, StringComparison.OrdinalIgnoreCase);
}
