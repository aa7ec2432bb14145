namespace Annotator.Formats.Archives;

/// <summary>Which names of files in an archive are accepted.</summary>
internal static class EntryNames
{
    private const int FileTypeBits = 0xF000;
    private const int RegularFile = 0x8000;
    private const int Folder = 0x4000;

    /// <summary>The name with forward slashes; a trailing slash marks a folder.</summary>
    /// <exception cref="DatasetException">The name leaves the archive, or the entry is no plain file.</exception>
    public static string ThrowIfUnsafe(ZipEntry entry, DatasetLimits limits)
    {
        var name = ThrowIfUnsafe(entry.Name, limits);
        var type = (entry.Attributes >> 16) & FileTypeBits;
        return type is 0 or RegularFile or Folder
            ? name
            : throw new DatasetException("archive-unsafe-entry", $"{Printable(name)} in the archive is a link or a device, not a file.");
    }

    /// <summary>The name with forward slashes; a trailing slash marks a folder.</summary>
    /// <exception cref="DatasetException">The name leaves the archive, or is too long.</exception>
    public static string ThrowIfUnsafe(string asWritten, DatasetLimits limits)
    {
        var name = asWritten.Replace('\\', '/');
        if (name.Length > limits.MaxNameLength)
        {
            throw new DatasetException("archive-name-too-long", $"A name in the archive has {name.Length} characters; the limit is {limits.MaxNameLength}.");
        }

        while (name.StartsWith("./", StringComparison.Ordinal))
        {
            name = name[2..];
        }

        if (!IsPlain(name.TrimEnd('/')) && name.Length > 0)
        {
            throw new DatasetException("archive-unsafe-name", $"The archive holds an unsafe name: {Printable(name)}");
        }

        return name.Length > 0 ? name : "/";
    }

    /// <summary>Whether a path is relative and stays where it is put.</summary>
    public static bool IsPlain(string path)
    {
        if (path.Length == 0 || (path.Length > 1 && path[1] == ':'))
        {
            return false;
        }

        foreach (var letter in path)
        {
            if (char.IsControl(letter))
            {
                return false;
            }
        }

        foreach (var segment in path.AsSpan().Split('/'))
        {
            if (path.AsSpan(segment) is "" or "." or "..")
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What desktops and editors put into archives without being asked: hidden folders, above all.</summary>
    public static bool IsLitter(string path)
    {
        foreach (var segment in path.AsSpan(0, Math.Max(0, path.LastIndexOf('/'))).Split('/'))
        {
            if (path.AsSpan(segment) is ['.', _, ..] or "__MACOSX" or "@eaDir" or "$RECYCLE.BIN" or "System Volume Information")
            {
                return true;
            }
        }

        var name = path[(path.LastIndexOf('/') + 1)..];
        return name is ".gitignore" or ".gitattributes" or ".gitkeep"
            || (name.StartsWith('.') && name.EndsWith(".swp", StringComparison.Ordinal))
            || name is ".DS_Store"
            || name.StartsWith("._", StringComparison.Ordinal)
            || name.Equals("desktop.ini", StringComparison.OrdinalIgnoreCase)
            || name.Equals("Thumbs.db", StringComparison.OrdinalIgnoreCase);
    }

    private static string Printable(string name) =>
        string.Concat(name.Take(200).Select(character => char.IsControl(character) ? '\uFFFD' : character));
}
